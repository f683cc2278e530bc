// What the page of the house asks: of the series, the table, the messages, the controller's log, its devices.

import { AwsError } from "console/aws/errors";
import { ask } from "console/aws/json";
import { showDevice } from "console/aws/own";
import type { Story } from "console/pages/messages/calls";
import { type Drawable, drawableOf, type Result } from "console/parts/results/result";
import { querySeries } from "console/parts/results/series";
import { type LogLine, type Run, runsOf } from "./runs";

export interface Reading {
  sensor: number;
  degrees: number;
  at: number;
}

/** More than the zones have in fifteen minutes at two seconds each. */
const ROWS_MAX = 5_000;
/** Processes of the controller: one, and another where an invocation came while it worked. */
const STREAMS = 2;
const LINES = 200;
/** Of a megabyte each: many months of artefacts at the house's own speed. */
const COUNTED_PAGES_MAX = 10;
export const SENSORS_TOPIC = "sensor/temperature/+";

/** The latest of each room, of the last fifteen minutes. `readings` is the series as its stack names it. */
export async function latestReadings(readings: string, signal: AbortSignal): Promise<Reading[]> {
  const { rows } = await query(
    `SELECT sensor_id, max(time) AS at, max_by(CAST(temperature AS DOUBLE), time) AS degrees
     FROM ${tableOf(readings)} WHERE time > ago(15m) AND measure_name = 'temperature' GROUP BY sensor_id`,
    signal,
  );
  return rows.map(([sensor, at, degrees]) => ({ sensor: Number(sensor), at: Number(at), degrees: Number(degrees) }));
}

/** The mean of each zone, of the last fifteen minutes. */
export async function meansOfZones(readings: string, signal: AbortSignal): Promise<Drawable | undefined> {
  const means = await query(
    `SELECT bin(time, 2s) AS at, 'Zone ' || zone_id AS zone, avg(CAST(temperature AS DOUBLE)) AS mean
     FROM ${tableOf(readings)} WHERE time > ago(15m) AND measure_name = 'temperature' GROUP BY 1, 2 ORDER BY 1`,
    signal,
  );
  return drawableOf(means);
}

export interface Counted {
  items: number;
  /** Whether there are more, which were not counted. */
  isCut: boolean;
}

/** How many artefacts the table holds. What it says of itself is hours old, as with DynamoDB. */
export async function countOf(table: string): Promise<Counted> {
  let [items, start]: [number, unknown] = [0, undefined];
  for (let pages = 0; pages < COUNTED_PAGES_MAX; pages += 1) {
    const input = { TableName: table, Select: "COUNT", ExclusiveStartKey: start };
    const page = await ask<{ Count: number; LastEvaluatedKey?: unknown }>("dynamodb", "Scan", input);
    items += page.Count;
    start = page.LastEvaluatedKey;
    if (!start) return { items, isCut: false };
  }
  return { items, isCut: true };
}

/** Messages that one of these rules took, newest first, of the latest that came. */
export async function takenBy(rules: string[]): Promise<Story[]> {
  const { stories } = await ask<{ stories: Story[] }>("thingstead", "Stories", { topic: SENSORS_TOPIC });
  return stories.filter((story) => story.rules.some(({ rule, matched }) => matched && rules.includes(rule)));
}

/** The latest runs of the controller, newest first. */
export async function latestRuns(logGroupName: string): Promise<Run[]> {
  const latest = { logGroupName, orderBy: "LastEventTime", descending: true, limit: STREAMS };
  const { logStreams } = await ask<{ logStreams: { logStreamName: string }[] }>("logs", "DescribeLogStreams", latest);
  const runs = await Promise.all(logStreams.map(({ logStreamName }) => runsOfStream(logGroupName, logStreamName)));
  return runs.flat().sort((one, other) => other.at - one.at);
}

async function runsOfStream(logGroupName: string, logStreamName: string): Promise<Run[]> {
  const input = { logGroupName, logStreamName, limit: LINES, startFromHead: false };
  return runsOf((await ask<{ events: LogLine[] }>("logs", "GetLogEvents", input)).events);
}

export async function isConnected(thing: string): Promise<boolean> {
  return (await showDevice(thing)).isConnected;
}

/** A table has the columns of what was written into it: before the first reading there are none. */
async function query(sql: string, signal: AbortSignal): Promise<Result> {
  try {
    return await querySeries(sql, ROWS_MAX, signal);
  } catch (error) {
    const isEmpty = error instanceof AwsError && /Column '\w+' does not exist/.test(error.message);
    if (isEmpty) return { columns: [], rows: [], isCut: false };
    throw error;
  }
}

/** `iot|temperaturesensor`, as CloudFormation names a table of Timestream. */
function tableOf(readings: string): string {
  return readings
    .split("|")
    .map((name) => `"${name.replaceAll('"', '""')}"`)
    .join(".");
}
