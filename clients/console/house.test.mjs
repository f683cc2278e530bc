// The pages while a house lives: what they show and do is what the AWS API tells.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { Aws } from "./aws.mjs";
import { PATIENCE, Server, Visitor } from "./browser.mjs";
import { Demo } from "./demo.mjs";

const SERIES = '"iot"."temperaturesensor"';
const LOG = "/aws/lambda/ac_control_lambda";
// With what the tests of clients in Python have.
const PYTHON = fileURLToPath(new URL("../../target/clients/python/bin/python", import.meta.url));

let server;
let demo;
let aws;
let visitor;
let page;
before(async () => {
  server = await Server.start();
  aws = new Aws(server);
  demo = new Demo(server);
  visitor = await Visitor.come(server);
  page = visitor.page;
  await visitor.signInByLink();
  await demo.until(({ minute }) => minute >= 1);
});
after(async () => {
  await visitor.leave();
  await demo.end();
  await server.close();
});

test("the house shows both zones with their temperatures, and an air conditioner that goes on", async () => {
  await visitor.go("/applications");
  await page.getByRole("main").getByRole("link", { name: "House", exact: true }).click();
  await visitor.heading("House");
  for (const zone of ["Zone 1", "Zone 2"]) {
    await page.getByRole("heading", { name: zone }).waitFor();
  }
  await page.getByText(/^\d+\.\d °C on average now$/).nth(1).waitFor();
  for (const sensor of [1, 2, 3, 4]) {
    const room = page.getByRole("heading", { name: `Room ${sensor}` }).locator("..");
    await room.getByText(/^\d+\.\d °C$/).waitFor();
    const shown = await room.getByText(/^\d+\.\d °C$/).textContent();
    const said = await aws.rows(
      `SELECT temperature FROM ${SERIES} WHERE sensor_id = '${sensor}' AND measure_name = 'temperature'`,
    );
    const degrees = said.map(([text]) => Number(text));
    // As the page rounds: half of the last digit that it shows, and what a float leaves over.
    const isOne = degrees.some((it) => Math.abs(it - Number.parseFloat(shown)) <= 0.0501);
    assert.ok(isOne, `${shown} was never said by sensor ${sensor}`);
  }
  await page.getByText("On", { exact: true }).first().waitFor();
  const { events } = await aws.ask("logs", "FilterLogEvents", { logGroupName: LOG, filterPattern: '"AC on"' });
  assert.notEqual(events.length, 0);
  await page.getByRole("img", { name: /^Mean temperature of each zone/ }).waitFor();
  await page.getByRole("table", { name: "Runs of the controller" }).getByText(/AC on/).first().waitFor();
  await page.getByRole("table", { name: "Invalid readings" }).getByText(/^temp_\d$/).first().waitFor();
  assert.deepEqual(await visitor.stumbles(), []);
  visitor.noTroubles();
});

test("the house fits a phone", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  await visitor.go("/applications/house");
  await page.getByText(/°C on average now$/).nth(1).waitFor();
  await page.getByRole("img", { name: /^Mean temperature/ }).waitFor();
  assert.equal(await visitor.scrollsSideways(), false);
  assert.deepEqual(await visitor.stumbles(), []);
  await page.setViewportSize({ width: 1440, height: 900 });
  visitor.noTroubles();
});

test("a message is told of with its rules and what they did", async () => {
  await visitor.go("/messages?topic=sensor/temperature/temp_1");
  const first = page.getByRole("row").filter({ hasText: "sensor/temperature/temp_1" }).first();
  await first.waitFor();
  // A page that is read stands still.
  await page.getByRole("button", { name: "Pause" }).click();
  await first.getByRole("link").first().click();
  await visitor.heading("sensor/temperature/temp_1");
  for (const rule of ["house_invalid", "house_unreadable", "house_valid"]) {
    await page.getByRole("link", { name: rule }).waitFor();
  }
  await page.getByRole("heading", { name: "Effects" }).waitFor();
  const story = new URL(page.url()).pathname.split("/").at(-1);
  const { stories } = await aws.ask("thingstead", "Stories", { story });
  const [taken] = stories[0].rules.filter(({ matched }) => matched);
  assert.match(taken.rule, /^house_(in)?valid$/);
  await page.getByText(taken.actions[0].action).first().waitFor();
  visitor.noTroubles();
});

