// What only the page of a thing asks.

import { rest, segment } from "../../aws/rest";

export interface Connection {
  connected: boolean;
  cleanSession?: boolean;
  sourceIp?: string;
  sourcePort?: number;
  keepAliveDuration?: number;
  connectedSince?: number;
  sessionExpiry: number;
}

export function getConnection(clientId: string): Promise<Connection> {
  const query = { includeSocketInformation: true };
  return rest("iotdata", "GET", `/connections/${segment(clientId)}`, { query });
}

export function endConnection(clientId: string) {
  return rest("iotdata", "DELETE", `/connections/${segment(clientId)}`);
}

export async function listSubscriptions(clientId: string): Promise<{ topicFilter: string; qos: number }[]> {
  const path = `/connections/${segment(clientId)}/subscriptions`;
  const query = { maxResults: 100 };
  return (await rest<{ subscriptions: { topicFilter: string; qos: number }[] }>("iotdata", "GET", path, { query }))
    .subscriptions;
}

/** The classic shadow has no name. */
export interface Shadow {
  state: { desired?: unknown; reported?: unknown; delta?: unknown };
  version: number;
  timestamp: number;
}

function shadowQuery(name: string) {
  return { name: name || undefined };
}

export function getShadow(thing: string, name: string): Promise<Shadow> {
  return rest("iotdata", "GET", `/things/${segment(thing)}/shadow`, { query: shadowQuery(name) });
}

/** Refused if the shadow is not at `version` any more. */
export function updateShadow(thing: string, name: string, state: Record<string, unknown>, version?: number) {
  const body = { state, version };
  return rest("iotdata", "POST", `/things/${segment(thing)}/shadow`, { query: shadowQuery(name), body });
}

export function deleteShadow(thing: string, name: string) {
  return rest("iotdata", "DELETE", `/things/${segment(thing)}/shadow`, { query: shadowQuery(name) });
}

export async function listShadows(thing: string): Promise<string[]> {
  const path = `/api/things/shadow/ListNamedShadowsForThing/${segment(thing)}`;
  const query = { pageSize: 100 };
  return (await rest<{ results: string[] }>("iotdata", "GET", path, { query })).results;
}

export interface ThingExecution {
  jobId: string;
  jobExecutionSummary: {
    status: string;
    queuedAt: number;
    startedAt?: number;
    lastUpdatedAt: number;
    executionNumber: number;
    retryAttempt: number;
  };
}

export async function executionsOfThing(thing: string, status: string, nextToken?: string) {
  const query = { maxResults: 25, nextToken, status: status || undefined };
  const answer = await rest<{ executionSummaries: ThingExecution[]; nextToken?: string }>(
    "iot",
    "GET",
    `/things/${segment(thing)}/jobs`,
    { query },
  );
  return { items: answer.executionSummaries, nextToken: answer.nextToken };
}
