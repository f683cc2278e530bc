// The same random calls, asked of our tables and of dynalite: their answers are compared.
//
// dynalite is another program that was written to behave as DynamoDB does, by other people. Where the
// two differ one is wrong, and where that is dynalite, the call is left out here and the reason given:
//
// - It words some errors in its own way; so their names are compared.
// - It answers no attributes as an empty map, and DynamoDB as none; so they are taken for one.
// - The order of items of different keys in a scan is nobody's promise; so scans are sorted.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";

import { Server } from "./server.mjs";

const timeout = 120_000;
const calls = Number(process.env.THINGSTEAD_CALLS ?? 250);
const seeds = Number(process.env.THINGSTEAD_SEEDS ?? 4);
const hashes = ["a", "b", "c"];
let server, other, ours, theirs;

before(async () => {
  server = await Server.start();
  other = dynalite({ createTableMs: 0 });
  await new Promise((resolve) => other.listen(0, "127.0.0.1", resolve));
  ours = new DynamoDBClient(server.aws());
  const endpoint = `http://127.0.0.1:${other.address().port}`;
  theirs = new DynamoDBClient({ ...server.aws(), endpoint });
});

after(async () => {
  ours.destroy();
  theirs.destroy();
  await new Promise((resolve) => other.close(resolve));
  return server.close();
});

// Chance that a seed repeats.
function chanceOf(seed) {
  let state = seed + 1;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (most) => Math.floor(next() * most);
  return { below, of: (list) => list[below(list.length)], is: (odds) => next() < odds };
}

const N = (number) => ({ N: String(number) });
const S = (text) => ({ S: text });

function callsOf(seed, TableName) {
  const chance = chanceOf(seed);
  const key = () => ({ id: S(chance.of(hashes)), at: N(chance.below(6)) });
  const value = () =>
    chance.of([
      () => N(chance.below(5) - 2),
      () => N("1.50"),
      () => S(chance.of(["x", "xy", "ü"])),
      () => ({ BOOL: chance.is(0.5) }),
      () => ({ NULL: true }),
      () => ({ L: [N(1), S("in")] }),
      () => ({ M: { deep: N(chance.below(3)) } }),
      () => ({ SS: ["p", "q"] }),
      () => ({ NS: ["1", "2"] }),
    ])();
  const item = () => ({
    ...key(),
    ...(chance.is(0.8) ? { n: N(chance.below(9)) } : {}),
    ...(chance.is(0.6) ? { v: value() } : {}),
    ...(chance.is(0.5) ? { room: S(chance.of(["hall", "attic"])) } : {}),
  });
  const condition = () =>
    chance.of([
      {},
      {},
      { ConditionExpression: "attribute_exists(id)" },
      { ConditionExpression: "attribute_not_exists(n)" },
      { ConditionExpression: "n > :n", ExpressionAttributeValues: { ":n": N(4) } },
      { ConditionExpression: "n BETWEEN :n AND :m", ExpressionAttributeValues: { ":n": N(1), ":m": N(5) } },
      { ConditionExpression: "attribute_type(v, :t)", ExpressionAttributeValues: { ":t": S("N") } },
      { ConditionExpression: "contains(v, :p)", ExpressionAttributeValues: { ":p": S("x") } },
      { ConditionExpression: "NOT begins_with(room, :r) OR size(id) = :o",
        ExpressionAttributeValues: { ":r": S("h"), ":o": N(2) } },
    ]);
  const returned = (...more) => ({ ReturnValues: chance.of(["NONE", "ALL_OLD", ...more]) });
  const update = () =>
    chance.of([
      { UpdateExpression: "SET n = if_not_exists(n, :z) + :o",
        ExpressionAttributeValues: { ":z": N(0), ":o": N(1) } },
      { UpdateExpression: "SET v = :v REMOVE room", ExpressionAttributeValues: { ":v": value() } },
      { UpdateExpression: "ADD n :o", ExpressionAttributeValues: { ":o": N(2) } },
      { UpdateExpression: "REMOVE v, n" },
      { UpdateExpression: "SET #l = list_append(if_not_exists(#l, :e), :l)",
        ExpressionAttributeNames: { "#l": "list" },
        ExpressionAttributeValues: { ":e": { L: [] }, ":l": { L: [N(1)] } } },
      { UpdateExpression: "SET v.deep = :o", ExpressionAttributeValues: { ":o": N(9) } },
    ]);
  const query = () => ({
    KeyConditionExpression: chance.of(["id = :i", "id = :i AND #at > :a", "id = :i AND #at BETWEEN :a AND :b"]),
    ScanIndexForward: chance.is(0.5),
    ...(chance.is(0.3) ? { Limit: 1 + chance.below(3) } : {}),
    ...(chance.is(0.3) ? { FilterExpression: "attribute_exists(n)" } : {}),
    ...(chance.is(0.3) ? { ProjectionExpression: "id, #at, n" } : {}),
  });
  const used = (input) => {
    const text = JSON.stringify(input);
    const values = { ":i": S(chance.of(hashes)), ":a": N(2), ":b": N(4) };
    const wanted = Object.entries(values).filter(([name]) => text.includes(name));
    return {
      ...input,
      ...(text.includes("#at") ? { ExpressionAttributeNames: { "#at": "at" } } : {}),
      ExpressionAttributeValues: Object.fromEntries(wanted),
    };
  };
  const unique = (make, count) => {
    const all = Array.from({ length: count }, make);
    return all.filter((one, at) => all.findIndex((other) => same(other, one)) === at);
  };
  const same = (one, other) => one.id.S === other.id.S && one.at.N === other.at.N;
  const kinds = [
    () => new PutItemCommand({ TableName, Item: item(), ...condition(), ...returned() }),
    () => new PutItemCommand({ TableName, Item: item() }),
    () => new GetItemCommand({ TableName, Key: key(), ConsistentRead: chance.is(0.5) }),
    () => new DeleteItemCommand({ TableName, Key: key(), ...condition(), ...returned() }),
    () => new UpdateItemCommand({ TableName, Key: key(), ...update(), ...returned("ALL_NEW", "UPDATED_OLD") }),
    () => new QueryCommand({ TableName, ...used(query()) }),
    () => new ScanCommand({ TableName, ...(chance.is(0.5) ? { FilterExpression: "attribute_exists(v)" } : {}) }),
    () => new BatchWriteItemCommand({ RequestItems: { [TableName]: unique(item, 3).map((Item) => ({ PutRequest: { Item } })) } }),
    () => new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: unique(key, 3) } } }),
  ];
  return Array.from({ length: calls }, () => chance.of(kinds)());
}

