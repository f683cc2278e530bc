// What the pages of tables ask.

import { ask } from "../../aws/json";
import type { Item } from "../../parts/results/tableRows";
import { type Look, lookInput } from "./look";

export interface KeyElement {
  AttributeName: string;
  KeyType: "HASH" | "RANGE";
}

export interface Index {
  IndexName: string;
  KeySchema: KeyElement[];
}

export interface TableDescription {
  TableName: string;
  TableStatus: string;
  TableArn: string;
  ItemCount: number;
  TableSizeBytes: number;
  CreationDateTime: number;
  KeySchema: KeyElement[];
  AttributeDefinitions: { AttributeName: string; AttributeType: "S" | "N" | "B" }[];
  GlobalSecondaryIndexes?: Index[];
  LocalSecondaryIndexes?: Index[];
  StreamSpecification?: { StreamEnabled: boolean; StreamViewType?: string };
  DeletionProtectionEnabled: boolean;
}

interface ItemsPage {
  Items: Item[];
  LastEvaluatedKey?: Item;
}

const ITEMS_PER_PAGE = 25;

export function listTables(after?: string) {
  const input = { Limit: 50, ExclusiveStartTableName: after };
  return ask<{ TableNames: string[]; LastEvaluatedTableName?: string }>("dynamodb", "ListTables", input);
}

export async function describeTable(name: string): Promise<TableDescription> {
  return (await ask<{ Table: TableDescription }>("dynamodb", "DescribeTable", { TableName: name })).Table;
}

export function createTable(name: string, keys: { name: string; type: string }[]) {
  return ask("dynamodb", "CreateTable", {
    TableName: name,
    AttributeDefinitions: keys.map((key) => ({ AttributeName: key.name, AttributeType: key.type })),
    KeySchema: keys.map((key, at) => ({ AttributeName: key.name, KeyType: at === 0 ? "HASH" : "RANGE" })),
    BillingMode: "PAY_PER_REQUEST",
  });
}

export function deleteTable(name: string) {
  return ask("dynamodb", "DeleteTable", { TableName: name });
}

/** A page of a scan or a query; the token of the next is the key that it ended at. */
export async function lookAt(table: TableDescription, look: Look, token: string | undefined) {
  const { operation, input } = lookInput(table, look);
  const page = await ask<ItemsPage>("dynamodb", operation, {
    ...input,
    Limit: ITEMS_PER_PAGE,
    ExclusiveStartKey: token === undefined ? undefined : JSON.parse(token),
  });
  return {
    items: page.Items,
    nextToken: page.LastEvaluatedKey && JSON.stringify(page.LastEvaluatedKey),
  };
}

/** A new item must not take the place of another without a word. */
export function putItem(table: TableDescription, item: Item, isNew: boolean) {
  const hash = table.KeySchema[0]?.AttributeName ?? "";
  const condition = { ConditionExpression: "attribute_not_exists(#hash)", ExpressionAttributeNames: { "#hash": hash } };
  return ask("dynamodb", "PutItem", { TableName: table.TableName, Item: item, ...(isNew ? condition : {}) });
}

export function deleteItem(table: TableDescription, item: Item) {
  return ask("dynamodb", "DeleteItem", { TableName: table.TableName, Key: keyOf(table, item) });
}

export function keyOf(table: Pick<TableDescription, "KeySchema">, item: Item): Item {
  return Object.fromEntries(
    table.KeySchema.flatMap(({ AttributeName: name }) => (item[name] ? [[name, item[name]]] : [])),
  );
}
