// The crates that the program is linked from, as cargo has them.

import { execFileSync } from "node:child_process";
import { dirname } from "node:path";
import type { Found } from "./licences.ts";
import { licenceTexts } from "./licenceTexts.ts";

interface Metadata {
  packages: Package[];
  resolve: { nodes: Node[] };
}

interface Package {
  id: string;
  name: string;
  version: string;
  license: string | null;
  license_file: string | null;
  manifest_path: string;
  /** Nothing if it is of this workspace. */
  source: string | null;
}

interface Node {
  id: string;
  deps: { pkg: string; dep_kinds: { kind: "dev" | "build" | null }[] }[];
}

const PROGRAM = "thingstead";
/** The lists of a large workspace are megabytes. */
const ANSWER_MAX = 256 * 1024 * 1024;

export function crates(root: string): Found[] {
  const { packages, resolve } = metadata(root);
  const program = packages.find(({ name }) => name === PROGRAM);
  if (!program) throw new Error(`cargo knows no package ${PROGRAM}`);
  const linked = linkedInto(program.id, new Map(resolve.nodes.map((node) => [node.id, node])));
  return packages
    .filter(({ id, source }) => source !== null && linked.has(id))
    .map(({ name, version, license, license_file, manifest_path }) => ({
      name,
      version,
      licence: license ?? license_file ?? "not declared",
      texts: licenceTexts(dirname(manifest_path)),
    }));
}

function metadata(root: string): Metadata {
  // Without a target cargo would ask for crates of systems that this build has nothing to do with. It answers for
  // the whole workspace: what only its tests need, and nobody had a reason to fetch yet, it must be free to fetch.
  const target = process.env.TARGET ?? run("rustc", ["--print", "host-tuple"], root).trim();
  const words = ["metadata", "--locked", "--format-version", "1", "--filter-platform", target];
  return JSON.parse(run(process.env.CARGO ?? "cargo", words, root)) as Metadata;
}

function run(program: string, words: string[], cwd: string): string {
  return execFileSync(program, words, { cwd, encoding: "utf8", maxBuffer: ANSWER_MAX });
}

/** Everything that it needs when it runs, and what that needs; not what only builds it. */
function linkedInto(program: string, nodes: Map<string, Node>): Set<string> {
  const found = new Set<string>([program]);
  // A set that grows while it is gone through is gone through to its end.
  for (const id of found) {
    for (const { pkg, dep_kinds } of nodes.get(id)?.deps ?? []) {
      if (dep_kinds.some(({ kind }) => kind === null)) found.add(pkg);
    }
  }
  return found;
}
