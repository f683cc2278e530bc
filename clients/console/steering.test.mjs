// What an operator steers: certificates, the pace of jobs, a rule on what was recorded, and what runs by itself.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Aws } from "./aws.mjs";
import { Server, Visitor } from "./browser.mjs";

const DEVICE = "meter-1";
const JOB = "careful-1";
const QUEUE = "readings";
const RULE = "collect";
const CLOCK = "nightly";
const GROUP_LOG = "/rules/gone";

let server;
let aws;
let visitor;
let page;
before(async () => {
  server = await Server.start();
  aws = new Aws(server);
  server.device(DEVICE);
  visitor = await Visitor.come(server);
  page = visitor.page;
  await visitor.signInByLink();
});
after(async () => {
  await visitor.leave();
  await server.close();
});

const row = (name) => page.getByRole("row").filter({ hasText: name });

test("a job has the pace, the patience and the end that its maker gave it", async () => {
  await visitor.go(`/jobs/new?thing=${DEVICE}`);
  await page.getByLabel("Id", { exact: true }).fill(JOB);
  await page.getByRole("button", { name: "How fast, and what if it fails" }).click();
  await page.getByLabel("Things told in a minute").fill("50");
  await page.getByLabel("Minutes for one thing").fill("5");
  await page.getByLabel("Retries after a failure").fill("2");
  await page.getByLabel("Stop when so many percent fail").fill("all");
  await page.getByText("A whole number from 1.").waitFor();
  await page.getByLabel("Stop when so many percent fail").fill("101");
  await page.getByRole("button", { name: "Create the job" }).click();
  // More than all cannot fail, says the server.
  await page.getByText(/thresholdPercentage.*\(InvalidRequestException\)/).waitFor();
  await page.getByLabel("Stop when so many percent fail").fill("20");
  await page.getByRole("button", { name: "Create the job" }).click();
  await visitor.heading(JOB);
  for (const told of ["50", "5 minutes", "2 after any failure", "at 20 % of any failure"]) {
    await page.getByText(told, { exact: true }).waitFor();
  }
  const { job } = await aws.rest("iot", "GET", `/jobs/${JOB}`);
  assert.equal(job.jobExecutionsRolloutConfig.maximumPerMinute, 50);
  assert.equal(job.timeoutConfig.inProgressTimeoutInMinutes, 5);
  assert.deepEqual(job.jobExecutionsRetryConfig.criteriaList, [{ failureType: "ALL", numberOfRetries: 2 }]);
  const [abort] = job.abortConfig.criteriaList;
  assert.deepEqual([abort.action, abort.failureType, abort.thresholdPercentage], ["CANCEL", "ALL", 20]);
  visitor.noTroubles();
});

test("a certificate is revoked, and then detached from its thing", async () => {
  await visitor.go(`/things/${DEVICE}?tab=certificates`);
  const { principals } = await aws.rest("iot", "GET", `/things/${DEVICE}/principals`);
  const [, id] = principals[0].split("/");
  await more("Revoke");
  await page.getByText("revoked", { exact: true }).waitFor();
  const { certificateDescription } = await aws.rest("iot", "GET", `/certificates/${id}`);
  assert.equal(certificateDescription.status, "REVOKED");
  await more("Detach");
  await page.getByText(/Detach the certificate [0-9a-f]{16}: done/).waitFor();
  assert.deepEqual((await aws.rest("iot", "GET", `/things/${DEVICE}/principals`)).principals, []);
  visitor.noTroubles();
});

// What is asked about before it is done.
async function more(verb) {
  await page.getByRole("button", { name: /^More for the certificate/ }).click();
  await page.getByRole("menuitem", { name: new RegExp(`^${verb}`) }).click();
  await page.getByRole("dialog").getByRole("button", { name: verb, exact: true }).click();
  await page.getByText(new RegExp(`^${verb} the certificate [0-9a-f]{16}: done`)).waitFor();
}

