// Buckets and objects.

import { send } from "./signed";
import { document } from "./xml";

/** Calls S3 and gives the root of its answer: `s3("GET", "/bucket", { "list-type": 2 })`. */
export async function s3(
  method: "GET" | "PUT" | "POST" | "DELETE",
  path: string,
  query: Record<string, string | number | undefined> = {},
  body?: BodyInit,
  headers?: Record<string, string>,
): Promise<Element> {
  return document(await objectResponse(method, path, query, body, headers));
}

/** As it came, for what is not XML. */
export async function objectResponse(
  method: "GET" | "PUT" | "POST" | "DELETE" | "HEAD",
  path: string,
  query: Record<string, string | number | undefined> = {},
  body?: BodyInit,
  headers?: Record<string, string>,
): Promise<Response> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return send({ service: "s3", method, path: text ? `${path}?${text}` : path, body, headers });
}

/** The path of an object: each part of the key by itself, so that slashes stay. */
export function objectPath(bucket: string, key: string): string {
  return `/${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
}
