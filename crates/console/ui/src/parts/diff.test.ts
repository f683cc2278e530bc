import { describe, expect, it } from "vitest";
import { diffLines, folded } from "./diff";

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

describe("folded", () => {
  const shown = (before: string, after: string) => folded(diffLines(before, after), 1).map(({ text }) => text);

  it("leaves out what is far from every change", () => {
    expect(shown("a\nb\nc\nd\ne\nf\ng", "a\nb\nc\nx\ne\nf\ng")).toEqual([
      "⋯ 2 lines stay as they are",
      "c",
      "d",
      "x",
      "e",
      "⋯ 2 lines stay as they are",
    ]);
  });

  it("leaves out no line alone", () => {
    expect(shown("a\nb\nc", "a\nb\nx")).toEqual(["a", "b", "c", "x"]);
  });

  it("leaves out all of what did not change", () => {
    expect(shown("a\nb", "a\nb")).toEqual(["⋯ 2 lines stay as they are"]);
  });
});
