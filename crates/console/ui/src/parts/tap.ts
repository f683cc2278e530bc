// Messages as they pass: a tap is asked again and again until it is closed.

import { ask } from "../aws/json";

export interface TailMessage {
  at: number;
  topic: string;
  qos: number;
  retain: boolean;
  /** Only of what is text. */
  payload?: string;
  bytes: number;
}

interface Answer {
  tap: number;
  messages: TailMessage[];
}

/** Until `signal`; throws what the server refuses. */
export async function* tap(filter: string, signal: AbortSignal): AsyncGenerator<TailMessage[]> {
  let number: number | undefined;
  while (!signal.aborted) {
    const answer: Answer = await ask("thingstead", "Tail", { filter, tap: number }, signal);
    number = answer.tap;
    if (answer.messages.length > 0) yield answer.messages;
  }
}
