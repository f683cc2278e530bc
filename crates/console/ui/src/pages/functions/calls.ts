// What the pages of functions ask.

import { answered } from "../../aws/json";
import { rest, segment } from "../../aws/rest";
import { send } from "../../aws/signed";
import { textOfBase64 } from "../../parts/base64";

export interface FunctionConfiguration {
  FunctionName: string;
  FunctionArn: string;
  Runtime?: string;
  Handler?: string;
  Role: string;
  CodeSize: number;
  Description?: string;
  Timeout: number;
  MemorySize: number;
  LastModified: string;
  Version: string;
  State?: string;
  StateReason?: string;
  Environment?: { Variables?: Record<string, string> };
  LoggingConfig?: { LogGroup?: string };
}

export interface FunctionShown {
  Configuration: FunctionConfiguration;
  Code: { Location?: string };
}

export interface EventSource {
  UUID: string;
  EventSourceArn?: string;
  State: string;
  BatchSize?: number;
  LastProcessingResult?: string;
}

export interface Invoked {
  status: number;
  /** Which of the two it was: the function failed, or its process. */
  failure?: string;
  payload: string;
  logTail?: string;
  millis: number;
}

const FUNCTIONS = "/2015-03-31/functions";

export async function listFunctions(marker: string | undefined) {
  const query = { MaxItems: 50, Marker: marker };
  const page = await rest<{ Functions: FunctionConfiguration[]; NextMarker?: string }>("lambda", "GET", FUNCTIONS, {
    query,
  });
  return { items: page.Functions, nextToken: page.NextMarker };
}

export function getFunction(name: string): Promise<FunctionShown> {
  return rest("lambda", "GET", `${FUNCTIONS}/${segment(name)}`);
}

export function deleteFunction(name: string) {
  return rest("lambda", "DELETE", `${FUNCTIONS}/${segment(name)}`);
}

export async function eventSourcesOf(name: string): Promise<EventSource[]> {
  const query = { FunctionName: name, MaxItems: 100 };
  const path = "/2015-03-31/event-source-mappings";
  return (await rest<{ EventSourceMappings: EventSource[] }>("lambda", "GET", path, { query })).EventSourceMappings;
}

export async function invoke(name: string, payload: string, isEvent: boolean): Promise<Invoked> {
  const began = performance.now();
  const response = await send({
    service: "lambda",
    method: "POST",
    path: `${FUNCTIONS}/${segment(name)}/invocations`,
    headers: {
      "Content-Type": "application/json",
      "X-Amz-Invocation-Type": isEvent ? "Event" : "RequestResponse",
      ...(isEvent ? {} : { "X-Amz-Log-Type": "Tail" }),
    },
    body: payload,
  });
  const millis = performance.now() - began;
  // A function that fails is answered with 200; only a refusal is an error of the call.
  if (!response.ok) return answered<never>(response);
  const tail = response.headers.get("x-amz-log-result");
  return {
    status: response.status,
    failure: response.headers.get("x-amz-function-error") ?? undefined,
    payload: await response.text(),
    logTail: tail ? textOfBase64(tail) : undefined,
    millis,
  };
}

/** `2026-11-22T02:44:43.198+0000`, which not every browser reads. */
export function modifiedAt({ LastModified }: FunctionConfiguration): number {
  return Date.parse(LastModified.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
}

export function logGroupOf({ FunctionName, LoggingConfig }: FunctionConfiguration): string {
  return LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}`;
}

