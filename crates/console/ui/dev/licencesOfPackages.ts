// The packages of the lockfile that are not for development alone, as they lie in node_modules.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Found } from "./licences.ts";
import { licenceTexts } from "./licenceTexts.ts";

interface Lock {
  packages: Record<string, { version: string; dev?: boolean; license?: string }>;
}

const FOLDER = "node_modules/";

export function packages(root: string): Found[] {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;
  return (
    Object.entries(packages)
      // The first, without a path, is this package itself. What is optional may be missing here.
      .filter(([path, { dev }]) => path !== "" && !dev && existsSync(join(root, path)))
      .map(([path, { version, license }]) => ({
        name: path.slice(path.lastIndexOf(FOLDER) + FOLDER.length),
        version,
        licence: license ?? declared(join(root, path)),
        texts: licenceTexts(join(root, path)),
      }))
  );
}

function declared(folder: string): string {
  const { license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { license?: string };
  return license ?? "not declared";
}
