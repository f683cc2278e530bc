// What each page is for, done once by its reader on an empty server. Each result is checked by the API.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Aws } from "./aws.mjs";
import { Server, Visitor } from "./browser.mjs";

const TYPE = "lamp";
const GROUP = "kitchen";
const THING = "lamp-1";
const POLICY = "only-connect";
const JOB = "reboot-1";
const BUCKET = "pictures";
const FILE = "hello.txt";
const QUEUE = "work";
const PARAMETER = "/house/threshold";
const TABLE = "rooms";
const RULE = "hourly";

let server;
let aws;
let visitor;
before(async () => {
  server = await Server.start();
  aws = new Aws(server);
  visitor = await Visitor.come(server);
  await visitor.signInByLink();
});
after(async () => {
  await visitor.leave();
  await server.close();
});

test("a type of things is created", async () => {
  await visitor.go("/thing-types");
  const form = await opened("Create a type");
  await form.getByLabel("Name").fill(TYPE);
  await form.getByLabel("Description").fill("Gives light");
  await form.getByLabel("Searchable attributes").fill("room, watts");
  await form.getByRole("button", { name: "Create", exact: true }).click();
  await row(TYPE).getByText("In use").waitFor();
  await row(TYPE).getByText("room, watts").waitFor();
  const { thingTypeProperties } = await aws.rest("iot", "GET", `/thing-types/${TYPE}`);
  assert.equal(thingTypeProperties.thingTypeDescription, "Gives light");
  assert.deepEqual(thingTypeProperties.searchableAttributes.sort(), ["room", "watts"]);
  visitor.noTroubles();
});

test("a group is created, and its page is shown", async () => {
  await visitor.go("/thing-groups");
  const form = await opened("Create a group");
  await form.getByLabel("Name").fill(GROUP);
  await form.getByLabel("Description").fill("Where we cook");
  await form.getByRole("button", { name: "Create", exact: true }).click();
  await visitor.heading(GROUP);
  const { thingGroupProperties } = await aws.rest("iot", "GET", `/thing-groups/${GROUP}`);
  assert.equal(thingGroupProperties.thingGroupDescription, "Where we cook");
  visitor.noTroubles();
});

test("a thing is created with its type and an attribute", async () => {
  const { page } = visitor;
  await visitor.go("/things");
  const form = await opened("Create a thing");
  await form.getByLabel("Name", { exact: true }).fill(THING);
  await form.getByRole("button", { name: /^Type/ }).click();
  await page.getByRole("option", { name: TYPE }).click();
  await form.getByRole("button", { name: "Add an attribute" }).click();
  await form.getByLabel("Name of attribute 1").fill("room");
  await form.getByLabel("Value of attribute 1").fill("kitchen");
  await form.getByRole("button", { name: "Create", exact: true }).click();
  await visitor.heading(THING);
  const { thingTypeName, attributes } = await aws.rest("iot", "GET", `/things/${THING}`);
  assert.deepEqual({ thingTypeName, attributes }, { thingTypeName: TYPE, attributes: { room: "kitchen" } });
  visitor.noTroubles();
});

test("a thing is added to a group", async () => {
  const { page } = visitor;
  await visitor.go(`/things/${THING}`);
  const form = await opened("Add to a group");
  await form.getByRole("button", { name: /^Group/ }).click();
  await page.getByRole("option", { name: GROUP }).click();
  await form.getByRole("button", { name: "Add", exact: true }).click();
  await page.getByRole("link", { name: GROUP, exact: true }).click();
  await visitor.heading(GROUP);
  await row(THING).waitFor();
  const { things } = await aws.rest("iot", "GET", `/thing-groups/${GROUP}/things`);
  assert.deepEqual(things, [THING]);
  visitor.noTroubles();
});

