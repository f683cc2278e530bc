// What the page of parameters asks.

import { ask } from "../../aws/json";

export const TYPES = ["String", "StringList", "SecureString"] as const;
export type ParameterType = (typeof TYPES)[number];

export interface ParameterRow {
  Name: string;
  Type: ParameterType;
  Version: number;
  /** Seconds. */
  LastModifiedDate: number;
  Description?: string;
}

export interface Parameter extends ParameterRow {
  Value: string;
}

export interface PastParameter extends Parameter {
  Labels?: string[];
  LastModifiedUser?: string;
}

export function listParameters(path: string, nextToken: string | undefined) {
  return ask<{ Parameters: ParameterRow[]; NextToken?: string }>("ssm", "DescribeParameters", {
    ParameterFilters: path ? [{ Key: "Name", Option: "BeginsWith", Values: [path] }] : undefined,
    MaxResults: 50,
    NextToken: nextToken,
  });
}

/** A secure value comes encrypted unless it is asked for in the clear. */
export async function getParameter(name: string, isClear: boolean): Promise<Parameter> {
  const input = { Name: name, WithDecryption: isClear };
  return (await ask<{ Parameter: Parameter }>("ssm", "GetParameter", input)).Parameter;
}

export async function historyOf(name: string, isClear: boolean): Promise<PastParameter[]> {
  const past: PastParameter[] = [];
  let token: string | undefined;
  do {
    const input = { Name: name, WithDecryption: isClear, MaxResults: 50, NextToken: token };
    const page: { Parameters: PastParameter[]; NextToken?: string } = await ask("ssm", "GetParameterHistory", input);
    past.push(...page.Parameters);
    token = page.NextToken;
  } while (token);
  return past.sort((one, other) => other.Version - one.Version);
}

export function putParameter(name: string, type: ParameterType, value: string, isNew: boolean) {
  return ask("ssm", "PutParameter", { Name: name, Type: type, Value: value, Overwrite: !isNew });
}

export function deleteParameter(name: string) {
  return ask("ssm", "DeleteParameter", { Name: name });
}
