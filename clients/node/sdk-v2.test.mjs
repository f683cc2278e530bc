// The AWS IoT Device SDK for JavaScript v2, over mutual TLS on a port that is not 8883.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import sdk from "aws-iot-device-sdk-v2";

import { Inbox, Server } from "./server.mjs";

const { iot, mqtt, mqtt5 } = sdk;
const timeout = 30_000;
let server;
before(async () => (server = await Server.start()));
after(() => server.close());

function connection(bundle, isClean) {
  const builder = iot.AwsIotMqttConnectionConfigBuilder;
  const config = builder
    .new_mtls_builder_from_path(bundle.certificate, bundle.key)
    .with_certificate_authority_from_path(undefined, bundle.root)
    .with_endpoint("localhost")
    .with_port(server.ports.mqtts)
    .with_client_id(bundle.name)
    .with_clean_session(isClean)
    .build();
  const made = new mqtt.MqttClient().new_connection(config);
  made.inbox = new Inbox();
  made.on("message", (topic, payload) => made.inbox.put([topic, Buffer.from(payload).toString()]));
  return made;
}

test("connect, subscribe, publish in MQTT 3.1.1", { timeout }, async () => {
  const device = connection(server.device("three"), true);
  assert.equal(await device.connect(), false);
  await device.subscribe("three/#", mqtt.QoS.AtLeastOnce);
  await device.publish("three/hello", "Hello", mqtt.QoS.AtLeastOnce);
  assert.deepEqual(await device.inbox.one(), ["three/hello", "Hello"]);
  await device.disconnect();
});

test("a persistent session gets what it missed when the server was killed", { timeout }, async () => {
  const bundle = server.device("away");
  const away = connection(bundle, false);
  await away.connect();
  await away.subscribe("away/#", mqtt.QoS.AtLeastOnce);
  await away.disconnect();
  await publishFromTools("away/missed", "you were away");
  await server.restart();
  const back = connection(bundle, false);
  assert.equal(await back.connect(), true);
  assert.deepEqual(await back.inbox.one(), ["away/missed", "you were away"]);
  await back.disconnect();
});

// A program on this machine, which needs no certificate.
async function publishFromTools(topic, payload) {
  const { default: mqttjs } = await import("mqtt");
  const tool = await mqttjs.connectAsync(`mqtt://127.0.0.1:${server.ports.mqtt}`);
  await tool.publishAsync(topic, payload, { qos: 1 });
  await tool.endAsync();
}

test("connect, subscribe, publish in MQTT 5", { timeout }, async () => {
  const bundle = server.device("five");
  const config = iot.AwsIotMqtt5ClientConfigBuilder.newDirectMqttBuilderWithMtlsFromPath(
    "localhost",
    bundle.certificate,
    bundle.key,
  )
    .withCertificateAuthorityFromPath(undefined, bundle.root)
    .withPort(server.ports.mqtts)
    .withConnectProperties({ clientId: bundle.name, keepAliveIntervalSeconds: 60 })
    .build();
  const client = new mqtt5.Mqtt5Client(config);
  const [successes, messages, stops] = [new Inbox(), new Inbox(), new Inbox()];
  client.on("connectionSuccess", (event) => successes.put(event));
  client.on("messageReceived", (event) => messages.put(event.message));
  client.on("stopped", (event) => stops.put(event));
  client.start();
  assert.equal((await successes.one()).connack.sessionPresent, false);
  const qos = mqtt5.QoS.AtLeastOnce;
  const suback = await client.subscribe({ subscriptions: [{ qos, topicFilter: "five/#" }] });
  assert.deepEqual(suback.reasonCodes, [mqtt5.SubackReasonCode.GrantedQoS1]);
  const puback = await client.publish({ qos, topicName: "five/hello", payload: "Hello" });
  assert.equal(puback.reasonCode, mqtt5.PubackReasonCode.Success);
  assert.equal(Buffer.from((await messages.one()).payload).toString(), "Hello");
  const refused = await client.publish({ qos, topicName: "/five/hello", payload: "Hello" });
  assert.equal(refused.reasonCode, mqtt5.PubackReasonCode.NotAuthorized);
  client.stop();
  await stops.one();
  client.close();
});
