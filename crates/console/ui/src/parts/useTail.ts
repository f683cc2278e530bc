// Messages as they pass, for pages that show a few of them. The MQTT client has its own, faster way.

import { useEffect, useState } from "react";
import { AwsError } from "../aws/errors";
import { ask } from "../aws/json";
import type { SeenMessage } from "../aws/own";

/** After a failure the next question waits this long. */
const PAUSE_MILLIS = 3_000;

interface Tailed {
  /** Newest first. */
  messages: SeenMessage[];
  error?: unknown;
}

/** Those that match a filter, from now on; without a filter none. At most `kept` are held. */
export function useTail(filter: string | undefined, kept: number): Tailed {
  const [tailed, setTailed] = useState<Tailed>({ messages: [] });
  useEffect(() => {
    setTailed({ messages: [] });
    if (!filter) return;
    const ended = new AbortController();
    void follow(
      filter,
      ended.signal,
      (come) => setTailed((held) => ({ messages: [...come.reverse(), ...held.messages].slice(0, kept) })),
      (error) => setTailed((held) => ({ ...held, error })),
    );
    return () => ended.abort();
  }, [filter, kept]);
  return tailed;
}

async function follow(
  filter: string,
  signal: AbortSignal,
  onMessages: (come: SeenMessage[]) => void,
  onError: (error: unknown) => void,
): Promise<void> {
  let tap: number | undefined;
  while (!signal.aborted) {
    try {
      const input = tap === undefined ? { filter } : { filter, tap };
      const answer = await ask<{ tap: number; messages: SeenMessage[] }>("thingstead", "Tail", input, signal);
      tap = answer.tap;
      if (answer.messages.length > 0) onMessages(answer.messages);
    } catch (error) {
      if (signal.aborted) return;
      // A tap that nobody asked for is over, as when the computer slept; a new one begins.
      tap = undefined;
      if (!(error instanceof AwsError && error.isMissing)) onError(error);
      await new Promise((resume) => window.setTimeout(resume, PAUSE_MILLIS));
    }
  }
}
