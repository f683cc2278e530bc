// What the program is made of that others wrote: the module `virtual:licences` lists crates and packages with the
// words of their licences. Many share their words, so each text is there once.

import type { Plugin } from "vite";
import { crates } from "./licencesOfCrates.ts";
import { packages } from "./licencesOfPackages.ts";

export interface Found {
  name: string;
  version: string;
  licence: string;
  /** What its files say of it; none if there are no such files. */
  texts: string[];
}

const NAME = "virtual:licences";
/** By this mark other plugins leave it alone. */
const RESOLVED = `\0${NAME}`;

export function licences(): Plugin {
  let root = "";
  return {
    name: "licences",
    configResolved(config) {
      root = config.root;
    },
    resolveId: (id) => (id === NAME ? RESOLVED : undefined),
    load: (id) => (id === RESOLVED ? moduleOf(crates(root), packages(root)) : undefined),
  };
}

/** As `src/virtual.d.ts` declares it. */
function moduleOf(ofCrates: Found[], ofPackages: Found[]): string {
  const texts: string[] = [];
  const placeOf = new Map<string, number>();
  const place = (text: string) => {
    const known = placeOf.get(text);
    if (known !== undefined) return known;
    placeOf.set(text, texts.length);
    return texts.push(text) - 1;
  };
  const listed = (kind: "crate" | "package", found: Found[]) =>
    found.map(({ texts: own, ...one }) => ({ kind, ...one, texts: own.map(place) }));
  // A package may lie in several places in one version.
  const unique = new Map<string, ReturnType<typeof listed>[number]>();
  for (const one of [...listed("crate", ofCrates), ...listed("package", ofPackages)]) {
    unique.set(`${one.kind} ${one.name} ${one.version}`, one);
  }
  const sorted = [...unique.values()].toSorted((one, other) => one.name.localeCompare(other.name));
  return `export const texts = ${JSON.stringify(texts)};\nexport default ${JSON.stringify(sorted)};`;
}
