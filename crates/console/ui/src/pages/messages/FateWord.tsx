import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import type { RuleFate } from "./fold";

const LOOKS: Record<RuleFate, StatusIndicatorProps.Type> = {
  matched: "success",
  unmatched: "stopped",
  failed: "error",
  waiting: "in-progress",
};

const WORDS: Record<RuleFate, string> = {
  matched: "matched",
  unmatched: "did not match",
  failed: "failed",
  waiting: "under way",
};

export function FateWord({ fate, children }: { fate: RuleFate; children?: string }) {
  return <StatusIndicator type={LOOKS[fate]}>{children ?? WORDS[fate]}</StatusIndicator>;
}
