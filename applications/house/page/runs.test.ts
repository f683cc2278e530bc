import { describe, expect, it } from "vitest";
import { type LogLine, type Run, runsOf, switchedOf } from "./runs";

const lines = (...messages: string[]): LogLine[] =>
  messages.map((message, at) => ({ timestamp: at, message: `${message}\n` }));

const run = (id: string, ...said: string[]) => [
  `START RequestId: ${id} Version: $LATEST`,
  ...said,
  `END RequestId: ${id}`,
  `REPORT RequestId: ${id}\tDuration: 18.94 ms\tBilled Duration: 19 ms\tMemory Size: 128 MB\t`,
];

describe("runsOf", () => {
  it("tells what each run did in the zones, and how long it took", () => {
    const told = runsOf(lines(...run("a", "zone 1: mean 36.2: AC on", "zone 2: mean 30.0: nothing to do")));
    expect(told).toEqual([
      {
        id: "a",
        at: 0,
        millis: 18.94,
        said: [],
        zones: { 1: { mean: 36.2, done: "AC on" }, 2: { mean: 30, done: "nothing to do" } },
      },
    ]);
  });

  it("has no mean where there was nothing to measure, and keeps what failed", () => {
    const [told] = runsOf(lines(...run("a", "zone 1: no readings", "zone 2: AccessDenied: no", "Traceback")));
    expect(told?.zones).toEqual({ 1: { done: "no readings" }, 2: { done: "AccessDenied: no" } });
    expect(told?.said).toEqual(["Traceback"]);
  });

  it("leaves out the end of a run whose beginning it has not seen, and keeps one that still runs", () => {
    const told = runsOf(lines(...run("a", "zone 1: mean 1.0: AC off").slice(2), ...run("b").slice(0, 1)));
    expect(told).toEqual([{ id: "b", at: 2, zones: {}, said: [] }]);
  });
});

describe("switchedOf", () => {
  it("is the latest that a zone was told, of all streams", () => {
    const runs: Run[] = [
      { id: "a", at: 3, zones: { 1: { done: "AC on" } }, said: [] },
      { id: "b", at: 9, zones: { 1: { done: "nothing to do" }, 2: { done: "AC off" } }, said: [] },
      { id: "c", at: 1, zones: { 1: { done: "AC off" } }, said: [] },
    ];
    expect(switchedOf(runs, 1)).toEqual({ isOn: true, at: 3 });
    expect(switchedOf(runs, 2)).toEqual({ isOn: false, at: 9 });
    expect(switchedOf(runs, 3)).toBeUndefined();
  });
});
