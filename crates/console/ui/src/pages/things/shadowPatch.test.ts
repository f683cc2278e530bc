import { expect, it } from "vitest";
import { patchOf, stateChange } from "./shadowPatch";

it("is what differs", () => {
  expect(patchOf({ a: 1, b: { c: 1, d: 2 } }, { a: 1, b: { c: 3, d: 2 } })).toEqual({ b: { c: 3 } });
  expect(patchOf({ a: 1 }, { a: 1 })).toBeUndefined();
  expect(patchOf({ a: [1, 2] }, { a: [2] })).toEqual({ a: [2] });
  expect(patchOf({}, { a: { b: 1 } })).toEqual({ a: { b: 1 } });
});

it("takes away what is gone", () => {
  expect(patchOf({ a: 1, b: { c: 1, d: 2 } }, { b: { c: 1 } })).toEqual({ a: null, b: { d: null } });
});

it("speaks of both parts, and of neither if nothing changed", () => {
  const before = { desired: { on: true }, reported: { on: false } };
  expect(stateChange(before, { desired: { on: true }, reported: { on: false } })).toBeUndefined();
  expect(stateChange(before, { desired: {}, reported: { on: true } })).toEqual({
    desired: null,
    reported: { on: true },
  });
  expect(stateChange({}, { desired: { on: true }, reported: {} })).toEqual({ desired: { on: true } });
});
