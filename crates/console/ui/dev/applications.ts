// Pages that applications bring lie in `applications/*/page`, beside what they show. They are made of the
// console's own packages, and name its modules as `console/…`.

import { isAbsolute, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const CONSOLE = fileURLToPath(new URL("../src", import.meta.url));
export const APPLICATIONS = fileURLToPath(new URL("../../../../applications", import.meta.url));
const PREFIX = "console/";

export function pagesOfApplications(): Plugin {
  return {
    name: "pages-of-applications",
    enforce: "pre",
    async resolveId(source, importer, options) {
      if (!importer?.startsWith(APPLICATIONS + sep)) return null;
      if (source.startsWith(".") || source.startsWith("\0") || isAbsolute(source)) return null;
      // As though a module of the console asked: there are no packages beside an application.
      const asker = join(CONSOLE, "main.tsx");
      const wanted = source.startsWith(PREFIX) ? join(CONSOLE, source.slice(PREFIX.length)) : source;
      return this.resolve(wanted, asker, { ...options, skipSelf: true });
    },
  };
}
