// Payloads as people read them: JSON in lines, text, or bytes.

import { prettyJson } from "../../parts/prettyJson";

/** Of a payload in one row. */
const PREVIEW_LETTERS = 300;
/** In hexadecimal, shown of a payload that is no text. */
const HEX_BYTES_MAX = 4_096;
const HEX_BYTES_PER_LINE = 16;

export interface ReadPayload {
  kind: "json" | "text" | "bytes" | "empty";
  shown: string;
}

/** Nothing if it is not text. */
export function textOf(payload: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(payload);
  } catch {
    return undefined;
  }
}

export function readPayload(payload: Uint8Array): ReadPayload {
  if (payload.length === 0) return { kind: "empty", shown: "" };
  const text = textOf(payload);
  // A text with control characters is none.
  if (text === undefined || /[\u0000-\u0008\u000e-\u001f]/.test(text)) return { kind: "bytes", shown: hex(payload) };
  try {
    JSON.parse(text);
    return { kind: "json", shown: prettyJson(text) };
  } catch {
    return { kind: "text", shown: text };
  }
}

/** The beginning, in one line. */
export function preview(payload: Uint8Array): string {
  const beginning = payload.subarray(0, PREVIEW_LETTERS);
  const text = new TextDecoder().decode(beginning);
  if (/[\u0000-\u0008\u000e-\u001f]/.test(text) || (payload.length <= PREVIEW_LETTERS && text.includes("\ufffd"))) {
    return [...beginning.subarray(0, 48)].map(byteText).join(" ");
  }
  return text.replaceAll(/\s+/g, " ");
}

/** As `hexdump -C` writes it, without the letters. */
export function hex(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, HEX_BYTES_MAX); at += HEX_BYTES_PER_LINE) {
    const line = bytes.subarray(at, at + HEX_BYTES_PER_LINE);
    lines.push(`${at.toString(16).padStart(6, "0")}  ${[...line].map(byteText).join(" ")}`);
  }
  const more = bytes.length - HEX_BYTES_MAX;
  return more > 0 ? `${lines.join("\n")}\n… and ${more} more bytes` : lines.join("\n");
}

function byteText(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
