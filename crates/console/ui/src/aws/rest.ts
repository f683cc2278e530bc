// Services that are asked by method and path, with JSON in and out.

import { answered } from "./json";
import { send } from "./signed";

export type RestService = "iot" | "iotdata" | "iot-jobs-data" | "lambda" | "scheduler";

export interface RestCall {
  query?: Record<string, string | number | boolean | undefined | null>;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Calls an operation: `rest("iot", "GET", "/things", { query: { maxResults: 50 } })`. */
export async function rest<Output>(
  service: RestService,
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  { query = {}, body, headers, signal }: RestCall = {},
): Promise<Output> {
  const response = await send({
    service,
    method,
    path: `${path}${queryOf(query)}`,
    headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
    body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
    signal,
  });
  return answered(response);
}

/** One segment of a path; a slash inside it stays inside it. */
export function segment(name: string): string {
  return encodeURIComponent(name);
}

function queryOf(query: NonNullable<RestCall["query"]>): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  if (given.length === 0) return "";
  return `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`;
}