test("what a shadow desires is its delta until it is reported", async () => {
  const { page } = visitor;
  const delta = page.getByText(/^Delta:/).locator("xpath=following-sibling::div");
  await visitor.go(`/things/${THING}?tab=shadows`);
  await page.getByRole("button", { name: "Create it" }).click();
  await page.getByLabel("Desired state").fill('{ "power": "on" }');
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await delta.locator("pre", { hasText: '"power": "on"' }).waitFor();
  const { state } = await shadow();
  assert.deepEqual(state, { desired: { power: "on" }, delta: { power: "on" } });

  await page.getByRole("button", { name: "Edit", exact: true }).last().click();
  await page.getByLabel("Reported state").fill('{ "power": "on" }');
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await delta.filter({ hasText: /^Nothing$/ }).waitFor();
  assert.deepEqual((await shadow()).state, { desired: { power: "on" }, reported: { power: "on" } });
  visitor.noTroubles();
});

const shadow = () => aws.rest("iotdata", "GET", `/things/${THING}/shadow`);

test("a policy is created, and its second version put in force", async () => {
  const { page } = visitor;
  const document = (Resource) => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "iot:Connect", Resource }],
  });
  await visitor.go("/policies");
  const form = await opened("Create a policy");
  await form.getByLabel("Name").fill(POLICY);
  await form.getByLabel("Policy document").fill(JSON.stringify(document("*")));
  await form.getByRole("button", { name: "Create", exact: true }).click();
  await visitor.heading(POLICY);
  await page.getByText("Version 1 is in force").waitFor();
  assert.deepEqual(JSON.parse((await policy()).policyDocument), document("*"));

  const one = `arn:aws:iot:us-east-1:*:client/${THING}`;
  await page.getByLabel("Policy document").fill(JSON.stringify(document(one)));
  await page.getByRole("button", { name: "Save and put in force" }).click();
  await page.getByText("Version 2 is in force").waitFor();
  await page.getByRole("row", { name: /^2/ }).getByText("In force").waitFor();
  await page.getByRole("button", { name: "Put version 1 in force" }).waitFor();
  const { defaultVersionId, policyDocument } = await policy();
  assert.equal(defaultVersionId, "2");
  assert.deepEqual(JSON.parse(policyDocument), document(one));
  visitor.noTroubles();
});

const policy = () => aws.rest("iot", "GET", `/policies/${POLICY}`);

test("a job for a group is for its things", async () => {
  const { page } = visitor;
  await visitor.go(`/thing-groups/${GROUP}`);
  await page.getByRole("button", { name: "Create a job for it" }).click();
  await visitor.heading("Create a job");
  await page.getByLabel("Id", { exact: true }).fill(JOB);
  await page.getByRole("button", { name: "Create the job" }).click();
  await visitor.heading(JOB);
  await row(THING).getByText("Queued", { exact: true }).waitFor();
  const { job } = await aws.rest("iot", "GET", `/jobs/${JOB}`);
  assert.deepEqual(job.targets.map((arn) => arn.split(":").at(-1)), [`thinggroup/${GROUP}`]);
  const { executionSummaries } = await aws.rest("iot", "GET", `/jobs/${JOB}/things`);
  assert.deepEqual(executionSummaries.map(({ thingArn }) => thingArn.split("/").at(-1)), [THING]);
  visitor.noTroubles();
});

test("a job is canceled, and says why", async () => {
  const { page } = visitor;
  await visitor.go("/jobs");
  await page.getByRole("link", { name: JOB, exact: true }).click();
  await visitor.heading(JOB);
  const form = await opened("Cancel");
  await form.getByLabel("Why").fill("The wrong evening");
  await form.getByRole("button", { name: "Cancel the job" }).click();
  await page.getByText("The wrong evening").waitFor();
  // It ends after the job does.
  await row(THING).getByText("Canceled", { exact: true }).waitFor();
  const { job } = await aws.rest("iot", "GET", `/jobs/${JOB}`);
  assert.deepEqual([job.status, job.comment], ["CANCELED", "The wrong evening"]);
  visitor.noTroubles();
});

