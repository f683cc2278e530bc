// Services that are asked by `X-Amz-Target`, with JSON in and out.

import { AwsError } from "./errors";
import { send } from "./signed";

interface Target {
  prefix: string;
  version: "1.0" | "1.1";
}

const TARGETS = {
  thingstead: { prefix: "Thingstead", version: "1.0" },
  dynamodb: { prefix: "DynamoDB_20120810", version: "1.0" },
  sqs: { prefix: "AmazonSQS", version: "1.0" },
  timestream: { prefix: "Timestream_20181101", version: "1.0" },
  ssm: { prefix: "AmazonSSM", version: "1.1" },
  logs: { prefix: "Logs_20140328", version: "1.1" },
  events: { prefix: "AWSEvents", version: "1.1" },
} satisfies Record<string, Target>;

export type JsonService = keyof typeof TARGETS;

/** Calls an operation: `ask("dynamodb", "ListTables", { Limit: 10 })`. */
export async function ask<Output>(
  service: JsonService,
  operation: string,
  input: unknown = {},
  signal?: AbortSignal,
): Promise<Output> {
  const { prefix, version } = TARGETS[service];
  const response = await send({
    service,
    method: "POST",
    headers: {
      "X-Amz-Target": `${prefix}.${operation}`,
      "Content-Type": `application/x-amz-json-${version}`,
    },
    body: JSON.stringify(input),
    signal,
  });
  return answered(response);
}

/** Of an answer in JSON: its fields, or its error. */
export async function answered<Output>(response: Response): Promise<Output> {
  const text = await response.text();
  const fields = text ? parsed(text) : {};
  if (response.ok) return fields as Output;
  throw errorOf(response, fields as Record<string, unknown>, text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function errorOf(response: Response, fields: Record<string, unknown>, text: string): AwsError {
  const header = response.headers.get("x-amzn-errortype");
  const named = header ?? fields.__type ?? fields.code ?? `Status${response.status}`;
  // `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException` and `…Exception:http://…` both occur.
  const code = String(named).split("#").at(-1)?.split(":")[0] ?? "";
  const message = fields.message ?? fields.Message ?? text ?? response.statusText;
  const requestId = response.headers.get("x-amzn-requestid") ?? undefined;
  return new AwsError(code, String(message), response.status, requestId, fields);
}
