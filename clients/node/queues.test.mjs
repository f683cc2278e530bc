// The AWS SDK for JavaScript v3: queues, which it checks digests of, and parameters.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  paginateListQueues,
} from "@aws-sdk/client-sqs";
import {
  GetParameterCommand,
  ParameterNotFound,
  PutParameterCommand,
  SSMClient,
  paginateGetParametersByPath,
} from "@aws-sdk/client-ssm";

import { Server } from "./server.mjs";

const timeout = 30_000;
let server, sqs, ssm;

before(async () => {
  server = await Server.start();
  sqs = new SQSClient(server.aws());
  ssm = new SSMClient(server.aws());
});

after(() => {
  sqs.destroy();
  ssm.destroy();
  return server.close();
});

const made = async (QueueName, Attributes) =>
  (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl;

const received = async (QueueUrl) => {
  const wanted = { MaxNumberOfMessages: 10, MessageAttributeNames: ["All"], WaitTimeSeconds: 0 };
  return (await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...wanted }))).Messages ?? [];
};

test("messages come with their attributes, and go in a batch", { timeout }, async () => {
  const QueueUrl = await made("jobs", { VisibilityTimeout: "600" });
  const MessageAttributes = {
    kind: { DataType: "String", StringValue: "büild" },
    bytes: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) },
  };
  // The client compares MD5s of what it sent and what the server says that it got.
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "one ☃", MessageAttributes }));
  const Entries = ["two", "three"].map((MessageBody, n) => ({ Id: `e${n}`, MessageBody }));
  const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  assert.deepEqual(sent.Successful.map((one) => one.Id), ["e0", "e1"]);

  const messages = await received(QueueUrl);
  assert.deepEqual(new Set(messages.map((one) => one.Body)), new Set(["one ☃", "two", "three"]));
  const first = messages.find((one) => one.Body.startsWith("one"));
  assert.equal(first.MessageAttributes.kind.StringValue, "büild");
  assert.deepEqual([...first.MessageAttributes.bytes.BinaryValue], [0, 255]);

  const { ReceiptHandle } = first;
  const shown = { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 };
  await sqs.send(new ChangeMessageVisibilityCommand(shown));
  const [again] = await received(QueueUrl);
  assert.equal(again.MessageId, first.MessageId);
  const left = messages.filter((one) => one !== first).concat(again);
  const handles = left.map((one, n) => ({ Id: `${n}`, ReceiptHandle: one.ReceiptHandle }));
  const gone = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles }));
  assert.equal(gone.Successful.length, 3);
  const AttributeNames = ["ApproximateNumberOfMessages"];
  const counted = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
  assert.equal(counted.Attributes.ApproximateNumberOfMessages, "0");
});

test("queues are listed page by page, and one that is missing is named", { timeout }, async () => {
  for (const name of ["p-1", "p-2", "p-3"]) await made(name);
  const urls = [];
  const input = { QueueNamePrefix: "p-", MaxResults: 2 };
  for await (const page of paginateListQueues({ client: sqs }, input)) {
    urls.push(...(page.QueueUrls ?? []));
  }
  assert.equal(urls.length, 3);
  const QueueUrl = urls[0].replace("p-1", "nowhere");
  const send = sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
  await assert.rejects(send, QueueDoesNotExist);
});

test("secrets are opened for those who ask, and paths are walked", { timeout }, async () => {
  for (const name of ["a", "b", "c"]) {
    const parameter = { Name: `/prod/${name}`, Value: `v-${name}`, Type: "SecureString" };
    await ssm.send(new PutParameterCommand(parameter));
  }
  const Name = "/prod/a";
  const closed = await ssm.send(new GetParameterCommand({ Name }));
  assert.notEqual(closed.Parameter.Value, "v-a");
  const opened = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
  assert.equal(opened.Parameter.Value, "v-a");
  const values = [];
  const input = { Path: "/prod", WithDecryption: true, MaxResults: 2 };
  for await (const page of paginateGetParametersByPath({ client: ssm }, input)) {
    values.push(...page.Parameters.map((one) => one.Value));
  }
  assert.deepEqual(values, ["v-a", "v-b", "v-c"]);
  const missing = ssm.send(new GetParameterCommand({ Name: "/prod/none" }));
  await assert.rejects(missing, ParameterNotFound);
});
