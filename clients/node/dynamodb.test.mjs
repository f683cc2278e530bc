// The AWS SDK for JavaScript v3: tables by its document client.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
  paginateScan,
} from "@aws-sdk/lib-dynamodb";

import { Server } from "./server.mjs";

const timeout = 30_000;
const TableName = "readings";
let server, tables, documents;

before(async () => {
  server = await Server.start();
  tables = new DynamoDBClient(server.aws());
  documents = DynamoDBDocumentClient.from(tables);
  const attribute = (AttributeName, AttributeType) => ({ AttributeName, AttributeType });
  const key = (AttributeName, KeyType) => ({ AttributeName, KeyType });
  await tables.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [attribute("sensor", "S"), attribute("at", "N")],
      KeySchema: [key("sensor", "HASH"), key("at", "RANGE")],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  const patience = { client: tables, minDelay: 1, maxDelay: 1, maxWaitTime: 20 };
  await waitUntilTableExists(patience, { TableName });
});

after(() => {
  documents.destroy();
  tables.destroy();
  return server.close();
});

const put = (Item, more = {}) => documents.send(new PutCommand({ TableName, Item, ...more }));
const get = async (Key) => (await documents.send(new GetCommand({ TableName, Key }))).Item;

test("what is put is got, whatever its types", { timeout }, async () => {
  const item = {
    sensor: "types",
    at: 1,
    text: "warm",
    number: -0.5,
    is_on: true,
    nothing: null,
    list: [1, "two", [false]],
    map: { deep: { er: 3 } },
    set: new Set(["a", "b"]),
    bytes: new Uint8Array([0, 255]),
  };
  await put(item);
  assert.deepEqual(await get({ sensor: "types", at: 1 }), item);
  assert.equal(await get({ sensor: "types", at: 2 }), undefined);
});

test("an update changes what its condition allows", { timeout }, async () => {
  const Key = { sensor: "update", at: 1 };
  await put({ ...Key, count: 1 });
  const update = (expected) =>
    documents.send(
      new UpdateCommand({
        TableName,
        Key,
        UpdateExpression: "SET #count = #count + :one",
        ConditionExpression: "#count = :expected",
        ExpressionAttributeNames: { "#count": "count" },
        ExpressionAttributeValues: { ":one": 1, ":expected": expected },
        ReturnValues: "ALL_NEW",
      }),
    );
  assert.deepEqual((await update(1)).Attributes, { ...Key, count: 2 });
  await assert.rejects(update(1), { name: "ConditionalCheckFailedException" });
  assert.deepEqual(await get(Key), { ...Key, count: 2 });
});

test("a query tells a partition in order, a scan all of it in pages", { timeout }, async () => {
  for (const at of [3, 1, 2]) await put({ sensor: "query", at });
  const found = await documents.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: "sensor = :sensor AND #at > :at",
      ExpressionAttributeNames: { "#at": "at" },
      ExpressionAttributeValues: { ":sensor": "query", ":at": 1 },
      ScanIndexForward: false,
    }),
  );
  assert.deepEqual(found.Items, [{ sensor: "query", at: 3 }, { sensor: "query", at: 2 }]);
  const pages = [];
  const wanted = { TableName, FilterExpression: "sensor = :it" };
  const ExpressionAttributeValues = { ":it": "query" };
  const paging = { client: documents, pageSize: 1 };
  for await (const page of paginateScan(paging, { ...wanted, ExpressionAttributeValues })) {
    pages.push(page);
  }
  assert.ok(pages.length > 3);
  const items = pages.flatMap((page) => page.Items);
  assert.deepEqual(items.map((item) => item.at), [1, 2, 3]);
});

test("a transaction is done as a whole or not at all", { timeout }, async () => {
  const item = (at) => ({ Put: { TableName, Item: { sensor: "transaction", at } } });
  const absent = (at) => ({
    ConditionCheck: {
      TableName,
      Key: { sensor: "transaction", at },
      ConditionExpression: "attribute_not_exists(sensor)",
    },
  });
  const transact = (...TransactItems) => documents.send(new TransactWriteCommand({ TransactItems }));
  await transact(item(1), item(2), absent(3));
  assert.ok(await get({ sensor: "transaction", at: 2 }));
  await assert.rejects(transact(item(4), absent(1)), (error) => {
    assert.equal(error.name, "TransactionCanceledException");
    assert.deepEqual(
      error.CancellationReasons.map((reason) => reason.Code),
      ["None", "ConditionalCheckFailed"],
    );
    return true;
  });
  assert.equal(await get({ sensor: "transaction", at: 4 }), undefined);
});

test("what is wrong is refused with AWS's names", { timeout }, async () => {
  const missing = new DescribeTableCommand({ TableName: "missing" });
  await assert.rejects(tables.send(missing), { name: "ResourceNotFoundException" });
  await assert.rejects(put({ sensor: "no time" }), { name: "ValidationException" });
  const wrong = new DynamoDBClient({
    ...server.aws(),
    credentials: { ...server.aws().credentials, secretAccessKey: "wrong" },
  });
  const refused = wrong.send(new DescribeTableCommand({ TableName }));
  await assert.rejects(refused, (error) => error.$metadata.httpStatusCode === 400);
  wrong.destroy();
});
