import { ask } from "../../aws/json";

export interface Overview {
  now: number;
  startedAt: number;
  version: string;
  connectedClients: number;
  sessions: number;
  subscriptions: number;
  messagesReceived: number;
  messagesSent: number;
  messagesDropped: number;
  connectionsRefused: number;
  failedCommits: number;
  rulesMatched: number;
  rulesFailed: number;
  outboxWaiting: number;
  counts: Record<Countable, number> & { atMost?: number };
  disk: { name: string; bytes: number }[];
  diskFreeBytes: number;
  firstSteps: Record<FirstStep, boolean>;
  /** Of the house itself; they end at these moments. */
  certificates: { kind: "server" | "root"; notAfter: number }[];
  /** One for each 10 s of the last hour; counters since the start. */
  history: HistoryMark[];
  problems: { severity: "error" | "warning"; what: string; next: string; page?: string }[];
}

export type Countable =
  | "things"
  | "topicRules"
  | "tables"
  | "seriesTables"
  | "buckets"
  | "queues"
  | "functions"
  | "schedules"
  | "stacks";

export type FirstStep = "deviceConnected" | "messageReceived" | "ruleMade" | "rowLanded";

export interface HistoryMark {
  at: number;
  connectedClients: number;
  received: number;
  sent: number;
  rulesMatched: number;
  rulesFailed: number;
}

export const overview = () => ask<Overview>("thingstead", "Overview");
