// Recorded messages: what is kept, and rules tried on it.

import { ask } from "../../aws/json";
import type { Trial, Tried } from "./calls";

export interface Recording {
  filter: string;
  days: number;
  megabytes: number;
  startedAt: number;
  messages: number;
  bytes: number;
  firstAt?: number | null;
  lastAt?: number | null;
}

export interface Verdicts {
  matched: number;
  unmatched: number;
  failed: number;
  doneBefore: number;
}

export interface RecordedMessage {
  at: number;
  topic: string;
  clientId?: string | null;
  payload?: string | null;
  payloadBase64: string;
}

export type TriedRecorded = Trial & { message: RecordedMessage };

export interface TrialOnRecorded extends Verdicts {
  shown: TriedRecorded[];
  digest: string;
  next?: string;
}

export interface Replayed extends Verdicts {
  failures: { message: RecordedMessage; failure: string }[];
  next?: string;
}

export interface Passage {
  since: number;
  until?: number;
  topic?: string;
}

/** Messages shown of each verdict, of all pages together. */
const SHOWN_MAX = 10;

export async function listRecordings(): Promise<Recording[]> {
  return (await ask<{ recordings: Recording[] }>("thingstead", "ListRecordings")).recordings;
}

export function startRecording(filter: string, days: number, megabytes: number) {
  return ask("thingstead", "StartRecording", { filter, days, megabytes });
}

export function stopRecording(filter: string) {
  return ask("thingstead", "StopRecording", { filter });
}

export const NO_VERDICTS: Verdicts = { matched: 0, unmatched: 0, failed: 0, doneBefore: 0 };

export function sum(one: Verdicts, other: Verdicts): Verdicts {
  return {
    matched: one.matched + other.matched,
    unmatched: one.unmatched + other.unmatched,
    failed: one.failed + other.failed,
    doneBefore: one.doneBefore + other.doneBefore,
  };
}

export function messagesOf({ matched, unmatched, failed, doneBefore }: Verdicts): number {
  return matched + unmatched + failed + doneBefore;
}

/** What each page adds; told as it goes, for whoever waits. */
export async function testOnRecorded(
  tried: Tried & { leaveOutDone?: boolean },
  passage: Passage,
  told: (verdicts: Verdicts) => void,
  signal: AbortSignal,
): Promise<TrialOnRecorded> {
  let all: TrialOnRecorded = { ...NO_VERDICTS, shown: [], digest: "" };
  let after: string | undefined;
  do {
    const input = { ...tried, ...passage, after };
    const page = await ask<TrialOnRecorded>("thingstead", "TestRuleOnRecorded", input, signal);
    all = { ...sum(all, page), shown: firstOfEach([...all.shown, ...page.shown]), digest: page.digest };
    told(all);
    after = page.next;
  } while (after);
  return all;
}

/** Does what the rule has to do, page by page; a page that failed on the way may be asked again. */
export async function replay(
  rule: string,
  digest: string,
  passage: Passage,
  told: (verdicts: Verdicts) => void,
): Promise<Replayed> {
  let all: Replayed = { ...NO_VERDICTS, failures: [] };
  let after: string | undefined;
  do {
    const page = await ask<Replayed>("thingstead", "ReplayRule", { rule, digest, ...passage, after });
    all = { ...sum(all, page), failures: [...all.failures, ...page.failures].slice(0, SHOWN_MAX) };
    told(all);
    after = page.next;
  } while (after);
  return all;
}

export function verdictOf(trial: Trial): "matched" | "unmatched" | "failed" {
  if (trial.failure || trial.actions.some((action) => action.failure)) return "failed";
  return trial.matched || trial.deferred ? "matched" : "unmatched";
}

function firstOfEach(trials: TriedRecorded[]): TriedRecorded[] {
  const counts = { matched: 0, unmatched: 0, failed: 0 };
  return trials.filter((trial) => {
    const verdict = verdictOf(trial);
    counts[verdict] += 1;
    return counts[verdict] <= SHOWN_MAX;
  });
}
