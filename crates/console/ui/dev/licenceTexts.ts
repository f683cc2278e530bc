import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const FILE = /^(licen[cs]e|copying|notice|unlicense)([-._].*)?$/i;

/** The files of a folder that say under which licence it is. */
export function licenceTexts(folder: string): string[] {
  const files = readdirSync(folder).filter((name) => FILE.test(name) && statSync(join(folder, name)).isFile());
  return files.sort().map((name) => readFileSync(join(folder, name), "utf8").trim());
}