test("messages are those of one client, and of a time", async () => {
  const filter = { topic: "sensor/temperature/+" };
  const { stories } = await aws.ask("thingstead", "Stories", filter);
  const { clientId, at } = stories.at(-1);
  await visitor.go("/messages");
  await page.getByLabel("Filter by client id").fill(clientId);
  const rows = page.getByRole("table", { name: "Messages" }).getByRole("row");
  await page.waitForURL(new RegExp(`client=${clientId}`));
  await rows.nth(1).waitFor();
  await until(async () => {
    const told = await rows.locator("td:nth-child(4)").allTextContents();
    return told.length > 0 && told.every((client) => client === clientId);
  });
  // Of that one moment there is no other.
  await visitor.go(`/messages?client=${clientId}&from=${at}&to=${at + 1}`);
  await page.getByRole("button", { name: /^Time/ }).waitFor();
  await until(async () => (await rows.count()) >= 2);
  const { stories: wanted } = await aws.ask("thingstead", "Stories", { clientId, from: at, to: at + 1 });
  assert.equal(await rows.count(), wanted.length + 1);
  visitor.noTroubles();
});

async function until(holds) {
  const end = Date.now() + PATIENCE;
  while (!(await holds())) {
    assert.ok(Date.now() < end, "it never came to be");
    await page.waitForTimeout(100);
  }
}

test("a query of the series gives rows and a chart", async () => {
  // What was until a while ago does not change any more.
  const [[until]] = await aws.rows(`SELECT to_milliseconds(max(time)) FROM ${SERIES}`);
  const query =
    "SELECT bin(time, 1s) AS at, zone_id, avg(CAST(temperature AS DOUBLE)) AS mean " +
    `FROM ${SERIES} WHERE measure_name = 'temperature' AND time < from_milliseconds(${until - 2_000}) GROUP BY 1, 2`;
  await visitor.go("/series");
  await page.getByRole("textbox", { name: "Query" }).fill(query);
  await page.getByRole("button", { name: "Run" }).click();
  const rows = await aws.rows(query);
  assert.notEqual(rows.length, 0);
  await page.getByRole("heading", { name: `Result (${rows.length})` }).waitFor();
  await page.getByRole("table", { name: "Result" }).getByRole("row").nth(1).waitFor();
  await page.getByRole("button", { name: "Chart" }).click();
  await page.getByRole("img", { name: "Chart of 1, 2" }).waitFor();
  const told = await parquetOf(page.getByRole("button", { name: "Parquet" }));
  assert.deepEqual(told.types, ["TIMESTAMP WITH TIME ZONE", "VARCHAR", "DOUBLE"]);
  const means = rows.map(([at, zone, mean]) => [`${at.slice(0, 19)}+00`, zone, Number(mean)]);
  assert.deepEqual(told.rows.sort(), means.sort());
  visitor.noTroubles();
});

// The file that a button gives, as DuckDB reads it.
async function parquetOf(button) {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  assert.match(download.suggestedFilename(), /\.parquet$/);
  const reader = `
import duckdb, json, sys
duckdb.sql("SET TimeZone = 'UTC'")
found = duckdb.sql(f"SELECT * FROM '{sys.argv[1]}'")
types = [str(kind) for kind in found.types]
rows = duckdb.sql('SELECT CAST("at" AS VARCHAR), zone_id, mean FROM found').fetchall()
print(json.dumps({"types": types, "rows": rows}))`;
  const file = path.join(server.home, download.suggestedFilename());
  await download.saveAs(file);
  const told = execFileSync(PYTHON, ["-c", reader, file], { encoding: "utf8" });
  return JSON.parse(told);
}

