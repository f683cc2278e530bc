import { expect, it } from "vitest";
import { KEPT_MAX, nextStart, withEvents } from "./events";

const event = (eventId: string, timestamp: number) => ({ eventId, timestamp, message: "", logStreamName: "s" });

it("keeps each line once, in order", () => {
  const held = withEvents([], [event("b", 2), event("a", 1)]);
  expect(withEvents(held, [event("b", 2), event("c", 2)]).map(({ eventId }) => eventId)).toEqual(["a", "b", "c"]);
  expect(withEvents(held, [event("a", 1)])).toBe(held);
});

it("lets the oldest go", () => {
  const many = Array.from({ length: KEPT_MAX + 5 }, (_, at) => event(String(at), at));
  expect(withEvents([], many)[0]?.eventId).toBe("5");
});

it("goes on where it was", () => {
  expect(nextStart([], 7)).toBe(7);
  expect(nextStart([event("a", 9)], 7)).toBe(9);
});
