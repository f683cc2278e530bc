// mqtt.js, in MQTT 3.1.1 and 5, over each transport.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { execFileSync } from "node:child_process";

import mqtt from "mqtt";

import { Inbox, Server } from "./server.mjs";

const timeout = 30_000;
let server;
before(async () => (server = await Server.start()));
after(() => server.close());

const transports = {
  mqtt: () => `mqtt://127.0.0.1:${server.ports.mqtt}`,
  ws: () => `ws://127.0.0.1:${server.ports.mqtt}/mqtt`,
  mqtts: () => `mqtts://localhost:${server.ports.mqtts}`,
  wss: () => `wss://localhost:${server.ports.mqtts}/mqtt`,
};

async function connect(transport, protocolVersion, clientId, options = {}) {
  const isSecure = transport === "mqtts" || transport === "wss";
  const identity = isSecure ? secrets(server.device(clientId)) : {};
  return open(transports[transport](), { protocolVersion, clientId, ...identity, ...options });
}

function secrets(bundle) {
  const [ca, cert, key] = [bundle.root, bundle.certificate, bundle.key];
  return { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key) };
}

async function open(url, options) {
  const client = mqtt.connect(url, { reconnectPeriod: 100, ...options });
  client.inbox = new Inbox();
  client.connacks = new Inbox();
  client.on("connect", (connack) => client.connacks.put(connack));
  client.on("message", (topic, payload, packet) => {
    client.inbox.put({ topic, text: String(payload), packet });
  });
  client.connack = await client.connacks.one();
  return client;
}

for (const transport of Object.keys(transports)) {
  for (const version of [4, 5]) {
    test(`every QoS over ${transport} in version ${version}`, { timeout }, async () => {
      const name = `every-${transport}-${version}`;
      const client = await connect(transport, version, name);
      const [granted] = await client.subscribeAsync(`${name}/#`, { qos: 2 });
      assert.equal(granted.qos, 2);
      for (const qos of [0, 1, 2]) {
        await client.publishAsync(`${name}/${qos}`, `at ${qos}`, { qos });
      }
      const messages = await client.inbox.take(3);
      const seen = messages.map(({ topic, text, packet }) => [topic, text, packet.qos]);
      assert.deepEqual(seen.sort(), [0, 1, 2].map((qos) => [`${name}/${qos}`, `at ${qos}`, qos]));
      await client.endAsync();
    });
  }
}

test("a persistent session gets what it missed when the server was killed", { timeout }, async () => {
  const options = { clean: false, properties: { sessionExpiryInterval: 3600 } };
  const away = await connect("mqtt", 5, "away", options);
  assert.equal(away.connack.sessionPresent, false);
  await away.subscribeAsync("missed/#", { qos: 1 });
  await away.endAsync();
  const publisher = await connect("mqtt", 5, "publisher");
  for (let number = 0; number < 10; number += 1) {
    await publisher.publishAsync(`missed/${number}`, String(number), { qos: 1 });
  }
  await server.restart();
  assert.ok(await publisher.connacks.one(), "mqtt.js reconnects by itself");
  const back = await connect("mqtt", 5, "away", options);
  assert.equal(back.connack.sessionPresent, true);
  const seen = (await back.inbox.take(10)).map(({ text }) => Number(text));
  assert.deepEqual(seen, [...Array(10).keys()]);
  await Promise.all([publisher.endAsync(), back.endAsync()]);
});

test("what the policy does not allow has a reason", { timeout }, async () => {
  const client = await connect("mqtts", 5, "narrow");
  await assert.rejects(client.publishAsync("/narrow/a", "x", { qos: 1 }), /Not authorized/);
  const advice = server.ask("explain").map((refusal) => refusal.advice);
  assert.ok(advice.includes("remove the leading slash"), advice.join("; "));
  await client.endAsync();
});

test("what a publisher says of a message", { timeout }, async () => {
  const client = await connect("mqtt", 5, "properties");
  await client.subscribeAsync("properties/#", { qos: 1 });
  const properties = {
    userProperties: { colour: ["red", "blue"] },
    responseTopic: "properties/answer",
    correlationData: Buffer.from([0, 7]),
    contentType: "text/plain",
  };
  await client.publishAsync("properties/a", "x", { qos: 1, properties });
  const told = (await client.inbox.one()).packet.properties;
  assert.deepEqual({ ...told.userProperties }, properties.userProperties);
  assert.equal(told.responseTopic, properties.responseTopic);
  assert.equal(told.contentType, properties.contentType);
  assert.deepEqual(told.correlationData, properties.correlationData);
  await client.endAsync();
});

test("the lines of the guide run as they stand there", { timeout }, async () => {
  const bundle = server.device("guide");
  const watcher = await connect("mqtt", 5, "guide-watcher");
  await watcher.subscribeAsync("guide/#", { qos: 1 });
  const guide = readFileSync(bundle.guide, "utf8");
  const script = guide.match(/^ {4}const fs = require[^]*?(?=\n\n)/m)[0];
  const modules = new URL("./node_modules", import.meta.url).pathname;
  const env = { ...process.env, NODE_PATH: modules };
  execFileSync(process.execPath, ["-e", script], { cwd: bundle.folder, env });
  assert.equal((await watcher.inbox.one()).text, "Hello");
  await watcher.endAsync();
});