test("a table shows the items that a rule wrote", async () => {
  await visitor.go("/tables/Temperature");
  const row = page.getByRole("table", { name: "Items" }).getByRole("row").nth(1);
  await row.getByText(/^[0-9a-f-]{36}$/).waitFor();
  const id = await row.getByText(/^[0-9a-f-]{36}$/).textContent();
  const key = { TableName: "Temperature", Key: { id: { S: id } } };
  const { Item } = await aws.ask("dynamodb", "GetItem", key);
  assert.ok(Number(Item.temperature.N) >= 40);
  await row.getByText(Item.temperature.N, { exact: true }).first().waitFor();
  visitor.noTroubles();
});

test("a function is invoked, and its result and its log are shown", async () => {
  await visitor.go("/functions/ac_control_lambda");
  await page.getByRole("textbox", { name: "Payload" }).fill('{"window": "2m"}');
  await page.getByRole("button", { name: "Invoke", exact: true }).click();
  await page.getByText(/^Succeeded in \d+ ms$/).waitFor();
  const told = await page.getByText(/zone 1: mean [\d.]+: /).first().textContent();
  const [line] = /zone 1: mean [\d.]+: .*/.exec(told);
  const asked = { logGroupName: LOG, filterPattern: `"${line.trim()}"` };
  const { events } = await aws.ask("logs", "FilterLogEvents", asked);
  assert.notEqual(events.length, 0, line);
  visitor.noTroubles();
});

test("a rule invokes a function that the page let it invoke", async () => {
  const functionArn = "arn:aws:lambda:us-east-1:000000000000:function:ac_control_lambda";
  await visitor.go(`/rules/new?${new URLSearchParams({ topic: "press/a", payload: '{"window": "2m"}' })}`);
  await page.getByLabel("Name", { exact: true }).fill("press");
  await page.getByRole("button", { name: "Add", exact: true }).first().click();
  await page.getByRole("menuitem", { name: "Invoke a function" }).click();
  await page.getByLabel("Function", { exact: true }).fill(functionArn);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Let rules invoke it" }).click();
  await page.getByText("Let rules invoke ac_control_lambda: done").waitFor();
  await page.getByRole("button", { name: "Make the rule" }).click();
  await visitor.heading("press");
  await aws.rest("iotdata", "POST", "/topics/press/a?qos=1", { window: "2m" });
  await until(async () => {
    const { rules } = await aws.ask("thingstead", "RuleCounters", { rule: "press" });
    const [{ succeeded, lastFailure }] = rules[0].actions;
    assert.equal(lastFailure, undefined);
    return succeeded === 1;
  });
  visitor.noTroubles();
});

test("a log shows its lines, and those of a pattern", async () => {
  await visitor.go("/logs");
  await page.getByRole("link", { name: LOG }).click();
  await visitor.heading(LOG);
  const lines = page.getByRole("log", { name: "Lines of the log" });
  await lines.getByText(/^START RequestId/).first().waitFor();
  await page.getByLabel("Pattern").fill('"AC on"');
  await lines.getByText(/^START RequestId/).first().waitFor({ state: "detached" });
  const shown = await lines.getByText(/^zone \d: mean [\d.]+: AC on$/).first().textContent();
  const asked = { logGroupName: LOG, filterPattern: `"${shown}"` };
  const { events } = await aws.ask("logs", "FilterLogEvents", asked);
  assert.notEqual(events.length, 0);
  visitor.noTroubles();
});

test("a stack shows its resources and what happened", async () => {
  await visitor.go("/stacks");
  await page.getByRole("link", { name: "house", exact: true }).click();
  await visitor.heading("house");
  const names = await aws.stackTexts("ListStackResources", "house", "LogicalResourceId");
  const resources = page.getByRole("table", { name: "Resources" });
  await resources.getByRole("row").nth(names.length).waitFor();
  assert.equal(await resources.getByRole("row").count(), names.length + 1);
  await page.getByRole("tab", { name: "Events" }).click();
  const events = page.getByRole("table", { name: "Events" });
  await events.getByText("CREATE_COMPLETE").first().waitFor();
  const ids = await aws.stackTexts("DescribeStackEvents", "house", "EventId");
  assert.equal(await events.getByRole("row").count(), ids.length + 1);
  visitor.noTroubles();
});

