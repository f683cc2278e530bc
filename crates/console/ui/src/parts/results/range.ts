// The time that is looked at: the last hour, and so on, or between two moments. It stands in the address.

import type { Range } from "./series";

const MINUTE = 60_000;

export const SPANS = [
  { value: "15m", label: "Last 15 minutes", millis: 15 * MINUTE },
  { value: "1h", label: "Last hour", millis: 60 * MINUTE },
  { value: "6h", label: "Last 6 hours", millis: 6 * 60 * MINUTE },
  { value: "24h", label: "Last 24 hours", millis: 24 * 60 * MINUTE },
  { value: "7d", label: "Last 7 days", millis: 7 * 24 * 60 * MINUTE },
  { value: "30d", label: "Last 30 days", millis: 30 * 24 * 60 * MINUTE },
];

export const SPAN = "1h";

export interface Chosen {
  span: string;
  /** Both, or the span counts. */
  from?: number;
  to?: number;
}

export function chosenOf(search: URLSearchParams): Chosen {
  const [from, to] = [Number(search.get("from") ?? Number.NaN), Number(search.get("to") ?? Number.NaN)];
  if (Number.isFinite(from) && Number.isFinite(to) && from < to) return { span: "", from, to };
  const span = search.get("range") ?? SPAN;
  return { span: SPANS.some(({ value }) => value === span) ? span : SPAN };
}

/** What is chosen, at this moment. */
export function rangeOf({ span, from, to }: Chosen, now: number): Range {
  if (from !== undefined && to !== undefined) return { from, to };
  const millis = SPANS.find(({ value }) => value === span)?.millis ?? 60 * MINUTE;
  return { from: now - millis, to: now };
}

/** Long ranges change slowly, and cost more; what lies between two moments does not change. */
export function refreshMillis({ span, from }: Chosen): number | false {
  if (from !== undefined) return false;
  return span === "15m" || span === "1h" ? 5_000 : 30_000;
}
