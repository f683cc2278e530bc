// How the pages feel in a house with 10,000 things, 1,000 rules and 5,000 messages a second: how long each takes to
// show what it is for, and how long its frames are while messages flow. Run by `cargo xtask bench console`; it
// judges nothing.

import { createRequire } from "node:module";

import { Server, Visitor } from "./browser.mjs";

const fromNode = createRequire(new URL("../node/package.json", import.meta.url));
const { CreateThingCommand, CreateTopicRuleCommand, IoTClient } = fromNode("@aws-sdk/client-iot");
const mqtt = fromNode("mqtt");

const THINGS = Number(process.env.THINGS ?? 10_000);
const RULES = Number(process.env.RULES ?? 1_000);
const MESSAGES_PER_SEC = Number(process.env.MESSAGES ?? 5_000);
const AT_ONCE = 32;
const WATCHED_MS = 10_000;

const server = await Server.start();
const iot = new IoTClient({ ...server.aws(), maxAttempts: 2 });
await each(THINGS, (n) => iot.send(new CreateThingCommand({ thingName: `thing-${String(n).padStart(5, "0")}` })));
// All of them listen, and one in a hundred matches.
await each(RULES, (n) =>
  iot.send(
    new CreateTopicRuleCommand({
      ruleName: `rule_${n}`,
      topicRulePayload: {
        sql: `SELECT * FROM 'flood/+' WHERE value % ${RULES} = ${n}`,
        awsIotSqlVersion: "2016-03-23",
        actions: [],
      },
    }),
  ),
);

const visitor = await Visitor.come(server);
await visitor.signInByLink();
const flood = begin();
console.log(`${THINGS} things, ${RULES} rules, ${MESSAGES_PER_SEC} messages a second asked for`);
console.log("page           | shown after | frames: median | 95 % | longest");
for (const [path, ready] of [
  ["/", () => visitor.heading("Home")],
  ["/things", () => visitor.page.getByText("thing-00000").first().waitFor()],
  ["/rules", () => visitor.page.getByText("rule_0").first().waitFor()],
  ["/messages", () => visitor.page.getByText(/flood\//).first().waitFor()],
  ["/mqtt-client", subscribed],
]) {
  const begun = performance.now();
  await visitor.go(path);
  await ready();
  const shown = performance.now() - begun;
  const frames = await visitor.page.evaluate(framesWithin, WATCHED_MS);
  const at = (part) => frames[Math.min(frames.length - 1, Math.floor(frames.length * part))].toFixed(0);
  console.log(
    `${path.padEnd(14)} | ${shown.toFixed(0).padStart(8)} ms | ${at(0.5).padStart(11)} ms | ${at(0.95)} ms | ${at(1)} ms`,
  );
}
console.log(`${Math.round(flood.sent() / flood.secs())} messages a second were sent`);
flood.end();
visitor.noTroubles();
await visitor.leave();
await server.close();

async function subscribed() {
  await visitor.page.getByRole("button", { name: "Subscribe to all" }).click();
  await visitor.page.getByText(/flood\//).first().waitFor();
}

// The gaps between frames, sorted.
async function framesWithin(millis) {
  const gaps = [];
  let last = performance.now();
  const end = last + millis;
  while (last < end) {
    const now = await new Promise((resolve) => requestAnimationFrame(() => resolve(performance.now())));
    gaps.push(now - last);
    last = now;
  }
  return gaps.sort((one, other) => one - other);
}

function begin() {
  const client = mqtt.connect(`mqtt://127.0.0.1:${server.ports.mqtt}`, { clientId: "flood" });
  const begun = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - begun) / 1_000) * MESSAGES_PER_SEC;
    for (; sent < due; sent += 1) client.publish(`flood/${sent % 50}`, `{"value":${sent},"at":${Date.now()}}`);
  }, 20);
  return {
    sent: () => sent,
    secs: () => (performance.now() - begun) / 1_000,
    end: () => {
      clearInterval(timer);
      client.end(true);
    },
  };
}

async function each(count, work) {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const mine = next;
      next += 1;
      await work(mine);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
