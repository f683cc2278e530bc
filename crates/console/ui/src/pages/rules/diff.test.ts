import { describe, expect, it } from "vitest";
import { diffLines } from "./diff";

const told = (before: string, after: string) =>
  diffLines(before, after).map(({ kind, text }) => `${{ same: " ", gone: "-", new: "+" }[kind]}${text}`);

describe("diffLines", () => {
  it("keeps what is the same", () => {
    expect(told("a\nb", "a\nb")).toEqual([" a", " b"]);
  });

  it("tells what went before what came", () => {
    expect(told("a\nb\nc", "a\nx\nc")).toEqual([" a", "-b", "+x", " c"]);
  });

  it("finds what was only added or only taken away", () => {
    expect(told("a\nc", "a\nb\nc")).toEqual([" a", "+b", " c"]);
    expect(told("a\nb\nc", "c")).toEqual(["-a", "-b", " c"]);
  });
});
