import type { Arrived } from "./messageLog";
import { textOf } from "./payload";

/** Texts of payloads, made once for as long as a message is held. */
const texts = new WeakMap<Arrived, string>();

/** Those whose topic or payload has all the words, whatever their case. */
export function searched(messages: Arrived[], search: string): Arrived[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return messages;
  return messages.filter((message) => {
    const text = searchedText(message);
    return words.every((word) => text.includes(word));
  });
}

function searchedText(message: Arrived): string {
  const held = texts.get(message);
  if (held !== undefined) return held;
  const text = `${message.topic}\n${textOf(message.payload) ?? ""}`.toLowerCase();
  texts.set(message, text);
  return text;
}