// An answer without what is each server's own.
async function answer(client, command) {
  try {
    const { $metadata, ...said } = await client.send(command);
    const told = plain(said);
    const byText = (list) => list?.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
    if (command instanceof ScanCommand) byText(told.Items);
    if (Object.keys(told.Attributes ?? { some: 1 }).length === 0) delete told.Attributes;
    Object.values(told.Responses ?? {}).forEach(byText);
    return told;
  } catch (error) {
    if (error.$metadata === undefined) throw error;
    return error.name;
  }
}

// Sets have no order, and objects none of their properties.
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([name, inner]) =>
    ["SS", "NS"].includes(name) ? [name, [...inner].sort()] : [name, plain(inner)],
  );
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined).sort());
}

for (let seed = 0; seed < seeds; seed += 1) {
  test(`answers are those of dynalite, seed ${seed}`, { timeout }, async () => {
    const TableName = `compared-${seed}`;
    const attribute = (AttributeName, AttributeType) => ({ AttributeName, AttributeType });
    for (const client of [ours, theirs]) {
      await client.send(
        new CreateTableCommand({
          TableName,
          AttributeDefinitions: [attribute("id", "S"), attribute("at", "N")],
          KeySchema: [
            { AttributeName: "id", KeyType: "HASH" },
            { AttributeName: "at", KeyType: "RANGE" },
          ],
          BillingMode: "PAY_PER_REQUEST",
        }),
      );
      const patience = { client, minDelay: 1, maxDelay: 1, maxWaitTime: 20 };
      await waitUntilTableExists(patience, { TableName });
    }
    for (const [number, command] of callsOf(seed, TableName).entries()) {
      const found = await answer(ours, command);
      const expected = await answer(theirs, command);
      const what = `call ${number}: ${command.constructor.name} ${JSON.stringify(command.input)}`;
      assert.deepEqual(found, expected, what);
    }
  });
}
