// Users with less than all rights: what they see, what they are told, and what is left of them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Aws } from "./aws.mjs";
import { Server, Visitor } from "./browser.mjs";

const FIRST = "first-Passw0rd";
const OWN = "0wn-Passw0rd!";
const READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess";
const THING = "greenhouse-lamp";

let server;
let visitor;
before(async () => {
  server = await Server.start();
  server.device(THING);
  await new Aws(server).iam("CreateUser", { UserName: "alice" });
  await new Aws(server).iam("AttachUserPolicy", { UserName: "alice", PolicyArn: READ_ONLY });
  await password("alice", { PasswordResetRequired: "true" });
  // Nothing was given to him.
  await new Aws(server).iam("CreateUser", { UserName: "bob" });
  await password("bob");
  visitor = await Visitor.come(server);
});
after(async () => {
  await visitor.leave();
  await server.close();
});

const password = (UserName, more = {}) =>
  new Aws(server).iam("CreateLoginProfile", { UserName, Password: FIRST, ...more });

test("a first password is changed before anything is shown", async () => {
  const { page } = visitor;
  await visitor.go("/things");
  await visitor.signIn("alice", FIRST);
  await page.getByLabel("New password").fill(OWN);
  assert.equal(await page.getByRole("heading", { name: "Things", exact: true }).count(), 0);
  await page.getByRole("button", { name: "Sign in" }).click();
  await visitor.heading("Things");
  visitor.noTroubles();
});

test("who may read sees what there is", async () => {
  const { page } = visitor;
  await page.getByRole("link", { name: THING }).click();
  await visitor.heading(THING);
  visitor.noTroubles();
});

test("who may only read is told so, and by what, and nothing is made", async () => {
  const { page } = visitor;
  await visitor.go("/tables");
  await page.getByRole("button", { name: "Make a table" }).first().click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("forbidden");
  await form.getByRole("button", { name: "Make it" }).click();
  await form.getByText(/user\/alice is not authorized to perform: dynamodb:CreateTable/).waitFor();
  await form.getByText(/an administrator can give one/).waitFor();
  await form.getByRole("button", { name: "Cancel" }).click();
  await page.getByText("There are no tables.").waitFor();
  visitor.noTroubles();
});

test("a role that may not have its policy is not left behind", async () => {
  const { page } = visitor;
  await visitor.go("/rules/new");
  await page.getByRole("button", { name: "Add", exact: true }).first().click();
  await page.getByRole("menuitem", { name: "Publish to a topic" }).click();
  await page.getByLabel("Topic", { exact: true }).first().fill("hot");
  await page.getByRole("button", { name: "Make a role that may do just this" }).click();
  const form = page.getByRole("dialog");
  const make = form.getByRole("button", { name: "Make the role" });
  await make.click();
  await form.getByText(/user\/alice is not authorized to perform: iam:CreateRole/).waitFor();
  const allow = { Effect: "Allow", Action: ["iam:CreateRole", "iam:DeleteRole"], Resource: "*" };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [allow] });
  await new Aws(server).iam("PutUserPolicy", { UserName: "alice", PolicyName: "half", PolicyDocument });
  await make.click();
  await form.getByText(/user\/alice is not authorized to perform: iam:PutRolePolicy/).waitFor();
  assert.doesNotMatch(await new Aws(server).iam("ListRoles"), /<RoleName>/);
  await form.getByRole("button", { name: "Cancel" }).click();
  visitor.noTroubles();
});

test("nothing of one user is left for the next, who may not see it", async () => {
  const { page } = visitor;
  // A page that was read stays in memory, to be shown at once when it is opened again.
  await page.getByRole("link", { name: "Things", exact: true }).click();
  await page.getByRole("link", { name: THING }).waitFor();
  await visitor.signOut();
  assert.equal(await page.getByText(THING).count(), 0);
  // Wherever the name is written, and however shortly.
  await page.evaluate(watchFor, THING);
  await visitor.signIn("bob", FIRST);
  await page.getByText(/The list of things cannot be shown/).waitFor();
  await page.getByText(/user\/bob is not authorized to perform: iot:ListThings/).waitFor();
  assert.equal(await page.evaluate(() => globalThis.wasSeen), false);
  visitor.noTroubles();
});

// Runs in the page: `wasSeen` tells whether the text was ever in the document.
function watchFor(text) {
  globalThis.wasSeen = false;
  const look = () => (globalThis.wasSeen ||= document.body.textContent.includes(text));
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  look();
}
