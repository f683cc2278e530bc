// What the pages of messages ask.

import { ask } from "../../aws/json";
import { rest } from "../../aws/rest";
import { currentCredentials } from "../../session/session";
import type { Clause, Outcome } from "../rules/calls";

export interface StoryRule extends Outcome {
  rule: string;
  sql: string;
  clauses: Clause[];
}

export interface Story {
  id: number;
  traceId: string;
  at: number;
  topic: string;
  qos: number;
  clientId?: string | null;
  principal: string;
  sourceIp?: string | null;
  /** Rules that the message came through. */
  hops: number;
  payload?: string | null;
  payloadBase64: string;
  fate: "open" | "kept" | "lost";
  unknownRule?: string;
  rules: StoryRule[];
}

interface AuthResult {
  allowed?: { policies?: { policyName: string }[] };
  authDecision?: string;
}

export interface WantedStories {
  topic?: string;
  clientId?: string;
  /** Milliseconds, both told of themselves. */
  from?: number;
  to?: number;
}

/** Newest first. */
export async function latestStories(wanted: WantedStories): Promise<Story[]> {
  return (await ask<{ stories: Story[] }>("thingstead", "Stories", wanted)).stories;
}

/** By its number; or all of a trace, which are a message's and of rules that were run with it later. */
export async function storiesOf(story: string): Promise<Story[]> {
  return (await ask<{ stories: Story[] }>("thingstead", "Stories", { story })).stories;
}

/** By which policies a certificate may publish now. */
export async function publishPolicies({ principal, clientId, topic }: Story) {
  const { region, account } = await currentCredentials();
  const home = `arn:aws:iot:${region}:${account}:`;
  const { authResults } = await rest<{ authResults: AuthResult[] }>("iot", "POST", "/test-authorization", {
    query: { clientId },
    body: {
      principal: `${home}cert/${principal}`,
      authInfos: [{ actionType: "PUBLISH", resources: [`${home}topic/${topic}`] }],
    },
  });
  const [result] = authResults;
  return {
    isAllowed: result?.authDecision === "ALLOWED",
    policies: (result?.allowed?.policies ?? []).map((policy) => policy.policyName),
  };
}

export function isCertificate(principal: string): boolean {
  return /^[0-9a-f]{64}$/.test(principal);
}
