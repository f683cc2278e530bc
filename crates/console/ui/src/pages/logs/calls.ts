// What the pages of logs ask.

import { ask } from "../../aws/json";

export interface LogGroup {
  logGroupName: string;
  creationTime: number;
  retentionInDays?: number;
  storedBytes: number;
}

/** What CloudWatch Logs lets choose from. */
export const RETENTIONS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653];

export function listGroups(prefix: string, nextToken: string | undefined) {
  const input = { logGroupNamePrefix: prefix || undefined, nextToken, limit: 50 };
  return ask<{ logGroups: LogGroup[]; nextToken?: string }>("logs", "DescribeLogGroups", input);
}

export function keepFor(group: string, days: number | undefined) {
  const logGroupName = group;
  return days === undefined
    ? ask("logs", "DeleteRetentionPolicy", { logGroupName })
    : ask("logs", "PutRetentionPolicy", { logGroupName, retentionInDays: days });
}

export function deleteGroup(logGroupName: string) {
  return ask("logs", "DeleteLogGroup", { logGroupName });
}
