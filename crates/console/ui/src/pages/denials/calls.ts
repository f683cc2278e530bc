import { ask } from "../../aws/json";

export interface Verdict {
  allowed: boolean;
  reason?: string;
  advice?: string;
}

/** What would be decided if the policy had this document. Nothing is changed. */
export function tryPolicy(event: number, policyName: string, document: string) {
  return ask<{ before: Verdict; after: Verdict }>("thingstead", "TryPolicy", { event, policyName, document });
}
