import { expect, it } from "vitest";
import type { Refusal } from "../../aws/own";
import { type Known, seen } from "./watch";

const DEVICE = {
  name: "lamp",
  isConnected: false,
  certificates: [{ certificateId: "abc", status: "ACTIVE", policies: ["p"] }],
};

function refused(fields: Partial<Refusal>): Refusal {
  return {
    id: 1,
    firstAt: 0,
    lastAt: 200,
    count: 1,
    kind: "connect",
    principal: null,
    clientId: null,
    sourceIp: null,
    action: null,
    resource: null,
    variables: [],
    reason: "",
    policies: [],
    advice: null,
    ...fields,
  };
}

function watched(known: Partial<Known>) {
  return seen({ device: DEVICE, events: [], refusals: [], messages: [], since: 100, ...known });
}

it("waits until something comes", () => {
  expect(watched({}).connection).toBe("waiting");
  expect(watched({ device: { ...DEVICE, isConnected: true } }).connection).toBe("connected");
});

it("knows who came and went between two looks", () => {
  const message = { at: 150, topic: "lamp/hello", qos: 1, retain: false, payload: "{}", bytes: 2 };
  expect(watched({ messages: [message] })).toMatchObject({ connection: "past", firstMessage: message });
  const event = { id: 1, at: 150, clientId: "lamp", kind: "disconnected" as const };
  expect(watched({ events: [event] })).toMatchObject({ connection: "past", lastEvent: event });
  expect(watched({ events: [{ ...event, at: 50 }] }).connection).toBe("waiting");
  expect(watched({ refusals: [refused({ clientId: "lamp", kind: "publish" })] }).connection).toBe("past");
  expect(watched({ refusals: [refused({ clientId: "lamp", kind: "connect" })] }).connection).toBe("waiting");
});

it("takes as its own what names it or its certificate, since the watch began", () => {
  const own = [refused({ clientId: "lamp" }), refused({ principal: "certificate abc" })];
  const others = [refused({ clientId: "door" }), refused({ clientId: "lamp", lastAt: 50 })];
  const handshake = refused({ kind: "handshake" });
  const found = watched({ refusals: [...own, ...others, handshake] });
  expect(found.refusals).toEqual(own);
  expect(found.handshakes).toEqual([handshake]);
});

it("forgets that it was not let in once it was", () => {
  const letIn = { id: 1, at: 300, clientId: "lamp", kind: "connected" as const };
  const refusals = [refused({ clientId: "lamp" }), refused({ clientId: "lamp", kind: "publish" })];
  expect(watched({ refusals, events: [letIn] }).refusals).toEqual([refusals[1]]);
  expect(watched({ refusals, events: [{ ...letIn, at: 150 }] }).refusals).toEqual(refusals);
});

it("says when no certificate may connect", () => {
  expect(watched({}).areCertificatesUnusable).toBe(false);
  const certificates = [{ certificateId: "abc", status: "INACTIVE", policies: [] }];
  expect(watched({ device: { ...DEVICE, certificates } }).areCertificatesUnusable).toBe(true);
});
