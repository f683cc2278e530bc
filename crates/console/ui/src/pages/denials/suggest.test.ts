import { describe, expect, it } from "vitest";
import type { Refusal } from "../../aws/own";
import { listOf, pathOf, patternMatches, readDocument } from "../../aws/policyDocument";
import { suggestions } from "./suggest";

function refused(action: string, path: string, variables: Record<string, string> = {}): Refusal {
  return {
    id: 1,
    firstAt: 0,
    lastAt: 0,
    count: 1,
    kind: "publish",
    principal: null,
    clientId: "lamp",
    sourceIp: null,
    action,
    resource: `arn:aws:iot:us-east-1:000000000000:${path}`,
    variables: Object.entries(variables).map(([name, value]) => ({ name, value })),
    reason: "",
    policies: [],
    advice: null,
  };
}

function policy(...statements: [actions: string | string[], resources: string | string[]][]): string {
  const arn = (path: string) => `arn:aws:iot:*:*:${path}`;
  const Statement = statements.map(([Action, paths]) => ({
    Effect: "Allow",
    Action,
    Resource: Array.isArray(paths) ? paths.map(arn) : arn(paths),
  }));
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

/** The first suggestion: its title, and the paths of its statements. */
function first(text: string, refusal: Refusal) {
  const [best] = suggestions(text, refusal);
  const statements = readDocument(best?.document ?? "")?.Statement ?? [];
  return { title: best?.title, paths: statements.map(({ Resource }) => listOf(Resource).map(pathOf)) };
}

describe("suggestions", () => {
  it("remove a leading slash wherever it is", () => {
    const text = policy(["iot:Connect", "client/lamp"], [["iot:Publish"], "topic//cicd/*"], ["iot:Subscribe", "topicfilter//cicd/*"]);
    expect(first(text, refused("iot:Publish", "topic/cicd/frontend"))).toEqual({
      title: "Remove the leading slash in 2 places",
      paths: [["client/lamp"], ["topic/cicd/*"], ["topicfilter/cicd/*"]],
    });
  });

  it("let the device have its leading slash", () => {
    const text = policy(["iot:Publish", "topic/cicd/frontend"]);
    expect(first(text, refused("iot:Publish", "topic//cicd/frontend"))).toEqual({
      title: "Allow it with the leading slash as well",
      paths: [["topic/cicd/frontend", "topic//cicd/frontend"]],
    });
  });

  it("know wildcards, kinds, case and variables", () => {
    const told = (text: string, refusal: Refusal) => first(text, refusal).title;
    expect(told(policy(["iot:Publish", "topic/a/+/c"]), refused("iot:Publish", "topic/a/b/c"))).toContain("Write *");
    expect(told(policy(["iot:*", "topic/a/*"]), refused("iot:Subscribe", "topicfilter/a/#"))).toContain("kind");
    expect(told(policy(["iot:Publish", "a/b"]), refused("iot:Publish", "topic/a/b"))).toContain("kind");
    expect(told(policy(["iot:Publish", "topic/A/b"]), refused("iot:Publish", "topic/a/b"))).toContain("case");
    const variable = policy(["iot:Publish", "topic//${iot:ClientId}/x"]);
    expect(told(variable, refused("iot:Publish", "topic/lamp/x", { "iot:ClientId": "lamp" }))).toContain("leading");
  });

  it("add the action to the statement of the resource", () => {
    const text = policy(["iot:Publish", "topic/a/*"]);
    const [best] = suggestions(text, refused("iot:Receive", "topic/a/b"));
    expect(best?.title).toBe("Allow iot:Receive where its resource is named");
    expect(readDocument(best?.document ?? "")?.Statement[0]?.Action).toEqual(["iot:Publish", "iot:Receive"]);
  });

  it("end with what allows exactly this, for things of any name", () => {
    const variables = { "iot:Connection.Thing.ThingName": "lamp" };
    const text = policy(["iot:Connect", "client/lamp"]);
    const last = suggestions(text, refused("iot:Publish", "topic/up/lamp/x", variables)).at(-1);
    expect(last?.title).toBe("Allow exactly this");
    expect(readDocument(last?.document ?? "")?.Statement.at(-1)).toEqual({
      Effect: "Allow",
      Action: "iot:Publish",
      Resource: "arn:aws:iot:*:*:topic/up/${iot:Connection.Thing.ThingName}/x",
    });
  });

  it("are none for what is no document", () => {
    expect(suggestions("{", refused("iot:Publish", "topic/a"))).toEqual([]);
  });
});

it("matches patterns as policies do", () => {
  expect(patternMatches("topic/*", "topic/a/b")).toBe(true);
  expect(patternMatches("topic/a?c", "topic/abc")).toBe(true);
  expect(patternMatches("topic/a.c", "topic/abc")).toBe(false);
  expect(patternMatches("topic/+", "topic/a")).toBe(false);
  expect(patternMatches("client/${iot:ClientId}", "client/x", { "iot:ClientId": null })).toBe(false);
  expect(patternMatches("client/${iot:clientid}", "client/x", { "iot:ClientId": "x" })).toBe(true);
});
