// What the controller's log tells: its runs, and what each did in the zones.

export interface LogLine {
  timestamp: number;
  message: string;
}

export interface ZoneRun {
  mean?: number;
  /** `AC on`, `AC off`, `nothing to do`, `no readings`, or why it failed. */
  done: string;
}

export interface Run {
  id: string;
  at: number;
  zones: Record<number, ZoneRun>;
  /** Nothing while it runs. */
  millis?: number;
  /** Whatever else it said. */
  said: string[];
}

export interface Switched {
  isOn: boolean;
  at: number;
}

/** Of one stream, which one process writes: its runs come one after another. */
export function runsOf(lines: LogLine[]): Run[] {
  const runs: Run[] = [];
  let run: Run | undefined;
  for (const { timestamp, message } of lines) {
    const text = message.trimEnd();
    const begun = /^START RequestId: (\S+)/.exec(text)?.[1];
    const millis = /^REPORT RequestId: .*?Duration: ([\d.]+) ms/.exec(text)?.[1];
    if (begun !== undefined) {
      run = { id: begun, at: timestamp, zones: {}, said: [] };
      runs.push(run);
    } else if (millis !== undefined) {
      // The first line that was asked for may be in the midst of a run.
      if (run) run.millis = Number(millis);
      run = undefined;
    } else if (run && !text.startsWith("END ")) {
      hear(run, text);
    }
  }
  return runs;
}

function hear(run: Run, text: string): void {
  const told = /^zone (\d+): (?:mean (-?[\d.]+): )?(.*)$/.exec(text);
  if (!told) {
    if (text !== "") run.said.push(text);
    return;
  }
  const [, zone, mean, done = ""] = told;
  run.zones[Number(zone)] = { done, ...(mean === undefined ? {} : { mean: Number(mean) }) };
}

/** When the air conditioner of a zone was told last, and what; nothing if none of the runs did. */
export function switchedOf(runs: Run[], zone: number): Switched | undefined {
  let latest: Switched | undefined;
  for (const { at, zones } of runs) {
    const done = zones[zone]?.done;
    if ((done === "AC on" || done === "AC off") && (!latest || at > latest.at)) {
      latest = { isOn: done === "AC on", at };
    }
  }
  return latest;
}
