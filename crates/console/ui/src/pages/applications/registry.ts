// The applications that bring a page.

import type { Application } from "./application";

const found = import.meta.glob<{ default: Application }>("../../../../../../applications/*/page/application.ts", {
  eager: true,
});

export const APPLICATIONS: readonly Application[] = Object.values(found)
  .map((module) => module.default)
  .sort((one, other) => one.title.localeCompare(other.title));
