// Databases and tables of series.

import { ask } from "../../aws/json";

export interface SeriesTable {
  DatabaseName: string;
  TableName: string;
  RetentionProperties?: {
    MemoryStoreRetentionPeriodInHours: number;
    MagneticStoreRetentionPeriodInDays: number;
  };
}

interface DatabasesPage {
  Databases: { DatabaseName: string }[];
  NextToken?: string;
}

export function listTables(nextToken?: string) {
  // Without a database, those of all.
  const input = { MaxResults: 20, NextToken: nextToken };
  return ask<{ Tables: SeriesTable[]; NextToken?: string }>("timestream", "ListTables", input);
}

export async function listDatabases(): Promise<string[]> {
  const names: string[] = [];
  let token: string | undefined;
  do {
    const page: DatabasesPage = await ask("timestream", "ListDatabases", { MaxResults: 20, NextToken: token });
    names.push(...page.Databases.map(({ DatabaseName }) => DatabaseName));
    token = page.NextToken;
  } while (token);
  return names;
}

export async function createTable(database: string, table: string, isNewDatabase: boolean) {
  if (isNewDatabase) await ask("timestream", "CreateDatabase", { DatabaseName: database });
  await ask("timestream", "CreateTable", { DatabaseName: database, TableName: table });
  return true;
}

export function deleteTable({ DatabaseName, TableName }: SeriesTable) {
  return ask("timestream", "DeleteTable", { DatabaseName, TableName });
}

export function firstQuery({ DatabaseName, TableName }: SeriesTable): string {
  const name = (text: string) => `"${text.replaceAll('"', '""')}"`;
  return [
    `SELECT * FROM ${name(DatabaseName)}.${name(TableName)}`,
    "WHERE time BETWEEN ${from} AND ${to}",
    "ORDER BY time DESC",
    "LIMIT 100",
  ].join("\n");
}
