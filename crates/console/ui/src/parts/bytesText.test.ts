import { expect, it } from "vitest";
import { bytesText } from "./bytesText";

it("says sizes short", () => {
  expect([0, 999, 1_000, 1_449, 256_000_000, 3.2e12].map(bytesText)).toEqual([
    "0 B",
    "999 B",
    "1.0 KB",
    "1.4 KB",
    "256 MB",
    "3.2 TB",
  ]);
  expect(bytesText(undefined)).toBe("–");
});
