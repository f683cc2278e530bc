import { expect, it } from "vitest";
import type { Overview } from "./calls";
import { flowOf, speedText, speedsOf } from "./rates";

const mark = (at: number, received: number, sent = 0) => ({
  at,
  connectedClients: 0,
  received,
  sent,
  rulesMatched: 0,
  rulesFailed: 0,
});

function looked(now: number, messagesReceived: number, fields: Partial<Overview> = {}): Overview {
  const rest = { startedAt: 0, messagesSent: 0, rulesMatched: 0, history: [] };
  return { ...rest, now, messagesReceived, ...fields } as unknown as Overview;
}

it("is steps of a history, one fewer than its marks", () => {
  expect(flowOf([mark(0, 0), mark(10_000, 50, 10), mark(20_000, 5, 10)])).toEqual({
    times: [10_000, 20_000],
    received: [5, null],
    sent: [1, 0],
  });
  expect(flowOf([])).toEqual({ times: [], received: [], sent: [] });
});

it("compares two looks of the same run", () => {
  expect(speedsOf(looked(1_000, 10), looked(3_000, 30))?.received).toBe(10);
  expect(speedsOf(looked(1_000, 10), looked(3_000, 30, { startedAt: 2_000 }))).toBeUndefined();
});

it("takes the history's last step before there are two looks", () => {
  const history = [mark(0, 0), mark(10_000, 20)];
  expect(speedsOf(undefined, looked(11_000, 21, { history }))?.received).toBe(2);
});

it("is written as short as it may be", () => {
  expect([undefined, 0, 0.25, 9.94, 48.2, 1_204].map(speedText)).toEqual(["–", "0", "0.3", "9.9", "48", "1,204"]);
});
