import { describe, expect, it } from "vitest";
import { filterMistake, matches, topicMistake } from "./topics";

describe("matches", () => {
  it.each([
    ["a/b", "a/b", true],
    ["a/+", "a/b", true],
    ["a/+", "a/b/c", false],
    ["a/#", "a/b/c", true],
    ["a/#", "a", true],
    ["#", "a/b", true],
    ["#", "$aws/things", false],
    ["+/things", "$aws/things", false],
    ["$aws/#", "$aws/things", true],
    ["a/b", "a", false],
    ["a", "a/b", false],
    ["/a", "a", false],
    ["+/a", "/a", true],
    ["$share/group/a/#", "a/b", true],
  ])("%s and %s", (filter, topic, expected) => {
    expect(matches(filter, topic)).toBe(expected);
  });
});

it("says what is wrong", () => {
  expect(filterMistake("a/#")).toBeUndefined();
  expect(filterMistake("")).toContain("Give");
  expect(filterMistake("a#")).toContain("alone");
  expect(filterMistake("#/a")).toContain("last");
  expect(topicMistake("a/b")).toBeUndefined();
  expect(topicMistake("a/+")).toContain("one topic");
});
