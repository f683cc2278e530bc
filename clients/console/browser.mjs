// A browser in front of a private server, and what must hold on every page: nothing is asked of another origin,
// nothing is written to the browser's console as an error, no exception is left over.

import assert from "node:assert/strict";

import axe from "axe-core";
import { chromium } from "playwright-core";

import { Server } from "../node/server.mjs";

export { Server };

// The longest that anything may take on a busy machine; no test waits that long when it passes.
export const PATIENCE = 30_000;

const EXECUTABLE = process.env.CHROMIUM ?? "/usr/bin/chromium";

export class Visitor {
  // One browser, and one person in it. What they must not meet is kept in `troubles`.
  static async come(server, options = {}) {
    const visitor = new Visitor();
    visitor.server = server;
    visitor.origin = `http://127.0.0.1:${server.ports.console}`;
    visitor.browser = await chromium.launch({
      executablePath: EXECUTABLE,
      args: ["--no-sandbox", "--disable-dev-shm-usage"],
    });
    visitor.context = await visitor.browser.newContext({
      viewport: { width: 1440, height: 900 },
      ...options,
    });
    visitor.context.setDefaultTimeout(PATIENCE);
    await visitor.open();
    return visitor;
  }

  async open() {
    this.page = await this.context.newPage();
    this.troubles = [];
    this.bytes = 0;
    this.page.on("pageerror", (error) => this.troubles.push(`exception: ${error.message}`));
    this.page.on("console", (message) => {
      // What a server refuses is written there by the browser itself, and shown by the page.
      const isRefusal = message.text().startsWith("Failed to load resource");
      if (message.type() === "error" && !isRefusal) this.troubles.push(message.text());
    });
    this.page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      const isOwn = origin === this.origin || protocol === "data:" || protocol === "blob:";
      if (!isOwn) this.troubles.push(`a request left the origin: ${request.url()}`);
    });
    this.page.on("websocket", (socket) => {
      const { host } = new URL(socket.url());
      if (host !== new URL(this.origin).host) {
        this.troubles.push(`a socket left the origin: ${socket.url()}`);
      }
    });
  }

  // As the owner of the machine, by a new one-time link.
  async signInByLink() {
    const { url } = this.server.ask("console");
    await this.page.goto(url);
    await this.heading("Home");
  }

  async signIn(user, password) {
    await this.page.getByLabel("User name").fill(user);
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  async signOut() {
    await this.page.getByRole("button", { name: /root|alice/ }).first().click();
    await this.page.getByRole("menuitem", { name: "Sign out" }).click();
    await this.page.getByLabel("User name").waitFor();
  }

  async go(path) {
    await this.page.goto(this.origin + path);
  }

  async heading(name) {
    // Whole: "Things" is also the beginning of the name above the sign-in form.
    await this.page.getByRole("heading", { name, level: 1, exact: true }).first().waitFor();
  }

  // Everything that the page asks for is there, and drawn.
  async settled() {
    await this.page.waitForLoadState("networkidle");
  }

  // What a screen reader or a keyboard would stumble over, if it is serious.
  async stumbles() {
    await this.page.evaluate(axe.source);
    const found = await this.page.evaluate(async () => {
      const { violations } = await globalThis.axe.run(document, {
        resultTypes: ["violations"],
      });
      // The toolbar of Cloudscape's AppLayout gives its <nav> an orientation, which no reader minds.
      const isOurs = ({ id, html }) => !(id === "aria-allowed-attr" && /^<nav .*awsui_/.test(html));
      return violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .flatMap(({ id, nodes }) => nodes.map(({ html }) => ({ id, html })))
        .filter(isOurs)
        .map(({ id, html }) => `${id}: ${html.slice(0, 300)}`);
    });
    return found;
  }

  async scrollsSideways() {
    return this.page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    );
  }

  noTroubles() {
    assert.deepEqual(this.troubles, []);
  }

  async leave() {
    await this.browser.close();
  }
}
