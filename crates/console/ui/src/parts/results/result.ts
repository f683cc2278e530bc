// The answer of a query, of whatever store: columns with types, rows of texts as the store told them.

export type ColumnType = "time" | "number" | "text" | "boolean" | "other";

export interface Column {
  name: string;
  type: ColumnType;
}

/** A value as its store writes it; times in milliseconds as digits. */
export type Cell = string | null;

export interface Result {
  columns: Column[];
  rows: Cell[][];
  /** Whether there are more rows than were asked for. */
  isCut: boolean;
}

export interface Drawable {
  /** Milliseconds, rising. */
  times: number[];
  lines: { label: string; values: (number | null)[] }[];
  /** Lines beyond those that can be told apart. */
  leftOut: number;
}

/** More could not be told apart by their colours. */
const LINES_MAX = 16;

/**
 * Lines over time: the first column of times is the axis, each number a line, and texts tell the lines of
 * different things apart. Nothing, if there is no time or no number.
 */
export function drawableOf({ columns, rows }: Result): Drawable | undefined {
  const timeAt = columns.findIndex(({ type }) => type === "time");
  const numbersAt = placesOf(columns, "number");
  if (timeAt < 0 || numbersAt.length === 0) return undefined;
  const textsAt = placesOf(columns, "text");
  const found = new Map<string, Map<number, number>>();
  const moments = new Set<number>();
  for (const row of rows) {
    const time = numberOf(row[timeAt]);
    if (time === null) continue;
    moments.add(time);
    for (const at of numbersAt) {
      const value = numberOf(row[at]);
      const label = labelOf(columns, row, textsAt, at, numbersAt.length > 1);
      const line = found.get(label) ?? new Map<number, number>();
      found.set(label, line);
      if (value !== null) line.set(time, value);
    }
  }
  const times = [...moments].sort((one, other) => one - other);
  const drawn = [...found].filter(([, line]) => line.size > 0).sort(([one], [other]) => one.localeCompare(other, "en", { numeric: true }));
  return {
    times,
    lines: drawn.slice(0, LINES_MAX).map(([label, line]) => ({
      label,
      values: times.map((time) => line.get(time) ?? null),
    })),
    leftOut: Math.max(0, drawn.length - LINES_MAX),
  };
}

/** The latest number of the first column of numbers; without times, that of the first row. */
export function latestNumber({ columns, rows }: Result): number | null {
  const [numberAt] = placesOf(columns, "number");
  if (numberAt === undefined) return null;
  const timeAt = columns.findIndex(({ type }) => type === "time");
  if (timeAt < 0) return numberOf(rows[0]?.[numberAt]);
  let latest: { time: number; value: number } | undefined;
  for (const row of rows) {
    const [time, value] = [numberOf(row[timeAt]), numberOf(row[numberAt])];
    if (time !== null && value !== null && (!latest || time > latest.time)) latest = { time, value };
  }
  return latest?.value ?? null;
}

export function numberOf(cell: Cell | undefined): number | null {
  if (cell === null || cell === undefined || cell === "") return null;
  const value = Number(cell);
  return Number.isFinite(value) ? value : null;
}

function placesOf(columns: Column[], wanted: ColumnType): number[] {
  return columns.flatMap(({ type }, at) => (type === wanted ? [at] : []));
}

function labelOf(columns: Column[], row: Cell[], textsAt: number[], numberAt: number, isMany: boolean): string {
  const name = columns[numberAt]?.name ?? "";
  const texts = textsAt.flatMap((at) => (row[at] === null || row[at] === undefined ? [] : [String(row[at])]));
  if (texts.length === 0) return name;
  return isMany ? `${texts.join(" · ")} · ${name}` : texts.join(" · ");
}
