import { expect, test } from "vitest";
import { type Expiring, leftText, soonestFirst, urgencyOf } from "./calls";

const DAY = 86_400_000;
const NOW = 1_800_000_000_000;

test.each([
  [NOW - 1, "over"],
  [NOW, "over"],
  [NOW + 1, "soon"],
  [NOW + 30 * DAY, "soon"],
  [NOW + 30 * DAY + 1, "later"],
])("%d is %s", (notAfter, urgency) => {
  expect(urgencyOf(notAfter, NOW)).toBe(urgency);
});

test.each([
  [-400, "400 days ago"],
  [-0.5, "today, over"],
  [0.5, "today"],
  [1, "in 1 day"],
  [729.9, "in 729 days"],
  [730, "in 2 years"],
  [-3650, "10 years ago"],
])("%d days: %s", (days, text) => {
  expect(leftText(NOW + days * DAY, NOW)).toBe(text);
});

test("what ends first comes first, and the same order comes again", () => {
  const one = (id: string, notAfter: number): Expiring => ({ id, notAfter, arn: id, kind: "device", status: "ACTIVE" });
  const sorted = soonestFirst([one("c", 2), one("b", 1), one("a", 2)]);
  expect(sorted.map(({ id }) => id)).toEqual(["b", "a", "c"]);
});
