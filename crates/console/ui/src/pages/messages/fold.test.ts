import { describe, expect, it } from "vitest";
import type { Story, StoryRule } from "./calls";
import { KEPT_MAX, fateOf, summaryOf, withLatest } from "./fold";

const story = (id: number, fate: Story["fate"] = "kept"): Story => ({
  id,
  fate,
  traceId: `t${id}`,
  at: id,
  topic: "a",
  qos: 0,
  principal: "p",
  hops: 0,
  payloadBase64: "",
  rules: [],
});

const rule = (told: Partial<StoryRule>): StoryRule => ({
  rule: "r",
  sql: "",
  clauses: [],
  matched: true,
  actions: [],
  ...told,
});

describe("stories", () => {
  it("come newest first, and are told anew when something became of them", () => {
    const held = withLatest([], [story(2, "open"), story(1)]);
    const next = withLatest(held, [story(3), story(2)]);
    expect(next.map(({ id, fate }) => `${id} ${fate}`)).toEqual(["3 kept", "2 kept", "1 kept"]);
  });

  it("are not kept without bound", () => {
    const many = Array.from({ length: KEPT_MAX }, (_, id) => story(id));
    expect(withLatest(many, [story(KEPT_MAX)])).toHaveLength(KEPT_MAX);
    expect(withLatest(many, [story(KEPT_MAX)])[0]?.id).toBe(KEPT_MAX);
  });
});

describe("a rule's fate", () => {
  it("follows from what it made and what went out", () => {
    expect(fateOf(rule({}))).toBe("matched");
    expect(fateOf(rule({ matched: false }))).toBe("unmatched");
    expect(fateOf(rule({ failure: "no" }))).toBe("failed");
    expect(fateOf(rule({ actions: [{ action: "a", failure: "no" }] }))).toBe("failed");
    expect(fateOf(rule({ actions: [{ action: "a", errands: ["queued for x"] }] }))).toBe("waiting");
    expect(fateOf(rule({ actions: [{ action: "a", errands: ["delivered to x"] }] }))).toBe("matched");
    expect(fateOf(rule({ actions: [{ action: "a", errands: ["failed: x: gone"] }] }))).toBe("failed");
    expect(fateOf(rule({ matched: false, deferred: "asks the function f" }))).toBe("waiting");
    expect(fateOf(rule({ matched: false, deferred: "asks f; nothing followed: x" }))).toBe("failed");
  });

  it("is told worst first", () => {
    const rules = [rule({ rule: "a" }), rule({ rule: "b", failure: "no" }), rule({ rule: "c" })];
    expect(summaryOf(rules)).toEqual([
      { fate: "failed", names: ["b"] },
      { fate: "matched", names: ["a", "c"] },
    ]);
  });
});
