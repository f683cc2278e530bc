// Every page of the table, on an empty installation: it comes, nobody stumbles, nothing scrolls sideways.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFileSync } from "node:fs";

import { Server, Visitor } from "./browser.mjs";

const table = readFileSync(
  new URL("../../crates/console/ui/src/pages/table.ts", import.meta.url),
  "utf8",
);
// Pages that need no name.
const PAGES = [...table.matchAll(/path: "([^":*]*)"/g)].map(([, path]) => path);

let server;
before(async () => (server = await Server.start()));
after(() => server.close());

for (const [width, colorScheme] of [
  [1440, "light"],
  [390, "dark"],
]) {
  test(`${width} pixels, ${colorScheme}`, async (t) => {
    const visitor = await Visitor.come(server, { viewport: { width, height: 844 }, colorScheme });
    await visitor.signInByLink();
    for (const path of PAGES) {
      await t.test(path, async () => {
        await visitor.go(path);
        await visitor.page.getByRole("heading", { level: 1 }).first().waitFor();
        await visitor.settled();
        assert.deepEqual(await visitor.stumbles(), []);
        assert.equal(await visitor.scrollsSideways(), false);
        visitor.noTroubles();
      });
    }
    await visitor.leave();
  });
}
