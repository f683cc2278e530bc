import { describe, expect, it } from "vitest";
import { ACTION_KINDS } from "./actionKinds";
import type { Action } from "./calls";
import { type RoleWanted, patternOf, roleFor } from "./leastPolicy";

const HOME = { region: "eu-1", account: "000000000007" };

function allowed(action: Action): unknown {
  const wanted = roleFor(action, HOME) as RoleWanted;
  return wanted.document.Statement.map(({ Action, Resource }) => [Action, Resource]);
}

describe("the role for an action", () => {
  it("may do what the server checks, and no more", () => {
    expect(allowed({ republish: { topic: "hot/${topic(3)}", qos: 1 } })).toEqual([
      ["iot:Publish", "arn:aws:iot:eu-1:000000000007:topic/hot/*"],
    ]);
    expect(allowed({ republish: { topic: "$$aws/things/${clientId()}/shadow/update" } })).toEqual([
      ["iot:Publish", "arn:aws:iot:eu-1:000000000007:topic/$aws/things/*/shadow/update"],
    ]);
    expect(allowed({ dynamoDBv2: { putItem: { tableName: "greetings" } } })).toEqual([
      ["dynamodb:PutItem", "arn:aws:dynamodb:eu-1:000000000007:table/greetings"],
    ]);
    expect(allowed({ timestream: { databaseName: "house", tableName: "warmth" } })).toEqual([
      ["timestream:WriteRecords", "arn:aws:timestream:eu-1:000000000007:database/house/table/warmth"],
      ["timestream:DescribeEndpoints", "*"],
    ]);
    expect(allowed({ s3: { bucketName: "raw", key: "${topic()}/${timestamp()}.json" } })).toEqual([
      ["s3:PutObject", "arn:aws:s3:::raw/*/*.json"],
    ]);
    expect(allowed({ sqs: { queueUrl: "http://127.0.0.1:1/000000000007/orders" } })).toEqual([
      ["sqs:SendMessage", "arn:aws:sqs:eu-1:000000000007:orders"],
    ]);
    expect(allowed({ cloudwatchLogs: { logGroupName: "/rules/hot" } })).toEqual([
      [
        ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        "arn:aws:logs:eu-1:000000000007:log-group:/rules/hot:log-stream:*",
      ],
    ]);
  });

  it("is there for every kind whose form asks for a role", () => {
    const withRole = ACTION_KINDS.filter(({ fields }) => fields.some(({ source }) => source === "roles"));
    expect(withRole.map(({ key }) => roleFor({ [key]: {} }, HOME))).not.toContainEqual({
      missing: ["an action that needs a role"],
    });
    expect(roleFor({ lambda: { functionArn: "a" } }, HOME)).toEqual({ missing: ["an action that needs a role"] });
  });

  it("waits for what it depends on", () => {
    expect(roleFor({ timestream: { tableName: "warmth" } }, HOME)).toEqual({ missing: ["database"] });
    expect(roleFor({ s3: {} }, HOME)).toEqual({ missing: ["bucket", "key"] });
  });

  it("is called after what it does", () => {
    const actions: Action[] = [
      { dynamoDBv2: { putItem: { tableName: "greetings" } } },
      { republish: { topic: "hot/${topic(3)}/now" } },
      { sqs: { queueUrl: "http://127.0.0.1:1/000000000007/orders" } },
      { s3: { bucketName: "b".repeat(60), key: "${topic()}" } },
    ];
    const names = actions.map((action) => (roleFor(action, HOME) as RoleWanted).name);
    expect(names.slice(0, 3)).toEqual(["rules-write-greetings", "rules-publish-hot-now", "rules-send-orders"]);
    expect(names[3]).toHaveLength(64);
    for (const name of names) expect(name).toMatch(/^[\w+=,.@-]{1,64}$/);
  });
});

describe("a field as a pattern", () => {
  it("has a star where a template is, and one for two", () => {
    const cases: [string, string][] = [
      ["a/b", "a/b"],
      ["a/${topic(1)}${topic(2)}/b", "a/*/b"],
      ["${concat('}', \"{\", 'a')}/b", "*/b"],
      ["${get({a: 1})}-b", "*-b"],
      ["what?/*", "what${?}/${*}"],
      ["a/${never closed", "a/${never closed"],
      ["", ""],
    ];
    for (const [field, pattern] of cases) expect(patternOf(field)).toBe(pattern);
  });
});
