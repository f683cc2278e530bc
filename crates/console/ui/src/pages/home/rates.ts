// How fast counters rise.

import type { HistoryMark, Overview } from "./calls";

export interface Flow {
  times: number[];
  /** In a second; nothing where a counter began anew. */
  received: (number | null)[];
  sent: (number | null)[];
}

/** Over the time of a history. */
export function flowOf(history: HistoryMark[]): Flow {
  const pairs = history.slice(1).map((mark, index) => [history[index] as HistoryMark, mark] as const);
  return {
    times: pairs.map(([, mark]) => mark.at),
    received: pairs.map(([before, mark]) => perSecond(before.at, before.received, mark.at, mark.received)),
    sent: pairs.map(([before, mark]) => perSecond(before.at, before.sent, mark.at, mark.sent)),
  };
}

/** Nothing if the counter fell, as after a start, or if no time has passed. */
export function perSecond(beforeAt: number, before: number, at: number, now: number): number | null {
  return now < before || at <= beforeAt ? null : ((now - before) * 1_000) / (at - beforeAt);
}

export interface Speeds {
  received: number;
  sent: number;
  rulesMatched: number;
}

/** Between two looks; before the second one, of the history's last step. */
export function speedsOf(before: Overview | undefined, now: Overview): Speeds | undefined {
  if (before && before.now < now.now && before.startedAt === now.startedAt) {
    const of = (name: "messagesReceived" | "messagesSent" | "rulesMatched") =>
      perSecond(before.now, before[name], now.now, now[name]) ?? 0;
    return { received: of("messagesReceived"), sent: of("messagesSent"), rulesMatched: of("rulesMatched") };
  }
  const [first, last] = now.history.slice(-2);
  if (!first || !last) return undefined;
  const of = (name: "received" | "sent" | "rulesMatched") => perSecond(first.at, first[name], last.at, last[name]) ?? 0;
  return { received: of("received"), sent: of("sent"), rulesMatched: of("rulesMatched") };
}

/** `3.2`, `48`, `1,204`: small ones with a digit behind the point. */
export function speedText(perSecond: number | undefined): string {
  if (perSecond === undefined) return "–";
  if (perSecond === 0) return "0";
  const digits = perSecond < 10 ? 1 : 0;
  return perSecond.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
