import { expect, it } from "vitest";
import { numberOf, numbersOf } from "./numbers";

it("reads numbers, and takes what is none for nothing", () => {
  expect(numberOf(" 2.5 ")).toBe(2.5);
  expect(numberOf("")).toBeUndefined();
  expect(numberOf("warm")).toBeUndefined();
  expect(numbersOf("20, 35,")).toEqual([20, 35]);
  expect(numbersOf("20, warm")).toBeUndefined();
  expect(numbersOf("")).toBeUndefined();
});
