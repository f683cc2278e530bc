// Stories as they come, put together to one list.

import type { Story, StoryRule } from "./calls";

/** As many as a reader scrolls through; older ones are found by their topic. */
export const KEPT_MAX = 300;

/** What came lately replaces what was told of the same messages before, newest first. */
export function withLatest(held: Story[], latest: Story[]): Story[] {
  const fresh = new Set(latest.map((story) => story.id));
  const kept = held.filter((story) => !fresh.has(story.id));
  return [...latest, ...kept].sort((one, other) => other.id - one.id).slice(0, KEPT_MAX);
}

export type RuleFate = "matched" | "unmatched" | "failed" | "waiting";

/** What became of a message in a rule: a failure of its action is one of the rule for who reads. */
export function fateOf(rule: StoryRule): RuleFate {
  if (rule.failure || rule.actions.some((action) => action.failure)) return "failed";
  const errands = [...rule.actions, ...(rule.errorAction ? [rule.errorAction] : [])].flatMap(
    (action) => action.errands ?? [],
  );
  if (errands.some((errand) => errand.startsWith("failed"))) return "failed";
  if (rule.deferred) return /nothing followed/.test(rule.deferred) ? "failed" : "waiting";
  if (!rule.matched) return "unmatched";
  return errands.some((errand) => errand.startsWith("queued")) ? "waiting" : "matched";
}

/** `house_valid` matched, two did not: in words for a row. */
export function summaryOf(rules: StoryRule[]): { fate: RuleFate; names: string[] }[] {
  const order: RuleFate[] = ["failed", "waiting", "matched", "unmatched"];
  return order
    .map((fate) => ({ fate, names: rules.filter((rule) => fateOf(rule) === fate).map((rule) => rule.rule) }))
    .filter(({ names }) => names.length > 0);
}
