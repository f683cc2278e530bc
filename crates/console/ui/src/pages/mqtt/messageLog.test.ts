import { expect, it } from "vitest";
import { KEPT_MAX, MessageLog, Rate } from "./messageLog";

function message(text: string) {
  return { topic: "a", payload: new TextEncoder().encode(text), qos: 0, retain: false };
}

it("holds the latest, and counts those that made room", () => {
  const log = new MessageLog();
  for (let number = 1; number <= KEPT_MAX * 3 + 5; number += 1) log.add(message(String(number)), number);
  const latest = log.latest();
  expect(latest).toHaveLength(KEPT_MAX);
  expect(latest[0]).toMatchObject({ id: KEPT_MAX * 3 + 5, at: KEPT_MAX * 3 + 5 });
  expect(latest.at(-1)?.id).toBe(KEPT_MAX * 2 + 6);
  expect(log).toMatchObject({ received: KEPT_MAX * 3 + 5, gone: KEPT_MAX * 2 + 5, skipped: 0, count: KEPT_MAX });
});

it("holds fewer large ones, but always the last", () => {
  const log = new MessageLog();
  const large = "x".repeat(10 * 1_024 * 1_024);
  log.add(message(large), 1);
  log.add(message(large), 2);
  expect(log.latest().map(({ id }) => id)).toEqual([2]);
  log.add(message("x".repeat(17 * 1_024 * 1_024)), 3);
  expect(log.latest().map(({ id }) => id)).toEqual([3]);
});

it("takes nothing in while it is paused, and says how many came", () => {
  const log = new MessageLog();
  log.add(message("1"), 1);
  log.isPaused = true;
  log.add(message("2"), 2);
  expect(log.count).toBe(1);
  expect(log).toMatchObject({ received: 2, skipped: 1 });
  log.clear();
  expect(log).toMatchObject({ received: 0, skipped: 0, gone: 0, count: 0 });
});

it("tells how fast they come", () => {
  const rate = new Rate(1_000);
  expect(rate.at(0, 0)).toBe(0);
  expect(rate.at(500, 50)).toBe(100);
  expect(rate.at(1_000, 100)).toBe(100);
  expect(rate.at(3_000, 100)).toBe(0);
  // The list was cleared.
  expect(rate.at(4_000, 10)).toBe(0);
});
