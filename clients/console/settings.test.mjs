// Settings: who comes in, with what, and what the owner does about the server. Each result is checked by the API.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after, before, test } from "node:test";
import path from "node:path";

import { Aws } from "./aws.mjs";
import { Server, Visitor } from "./browser.mjs";

const DEVICE = "lamp-1";
const CHOSEN = "0wn-Passw0rd!";
const CHANGED = "An0ther-Passw0rd";
const TABS = ["users", "access", "certificates", "server", "recordings", "backup", "licences"];

let server;
let visitor;
let firstPassword;
before(async () => {
  server = await Server.start();
  server.device(DEVICE);
  visitor = await Visitor.come(server);
  await visitor.signInByLink();
});
after(async () => {
  await visitor.leave();
  await server.close();
});

for (const [width, colorScheme] of [
  [1440, "light"],
  [390, "dark"],
]) {
  test(`every tab has its address, at ${width} pixels, ${colorScheme}`, async (t) => {
    await visitor.page.setViewportSize({ width, height: 844 });
    await visitor.page.emulateMedia({ colorScheme });
    for (const tab of TABS) {
      await t.test(tab, async () => {
        await visitor.go(`/settings/${tab}`);
        await visitor.heading("Settings");
        await visitor.settled();
        assert.deepEqual(await visitor.stumbles(), []);
        assert.equal(await visitor.scrollsSideways(), false);
        visitor.noTroubles();
      });
    }
    await visitor.page.setViewportSize({ width: 1440, height: 900 });
    await visitor.page.emulateMedia({ colorScheme: "light" });
  });
}

test("a user is made with a role and a password that nobody chose", async () => {
  const { page } = visitor;
  await visitor.go("/settings/users");
  await page.getByRole("button", { name: "Make a user" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("User name").fill("alice");
  await form.getByRole("radio", { name: "Reader" }).check();
  await form.getByRole("button", { name: "Make one" }).click();
  firstPassword = await form.getByLabel("First password").inputValue();
  await form.getByRole("button", { name: "Make the user" }).click();
  const row = page.getByRole("row").filter({ hasText: "alice" });
  await row.getByText("Reader").waitFor();
  await row.getByText("To be changed at the next sign-in").waitFor();
  const attached = await new Aws(server).iam("ListAttachedUserPolicies", { UserName: "alice" });
  assert.match(attached, /<PolicyName>ReadOnlyAccess</);
  assert.match(await new Aws(server).iam("GetLoginProfile", { UserName: "alice" }), /<PasswordResetRequired>true</);
  visitor.noTroubles();
});

test("the role of a user is changed, and never both counted", async () => {
  const { page } = visitor;
  await changeOf("Change the role");
  const form = page.getByRole("dialog");
  await form.getByRole("radio", { name: "Power user" }).check();
  await form.getByRole("button", { name: "Change it" }).click();
  await page.getByRole("row").filter({ hasText: "alice" }).getByText("Power user").waitFor();
  const attached = await new Aws(server).iam("ListAttachedUserPolicies", { UserName: "alice" });
  assert.match(attached, /<PolicyName>PowerUserAccess</);
  assert.doesNotMatch(attached, /<PolicyName>ReadOnlyAccess</);
  visitor.noTroubles();
});

test("an access key works, is shown once, and is refused when it is deactivated", async () => {
  const { page } = visitor;
  await page.getByRole("button", { name: "Make an access key" }).click();
  const shown = await page.locator("pre", { hasText: "AWS_SECRET_ACCESS_KEY" }).textContent();
  const [, accessKeyId, secretAccessKey] = /ID=(\S+)\n.*KEY=(\S+)/.exec(shown);
  const keyed = new Aws(server, { accessKeyId, secretAccessKey });
  const tables = () => keyed.ask("dynamodb", "ListTables");
  assert.deepEqual(await tables(), { TableNames: [] });
  await page.reload();
  await page.getByRole("button", { name: `Deactivate ${accessKeyId}` }).click();
  await page.getByRole("button", { name: `Activate ${accessKeyId}` }).waitFor();
  assert.equal(await page.getByText("AWS_SECRET_ACCESS_KEY").count(), 0);
  await assert.rejects(tables, /UnrecognizedClientException/);
  visitor.noTroubles();
});

test("a user changes the own password, and the sessions of the old one are over", async () => {
  const { page } = visitor;
  await visitor.signOut();
  await visitor.signIn("alice", firstPassword);
  await page.getByLabel("New password").fill(CHOSEN);
  await page.getByRole("button", { name: "Sign in" }).click();
  await visitor.heading("Settings");
  await visitor.go("/settings/access");
  await page.getByLabel("Password until now").fill(CHOSEN);
  await page.getByLabel("New password", { exact: true }).fill(CHANGED);
  await page.getByLabel("New password again").fill(CHANGED);
  await page.getByRole("button", { name: "Change the password" }).click();
  await visitor.signIn("alice", CHANGED);
  await page.getByRole("button", { name: "Change the password" }).waitFor();
  visitor.noTroubles();
});

test("who is no administrator is told that users are not to be seen", async () => {
  const { page } = visitor;
  await visitor.go("/settings/users");
  await page.getByText(/user\/alice is not authorized to perform: iam:ListUsers/).waitFor();
  await visitor.signOut();
  await visitor.signInByLink();
});

test("certificates tell when they end, and whose they are", async () => {
  const { page } = visitor;
  await visitor.go("/settings/certificates");
  const row = page.getByRole("row").filter({ hasText: DEVICE });
  await row.getByText(/in \d+ years/).waitFor();
  const server = page.getByRole("row").filter({ hasText: "This server" });
  await server.getByText(/in \d+ days/).waitFor();
  const root = page.getByRole("row").filter({ hasText: "The root that devices trust" });
  await root.getByText(/in \d+ years/).waitFor();
});

test("a backup is written on the server's machine, and not over another", async () => {
  const { page } = visitor;
  const file = path.join(server.home, "everything.backup");
  await visitor.go("/settings/backup");
  await page.getByLabel("File on the server's machine").fill(file);
  await page.getByRole("button", { name: "Write a backup" }).click();
  await page.getByText(`${file} is written`).waitFor();
  assert.ok(existsSync(file));
  await page.getByRole("button", { name: "Write a backup" }).click();
  await page.getByText("No backup was made", { exact: true }).waitFor();
  visitor.noTroubles();
});

test("the licences of what the program is made of are there with their words", async () => {
  const { page } = visitor;
  for (const [name, kind] of [["react-dom", "package"], ["hyper-util", "crate"]]) {
    await visitor.go(`/settings/licences?search=${name}`);
    await page.getByText(`${kind}, MIT`, { exact: true }).waitFor();
    await page.getByRole("button", { name: new RegExp(`^${name} `) }).click();
    await page.getByText(/Permission is hereby granted, free of charge/).waitFor();
  }
});

test("a user is deleted with all that is the user's", async () => {
  const { page } = visitor;
  await visitor.go("/settings/users?user=alice");
  await page.getByRole("heading", { name: "Access keys of alice" }).waitFor();
  await changeOf("Delete");
  const form = page.getByRole("dialog");
  await form.getByLabel("Type alice to confirm").fill("alice");
  await form.getByRole("button", { name: "Delete" }).click();
  await page.getByText("There are no users.").waitFor();
  assert.match(await new Aws(server).iam("ListUsers"), /<Users\s*\/>|<Users><\/Users>/);
  visitor.noTroubles();
});

async function changeOf(what) {
  await visitor.page.getByRole("button", { name: "Change", exact: true }).click();
  await visitor.page.getByRole("menuitem", { name: what }).click();
}
