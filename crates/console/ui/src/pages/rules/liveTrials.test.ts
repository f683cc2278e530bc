import { expect, it } from "vitest";
import type { SampleTrial } from "./calls";
import { NO_TRIALS, differs, withSkipped, withTrial } from "./liveTrials";

const message = { at: 1, topic: "a", qos: 0, retain: false, payload: "{}", bytes: 2 };
const trial = (matched: boolean, output?: string): SampleTrial => ({
  listens: true,
  matched,
  output,
  actions: [],
  clauses: [],
  would: [],
});

it("counts verdicts, and keeps the latest", () => {
  let trials = withTrial(NO_TRIALS, { message, draft: trial(true, "1") });
  trials = withTrial(trials, { message, draft: trial(false) });
  trials = withTrial(trials, { message, draft: { ...trial(true), failure: "no" } });
  expect(trials).toMatchObject({ matched: 1, unmatched: 1, failed: 1 });
  expect(trials.kept.map((kept) => kept.id)).toEqual([3, 2, 1]);
  for (let more = 0; more < 100; more += 1) trials = withTrial(trials, { message, draft: trial(false) });
  expect(trials.kept).toHaveLength(50);
  expect(withSkipped(trials, 7).skipped).toBe(7);
});

it("tells of what the saved rule makes something else", () => {
  expect(differs({ draft: trial(true, "1"), stored: trial(true, "1") })).toBe(false);
  expect(differs({ draft: trial(true, "1"), stored: trial(true, "2") })).toBe(true);
  expect(differs({ draft: trial(true) })).toBe(false);
  expect(withTrial(NO_TRIALS, { message, draft: trial(true), stored: trial(false) }).differing).toBe(1);
});
