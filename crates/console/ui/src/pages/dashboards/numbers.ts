// Numbers as people type them; what is none is nothing.

export function numberOf(text: string): number | undefined {
  const value = Number(text.trim());
  return text.trim() === "" || !Number.isFinite(value) ? undefined : value;
}

export function numbersOf(text: string): number[] | undefined {
  const values = text
    .split(",")
    .filter((part) => part.trim() !== "")
    .map(numberOf);
  return values.length === 0 || values.includes(undefined) ? undefined : (values as number[]);
}
