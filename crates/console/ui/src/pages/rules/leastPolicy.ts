// The least that a role must allow, for one action to do what it says: what the server checks when it acts.

import { type Document, type Statement, oneOrMany } from "../../aws/policyDocument";
import { fieldOf, keyOf, kindOf } from "./actionKinds";
import type { Action } from "./calls";

/** Whose resources they are. */
export interface Home {
  region: string;
  account: string;
}

export interface RoleWanted {
  /** A name that says what the role is for. */
  name: string;
  document: Document;
}

/** Says what has to be filled in before it is known what the role is for. */
export interface FieldsMissing {
  missing: string[];
}

interface Permits {
  /** What the role is called if nobody says otherwise: `write-greetings`. */
  verb: string;
  /** The fields that say on what the action acts; the first ones name it. */
  fields: string[][];
  statements: (patterns: string[], home: Home) => Statement[];
}

const allow = (actions: string[], resource: string): Statement => ({
  Effect: "Allow",
  Action: oneOrMany(actions),
  Resource: resource,
});

const PERMITS: Record<string, Permits> = {
  republish: {
    verb: "publish",
    fields: [["topic"]],
    statements: ([topic = ""], { region, account }) => [
      // A dollar that is not to begin a substitution is written twice.
      allow(["iot:Publish"], `arn:aws:iot:${region}:${account}:topic/${topic.replace(/^\$\$/, "$")}`),
    ],
  },
  dynamoDBv2: {
    verb: "write",
    fields: [["putItem", "tableName"]],
    statements: ([table], { region, account }) => [
      allow(["dynamodb:PutItem"], `arn:aws:dynamodb:${region}:${account}:table/${table}`),
    ],
  },
  timestream: {
    verb: "write",
    fields: [["databaseName"], ["tableName"]],
    statements: ([database, table], { region, account }) => [
      allow(["timestream:WriteRecords"], `arn:aws:timestream:${region}:${account}:database/${database}/table/${table}`),
      // Which has no resource.
      allow(["timestream:DescribeEndpoints"], "*"),
    ],
  },
  s3: {
    verb: "put",
    fields: [["bucketName"], ["key"]],
    statements: ([bucket, key]) => [allow(["s3:PutObject"], `arn:aws:s3:::${bucket}/${key}`)],
  },
  sqs: {
    verb: "send",
    fields: [["queueUrl"]],
    statements: ([url = ""], { region, account }) => [
      allow(["sqs:SendMessage"], `arn:aws:sqs:${region}:${account}:${url.split("/").at(-1)}`),
    ],
  },
  cloudwatchLogs: {
    verb: "log",
    fields: [["logGroupName"]],
    statements: ([group], { region, account }) => [
      allow(
        ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:*`,
      ),
    ],
  },
};

const NAME_MAX = 64;

/** The role for an action that its form shows. */
export function roleFor(action: Action, home: Home): RoleWanted | FieldsMissing {
  const permits = PERMITS[keyOf(action)];
  if (!permits) return { missing: ["an action that needs a role"] };
  const values = permits.fields.map((path) => String(fieldOf(action, path) ?? ""));
  const missing = permits.fields.filter((_, at) => values[at] === "").map((path) => labelOf(action, path));
  if (missing.length > 0) return { missing };
  const Statement = permits.statements(values.map(patternOf), home);
  return { name: nameOf(permits.verb, values), document: { Version: "2012-10-17", Statement } };
}

function labelOf(action: Action, path: string[]): string {
  const field = kindOf(action)?.fields.find((known) => known.path.join(".") === path.join("."));
  return (field?.label ?? path.join(".")).toLowerCase();
}

/** What a field with templates may come to, as a pattern of a policy: anything stands where a template is. */
export function patternOf(field: string): string {
  let pattern = "";
  for (let at = 0; at < field.length; ) {
    const end = field.startsWith("${", at) ? templateEnd(field, at + 2) : undefined;
    const next = end === undefined ? literal(field[at] as string) : "*";
    // Two of them say no more than one.
    if (next !== "*" || !pattern.endsWith("*")) pattern += next;
    at = end ?? at + 1;
  }
  return pattern;
}

/** A wildcard that stands in a name is no wildcard of the policy. */
function literal(letter: string): string {
  return letter === "*" || letter === "?" ? `\${${letter}}` : letter;
}

/** Behind the brace that closes a template; braces in its texts do not count. */
function templateEnd(field: string, from: number): number | undefined {
  let depth = 1;
  let quote: string | undefined;
  for (let at = from; at < field.length; at += 1) {
    const letter = field[at] as string;
    if (quote) {
      if (letter === quote) quote = undefined;
    } else if (letter === "'" || letter === '"') {
      quote = letter;
    } else if (letter === "{") {
      depth += 1;
    } else if (letter === "}") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** `write-house-temperature`: in letters that the name of a role may have. */
function nameOf(verb: string, values: string[]): string {
  const words = values
    .map((value) => (value.includes("://") ? (value.split("/").at(-1) ?? "") : value))
    .flatMap((value) => value.replaceAll(/\$\{[^}]*\}/g, "/").split(/[^\w+=,.@]+/))
    .filter((word) => word !== "");
  return ["rules", verb, ...words].join("-").slice(0, NAME_MAX);
}
