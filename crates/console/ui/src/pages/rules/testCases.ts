// Messages that somebody kept to try rules with: parameters below one path, JSON of topic and payload.

import { ask } from "../../aws/json";

const PATH = "/thingstead/test-cases/";

export interface TestCase {
  name: string;
  topic: string;
  payload: string;
}

interface Page {
  Parameters: { Name: string; Value: string }[];
  NextToken?: string;
}

export async function listTestCases(): Promise<TestCase[]> {
  const cases: TestCase[] = [];
  let token: string | undefined;
  do {
    const input = { Path: PATH, MaxResults: 10, NextToken: token };
    const page = await ask<Page>("ssm", "GetParametersByPath", input);
    cases.push(...page.Parameters.flatMap(({ Name, Value }) => testCaseOf(Name, Value)));
    token = page.NextToken;
  } while (token);
  return cases;
}

export function saveTestCase({ name, topic, payload }: TestCase) {
  return ask("ssm", "PutParameter", {
    Name: `${PATH}${name}`,
    Type: "String",
    Value: JSON.stringify({ topic, payload }),
    Overwrite: true,
  });
}

/** What is no test case is left out: the path is anybody's. */
export function testCaseOf(parameter: string, value: string): TestCase[] {
  try {
    const { topic, payload } = JSON.parse(value) as { topic?: unknown; payload?: unknown };
    if (typeof topic !== "string" || payload === undefined) return [];
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    return [{ name: parameter.slice(PATH.length), topic, payload: text }];
  } catch {
    return [];
  }
}
