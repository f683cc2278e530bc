// Our own service, `thingstead`: what AWS has no operation for, as more than one page asks it.

import { AwsError } from "./errors";
import { ask } from "./json";

export interface Doctor {
  version: string;
  /** The server's clock, in milliseconds. */
  now: number;
  /** Where each door listens, as `host:port`; nothing if it is closed. */
  mqtt: string | null;
  mqtts: string | null;
  https: string | null;
  aws: string | null;
}

export interface Device {
  name: string;
  isConnected: boolean;
  certificates: { certificateId: string; status: string; policies: string[] }[];
}

/** Something that was refused, once or often. */
export interface Refusal {
  id: number;
  firstAt: number;
  lastAt: number;
  count: number;
  kind: "handshake" | "connection" | "connect" | "publish" | "retain" | "subscribe" | "receive" | "call";
  principal: string | null;
  clientId: string | null;
  sourceIp: string | null;
  action: string | null;
  resource: string | null;
  variables: { name: string; value: string | null }[];
  reason: string;
  /** Those that decided, or came nearest. */
  policies: string[];
  advice: string | null;
}

export interface ConnectionEvent {
  id: number;
  at: number;
  clientId: string;
  kind: "connected" | "disconnected" | "refused";
  sourceIp?: string | null;
  principal?: string | null;
  reason?: string | null;
}

export interface SeenMessage {
  at: number;
  topic: string;
  qos: number;
  retain: boolean;
  /** If it is text. */
  payload?: string;
  bytes: number;
}

export const doctor = () => ask<Doctor>("thingstead", "Doctor");
export const showDevice = (name: string) => ask<Device>("thingstead", "ShowDevice", { name });

export async function refusals(): Promise<Refusal[]> {
  return (await ask<{ refusals: Refusal[] }>("thingstead", "Explain")).refusals;
}

export async function refusal(event: number): Promise<Refusal | undefined> {
  return (await ask<{ refusals: Refusal[] }>("thingstead", "Explain", { event })).refusals[0];
}

export async function connections(clientId: string): Promise<ConnectionEvent[]> {
  return (await ask<{ events: ConnectionEvent[] }>("thingstead", "Connections", { clientId })).events;
}

/** Whether a server is too old to know an operation. */
export function isUnknownOperation(error: unknown): boolean {
  return error instanceof AwsError && error.code.startsWith("UnknownOperation");
}
