// Comma-separated values, as RFC 4180 has them.

import type { Cell, Result } from "./result";

export function csvOf({ columns, rows }: Result): string {
  const times = new Set(columns.flatMap(({ type }, at) => (type === "time" ? [at] : [])));
  const told = (cell: Cell, at: number) =>
    cell !== null && times.has(at) ? new Date(Number(cell)).toISOString() : (cell ?? "");
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => row.map(told))];
  return `${lines.map((line) => line.map(quoted).join(",")).join("\r\n")}\r\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
