// The time that is looked at: the last hour, and so on, or between two moments. It stands in the address.

import type { Range } from "./series";

const MINUTE = 60_000;

/** In the address a span is an amount and the letter of its unit: `15m`. */
const UNITS = {
  minute: { letter: "m", millis: MINUTE },
  hour: { letter: "h", millis: 60 * MINUTE },
  day: { letter: "d", millis: 24 * 60 * MINUTE },
  week: { letter: "w", millis: 7 * 24 * 60 * MINUTE },
};

export type SpanUnit = keyof typeof UNITS;

export interface Span {
  amount: number;
  unit: SpanUnit;
}

export const SPAN_UNITS = Object.keys(UNITS) as SpanUnit[];

/** Offered; others can be said. */
export const SPANS = ["15m", "1h", "6h", "24h", "7d", "30d"];

export const SPAN = "1h";

/** Further back nothing can be told from for ever. */
const SPAN_MILLIS_MAX = 10 * 366 * 24 * 60 * MINUTE;

export interface Chosen {
  /** Empty if two moments count, or if no time is chosen where none need be. */
  span: string;
  /** Both or none. */
  from?: number;
  to?: number;
}

/** What the address says; otherwise the last hour, or what is given instead. */
export function chosenOf(search: URLSearchParams, otherwise = SPAN): Chosen {
  const [from, to] = [Number(search.get("from") ?? Number.NaN), Number(search.get("to") ?? Number.NaN)];
  if (Number.isFinite(from) && Number.isFinite(to) && from < to) return { span: "", from, to };
  const span = search.get("range") ?? otherwise;
  return { span: spanOf(span) ? span : otherwise };
}

export function spanOf(text: string): Span | undefined {
  const [, digits, letter] = /^([1-9]\d{0,5})([mhdw])$/.exec(text) ?? [];
  const unit = SPAN_UNITS.find((known) => UNITS[known].letter === letter);
  if (!digits || !unit) return undefined;
  const span = { amount: Number(digits), unit };
  return millisOf(span) <= SPAN_MILLIS_MAX ? span : undefined;
}

export function spanText({ amount, unit }: Span): string {
  return `${amount}${UNITS[unit].letter}`;
}

function millisOf({ amount, unit }: Span): number {
  return amount * UNITS[unit].millis;
}

/** What is chosen, at this moment. */
export function rangeOf({ span, from, to }: Chosen, now: number): Range {
  if (from !== undefined && to !== undefined) return { from, to };
  return { from: now - millisOf(spanOf(span) ?? { amount: 1, unit: "hour" }), to: now };
}

/** Long ranges change slowly, and cost more; what lies between two moments does not change. */
export function refreshMillis(chosen: Chosen): number | false {
  if (chosen.from !== undefined) return false;
  const { from, to } = rangeOf(chosen, 0);
  return to - from <= 60 * MINUTE ? 5_000 : 30_000;
}
