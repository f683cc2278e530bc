import { describe, expect, it } from "vitest";
import { jsonMistake, placeAt, prettyJson } from "./prettyJson";

describe("prettyJson", () => {
  it("puts objects and lists in lines, from text or as they are", () => {
    expect(prettyJson('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(prettyJson({ a: 1 })).toBe('{\n  "a": 1\n}');
  });

  it("leaves what is no JSON, and large numbers, as they came", () => {
    expect(prettyJson("on")).toBe("on");
    expect(prettyJson("12345678901234567890")).toBe("12345678901234567890");
  });
});

describe("jsonMistake", () => {
  it("finds nothing in JSON", () => {
    expect(jsonMistake('{"a": 1}')).toBeUndefined();
  });

  it("finds the line of what is none", () => {
    expect(jsonMistake('{\n  "a": 1,\n  b\n}')?.line).toBe(3);
    expect(jsonMistake('{\n "a": 1')?.line).toBe(2);
  });

  it("counts lines and columns from one", () => {
    expect(placeAt("ab\ncd", 4)).toEqual({ line: 2, column: 2 });
    expect(placeAt("", 0)).toEqual({ line: 1, column: 1 });
  });
});
