import { expect, it } from "vitest";
import { SPANS, chosenOf, rangeOf, refreshMillis, spanOf, spanText } from "./range";

const chosen = (search: string) => chosenOf(new URLSearchParams(search));

it("is what the address says, or the last hour", () => {
  expect(chosen("")).toEqual({ span: "1h" });
  expect(chosen("range=7d")).toEqual({ span: "7d" });
  expect(chosen("range=90m")).toEqual({ span: "90m" });
  for (const wrong of ["never", "0h", "-1h", "1.5h", "1y", "999999w"]) {
    expect(chosen(`range=${wrong}`)).toEqual({ span: "1h" });
  }
  expect(chosen("from=10&to=20")).toEqual({ span: "", from: 10, to: 20 });
  expect(chosen("from=20&to=10")).toEqual({ span: "1h" });
});

it("is no time at all where none need be", () => {
  expect(chosenOf(new URLSearchParams(""), "")).toEqual({ span: "" });
  expect(chosenOf(new URLSearchParams("range=6h"), "")).toEqual({ span: "6h" });
});

it("ends now, or where it is said to end, and is then not asked for again", () => {
  expect(rangeOf(chosen("range=15m"), 1_000_000)).toEqual({ from: 100_000, to: 1_000_000 });
  expect(rangeOf(chosen("from=10&to=20"), 1_000_000)).toEqual({ from: 10, to: 20 });
  expect(refreshMillis(chosen("from=10&to=20"))).toBe(false);
  expect(refreshMillis(chosen("range=60m"))).toBe(5_000);
  expect(refreshMillis(chosen("range=61m"))).toBe(30_000);
});

it("is written as it is read", () => {
  for (const text of [...SPANS, "2w"]) {
    const span = spanOf(text);
    expect(span && spanText(span)).toBe(text);
  }
});