test("the house brings a dashboard", async () => {
  await visitor.go("/applications/house");
  await page.getByRole("button", { name: "Add its dashboard" }).click();
  await page.getByRole("link", { name: "Open its dashboard" }).click();
  await visitor.heading("house");
  await page.getByRole("img", { name: /^Means of the zones: Zone 1, Zone 2$/ }).waitFor();
  await page.getByRole("table", { name: "Artefacts of the sensors" }).getByRole("row").nth(1).waitFor();
  const { body } = await aws.ask("thingstead", "GetDashboard", { name: "house" });
  assert.equal(JSON.parse(body).panels.length, 6);
  visitor.noTroubles();
});

test("a gauge has the colour of the threshold that it reached", async () => {
  const gauges = page.getByRole("img", { name: /, between 10 and 45$/ });
  await gauges.nth(1).waitFor();
  // The value and the colour of one moment: both are drawn anew every few seconds.
  const seen = await gauges.evaluateAll((drawn) =>
    drawn.map((gauge) => ({
      value: Number(/: ([\d.]+)/.exec(gauge.getAttribute("aria-label"))[1]),
      colour: getComputedStyle(gauge.querySelectorAll("path")[1]).stroke,
    })),
  );
  const [calm, warm, hot] = ["rgb(37, 99, 201)", "rgb(179, 89, 0)", "rgb(214, 63, 56)"];
  for (const { value, colour } of seen) {
    assert.equal(colour, value < 20 ? calm : value < 35 ? warm : hot, String(value));
  }
  visitor.noTroubles();
});

test("a dashboard fills the screen, and shows what was between two moments", async () => {
  await page.getByRole("button", { name: "Full screen" }).click();
  const isFull = () => page.evaluate(() => document.fullscreenElement !== null);
  await until(isFull);
  assert.equal(await page.evaluate(() => document.fullscreenElement.querySelectorAll("h2").length), 6);
  await page.evaluate(() => document.exitFullscreen());
  await until(async () => !(await isFull()));
  await page.getByRole("button", { name: /^Time/ }).click();
  await page.getByRole("button", { name: "Between two moments" }).click();
  const [day] = new Date().toISOString().split("T");
  const fields = { "Start date": day, "Start time": "00:00:00", "End date": day, "End time": "23:59:59" };
  for (const [label, text] of Object.entries(fields)) {
    await page.getByLabel(label, { exact: true }).fill(text.replaceAll("-", "/"));
  }
  await page.getByRole("button", { name: "Apply" }).click();
  await page.waitForURL(/from=\d+&to=\d+/);
  const { searchParams } = new URL(page.url());
  const moments = ["from", "to"].map((name) => new Date(Number(searchParams.get(name))));
  assert.equal(moments[1] - moments[0], 86_399_000);
  await page.getByRole("img", { name: /^Means of the zones: Zone 1, Zone 2$/ }).waitFor();
  visitor.noTroubles();
});

test("a dashboard is made, saved, and opened by its link", async () => {
  await visitor.go("/dashboards");
  await page.getByRole("button", { name: "Make a dashboard" }).first().click();
  await page.getByLabel("Name").fill("greenhouse");
  await page.getByRole("button", { name: "Make it" }).click();
  await visitor.heading("greenhouse");
  await page.getByRole("button", { name: "Add a panel" }).first().click();
  const editor = page.getByRole("dialog");
  await editor.getByLabel("Title").fill("What flows");
  await editor.getByRole("button", { name: "Done" }).click();
  await page.getByRole("heading", { name: "What flows" }).waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Save the dashboard greenhouse: done").waitFor();
  const { body } = await aws.ask("thingstead", "GetDashboard", { name: "greenhouse" });
  assert.deepEqual(
    JSON.parse(body).panels.map(({ title }) => title),
    ["What flows"],
  );
  const link = page.url();
  await visitor.go("/");
  await visitor.heading("Home");
  await page.goto(link);
  await visitor.heading("greenhouse");
  await page.getByRole("img", { name: /^What flows: / }).waitFor();
  visitor.noTroubles();
});
