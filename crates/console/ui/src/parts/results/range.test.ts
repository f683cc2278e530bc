import { expect, it } from "vitest";
import { chosenOf, rangeOf, refreshMillis } from "./range";

const chosen = (search: string) => chosenOf(new URLSearchParams(search));

it("is what the address says, or the last hour", () => {
  expect(chosen("")).toEqual({ span: "1h" });
  expect(chosen("range=7d")).toEqual({ span: "7d" });
  expect(chosen("range=never")).toEqual({ span: "1h" });
  expect(chosen("from=10&to=20")).toEqual({ span: "", from: 10, to: 20 });
  expect(chosen("from=20&to=10")).toEqual({ span: "1h" });
});

it("ends now, or where it is said to end, and is then not asked for again", () => {
  expect(rangeOf(chosen("range=15m"), 1_000_000)).toEqual({ from: 100_000, to: 1_000_000 });
  expect(rangeOf(chosen("from=10&to=20"), 1_000_000)).toEqual({ from: 10, to: 20 });
  expect(refreshMillis(chosen("from=10&to=20"))).toBe(false);
});
