import { expect, it } from "vitest";
import { base64OfBytes, base64OfText, textOfBase64 } from "./base64";

it("brings texts there and back", () => {
  for (const text of ["", "on", "21 °C 🌡", "x".repeat(100_000)]) {
    expect(textOfBase64(base64OfText(text))).toBe(text);
  }
});

it("says of bytes that are no text that they are none", () => {
  expect(textOfBase64(base64OfBytes(new Uint8Array([0xff, 0xfe])))).toBeUndefined();
});
