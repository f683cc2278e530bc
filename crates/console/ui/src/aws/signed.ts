// One signed request to this page's own origin, whose door hands it to the AWS door.

import { AwsClient } from "aws4fetch";
import { type Credentials, currentCredentials, forgetCredentials } from "../session/session";

export interface Signed {
  /** As the signature names it: `iot`, `dynamodb`, `thingstead`. */
  service: string;
  method?: string;
  /** With its query. */
  path?: string;
  headers?: Record<string, string>;
  body?: BodyInit;
  signal?: AbortSignal;
}

export async function send(request: Signed): Promise<Response> {
  const response = await sendOnce(request);
  // The server was restarted, or the user's session was ended somewhere else: credentials are made anew once.
  if (response.status !== 403 && response.status !== 401) return response;
  const told = await response.clone().text();
  if (!/ExpiredToken|security token/.test(told)) return response;
  forgetCredentials();
  return sendOnce(request);
}

/** An address that can be opened without a header, for downloads and sockets. */
export async function presigned(
  service: string,
  path: string,
  expiresSecs: number,
): Promise<string> {
  const credentials = await currentCredentials();
  const url = new URL(path, window.location.origin);
  url.searchParams.set("X-Amz-Expires", String(expiresSecs));
  const signed = await client(credentials, service).sign(url.href, { aws: { signQuery: true } });
  return withPlainSpaces(signed.url);
}

export function client(credentials: Credentials, service: string): AwsClient {
  const { accessKeyId, secretAccessKey, sessionToken, region } = credentials;
  // Repetition is the caller's matter: it knows what is harmless to repeat.
  return new AwsClient({ accessKeyId, secretAccessKey, sessionToken, region, service, retries: 0 });
}

async function sendOnce({ service, path = "/", ...rest }: Signed): Promise<Response> {
  const credentials = await currentCredentials();
  const url = new URL(withPlainSpaces(path), window.location.origin);
  const { method = "GET", headers, body, signal } = rest;
  const signer = client(credentials, service);
  const request = await signer.sign(url.href, { method, headers, body });
  return fetch(request, { signal, credentials: "omit", cache: "no-store" });
}

/** A form writes a space as `+`, a signature as `%20`; a plus itself is `%2B` in both. */
function withPlainSpaces(address: string): string {
  const [path, ...query] = address.split("?");
  return query.length === 0 ? address : `${path}?${query.join("?").replaceAll("+", "%20")}`;
}
