import { expect, it } from "vitest";
import { type Overview, figuresOf } from "./figures";

const sample = (at: number, received: number) => ({
  at,
  received,
  connectedClients: 3,
  sent: 0,
  rulesMatched: 0,
  rulesFailed: 0,
});
const OVERVIEW: Overview = { now: 30_000, history: [sample(0, 10), sample(10_000, 110), sample(20_000, 0)], sessions: 4 };

it("shows counters as what they grow by in a second, also over a restart", () => {
  expect(figuresOf(OVERVIEW, ["received", "connectedClients"]).rows).toEqual([
    ["0", null, "3"],
    ["10000", "10", "3"],
    ["20000", "0", "3"],
  ]);
});

it("shows what has no history as it is now, and leaves out what it does not know", () => {
  expect(figuresOf(OVERVIEW, ["sessions", "weather"])).toEqual({
    columns: [
      { name: "time", type: "time" },
      { name: "Sessions", type: "number" },
    ],
    rows: [["30000", "4"]],
    isCut: false,
  });
});
