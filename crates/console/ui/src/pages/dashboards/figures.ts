// The server's own figures as results: those that it keeps a history of over time, the others as they are now.

import { ask } from "../../aws/json";
import type { Result } from "../../parts/results/result";

interface Sample {
  at: number;
  connectedClients: number;
  received: number;
  sent: number;
  rulesMatched: number;
  rulesFailed: number;
}

export type Overview = { now: number; history: Sample[]; diskFreeBytes?: number } & Record<string, unknown>;

interface Figure {
  label: string;
  /** In the history; counters count up, so their difference over time is shown. */
  sample?: Exclude<keyof Sample, "at">;
  isCounter?: boolean;
}

export const FIGURES: Record<string, Figure> = {
  connectedClients: { label: "Connected clients", sample: "connectedClients" },
  received: { label: "Messages in per second", sample: "received", isCounter: true },
  sent: { label: "Messages out per second", sample: "sent", isCounter: true },
  rulesMatched: { label: "Rules matched per second", sample: "rulesMatched", isCounter: true },
  rulesFailed: { label: "Rules failed per second", sample: "rulesFailed", isCounter: true },
  sessions: { label: "Sessions" },
  subscriptions: { label: "Subscriptions" },
  messagesDropped: { label: "Messages dropped" },
  connectionsRefused: { label: "Connections refused" },
  failedCommits: { label: "Failed commits" },
  outboxWaiting: { label: "Waiting in the outbox" },
  diskFreeBytes: { label: "Free bytes on disk" },
};

export async function queryFigures(names: string[], signal?: AbortSignal): Promise<Result> {
  return figuresOf(await ask<Overview>("thingstead", "Overview", {}, signal), names);
}

/** Over time if one of the names has a history; then the others stand at the last moment. */
export function figuresOf(overview: Overview, names: string[]): Result {
  const known = names.flatMap((name) => (FIGURES[name] ? [{ name, figure: FIGURES[name] }] : []));
  const columns = [
    { name: "time", type: "time" as const },
    ...known.map(({ figure }) => ({ name: figure.label, type: "number" as const })),
  ];
  const samples = known.some(({ figure }) => figure.sample) ? overview.history : [];
  const rows = samples.map((sample, at) => [
    String(sample.at),
    ...known.map(({ figure }) => (figure.sample ? sampleText(samples, at, figure) : null)),
  ]);
  const now = known.map(({ name, figure }) => (figure.sample ? null : numberText(overview[name])));
  if (now.some((value) => value !== null)) rows.push([String(overview.now), ...now]);
  return { columns, rows, isCut: false };
}

function sampleText(samples: Sample[], at: number, { sample, isCounter }: Figure): string | null {
  const here = samples[at];
  if (!here || !sample) return null;
  if (!isCounter) return String(here[sample]);
  const before = samples[at - 1];
  if (!before || here.at <= before.at) return null;
  // A counter begins anew with the server.
  const grown = Math.max(0, here[sample] - before[sample]);
  return String((grown * 1000) / (here.at - before.at));
}

function numberText(value: unknown): string | null {
  return typeof value === "number" ? String(value) : null;
}
