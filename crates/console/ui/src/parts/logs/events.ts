// Lines of a log group as they come, put together in order.

import { ask } from "../../aws/json";

export interface LogEvent {
  eventId: string;
  /** Milliseconds. */
  timestamp: number;
  message: string;
  logStreamName: string;
}

/** As many as a page can show; older ones are found by a shorter time or a pattern. */
export const KEPT_MAX = 1_000;
/** Pages of one look: a pattern that hardly matches reads much and finds little. */
const PAGES_MAX = 20;

export interface Wanted {
  group: string;
  pattern: string;
  startTime: number;
  /** Not counted itself; the lines until now without it. */
  endTime?: number;
}

/** The lines since a moment: the latest of them, if there are more than can be shown. */
export async function logEvents(wanted: Wanted, signal?: AbortSignal): Promise<LogEvent[]> {
  const { group, pattern, startTime, endTime } = wanted;
  let events: LogEvent[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page: { events: LogEvent[]; nextToken?: string } = await ask(
      "logs",
      "FilterLogEvents",
      { logGroupName: group, filterPattern: pattern || undefined, startTime, endTime, nextToken: token },
      signal,
    );
    events = withEvents(events, page.events);
    token = page.nextToken;
    if (!token) break;
  }
  return events;
}

/** Each line once, oldest first; the oldest go when there are too many. */
export function withEvents(held: LogEvent[], fresh: LogEvent[]): LogEvent[] {
  if (fresh.length === 0) return held;
  const known = new Set(held.map((event) => event.eventId));
  const added = fresh.filter((event) => !known.has(event.eventId));
  if (added.length === 0) return held;
  return [...held, ...added].sort((one, other) => one.timestamp - other.timestamp).slice(-KEPT_MAX);
}

/** Lines of one moment may still come: it is asked for again. */
export function nextStart(held: LogEvent[], startTime: number): number {
  return held.at(-1)?.timestamp ?? startTime;
}
