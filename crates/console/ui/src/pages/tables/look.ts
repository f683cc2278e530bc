// How items of a table are looked for: all of them, or those of a key; and what that is in DynamoDB's words.

import type { AttributeValue } from "../../parts/results/tableRows";
import type { KeyElement, TableDescription } from "./calls";

export const COMPARISONS = ["=", "<", "<=", ">", ">=", "begins_with"] as const;
export type Comparison = (typeof COMPARISONS)[number];

export interface Look {
  /** A query needs the value of the partition's key; without it all is scanned. */
  hash: string;
  index?: string;
  comparison: Comparison;
  range: string;
  /** Newest, or largest, first. */
  isBackward: boolean;
  /** Of a scan or a query: only items whose attribute has this value. */
  filterName: string;
  filterValue: string;
}

export const NO_LOOK: Look = {
  hash: "",
  comparison: "=",
  range: "",
  isBackward: false,
  filterName: "",
  filterValue: "",
};

type Described = Pick<
  TableDescription,
  "TableName" | "KeySchema" | "AttributeDefinitions" | "GlobalSecondaryIndexes" | "LocalSecondaryIndexes"
>;

export function keysOf(table: Described, index: string | undefined): { hash?: string; range?: string } {
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  const found = indexes.find(({ IndexName }) => IndexName === index);
  const schema = found?.KeySchema ?? table.KeySchema;
  const named = (kind: KeyElement["KeyType"]) => schema.find(({ KeyType }) => KeyType === kind)?.AttributeName;
  return { hash: named("HASH"), range: named("RANGE") };
}

export function lookInput(table: Described, look: Look): { operation: "Query" | "Scan"; input: object } {
  const keys = keysOf(table, look.index);
  const names: Record<string, string> = {};
  const values: Record<string, AttributeValue> = {};
  const isQuery = look.hash !== "" && keys.hash !== undefined;
  const conditions: string[] = [];
  if (isQuery && keys.hash) {
    names["#hash"] = keys.hash;
    values[":hash"] = keyValue(table, keys.hash, look.hash);
    conditions.push("#hash = :hash");
    if (look.range !== "" && keys.range) {
      names["#range"] = keys.range;
      values[":range"] = keyValue(table, keys.range, look.range);
      const { comparison } = look;
      conditions.push(comparison === "begins_with" ? "begins_with(#range, :range)" : `#range ${comparison} :range`);
    }
  }
  const isFiltered = look.filterName !== "" && look.filterValue !== "";
  if (isFiltered) {
    names["#filter"] = look.filterName;
    values[":filter"] = guessedValue(look.filterValue);
  }
  const hasNames = Object.keys(names).length > 0;
  return {
    operation: isQuery ? "Query" : "Scan",
    input: {
      TableName: table.TableName,
      IndexName: look.index || undefined,
      KeyConditionExpression: isQuery ? conditions.join(" AND ") : undefined,
      FilterExpression: isFiltered ? "#filter = :filter" : undefined,
      ExpressionAttributeNames: hasNames ? names : undefined,
      ExpressionAttributeValues: hasNames ? values : undefined,
      ScanIndexForward: isQuery && look.isBackward ? false : undefined,
    },
  };
}

function keyValue(table: Described, name: string, text: string): AttributeValue {
  const type = table.AttributeDefinitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
  return { [type ?? "S"]: text };
}

/** `42` and `true` are what they look like; a text that looks so is written in quotes. */
export function guessedValue(text: string): AttributeValue {
  if (/^".*"$/s.test(text)) return { S: text.slice(1, -1) };
  if (text === "true" || text === "false") return { BOOL: text === "true" };
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? { N: text } : { S: text };
}
