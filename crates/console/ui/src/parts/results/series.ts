// Queries of Timestream, run to their end.

import { ask } from "../../aws/json";
import type { Cell, Column, Result } from "./result";

export interface Range {
  from: number;
  to: number;
}

interface Type {
  ScalarType?: string;
}

export interface Datum {
  ScalarValue?: string;
  NullValue?: boolean;
  [other: string]: unknown;
}

interface Page {
  QueryId: string;
  NextToken?: string;
  Rows: { Data: Datum[] }[];
  ColumnInfo: { Name?: string; Type: Type }[];
}

const MINUTE_MILLIS = 60_000;

const NUMBERS = ["BIGINT", "INTEGER", "DOUBLE"];

/** Reads pages until there are as many rows as are wanted; the rest is told not to be needed. */
export async function querySeries(query: string, rowsMax: number, signal?: AbortSignal): Promise<Result> {
  let token: string | undefined;
  let columns: Column[] = [];
  const rows: Cell[][] = [];
  do {
    const input = { QueryString: query, NextToken: token, MaxRows: Math.min(rowsMax, 1_000) };
    const page: Page = await ask("timestream", "Query", input, signal);
    columns = page.ColumnInfo.map((info, at) => ({
      name: info.Name ?? `_col${at}`,
      type: typeOf(info.Type),
    }));
    rows.push(...page.Rows.map(({ Data }) => Data.map((datum, at) => cellOf(datum, columns[at]))));
    token = page.NextToken;
    if (token && rows.length >= rowsMax) {
      await ask("timestream", "CancelQuery", { QueryId: page.QueryId }).catch(() => {
        // It may have ended by itself meanwhile; then there is nothing to give up.
      });
      return { columns, rows: rows.slice(0, rowsMax), isCut: true };
    }
  } while (token);
  return { columns, rows, isCut: false };
}

/**
 * The words `${from}` and `${to}` stand for the range. It begins at a whole minute, so that a query which
 * groups by minutes can be answered from sums.
 */
export function withRange(query: string, { from, to }: Range): string {
  const start = Math.floor(from / MINUTE_MILLIS) * MINUTE_MILLIS;
  return query
    .replaceAll("${from}", `from_milliseconds(${start})`)
    .replaceAll("${to}", `from_milliseconds(${Math.ceil(to)})`);
}

/** Where the server says that a query is wrong: `… at line 1:121: …`. */
export function queryMark(message: string): { line: number; column: number; message: string } | undefined {
  const told = /line (\d+):(\d+): ([\s\S]*)$/.exec(message);
  return told ? { line: Number(told[1]), column: Number(told[2]), message: told[3] as string } : undefined;
}

function typeOf({ ScalarType }: Type): Column["type"] {
  if (ScalarType === undefined) return "other";
  if (NUMBERS.includes(ScalarType)) return "number";
  if (ScalarType === "TIMESTAMP") return "time";
  return ScalarType === "BOOLEAN" ? "boolean" : "text";
}

export function cellOf(datum: Datum, column: Column | undefined): Cell {
  if (datum.NullValue) return null;
  if (datum.ScalarValue === undefined) return JSON.stringify(datum);
  return column?.type === "time" ? String(millisOf(datum.ScalarValue)) : datum.ScalarValue;
}

/** `2026-11-22 02:33:46.469000000`, in UTC; what is below a millisecond is not shown. */
function millisOf(text: string): number {
  return Date.parse(`${text.slice(0, 23).replace(" ", "T")}Z`);
}