test("messages are recorded, and a rule that came later does them, each once", async () => {
  await aws.ask("sqs", "CreateQueue", { QueueName: QUEUE });
  await visitor.go("/settings/recordings");
  await page.getByRole("button", { name: "Start a recording" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Topics").fill("meter/#");
  await form.getByRole("button", { name: "Start", exact: true }).click();
  await page.getByText("Record meter/#: done").waitFor();
  for (const kwh of [1, 2, 3]) {
    await aws.rest("iotdata", "POST", "/topics/meter/a?qos=1", { kwh });
  }
  await makeRule();
  await visitor.go(`/rules/${RULE}?tab=try`);
  await page.getByRole("tab", { name: "On recorded history" }).click();
  await tried({ Match: "3", "Done before": "0" });
  await page.getByRole("button", { name: "Do it for these messages" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Replay", exact: true }).click();
  await page.getByText(/^Done for 3 messages; 0 were done before, and 0 failed/).waitFor();
  await tried({ Match: "0", "Done before": "3" });
  const asked = { QueueUrl: queueUrl(), AttributeNames: ["ApproximateNumberOfMessages"] };
  const { Attributes } = await aws.ask("sqs", "GetQueueAttributes", asked);
  assert.equal(Attributes.ApproximateNumberOfMessages, "3");
  visitor.noTroubles();
});

const queueUrl = () => `http://127.0.0.1:${server.ports.aws}/000000000000/${QUEUE}`;

// To the queue, with a role that may send there.
async function makeRule() {
  const payload = JSON.stringify({ kwh: 0 });
  await visitor.go(`/rules/new?${new URLSearchParams({ topic: "meter/a", payload })}`);
  await page.getByLabel("Name", { exact: true }).fill(RULE);
  await page.getByRole("button", { name: "Add", exact: true }).first().click();
  await page.getByRole("menuitem", { name: "Send to a queue" }).click();
  const makesRole = page.getByRole("button", { name: "Make a role that may do just this" });
  // What it is for is not known yet.
  assert.equal(await makesRole.isDisabled(), true);
  await page.getByLabel("URL of the queue").fill(queueUrl());
  await makesRole.click();
  const form = page.getByRole("dialog");
  await form.getByText(`arn:aws:sqs:us-east-1:000000000000:${QUEUE}`).waitFor();
  await form.getByRole("button", { name: "Make the role" }).click();
  await page.getByText("It is chosen for the action.").waitFor();
  await page.getByRole("button", { name: "Make the rule" }).click();
  await visitor.heading(RULE);
}

test("every action works with the role that the page makes for it", async () => {
  await aws.ask("dynamodb", "CreateTable", {
    TableName: "meters",
    AttributeDefinitions: [{ AttributeName: "topic", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "topic", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  await aws.ask("timestream", "CreateDatabase", { DatabaseName: "house" });
  await aws.ask("timestream", "CreateTable", { DatabaseName: "house", TableName: "meters" });
  await aws.ask("logs", "CreateLogGroup", { logGroupName: "/rules/meters" });
  await visitor.go("/objects");
  await page.getByRole("button", { name: "Make a bucket" }).last().click();
  await page.getByRole("dialog").getByLabel("Name").fill("meters");
  await page.getByRole("dialog").getByRole("button", { name: "Make it" }).click();
  await page.getByText("Make the bucket meters: done").waitFor();
  const payload = JSON.stringify({ kwh: 0 });
  await visitor.go(`/rules/new?${new URLSearchParams({ topic: "all/a", payload })}`);
  await page.getByLabel("Name", { exact: true }).fill("everywhere");
  await added("Write an item into a table", { Table: "meters" });
  await added("Write into a table of series", { Database: "house", Table: "meters" }, async () => {
    await page.getByRole("button", { name: "Add", exact: true }).nth(1).click();
    await page.getByLabel("Name", { exact: true }).last().fill("meter");
    await page.getByLabel("Value", { exact: true }).last().fill("${topic(2)}");
  });
  await added("Put an object into a bucket", { Bucket: "meters", Key: "${topic()}/${timestamp()}.json" });
  await added("Send to a queue", { "URL of the queue": queueUrl() });
  await added("Write a line into a log group", { "Log group": "/rules/meters" });
  await added("Publish to a topic", { Topic: "copy/${topic()}" });
  await page.getByRole("button", { name: "Make the rule" }).click();
  await visitor.heading("everywhere");
  await aws.rest("iotdata", "POST", "/topics/all/a?qos=1", { kwh: 4 });
  const { rules } = await aws.ask("thingstead", "RuleCounters", { rule: "everywhere" });
  const told = rules[0].actions.map(({ action, succeeded, failed, lastFailure }) => [action, succeeded, failed, lastFailure]);
  const kinds = ["DynamoDBv2", "Timestream", "S3", "Sqs", "CloudwatchLogs", "Republish"];
  assert.deepEqual(told, kinds.map((kind) => [`${kind}Action`, 1, 0, undefined]));
  visitor.noTroubles();
});

// The last action is the one that was added; below the actions stand the fields of a trial, with a topic of its own.
async function added(title, fields, more = async () => {}) {
  await page.getByRole("button", { name: "Add", exact: true }).first().click();
  await page.getByRole("menuitem", { name: title }).click();
  for (const [label, text] of Object.entries(fields)) {
    const named = page.getByLabel(label, { exact: true });
    await (label === "Topic" ? named.first() : named.last()).fill(text);
    await page.keyboard.press("Escape");
  }
  await more();
  await page.getByRole("button", { name: "Make a role that may do just this" }).last().click();
  const form = page.getByRole("dialog");
  // One of the suggested name may be there, of another rule.
  const name = `${await form.getByLabel("Name").inputValue()}-everywhere`;
  await form.getByLabel("Name").fill(name);
  await form.getByRole("button", { name: "Make the role" }).click();
  await page.getByText(`Make the role ${name}: done`).waitFor();
}

async function tried(counts) {
  await page.getByRole("button", { name: "Run", exact: true }).click();
  for (const [label, count] of Object.entries(counts)) {
    const term = page.locator("dt", { hasText: new RegExp(`^${label}$`) });
    await term.locator("xpath=following-sibling::dd[1]").getByText(count, { exact: true }).waitFor();
  }
}

test("what runs by itself tells when it does next", async () => {
  await aws.ask("events", "PutRule", { Name: CLOCK, ScheduleExpression: "cron(30 2 * * ? *)" });
  await visitor.go("/schedules");
  await row(CLOCK).getByRole("radio").check();
  await page.getByRole("button", { name: "Open", exact: true }).click();
  const runs = page.getByRole("dialog").getByRole("list", { name: "Next runs" }).getByRole("listitem");
  await runs.nth(9).waitFor();
  const told = await runs.locator("time").evaluateAll((times) => times.map(({ dateTime }) => dateTime));
  const { runs: wanted } = await aws.ask("thingstead", "NextRuns", { rule: CLOCK });
  assert.deepEqual([...new Set(told)], wanted.map((at) => new Date(at).toISOString()));
  await page.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).click();
  await page.getByRole("button", { name: "Disable", exact: true }).click();
  await row(CLOCK).getByText("Disabled").waitFor();
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await page.getByRole("dialog").getByText(/^None: it is disabled/).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Close", exact: true }).click();
  visitor.noTroubles();
});

test("who chooses a row may delete it, after having heard what goes with it", async () => {
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const form = page.getByRole("dialog");
  await form.getByText("Its targets go with it").waitFor();
  await form.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText(`Delete the rule ${CLOCK}: done`).waitFor();
  assert.deepEqual((await aws.ask("events", "ListRules")).Rules, []);
  await aws.ask("logs", "CreateLogGroup", { logGroupName: GROUP_LOG });
  await visitor.go("/logs");
  await row(GROUP_LOG).getByRole("radio").check();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const doomed = form.getByRole("button", { name: "Delete", exact: true });
  assert.equal(await doomed.isDisabled(), true);
  await form.getByLabel(`Type ${GROUP_LOG} to confirm`).fill(GROUP_LOG);
  await doomed.click();
  await row(GROUP_LOG).waitFor({ state: "detached" });
  const left = await aws.ask("logs", "DescribeLogGroups", { logGroupNamePrefix: GROUP_LOG });
  assert.deepEqual(left.logGroups, []);
  visitor.noTroubles();
});
