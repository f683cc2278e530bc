// What the pages of rules ask.

import { ask } from "../../aws/json";
import { rest, segment } from "../../aws/rest";

export type Action = Record<string, Record<string, unknown>>;

export interface ListedRule {
  ruleName: string;
  ruleArn: string;
  topicPattern?: string;
  /** Seconds. */
  createdAt: number;
  ruleDisabled: boolean;
}

export interface RulePayload {
  sql: string;
  description?: string;
  actions: Action[];
  ruleDisabled: boolean;
  awsIotSqlVersion?: string;
  errorAction?: Action;
}

export interface StoredRule extends RulePayload {
  ruleName: string;
  createdAt: number;
}

export interface ActionCounters {
  action: string;
  succeeded: number;
  failed: number;
  lastFailure?: string;
  lastFailureAt?: number;
}

export interface RuleCounters {
  rule: string;
  evaluated: number;
  matched: number;
  failed: number;
  actions: ActionCounters[];
  errorAction?: ActionCounters;
}

export interface Clause {
  clause: string;
  text: string;
  value: string;
  why?: string;
}

export interface ActionTold {
  action: string;
  failure?: string;
  errands?: string[];
}

export interface Outcome {
  matched: boolean;
  failure?: string;
  output?: string;
  deferred?: string;
  actions: ActionTold[];
  errorAction?: ActionTold;
}

export interface Trial extends Outcome {
  clauses: Clause[];
  would: string[];
}

export interface SampleTrial extends Trial {
  listens: boolean;
}

/** What is tried: a rule that is there, or one that is yet to be. */
export type Tried = { rule: string } | { sql: string; awsIotSqlVersion?: string; actions?: Action[] };

export interface Sample {
  topic: string;
  payloadBase64: string;
  clientId?: string;
}

export function listRules(query: { topic?: string; nextToken?: string; ruleDisabled?: boolean }) {
  return rest<{ rules: ListedRule[]; nextToken?: string }>("iot", "GET", "/rules", {
    query: { ...query, maxResults: 50 },
  });
}

export async function getRule(name: string): Promise<StoredRule> {
  return (await rest<{ rule: StoredRule }>("iot", "GET", pathOf(name))).rule;
}

export function createRule(name: string, payload: RulePayload) {
  return rest("iot", "POST", pathOf(name), { body: payload });
}

export function replaceRule(name: string, payload: RulePayload) {
  return rest("iot", "PATCH", pathOf(name), { body: payload });
}

export function deleteRule(name: string) {
  return rest("iot", "DELETE", pathOf(name));
}

export function switchRule(name: string, isOn: boolean) {
  return rest("iot", "POST", `${pathOf(name)}/${isOn ? "enable" : "disable"}`);
}

export async function ruleCounters(rule?: string): Promise<RuleCounters[]> {
  return (await ask<{ rules: RuleCounters[] }>("thingstead", "RuleCounters", { rule })).rules;
}

export function testRule(tried: Tried, sample: Sample, signal?: AbortSignal) {
  return ask<SampleTrial>("thingstead", "TestRule", { ...tried, ...sample }, signal);
}

function pathOf(name: string): string {
  return `/rules/${segment(name)}`;
}
