/** JSON in lines; text that is no JSON as it is. */
export function prettyJson(value: unknown): string {
  if (typeof value !== "string") return JSON.stringify(value, null, 2) ?? "";
  try {
    const read: unknown = JSON.parse(value);
    return typeof read === "object" ? JSON.stringify(read, null, 2) : value;
  } catch {
    return value;
  }
}

/** Where a text stops being JSON: line and column from 1; nothing if it is JSON. */
export function jsonMistake(text: string): { line: number; column: number; message: string } | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const message = (error as Error).message;
    const told = /line (\d+) column (\d+)/.exec(message);
    if (told) return { line: Number(told[1]), column: Number(told[2]), message };
    const at = /position (\d+)/.exec(message);
    return { ...placeAt(text, at ? Number(at[1]) : text.length), message };
  }
}

/** Line and column, from 1, of an offset into a text. */
export function placeAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
