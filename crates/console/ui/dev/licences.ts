// What the pages are made of that others wrote: the module `virtual:licences` lists the packages of the lockfile
// that are not for development alone, with the words of their licences, as they lie in node_modules.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** Declared again in `src/virtual.d.ts`, for the pages. */
interface Licensed {
  name: string;
  version: string;
  licence: string;
  /** The file of the package that says so; nothing if there is none. */
  text?: string;
}

interface Lock {
  packages: Record<string, { version: string; dev?: boolean; license?: string }>;
}

const NAME = "virtual:licences";
/** By this mark other plugins leave it alone. */
const RESOLVED = `\0${NAME}`;
const FOLDER = "node_modules/";

export function licences(): Plugin {
  let root = "";
  return {
    name: "licences",
    configResolved(config) {
      root = config.root;
    },
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    load: (id) => (id === RESOLVED ? `export default ${JSON.stringify(licensed(root))};` : undefined),
  };
}

function licensed(root: string): Licensed[] {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
  return (
    Object.entries(packages)
      // The first, without a path, is this package itself. What is optional may be missing here.
      .filter(([path, { dev }]) => path !== "" && !dev && existsSync(join(root, path)))
      .map(([path, { version, license }]) => ({
        name: path.slice(path.lastIndexOf(FOLDER) + FOLDER.length),
        version,
        licence: license ?? declared(join(root, path)),
        text: textIn(join(root, path)),
      }))
      .sort((one, other) => one.name.localeCompare(other.name))
  );
}

function declared(folder: string): string {
  const { license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { license?: string };
  return license ?? "not declared";
}

function textIn(folder: string): string | undefined {
  const file = readdirSync(folder).find((name) => /^licen[cs]e(\.(md|txt))?$/i.test(name));
  return file && readFileSync(join(folder, file), "utf8").trim();
}
