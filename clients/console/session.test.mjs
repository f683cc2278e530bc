// Who comes in, who stays out, and what a browser is told to hold to.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Server, Visitor } from "./browser.mjs";

let server;
let visitor;
before(async () => {
  server = await Server.start();
  visitor = await Visitor.come(server);
});
after(async () => {
  await visitor.leave();
  await server.close();
});

test("a one-time link lets in once", async () => {
  const { url } = server.ask("console");
  await visitor.page.goto(url);
  await visitor.heading("Home");
  assert.equal(new URL(visitor.page.url()).hash, "", "the token left the address");
  await visitor.signOut();
  await visitor.page.goto(url);
  await visitor.page.getByText(/used before/).waitFor();
  visitor.noTroubles();
});

test("what is shown after signing in is what was asked for", async () => {
  await visitor.go("/things");
  await visitor.page.getByLabel("User name").waitFor();
  await visitor.signInByLink();
  await visitor.go("/things");
  await visitor.heading("Things");
  visitor.noTroubles();
});

test("a session that ended somewhere else leads back to the door, and shows nothing more", async () => {
  await visitor.signInByLink();
  await visitor.go("/things");
  await visitor.heading("Things");
  await visitor.context.clearCookies();
  await visitor.page.reload();
  await visitor.page.getByLabel("User name").waitFor();
  assert.equal(await visitor.page.getByRole("heading", { name: "Things", exact: true }).count(), 0);
  visitor.noTroubles();
});

test("pages bring a policy without inline scripts, and scripts that compress to little", async () => {
  const answer = await fetch(visitor.origin);
  const policy = answer.headers.get("content-security-policy");
  const scripts = /script-src ([^;]*)/.exec(policy)[1];
  assert.equal(scripts, "'self'");
  assert.match(policy, /default-src 'none'/);
  const html = await answer.text();
  const sources = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) => path);
  assert.notEqual(sources.length, 0);
  // With what Home itself needs, which is the first view.
  const loaded = new Set();
  visitor.page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.endsWith(".js")) loaded.add(pathname);
  });
  await visitor.signInByLink();
  await visitor.settled();
  let bytes = 0;
  for (const path of new Set([...sources, ...loaded])) {
    const script = await fetch(visitor.origin + path, { headers: { "accept-encoding": "gzip" } });
    bytes += Number(script.headers.get("content-length"));
    await script.arrayBuffer();
  }
  assert.ok(bytes > 0 && bytes <= 400 * 1024, `${bytes} bytes of scripts for the first view`);
});