test("a bucket is made", async () => {
  const { page } = visitor;
  await visitor.go("/objects");
  const form = await opened("Make a bucket");
  await form.getByLabel("Name").fill(BUCKET);
  await form.getByRole("button", { name: "Make it" }).click();
  await page.getByRole("link", { name: BUCKET, exact: true }).click();
  await visitor.heading(BUCKET);
  assert.match(await aws.s3("/"), new RegExp(`<Name>${BUCKET}</Name>`));
  visitor.noTroubles();
});

test("a file is uploaded as it is, and deleted", async () => {
  const { page } = visitor;
  await visitor.go(`/objects/${BUCKET}`);
  const buffer = Buffer.from("hello from the kitchen\n");
  await page.locator("input[type=file]").setInputFiles({ name: FILE, mimeType: "text/plain", buffer });
  await page.getByRole("link", { name: FILE, exact: true }).waitFor();
  assert.equal(await aws.s3(`/${BUCKET}/${FILE}`), buffer.toString());

  await page.getByRole("checkbox", { name: FILE, exact: true }).check();
  const form = await opened("Delete");
  await form.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("There are no objects.").waitFor();
  await assert.rejects(aws.s3(`/${BUCKET}/${FILE}`), /404 .*NoSuchKey/s);
  visitor.noTroubles();
});

test("a queue is made, and a message sent to it", async () => {
  const { page } = visitor;
  await visitor.go("/queues");
  const form = await opened("Make a queue");
  await form.getByLabel("Name").fill(QUEUE);
  await form.getByRole("button", { name: "Make it" }).click();
  await page.getByRole("link", { name: QUEUE, exact: true }).click();
  await visitor.heading(QUEUE);
  await page.getByLabel("Body").fill('{"lamp":1}');
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText("Send the message: done").waitFor();
  assert.deepEqual(await messages(), { waiting: "1", hidden: "0" });
  visitor.noTroubles();
});

test("a message is looked at, and deleted", async () => {
  const { page } = visitor;
  await visitor.go(`/queues/${QUEUE}`);
  await page.getByRole("button", { name: "Look at messages" }).click();
  await page.getByRole("button", { name: '{"lamp":1}' }).click();
  await page.locator("pre", { hasText: '"lamp": 1' }).waitFor();
  await page.getByText("taken 1 times").waitFor();
  // After the queue's own, in the head of the page.
  await page.getByRole("button", { name: "Delete", exact: true }).last().click();
  await page.getByText("Delete the message: done").waitFor();
  await page.getByText("No message can be taken now.").waitFor();
  assert.deepEqual(await messages(), { waiting: "0", hidden: "0" });
  visitor.noTroubles();
});

