// What a rule makes of messages as they pass: counted, and the latest kept to look at.

import type { TailMessage } from "../../parts/tap";
import type { SampleTrial } from "./calls";
import { verdictOf } from "./recordings";

/** As many as a reader may want to look back at. */
const KEPT_MAX = 50;

export interface LiveTrial {
  id: number;
  message: TailMessage;
  draft: SampleTrial;
  stored?: SampleTrial;
}

export interface LiveTrials {
  matched: number;
  unmatched: number;
  failed: number;
  /** Of which the saved rule makes something else. */
  differing: number;
  /** Passed, and not tried. */
  skipped: number;
  /** Newest first. */
  kept: LiveTrial[];
  lastId: number;
}

export const NO_TRIALS: LiveTrials = {
  matched: 0,
  unmatched: 0,
  failed: 0,
  differing: 0,
  skipped: 0,
  kept: [],
  lastId: 0,
};

export function withTrial(held: LiveTrials, trial: Omit<LiveTrial, "id">): LiveTrials {
  const verdict = verdictOf(trial.draft);
  const id = held.lastId + 1;
  return {
    ...held,
    [verdict]: held[verdict] + 1,
    differing: held.differing + (differs(trial) ? 1 : 0),
    kept: [{ ...trial, id }, ...held.kept].slice(0, KEPT_MAX),
    lastId: id,
  };
}

export function withSkipped(held: LiveTrials, count: number): LiveTrials {
  return count === 0 ? held : { ...held, skipped: held.skipped + count };
}

/** Whether the saved rule makes something else of the message. */
export function differs({ draft, stored }: Pick<LiveTrial, "draft" | "stored">): boolean {
  if (!stored) return false;
  const told = (trial: SampleTrial) => JSON.stringify([trial.listens, verdictOf(trial), trial.output, trial.would]);
  return told(draft) !== told(stored);
}
