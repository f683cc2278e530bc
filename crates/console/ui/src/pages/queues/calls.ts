// What the pages of queues ask.

import { ask } from "../../aws/json";

export type Attributes = Record<string, string>;

export interface QueueRow {
  name: string;
  url: string;
  attributes: Attributes;
}

export interface Received {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  Attributes?: Attributes;
  MessageAttributes?: Record<string, { DataType: string; StringValue?: string; BinaryValue?: string }>;
}

export interface MoveTask {
  TaskHandle?: string;
  Status: string;
  DestinationArn?: string;
  ApproximateNumberOfMessagesMoved?: number;
  ApproximateNumberOfMessagesToMove?: number;
  FailureReason?: string;
  StartedTimestamp?: number;
}

export async function listQueues(prefix: string | undefined, nextToken: string | undefined) {
  const input = { QueueNamePrefix: prefix || undefined, NextToken: nextToken, MaxResults: 25 };
  const page = await ask<{ QueueUrls?: string[]; NextToken?: string }>("sqs", "ListQueues", input);
  const items = await Promise.all((page.QueueUrls ?? []).map(rowOf));
  return { items, nextToken: page.NextToken };
}

async function rowOf(url: string): Promise<QueueRow> {
  return { url, name: nameOf(url), attributes: await attributesOf(url) };
}

export function nameOf(urlOrArn: string): string {
  return urlOrArn.split(/[/:]/).at(-1) ?? urlOrArn;
}

export async function queueOf(name: string): Promise<QueueRow> {
  const { QueueUrl: url } = await ask<{ QueueUrl: string }>("sqs", "GetQueueUrl", { QueueName: name });
  return rowOf(url);
}

async function attributesOf(url: string): Promise<Attributes> {
  const input = { QueueUrl: url, AttributeNames: ["All"] };
  return (await ask<{ Attributes?: Attributes }>("sqs", "GetQueueAttributes", input)).Attributes ?? {};
}

export function createQueue(name: string) {
  return ask("sqs", "CreateQueue", {
    QueueName: name,
    Attributes: name.endsWith(".fifo") ? { FifoQueue: "true", ContentBasedDeduplication: "true" } : undefined,
  });
}

export function deleteQueue(url: string) {
  return ask("sqs", "DeleteQueue", { QueueUrl: url });
}

export function purgeQueue(url: string) {
  return ask("sqs", "PurgeQueue", { QueueUrl: url });
}

export function sendMessage(url: string, body: string, group: string | undefined) {
  return ask("sqs", "SendMessage", { QueueUrl: url, MessageBody: body, MessageGroupId: group });
}

export async function receive(url: string, hiddenSecs: number): Promise<Received[]> {
  const { Messages } = await ask<{ Messages?: Received[] }>("sqs", "ReceiveMessage", {
    QueueUrl: url,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: hiddenSecs,
    AttributeNames: ["All"],
    MessageAttributeNames: ["All"],
  });
  return Messages ?? [];
}

export function deleteMessage(url: string, message: Received) {
  return ask("sqs", "DeleteMessage", { QueueUrl: url, ReceiptHandle: message.ReceiptHandle });
}

/** Others see it at once again. */
export function giveBack(url: string, message: Received) {
  const input = { QueueUrl: url, ReceiptHandle: message.ReceiptHandle, VisibilityTimeout: 0 };
  return ask("sqs", "ChangeMessageVisibility", input);
}

/** The queues whose dead letters come here. */
export async function sourcesOf(url: string): Promise<string[]> {
  const input = { QueueUrl: url };
  return (await ask<{ queueUrls?: string[] }>("sqs", "ListDeadLetterSourceQueues", input)).queueUrls ?? [];
}

export function startMove(arn: string) {
  return ask("sqs", "StartMessageMoveTask", { SourceArn: arn });
}

export function cancelMove(handle: string) {
  return ask("sqs", "CancelMessageMoveTask", { TaskHandle: handle });
}

export async function movesOf(arn: string): Promise<MoveTask[]> {
  const input = { SourceArn: arn, MaxResults: 5 };
  return (await ask<{ Results?: MoveTask[] }>("sqs", "ListMessageMoveTasks", input)).Results ?? [];
}
