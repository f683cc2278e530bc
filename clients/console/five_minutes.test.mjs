// The first five minutes, from an empty data directory: a device connects, a message arrives, a rule fires, a row lands.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import path from "node:path";
import { mkdirSync } from "node:fs";
import { promisify } from "node:util";

import { Aws } from "./aws.mjs";
import { PATIENCE, Server, Visitor } from "./browser.mjs";

const DEVICE = "thermometer-1";
const TOPIC = `${DEVICE}/hello`;
const TABLE = "greetings";
const ROLE = `rules-write-${TABLE}`;
// For a page to draw what it was answered, before it is asked again.
const LOOK_MILLIS = 2_000;

let server;
let visitor;
let folder;
// The line that the page shows, run by a shell as a reader would run it.
let line;
before(async () => {
  server = await Server.start();
  visitor = await Visitor.come(server, { acceptDownloads: true });
  folder = path.join(server.home, DEVICE);
  mkdirSync(folder);
});
after(async () => {
  await visitor.leave();
  await server.close();
});

const publish = () => promisify(execFile)("sh", ["-c", line], { cwd: folder });

async function done(count) {
  await visitor.page.getByRole("heading", { name: `First steps (${count} of 4)` }).waitFor();
}

test("Home says what to do first", async () => {
  await visitor.signInByLink();
  await done(0);
  await visitor.page.getByRole("link", { name: "Connect", exact: true }).click();
  await visitor.heading("Connect a device");
});

test("a device that is made in the page connects with the files and the line that the page gives", async () => {
  const { page } = visitor;
  await page.getByLabel("Name", { exact: true }).fill(DEVICE);
  await page.getByRole("button", { name: "Make the device" }).click();
  await page.getByText(`Waiting for ${DEVICE} to connect`).waitFor();
  for (const name of ["private.key", "certificate.pem", "root-ca.pem"]) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name, exact: true }).click(),
    ]);
    assert.equal(download.suggestedFilename(), name);
    await download.saveAs(path.join(folder, name));
  }
  line = await page.locator("pre", { hasText: "mosquitto_pub" }).textContent();
  await publish();
  await page.getByText(new RegExp(`${DEVICE} (is connected|was here)`)).waitFor();
  await page.getByText(`First message: ${TOPIC}`).waitFor();
  await visitor.go("/");
  await done(2);
  visitor.noTroubles();
});

test("a table is made in the page", async () => {
  const { page } = visitor;
  await visitor.go("/tables");
  await page.getByRole("button", { name: "Make a table" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill(TABLE);
  await form.getByLabel("Partition key", { exact: true }).fill("topic");
  await form.getByRole("button", { name: "Make it" }).click();
  await page.getByText(`Make the table ${TABLE}: done`).waitFor();
  await page.getByRole("link", { name: TABLE, exact: true }).waitFor();
});

test("the MQTT client shows the device's message, and makes a rule from it that writes it", async () => {
  const { page } = visitor;
  await visitor.go("/mqtt-client");
  await page.getByText("Connected", { exact: true }).waitFor();
  await page.getByLabel("Topic filter").fill(`${DEVICE}/#`);
  await page.getByRole("button", { name: "Subscribe", exact: true }).click();
  await page.getByText("Waiting for messages.").waitFor();
  await arrived();
  await page.getByRole("button", { name: TOPIC }).first().click();
  await page.getByRole("button", { name: "Make a rule from this" }).click();
  await visitor.heading("Make a rule");
  await page.getByLabel("Name", { exact: true }).fill("greet");
  await page.getByRole("button", { name: "Add", exact: true }).first().click();
  await page.getByRole("menuitem", { name: "Write an item into a table" }).click();
  await choose("Table", TABLE);
  await makeRole();
  await page.getByRole("button", { name: "Make the rule" }).click();
  await visitor.heading("greet");
  await visitor.go("/");
  await done(3);
  visitor.noTroubles();
});

// The subscription is acknowledged to the page, which shows nothing of that: the device speaks until it is heard.
async function arrived() {
  const row = visitor.page.getByRole("button", { name: TOPIC }).first();
  let isOver = false;
  const heard = row.waitFor().finally(() => (isOver = true));
  while (!isOver) await publish();
  await heard;
}

// With the rights that the page finds to be needed, which are no more than these.
async function makeRole() {
  const { page } = visitor;
  await page.getByRole("button", { name: "Make a role that may do just this" }).click();
  const form = page.getByRole("dialog");
  await form.getByText('"dynamodb:PutItem"').waitFor();
  assert.equal(await form.getByLabel("Name").inputValue(), ROLE);
  await form.getByRole("button", { name: "Make the role" }).click();
  await page.getByText(`Make the role ${ROLE}: done`).waitFor();
  assert.match(await page.getByLabel("Role", { exact: true }).inputValue(), new RegExp(`:role/${ROLE}$`));
  const told = await new Aws(server).iam("GetRolePolicy", { RoleName: ROLE, PolicyName: "what-the-rule-does" });
  const document = decodeURIComponent(/<PolicyDocument>(.*)<\/PolicyDocument>/.exec(told)[1]);
  const [{ Action, Resource }, ...others] = JSON.parse(document).Statement;
  assert.equal(Action, "dynamodb:PutItem");
  assert.match(Resource, new RegExp(`^arn:aws:dynamodb:[^*]*:table/${TABLE}$`));
  assert.deepEqual(others, []);
}

// What the page suggests, chosen by its name.
async function choose(label, name) {
  const { page } = visitor;
  await page.getByLabel(label, { exact: true }).fill(name);
  await page.getByRole("option", { name: new RegExp(`${name}$`) }).last().click();
}

test("what the device says next is a row, and the list of first steps is done", async () => {
  const { page } = visitor;
  await publish();
  await visitor.go(`/tables/${TABLE}`);
  const row = page.getByRole("row").filter({ hasText: TOPIC });
  // The row may land after the page has read the table.
  await shownAfterRefreshing(row);
  await row.getByText(`from ${DEVICE}`).waitFor();
  const { Items } = await new Aws(server).ask("dynamodb", "Scan", { TableName: TABLE });
  assert.deepEqual(Items, [{ topic: { S: TOPIC }, hello: { S: `from ${DEVICE}` } }]);
  await visitor.go("/");
  await visitor.heading("Home");
  await page.getByRole("heading", { name: "On disk" }).waitFor();
  assert.equal(await page.getByRole("heading", { name: /First steps/ }).count(), 0);
  visitor.noTroubles();
});

async function shownAfterRefreshing(row) {
  const refresh = visitor.page.getByRole("button", { name: "Refresh items" });
  const until = Date.now() + PATIENCE;
  for (;;) {
    await Promise.all([visitor.page.waitForResponse(isScan), refresh.click()]);
    const isShown = await row.waitFor({ timeout: LOOK_MILLIS }).then(
      () => true,
      () => false,
    );
    if (isShown) return;
    assert.ok(Date.now() < until, "the row never came");
  }
}

function isScan(answer) {
  return /\.Scan$/.test(answer.request().headers()["x-amz-target"] ?? "");
}
