// What the page of schedules asks: rules of EventBridge, and schedules of its Scheduler.

import { ask } from "../../aws/json";
import { rest, segment } from "../../aws/rest";

export interface EventRule {
  Name: string;
  State: "ENABLED" | "DISABLED";
  ScheduleExpression?: string;
  EventPattern?: string;
  Description?: string;
}

export interface Target {
  Id: string;
  Arn: string;
  [other: string]: unknown;
}

export interface ScheduleRow {
  Name: string;
  GroupName: string;
  State: "ENABLED" | "DISABLED";
  Target?: { Arn: string };
  /** Seconds. */
  LastModificationDate?: number;
}

export type Schedule = Record<string, unknown> & { Name: string; GroupName: string; State: string };

export async function listRules(prefix: string, token: string | undefined) {
  const input = { NamePrefix: prefix || undefined, NextToken: token, Limit: 50 };
  const page = await ask<{ Rules: EventRule[]; NextToken?: string }>("events", "ListRules", input);
  return { items: page.Rules, nextToken: page.NextToken };
}

export function switchRule(name: string, isOn: boolean) {
  return ask("events", isOn ? "EnableRule" : "DisableRule", { Name: name });
}

export async function targetsOf(rule: string): Promise<Target[]> {
  return (await ask<{ Targets: Target[] }>("events", "ListTargetsByRule", { Rule: rule })).Targets;
}

/** A rule goes only without its targets. */
export async function deleteRule(name: string) {
  const targets = await targetsOf(name);
  if (targets.length > 0) {
    await ask("events", "RemoveTargets", { Rule: name, Ids: targets.map(({ Id }) => Id) });
  }
  return ask("events", "DeleteRule", { Name: name });
}

export async function listSchedules(prefix: string, token: string | undefined) {
  const query = { NamePrefix: prefix || undefined, NextToken: token, MaxResults: 50 };
  const page = await rest<{ Schedules: ScheduleRow[]; NextToken?: string }>("scheduler", "GET", "/schedules", { query });
  return { items: page.Schedules, nextToken: page.NextToken };
}

export function getSchedule({ Name, GroupName }: ScheduleRow): Promise<Schedule> {
  return rest("scheduler", "GET", `/schedules/${segment(Name)}`, { query: { groupName: GroupName } });
}

/** The Scheduler knows no switch: the whole schedule is written again. */
export async function switchSchedule(row: ScheduleRow, isOn: boolean) {
  const { Arn: _arn, CreationDate: _made, LastModificationDate: _changed, Name, ...body } = await getSchedule(row);
  return rest("scheduler", "PUT", `/schedules/${segment(Name)}`, {
    body: { ...body, State: isOn ? "ENABLED" : "DISABLED" },
  });
}

export function deleteSchedule({ Name, GroupName }: ScheduleRow) {
  return rest("scheduler", "DELETE", `/schedules/${segment(Name)}`, { query: { groupName: GroupName } });
}

export async function runsOfRule(rule: string): Promise<number[]> {
  return (await ask<{ runs: number[] }>("thingstead", "NextRuns", { rule })).runs;
}

export async function runsOfSchedule({ Name, GroupName }: ScheduleRow): Promise<number[]> {
  return (await ask<{ runs: number[] }>("thingstead", "NextRuns", { schedule: Name, group: GroupName })).runs;
}
