// The messages that the page holds: the latest ones, so many and so large and no more. What is not held is counted.

import type { MqttMessage } from "../../aws/mqtt";

/** More than anybody reads; what is older goes. */
export const KEPT_MAX = 1_000;
/** Large messages fill a browser sooner than many do. */
const KEPT_BYTES_MAX = 16 * 1_024 * 1_024;

export interface Arrived extends MqttMessage {
  /** Counts up from 1. */
  id: number;
  at: number;
}

export class MessageLog {
  /** Oldest first; what stands before `start` is gone. */
  private held: Arrived[] = [];
  private start = 0;
  private bytes = 0;
  private last = 0;
  isPaused = false;
  received = 0;
  /** Came while the list was paused. */
  skipped = 0;
  /** Were shown, and made room. */
  gone = 0;

  add(message: MqttMessage, at: number): void {
    this.received += 1;
    if (this.isPaused) {
      this.skipped += 1;
      return;
    }
    this.last += 1;
    this.held.push({ ...message, id: this.last, at });
    this.bytes += message.payload.length;
    while (this.count > 1 && (this.count > KEPT_MAX || this.bytes > KEPT_BYTES_MAX)) this.dropOldest();
  }

  clear(): void {
    this.held = [];
    this.start = 0;
    this.bytes = 0;
    this.received = 0;
    this.skipped = 0;
    this.gone = 0;
  }

  get count(): number {
    return this.held.length - this.start;
  }

  /** Newest first. */
  latest(): Arrived[] {
    return this.held.slice(this.start).reverse();
  }

  private dropOldest(): void {
    this.bytes -= this.held[this.start]?.payload.length ?? 0;
    this.start += 1;
    this.gone += 1;
    // Moving the rest at each message would cost more than all else.
    if (this.start < KEPT_MAX) return;
    this.held = this.held.slice(this.start);
    this.start = 0;
  }
}

/** Messages in a second, from how many there had been at moments before. */
export class Rate {
  private marks: { at: number; count: number }[] = [];

  constructor(private readonly overMillis = 3_000) {}

  at(now: number, count: number): number {
    const { marks } = this;
    if (marks.length > 0 && (marks.at(-1)?.count ?? 0) > count) marks.length = 0;
    marks.push({ at: now, count });
    while (marks.length > 2 && (marks[1]?.at ?? now) <= now - this.overMillis) marks.shift();
    const first = marks[0];
    if (!first || now <= first.at) return 0;
    return ((count - first.count) * 1_000) / (now - first.at);
  }
}
