// What changed between two texts, line by line.

export interface DiffLine {
  kind: "same" | "gone" | "new";
  text: string;
}

/** By the longest common subsequence: rules and policies are short. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, fresh] = [before.split("\n"), after.split("\n")];
  const common = commonLengths(old, fresh);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      lines.push({ kind: "same", text: old[i] as string });
      i += 1;
      j += 1;
    } else if (j === fresh.length || (i < old.length && at(common, i + 1, j) >= at(common, i, j + 1))) {
      lines.push({ kind: "gone", text: old[i] as string });
      i += 1;
    } else {
      lines.push({ kind: "new", text: fresh[j] as string });
      j += 1;
    }
  }
  return lines;
}

/** Lines on either side of a change that tell where it is. */
const CONTEXT_LINES = 3;

export interface FoldedLine {
  kind: DiffLine["kind"] | "folded";
  text: string;
}

/** The same lines without those that are far from every change. */
export function folded(lines: DiffLine[], context = CONTEXT_LINES): FoldedLine[] {
  const isNear = lines.map((_, at) => lines.slice(Math.max(0, at - context), at + context + 1).some(isChange));
  const shown: FoldedLine[] = [];
  for (let at = 0; at < lines.length; ) {
    const end = isNear[at] ? at + 1 : endOfRun(isNear, at);
    const run = lines.slice(at, end);
    // A line that says that one is left out takes as much room as the one.
    if (run.length === 1) shown.push(...run);
    else shown.push({ kind: "folded", text: `⋯ ${run.length} lines stay as they are` });
    at = end;
  }
  return shown;
}

function isChange({ kind }: DiffLine): boolean {
  return kind !== "same";
}

function endOfRun(isNear: boolean[], from: number): number {
  const end = isNear.indexOf(true, from);
  return end === -1 ? isNear.length : end;
}

/** How many lines are common to what follows after each pair of places. */
function commonLengths(old: string[], fresh: string[]): number[][] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(fresh.length + 1).fill(0));
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = fresh.length - 1; j >= 0; j -= 1) {
      (lengths[i] as number[])[j] =
        old[i] === fresh[j]
          ? at(lengths, i + 1, j + 1) + 1
          : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
    }
  }
  return lengths;
}

function at(lengths: number[][], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0;
}
