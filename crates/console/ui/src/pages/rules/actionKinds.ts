// The actions that have a form: their fields, where each stands, and what it may be. Others are written as JSON.

import type { Action } from "./calls";

export type Source = "roles" | "tables" | "databases" | "buckets" | "queues" | "functions" | "logGroups";

export interface ActionField {
  /** Below the action: `["putItem", "tableName"]`. */
  path: string[];
  label: string;
  kind?: "text" | "boolean" | "choice" | "pairs";
  choices?: string[];
  isOptional?: boolean;
  hint?: string;
  /** What is there to choose from. */
  source?: Source;
  /** What the two halves of a pair are called in JSON. */
  pair?: [string, string];
}

export interface ActionKind {
  key: string;
  title: string;
  fields: ActionField[];
}

const ROLE: ActionField = {
  path: ["roleArn"],
  label: "Role",
  source: "roles",
  hint: "A role that iot.amazonaws.com may take.",
};

export const ACTION_KINDS: ActionKind[] = [
  {
    key: "republish",
    title: "Publish to a topic",
    fields: [
      { path: ["topic"], label: "Topic", hint: "May hold templates: hot/${topic(3)}" },
      { path: ["qos"], label: "QoS", kind: "choice", choices: ["0", "1"], isOptional: true },
      ROLE,
    ],
  },
  {
    key: "dynamoDBv2",
    title: "Write an item into a table",
    fields: [{ path: ["putItem", "tableName"], label: "Table", source: "tables" }, ROLE],
  },
  {
    key: "timestream",
    title: "Write into a table of series",
    fields: [
      { path: ["databaseName"], label: "Database", source: "databases" },
      { path: ["tableName"], label: "Table" },
      { path: ["dimensions"], label: "Dimensions", kind: "pairs", pair: ["name", "value"] },
      { path: ["timestamp", "value"], label: "Time", isOptional: true, hint: "${timestamp()}, if it is not the message's" },
      {
        path: ["timestamp", "unit"],
        label: "Unit of the time",
        kind: "choice",
        choices: ["SECONDS", "MILLISECONDS", "MICROSECONDS", "NANOSECONDS"],
        isOptional: true,
      },
      ROLE,
    ],
  },
  {
    key: "s3",
    title: "Put an object into a bucket",
    fields: [
      { path: ["bucketName"], label: "Bucket", source: "buckets" },
      { path: ["key"], label: "Key", hint: "May hold templates: ${topic()}/${timestamp()}.json" },
      ROLE,
    ],
  },
  {
    key: "sqs",
    title: "Send to a queue",
    fields: [
      { path: ["queueUrl"], label: "URL of the queue", source: "queues" },
      { path: ["useBase64"], label: "As Base64, for what is no text", kind: "boolean", isOptional: true },
      ROLE,
    ],
  },
  {
    key: "lambda",
    title: "Invoke a function",
    fields: [
      {
        path: ["functionArn"],
        label: "Function",
        source: "functions",
        hint: "Its policy must let iot.amazonaws.com invoke it.",
      },
    ],
  },
  {
    key: "http",
    title: "Post to a server",
    fields: [
      { path: ["url"], label: "URL" },
      {
        path: ["confirmationUrl"],
        label: "URL that confirms",
        isOptional: true,
        hint: "Asked once; nothing is sent to a server that did not confirm.",
      },
      { path: ["headers"], label: "Headers", kind: "pairs", pair: ["key", "value"], isOptional: true },
    ],
  },
  {
    key: "cloudwatchLogs",
    title: "Write a line into a log group",
    fields: [
      { path: ["logGroupName"], label: "Log group", source: "logGroups" },
      { path: ["batchMode"], label: "A list of lines at once", kind: "boolean", isOptional: true },
      ROLE,
    ],
  },
];

export function keyOf(action: Action): string {
  return Object.keys(action)[0] ?? "";
}

export function kindOf(action: Action): ActionKind | undefined {
  return ACTION_KINDS.find(({ key }) => key === keyOf(action));
}

/** Whether the form shows all of it: a field that it does not know would be lost to sight. */
export function isWhole(action: Action, kind: ActionKind): boolean {
  const known = kind.fields.map(({ path }) => path.join("."));
  return leaves(action[kind.key] ?? {}).every((leaf) => known.some((path) => leaf === path || leaf.startsWith(`${path}.`)));
}

export function fieldOf(action: Action, path: string[]): unknown {
  return [keyOf(action), ...path].reduce<unknown>(
    (value, name) => (isObject(value) ? value[name] : undefined),
    action,
  );
}

/** The action with another value at the path; what is empty goes, and what then holds nothing, too. */
export function withField(action: Action, path: string[], value: unknown): Action {
  return (put(action, [keyOf(action), ...path], value) as Action | undefined) ?? { [keyOf(action)]: {} };
}

function put(into: unknown, [name, ...rest]: string[], value: unknown): unknown {
  if (name === undefined) return value === "" ? undefined : value;
  const fields = isObject(into) ? { ...into } : {};
  const inner = put(fields[name], rest, value);
  if (inner === undefined) delete fields[name];
  else fields[name] = inner;
  return Object.keys(fields).length === 0 ? undefined : fields;
}

function leaves(value: unknown, path = ""): string[] {
  if (!isObject(value)) return [path];
  return Object.entries(value).flatMap(([name, field]) => leaves(field, path ? `${path}.${name}` : name));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
