// PartiQL statements on tables, as results with columns.

import { ask } from "../../aws/json";
import type { Cell, Column, ColumnType, Result } from "./result";

/** `{"S": "a"}`, `{"N": "1"}`, `{"M": {…}}`. */
export type AttributeValue = Record<string, unknown>;
export type Item = Record<string, AttributeValue>;

interface Page {
  Items: Item[];
  NextToken?: string;
}

export async function queryTable(statement: string, rowsMax: number, signal?: AbortSignal): Promise<Result> {
  const items: Item[] = [];
  let token: string | undefined;
  do {
    const page: Page = await ask("dynamodb", "ExecuteStatement", { Statement: statement, NextToken: token }, signal);
    items.push(...page.Items);
    token = page.NextToken;
  } while (token && items.length < rowsMax);
  return { ...resultOf(items.slice(0, rowsMax)), isCut: token !== undefined || items.length > rowsMax };
}

/** A column for each attribute that some item has, in the order in which they come up. */
export function resultOf(items: Item[]): Omit<Result, "isCut"> {
  const types = new Map<string, ColumnType>();
  for (const item of items) {
    for (const [name, value] of Object.entries(item)) {
      const type = typeOf(value);
      const held = types.get(name);
      types.set(name, held === undefined || held === type ? type : "text");
    }
  }
  const columns: Column[] = [...types].map(([name, type]) => ({ name, type }));
  return { columns, rows: items.map((item) => columns.map(({ name }) => cellOf(item[name]))) };
}

export function cellOf(value: AttributeValue | undefined): Cell {
  if (!value) return null;
  const [kind, inner] = Object.entries(value)[0] ?? [];
  if (kind === "NULL") return null;
  return typeof inner === "string" ? inner : kind === "BOOL" ? String(inner) : JSON.stringify(plain(value));
}

/** Without its types: what people write. */
export function plain(value: AttributeValue): unknown {
  const [kind, inner] = Object.entries(value)[0] ?? [];
  if (kind === "N") return Number(inner);
  if (kind === "NULL") return null;
  if (kind === "L") return (inner as AttributeValue[]).map(plain);
  if (kind === "NS") return (inner as string[]).map(Number);
  if (kind !== "M") return inner;
  return Object.fromEntries(Object.entries(inner as Item).map(([name, field]) => [name, plain(field)]));
}

function typeOf(value: AttributeValue): ColumnType {
  if ("N" in value) return "number";
  if ("BOOL" in value) return "boolean";
  return "S" in value ? "text" : "other";
}
