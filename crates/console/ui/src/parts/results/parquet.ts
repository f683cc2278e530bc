// A result as a Parquet file: columns with types, for those who go on with it elsewhere. Loaded when it is asked for.

import { parquetWriteBuffer, schemaFromColumnData } from "hyparquet-writer";
import type { SchemaElement } from "hyparquet";
import type { Cell, Column, Result } from "./result";

interface ParquetColumn {
  name: string;
  type: "TIMESTAMP" | "BOOLEAN" | "INT64" | "DOUBLE" | "STRING";
  data: (Date | boolean | bigint | number | string | null)[];
}

export function parquetOf(result: Result): ArrayBuffer {
  const columns = columnsOf(result);
  const times = columns.filter(({ type }) => type === "TIMESTAMP").map(({ name }) => [name, moments(name)] as const);
  // A column has a type or an element of the schema, never both.
  const columnData = columns.map(({ name, type, data }) => (type === "TIMESTAMP" ? { name, data } : { name, type, data }));
  const schema = schemaFromColumnData({ columnData, schemaOverrides: Object.fromEntries(times) });
  return parquetWriteBuffer({
    columnData: columnData.map(({ name, data }) => ({ name, data })),
    schema,
    createdBy: "thingstead",
  });
}

/** Moments of the world, not of some clock on a wall. */
function moments(name: string): SchemaElement {
  const logical_type = { type: "TIMESTAMP", isAdjustedToUTC: true, unit: "MILLIS" } as const;
  return { name, type: "INT64", logical_type, repetition_type: "OPTIONAL" };
}

export function columnsOf({ columns, rows }: Result): ParquetColumn[] {
  const names = unlike(columns.map(({ name }) => name));
  return columns.map((column, at) => {
    const cells = rows.map((row) => row[at] ?? null);
    return { name: names[at] as string, ...typed(column, cells) };
  });
}

function typed({ type }: Column, cells: Cell[]): Omit<ParquetColumn, "name"> {
  const read = <Value>(of: (text: string) => Value) => cells.map((cell) => (cell === null ? null : of(cell)));
  if (type === "time") return { type: "TIMESTAMP", data: read((millis) => new Date(Number(millis))) };
  if (type === "boolean") return { type: "BOOLEAN", data: read((text) => text === "true") };
  if (type === "number") return numbers(cells, read);
  return { type: "STRING", data: read(String) };
}

const INT64_MAX = 2n ** 63n - 1n;
/** With more a double may stand for other digits than those that were written. */
const DOUBLE_DIGITS = 17;

/** The narrowest type that keeps each number as it was written; without one, texts. */
function numbers(cells: Cell[], read: <Value>(of: (text: string) => Value) => (Value | null)[]): Omit<ParquetColumn, "name"> {
  const texts = cells.filter((cell) => cell !== null);
  if (texts.length > 0 && texts.every(isInt64)) return { type: "INT64", data: read(BigInt) };
  if (texts.every(isDouble)) return { type: "DOUBLE", data: read(Number) };
  return { type: "STRING", data: read(String) };
}

function isInt64(text: string): boolean {
  if (!/^-?\d{1,19}$/.test(text)) return false;
  const value = BigInt(text);
  return value <= INT64_MAX && value >= -INT64_MAX - 1n;
}

function isDouble(text: string): boolean {
  if (["NaN", "Infinity", "-Infinity"].includes(text)) return true;
  const [digits = ""] = text.replace(/^-/, "").split(/e/i);
  const isWhole = digits.replace(".", "").replace(/^0+/, "").replace(/0+$/, "").length <= DOUBLE_DIGITS;
  return isWhole && text.trim() !== "" && Number.isFinite(Number(text));
}

/** Readers take no two columns of one name. */
function unlike(names: string[]): string[] {
  const taken = new Set(names);
  const seen = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let count = 2; seen.has(own); count += 1) {
      own = taken.has(`${name}_${count}`) ? own : `${name}_${count}`;
    }
    seen.add(own);
    return own;
  });
}
