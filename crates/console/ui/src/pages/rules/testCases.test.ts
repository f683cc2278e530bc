import { expect, it } from "vitest";
import { testCaseOf } from "./testCases";

const NAME = "/thingstead/test-cases/hot";

it("reads a payload that is text, and one that is JSON", () => {
  expect(testCaseOf(NAME, '{"topic":"a","payload":"on"}')).toEqual([{ name: "hot", topic: "a", payload: "on" }]);
  expect(testCaseOf(NAME, '{"topic":"a","payload":{"t":1}}')).toEqual([{ name: "hot", topic: "a", payload: '{"t":1}' }]);
});

it("leaves out what is no test case", () => {
  expect(testCaseOf(NAME, "on")).toEqual([]);
  expect(testCaseOf(NAME, '{"payload":1}')).toEqual([]);
});
