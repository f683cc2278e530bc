import { expect, it } from "vitest";
import { arcOf, shareOf } from "./arc";

it("stays between its ends", () => {
  expect([-5, 0, 25, 50, 60].map((value) => shareOf(value, 0, 50))).toEqual([0, 0, 0.5, 1, 1]);
  expect(shareOf(1, 5, 5)).toBe(0);
});

it("goes from the left over the top to the right", () => {
  expect(arcOf(0)).toMatch(/ 26\.00 100\.00$/);
  expect(arcOf(0.5)).toMatch(/ 100\.00 26\.00$/);
  expect(arcOf(1)).toMatch(/ 174\.00 100\.00$/);
});
