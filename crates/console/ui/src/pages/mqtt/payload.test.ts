import { expect, it } from "vitest";
import { hex, preview, readPayload, textOf } from "./payload";

const bytes = (text: string) => new TextEncoder().encode(text);

it("knows JSON, text and bytes", () => {
  expect(readPayload(bytes('{"a":1}'))).toEqual({ kind: "json", shown: '{\n  "a": 1\n}' });
  expect(readPayload(bytes("42"))).toEqual({ kind: "json", shown: "42" });
  expect(readPayload(bytes("on"))).toEqual({ kind: "text", shown: "on" });
  expect(readPayload(Uint8Array.of(0xff, 0))).toEqual({ kind: "bytes", shown: "000000  ff 00" });
  expect(readPayload(Uint8Array.of(1, 2)).kind).toBe("bytes");
  expect(readPayload(bytes("")).kind).toBe("empty");
  expect(textOf(Uint8Array.of(0xff))).toBeUndefined();
});

it("writes bytes in lines", () => {
  expect(hex(Uint8Array.from({ length: 17 }, (_, at) => at))).toBe(
    "000000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n000010  10",
  );
  expect(hex(new Uint8Array(5_000))).toContain("… and 904 more bytes");
});

it("shows the beginning in one line", () => {
  expect(preview(bytes('{\n  "a": 1\n}'))).toBe('{ "a": 1 }');
  expect(preview(bytes("x".repeat(1_000)))).toHaveLength(300);
  expect(preview(Uint8Array.of(0xff, 0xfe))).toBe("ff fe");
});
