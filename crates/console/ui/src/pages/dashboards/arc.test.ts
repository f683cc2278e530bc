import { expect, it } from "vitest";
import { arcOf, shareOf, toneOf } from "./arc";

it("stays between its ends", () => {
  expect([-5, 0, 25, 50, 60].map((value) => shareOf(value, 0, 50))).toEqual([0, 0, 0.5, 1, 1]);
  expect(shareOf(1, 5, 5)).toBe(0);
});

it("goes from the left over the top to the right", () => {
  expect(arcOf(0)).toMatch(/ 26\.00 100\.00$/);
  expect(arcOf(0.5)).toMatch(/ 100\.00 26\.00$/);
  expect(arcOf(1)).toMatch(/ 174\.00 100\.00$/);
});

it("has the colour of the thresholds that are reached, however they are ordered", () => {
  const tones = (thresholds: number[]) => [19.99, 20, 34.99, 35].map((value) => toneOf(value, thresholds));
  expect(tones([20, 35])).toEqual(["calm", "warm", "warm", "hot"]);
  expect(tones([35, 20])).toEqual(["calm", "warm", "warm", "hot"]);
  expect(tones([35])).toEqual(["calm", "calm", "calm", "hot"]);
  expect(tones([10, 20, 35])).toEqual(["warm", "warm", "warm", "hot"]);
  expect(tones([])).toEqual(["calm", "calm", "calm", "calm"]);
});
