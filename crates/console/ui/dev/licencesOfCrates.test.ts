import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { crates } from "./licencesOfCrates.ts";

const TOKIO = { id: "tokio", name: "tokio", version: "1.2.3", license: "MIT", license_file: null, source: "registry" };
const PROPTEST = { ...TOKIO, id: "proptest", name: "proptest" };
const PROGRAM = { ...TOKIO, id: "program", name: "thingstead", source: null };
const RESOLVE = {
  nodes: [
    {
      id: "program",
      deps: [
        { pkg: "tokio", dep_kinds: [{ kind: null }] },
        { pkg: "proptest", dep_kinds: [{ kind: "dev" }] },
      ],
    },
    { id: "tokio", deps: [] },
    { id: "proptest", deps: [] },
  ],
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "licences-"));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Stands in for cargo on a machine that has fetched what the program is built from, and nothing else. */
function useCargoOfNewMachine() {
  const program = join(folder, "cargo");
  const packages = [PROGRAM, TOKIO, PROPTEST].map((one) => ({ ...one, manifest_path: join(folder, "Cargo.toml") }));
  const lines = [
    "#!/usr/bin/env node",
    'if (process.argv.includes("--offline")) {',
    '  console.error("error: failed to download `proptest v1.2.3`");',
    "  process.exit(101);",
    "}",
    `console.log(${JSON.stringify(JSON.stringify({ packages, resolve: RESOLVE }))});`,
  ];
  writeFileSync(program, lines.join("\n"));
  chmodSync(program, 0o755);
  vi.stubEnv("CARGO", program);
}

test("a crate that only tests need may still have to be fetched, and is not listed", () => {
  useCargoOfNewMachine();
  expect(crates(folder)).toEqual([{ name: "tokio", version: "1.2.3", licence: "MIT", texts: [] }]);
});
