import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { crc32, zip } from "./zip";

it("sums as the format asks", () => {
  expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array())).toBe(0);
});

it("is read by another program", () => {
  const folder = mkdtempSync(join(tmpdir(), "zip-"));
  try {
    const files = [
      { name: "private.key", text: "secret\n" },
      { name: "lampë/README.md", text: "" },
    ];
    writeFileSync(join(folder, "bundle.zip"), zip(files, new Date(2026, 10, 22, 3, 4, 6)));
    const script = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])";
    execFileSync("python3", ["-c", script, join(folder, "bundle.zip"), folder]);
    for (const { name, text } of files) expect(readFileSync(join(folder, name), "utf8")).toBe(text);
    expect(statSync(join(folder, "private.key")).size).toBe(7);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
