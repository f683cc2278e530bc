import { expect, it } from "vitest";
import { arnBeside, nameMistake, resourceOf } from "./names";

it("knows names", () => {
  expect(nameMistake("lamp:1_a-b")).toBeUndefined();
  expect(nameMistake("lamp 1")).toContain(": _ -");
  expect(nameMistake("x".repeat(129))).toContain("128");
  expect(nameMistake("a:b", "_-")).toContain("_ -");
  expect(nameMistake("a+b=c,d.e@f-g", "+=,.@_-")).toBeUndefined();
});

it("takes ARNs apart", () => {
  const arn = "arn:aws:iot:us-east-1:000000000000:thing/a:b";
  expect(resourceOf(arn)).toBe("thing/a:b");
  expect(arnBeside(arn, "topic/x")).toBe("arn:aws:iot:us-east-1:000000000000:topic/x");
});
