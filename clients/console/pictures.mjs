// The pictures of docs/console.md: a house lives, and its pages are looked at. Run by `cargo xtask pictures`.

import { once } from "node:events";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

import { Aws } from "./aws.mjs";
import { Server, Visitor } from "./browser.mjs";
import { Demo } from "./demo.mjs";
import { withPalette } from "./palette.mjs";

const mqtt = createRequire(new URL("../node/package.json", import.meta.url))("mqtt");

const FOLDER = fileURLToPath(new URL("../../docs/pictures/", import.meta.url));
// What a reader of the page has to load for each.
const BYTES_MAX = 120 * 1024;
const LOOK = {
  viewport: { width: 1280, height: 800 },
  colorScheme: "light",
  reducedMotion: "reduce",
  locale: "en-GB",
  timezoneId: "UTC",
};
// Until then every room was warm and cold, and the charts have something to show.
const MINUTES_BEFORE = 45;
const MEANS =
  "SELECT bin(time, 1s) AS at, 'Room ' || sensor_id AS room, avg(CAST(temperature AS DOUBLE)) AS mean\n" +
  'FROM "iot"."temperaturesensor"\n' +
  "WHERE time BETWEEN ${from} AND ${to} AND measure_name = 'temperature' AND zone_id = '1'\n" +
  "GROUP BY 1, 2 ORDER BY 1";

mkdirSync(FOLDER, { recursive: true });
const server = await Server.start();
const aws = new Aws(server);
const demo = new Demo(server);
const visitor = await Visitor.come(server, LOOK);
const { page } = visitor;
try {
  await takeAll();
  visitor.noTroubles();
} finally {
  await visitor.leave();
  await demo.end();
  await server.close();
}

async function takeAll() {
  await visitor.signInByLink();
  await Promise.all([demo.until(({ minute }) => minute >= MINUTES_BEFORE), refuse()]);

  await take("home", "/", () => drawn("Messages in and out a second"));
  await take("thing", "/things/temp_1", () => visitor.heading("temp_1"));
  await take("message", `/messages/${await artefact()}`, () => page.getByRole("heading", { name: "Effects" }).waitFor());
  await take("denial", `/denials/${await denial()}`, () => page.getByText("SpeakBelowItsName").waitFor());
  await take("rule", "/rules/house_invalid", () => visitor.heading("house_invalid"));
  await take("series", `/series?${new URLSearchParams({ q: MEANS, view: "chart", range: "2m" })}`, () => drawn("Chart of"));
  await take("stack", "/stacks/house", () => page.getByText("house_valid").first().waitFor());
  await take("house", "/applications/house", async () => {
    await page.getByRole("button", { name: "Add its dashboard" }).click();
    await page.getByRole("link", { name: "Open its dashboard" }).waitFor();
    await page.getByRole("button", { name: "Dismiss" }).click();
    await drawn("Mean temperature of each zone");
  });
  await take("dashboard", "/dashboards/house?range=2m", async () => {
    await drawn("Readings");
    await drawn("Means of the zones");
    await page.getByText(/^[\d.]+ °C$/).nth(1).waitFor();
  });
}

async function take(name, path, shown) {
  await visitor.go(path);
  await shown();
  await page.evaluate(() => document.fonts.ready);
  const file = `${FOLDER}${name}.png`;
  writeFileSync(file, await withPalette(page, await page.screenshot({ animations: "disabled", caret: "hide" })));
  const { size } = statSync(file);
  console.log(`${name}.png: ${Math.ceil(size / 1024)} KiB`);
  if (size > BYTES_MAX) throw new Error(`${name}.png is larger than ${BYTES_MAX / 1024} KiB`);
}

// A chart is drawn when its lines are, which come after its name.
async function drawn(name) {
  await page.getByRole("img", { name: new RegExp(`^${name}`) }).first().locator("canvas").waitFor();
}

// A message that a rule kept out.
async function artefact() {
  const { stories } = await aws.ask("thingstead", "Stories", { topic: "sensor/temperature/+" });
  const isKeptOut = ({ rules }) => rules.some(({ rule, matched }) => matched && rule === "house_invalid");
  return (stories.find(isKeptOut) ?? stories[0]).id;
}

// A device that publishes to a topic with a slash too much.
async function refuse() {
  const lamp = server.device("lamp");
  const client = mqtt.connect({
    protocol: "mqtts",
    host: "127.0.0.1",
    port: server.ports.mqtts,
    clientId: lamp.name,
    protocolVersion: 5,
    reconnectPeriod: 0,
    key: readFileSync(lamp.key),
    cert: readFileSync(lamp.certificate),
    ca: readFileSync(lamp.root),
  });
  client.on("error", () => {});
  await once(client, "connect");
  client.publish("/lamp/state", "on", { qos: 1 }, () => {});
  while ((await denials()).length === 0) await new Promise((resume) => setTimeout(resume, 200));
  client.end(true);
}

async function denials() {
  const { refusals } = await aws.ask("thingstead", "Explain");
  return refusals.filter(({ kind }) => kind === "publish");
}

async function denial() {
  return (await denials())[0].id;
}