async function messages() {
  const { QueueUrl } = await aws.ask("sqs", "GetQueueUrl", { QueueName: QUEUE });
  const { Attributes } = await aws.ask("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] });
  return {
    waiting: Attributes.ApproximateNumberOfMessages,
    hidden: Attributes.ApproximateNumberOfMessagesNotVisible,
  };
}

test("a parameter is made, and its value is shown", async () => {
  const { page } = visitor;
  await visitor.go("/parameters");
  const form = await opened("Make a parameter");
  await form.getByLabel("Name").fill(PARAMETER);
  await form.getByLabel("Value").fill("21");
  await form.getByRole("button", { name: "Make it" }).click();
  await page.getByRole("link", { name: PARAMETER, exact: true }).click();
  await value(1, "21");
  const { Parameter } = await aws.ask("ssm", "GetParameter", { Name: PARAMETER });
  assert.deepEqual([Parameter.Type, Parameter.Value], ["String", "21"]);
  visitor.noTroubles();
});

test("a parameter that is changed keeps what it was", async () => {
  const { page } = visitor;
  await visitor.go(`/parameters?${new URLSearchParams({ name: PARAMETER })}`);
  const form = page.getByRole("dialog");
  await form.getByLabel("Value, version 1").fill("23");
  await form.getByRole("button", { name: "Save as a new version" }).click();
  await value(2, "23");
  await form.getByRole("row", { name: /^1/ }).getByText("21", { exact: true }).waitFor();
  await form.getByRole("row", { name: /^2/ }).getByText("23", { exact: true }).waitFor();
  const { Parameters } = await aws.ask("ssm", "GetParameterHistory", { Name: PARAMETER });
  const history = Parameters.map(({ Version, Value }) => [Version, Value]);
  assert.deepEqual(history, [[1, "21"], [2, "23"]]);
  visitor.noTroubles();
});

async function value(version, text) {
  const field = visitor.page.getByRole("dialog").getByLabel(`Value, version ${version}`);
  assert.equal(await field.inputValue(), text);
}

test("an item is made in a table, and found by PartiQL", async () => {
  const { page } = visitor;
  await aws.ask("dynamodb", "CreateTable", {
    TableName: TABLE,
    AttributeDefinitions: [{ AttributeName: "room", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "room", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  const item = { room: { S: "kitchen" }, celsius: { N: "21.5" } };
  await visitor.go(`/tables/${TABLE}`);
  const form = await opened("Make an item");
  await form.getByLabel("Item in DynamoDB's JSON").fill(JSON.stringify(item));
  await form.getByRole("button", { name: "Save", exact: true }).click();
  await row("kitchen").getByText("21.5", { exact: true }).waitFor();
  const { Items } = await aws.ask("dynamodb", "Scan", { TableName: TABLE });
  assert.deepEqual(Items, [item]);

  await page.getByRole("link", { name: "Ask in PartiQL" }).click();
  await page.getByLabel("PartiQL statement").fill(`SELECT celsius FROM "${TABLE}" WHERE room = 'kitchen'`);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await row("21.5").waitFor();
  visitor.noTroubles();
});

test("a rule of EventBridge is disabled", async () => {
  await aws.ask("events", "PutRule", { Name: RULE, ScheduleExpression: "rate(1 hour)" });
  await visitor.go("/schedules");
  await disabled(RULE, RULE);
  assert.equal((await aws.ask("events", "DescribeRule", { Name: RULE })).State, "DISABLED");
  visitor.noTroubles();
});

test("a schedule is disabled, and keeps the rest of what it is", async () => {
  const path = `/schedules/${RULE}`;
  const { QueueUrl } = await aws.ask("sqs", "GetQueueUrl", { QueueName: QUEUE });
  const { Attributes } = await aws.ask("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames: ["QueueArn"] });
  const [, , , , account] = Attributes.QueueArn.split(":");
  await aws.rest("scheduler", "POST", path, {
    // Long after the test: it must not fire.
    ScheduleExpression: "at(2199-01-01T00:00:00)",
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: { Arn: Attributes.QueueArn, RoleArn: `arn:aws:iam::${account}:role/schedules`, Input: "{}" },
  });
  const { LastModificationDate: _, ...made } = await aws.rest("scheduler", "GET", path);
  await visitor.go("/schedules?tab=schedules");
  await disabled(RULE, `default/${RULE}`);
  const { LastModificationDate: __, ...kept } = await aws.rest("scheduler", "GET", path);
  assert.deepEqual(kept, { ...made, State: "DISABLED" });
  visitor.noTroubles();
});

async function disabled(name, key) {
  const { page } = visitor;
  await page.getByRole("radio", { name: key, exact: true }).check();
  await page.getByRole("button", { name: "Disable", exact: true }).click();
  await row(name).getByText("Disabled", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Enable", exact: true }).waitFor();
}

// The form that a button of the page opens.
async function opened(button) {
  await visitor.page.getByRole("button", { name: button, exact: true }).first().click();
  return visitor.page.getByRole("dialog");
}

function row(text) {
  return visitor.page.getByRole("row").filter({ hasText: text });
}
