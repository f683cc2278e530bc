import type { Refusal } from "../../aws/own";

/** What was asked for, in a word. */
export const KINDS: Record<Refusal["kind"], string> = {
  handshake: "TLS handshake",
  connection: "Connection ended",
  connect: "Connect",
  publish: "Publish",
  retain: "Retain",
  subscribe: "Subscribe",
  receive: "Receive",
  call: "Call of the API",
};

/** What a policy could allow; the others are mended elsewhere. */
export function isOfPolicies({ kind, action, resource }: Refusal): boolean {
  return kind !== "handshake" && kind !== "connection" && kind !== "call" && action !== null && resource !== null;
}

/** `3f…` of `certificate 3f…` */
export function certificateOf({ principal }: Refusal): string | undefined {
  return /\b[0-9a-f]{64}\b/.exec(principal ?? "")?.[0];
}
