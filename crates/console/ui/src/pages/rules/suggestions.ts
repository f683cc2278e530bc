// What is there for a field of an action to name.

import { ask } from "../../aws/json";
import { rest } from "../../aws/rest";
import { s3 } from "../../aws/s3";
import { call, listOf } from "../../aws/xml";
import type { Source } from "./actionKinds";

/** The first of them: who has more types on. */
const SHOWN_MAX = 100;

export const SUGGESTIONS: Record<Source, () => Promise<string[]>> = {
  roles: async () => {
    const input = { MaxItems: SHOWN_MAX };
    const { Roles } = await call<{ Roles?: { Arn: string }[] }>("iam", "ListRoles", input);
    return listOf(Roles).map((role) => role.Arn);
  },
  tables: async () =>
    (await ask<{ TableNames: string[] }>("dynamodb", "ListTables", { Limit: SHOWN_MAX })).TableNames,
  databases: async () => {
    const input = { MaxResults: 20 };
    const listed = await ask<{ Databases: { DatabaseName: string }[] }>("timestream", "ListDatabases", input);
    return listed.Databases.map((database) => database.DatabaseName);
  },
  buckets: async () => {
    const root = await s3("GET", "/");
    return [...root.querySelectorAll("Bucket > Name")].map((name) => name.textContent ?? "");
  },
  queues: async () => {
    const input = { MaxResults: SHOWN_MAX };
    return (await ask<{ QueueUrls?: string[] }>("sqs", "ListQueues", input)).QueueUrls ?? [];
  },
  functions: async () => {
    const query = { MaxItems: 50 };
    const path = "/2015-03-31/functions";
    const listed = await rest<{ Functions: { FunctionArn: string }[] }>("lambda", "GET", path, { query });
    return listed.Functions.map((listedFunction) => listedFunction.FunctionArn);
  },
  logGroups: async () => {
    const input = { limit: 50 };
    const listed = await ask<{ logGroups: { logGroupName: string }[] }>("logs", "DescribeLogGroups", input);
    return listed.logGroups.map((group) => group.logGroupName);
  },
};
