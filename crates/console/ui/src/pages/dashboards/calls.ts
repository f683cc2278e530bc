// What the pages of dashboards ask.

import { ask } from "../../aws/json";
import type { Result } from "../../parts/results/result";
import { type Range, querySeries, withRange } from "../../parts/results/series";
import { queryTable } from "../../parts/results/tableRows";
import type { Body, Source } from "./body";
import { queryFigures } from "./figures";

export interface ListedDashboard {
  name: string;
  updatedAt: number;
}

export interface StoredDashboard extends ListedDashboard {
  body: string;
  updatedBy: string;
}

/** More than a panel can show. */
const ROWS_MAX = 5_000;

export function listDashboards(prefix: string | undefined, nextToken: string | undefined) {
  const input = { prefix, nextToken };
  return ask<{ dashboards: ListedDashboard[]; nextToken?: string }>("thingstead", "ListDashboards", input);
}

export function getDashboard(name: string): Promise<StoredDashboard> {
  return ask("thingstead", "GetDashboard", { name });
}

export function putDashboard(name: string, body: Body) {
  return ask("thingstead", "PutDashboard", { name, body: JSON.stringify(body) });
}

export function deleteDashboard(name: string) {
  return ask("thingstead", "DeleteDashboard", { name });
}

export async function runSource(source: Source, range: Range, signal?: AbortSignal): Promise<Result> {
  switch (source.kind) {
    case "series":
      return querySeries(withRange(source.query, range), ROWS_MAX, signal);
    case "table":
      // Whoever opens somebody else's dashboard asks with their own rights: it must not be able to write.
      if (!isReading(source.statement)) throw new Error("A panel shows what a SELECT answers, and runs nothing else.");
      return queryTable(source.statement, ROWS_MAX, signal);
    case "figures":
      return queryFigures(source.names, signal);
  }
}

function isReading(statement: string): boolean {
  return /^\s*select\b/i.test(statement);
}
