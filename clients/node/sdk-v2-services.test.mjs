// The service clients of the AWS IoT Device SDK for JavaScript v2: shadows and jobs over mutual TLS.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { CreateJobCommand, DescribeJobExecutionCommand, IoTClient } from "@aws-sdk/client-iot";
import sdk from "aws-iot-device-sdk-v2";

import { Inbox, Server } from "./server.mjs";

const { iot, iotjobs, iotshadow, mqtt } = sdk;
const timeout = 30_000;
const qos = mqtt.QoS.AtLeastOnce;
let server;
before(async () => (server = await Server.start()));
after(() => server.close());

async function connected(name) {
  const bundle = server.device(name);
  const config = iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder_from_path(
    bundle.certificate,
    bundle.key,
  )
    .with_certificate_authority_from_path(undefined, bundle.root)
    .with_endpoint("localhost")
    .with_port(server.ports.mqtts)
    .with_client_id(name)
    .build();
  const connection = new mqtt.MqttClient().new_connection(config);
  await connection.connect();
  return connection;
}

// What a subscription brings; an error of the service ends the test.
function into(inbox) {
  return (error, message) => inbox.put(error ?? message);
}

test("a shadow is updated, told and got", { timeout }, async () => {
  const thingName = "shadowed";
  const connection = await connected(thingName);
  const shadows = new iotshadow.IotShadowClient(connection);
  const [accepted, deltas, got, rejected] = [new Inbox(), new Inbox(), new Inbox(), new Inbox()];
  const of = { thingName };
  await shadows.subscribeToUpdateShadowAccepted(of, qos, into(accepted));
  await shadows.subscribeToShadowDeltaUpdatedEvents(of, qos, into(deltas));
  await shadows.subscribeToGetShadowAccepted(of, qos, into(got));
  await shadows.subscribeToGetShadowRejected(of, qos, into(rejected));

  await shadows.publishGetShadow(of, qos);
  assert.equal((await rejected.one()).code, 404);

  const state = { reported: { colour: "red" }, desired: { colour: "green" } };
  await shadows.publishUpdateShadow({ thingName, state, clientToken: "first" }, qos);
  const first = await accepted.one();
  assert.equal(first.clientToken, "first");
  assert.equal(first.version, 1);
  const delta = await deltas.one();
  assert.deepEqual(delta.state, { colour: "green" });

  await shadows.publishUpdateShadow({ thingName, state: { reported: { colour: "green" } } }, qos);
  assert.equal((await accepted.one()).version, 2);
  await shadows.publishGetShadow(of, qos);
  const document = await got.one();
  assert.deepEqual(document.state.reported, { colour: "green" });
  assert.equal(document.state.delta, undefined);
  await connection.disconnect();
});

test("a job is started and done", { timeout }, async () => {
  const thingName = "worker";
  const connection = await connected(thingName);
  const jobs = new iotjobs.IotJobsClient(connection);
  const [started, updated] = [new Inbox(), new Inbox()];
  const of = { thingName };
  await jobs.subscribeToStartNextPendingJobExecutionAccepted(of, qos, into(started));
  await jobs.subscribeToUpdateJobExecutionAccepted({ thingName, jobId: "+" }, qos, into(updated));

  const cloud = new IoTClient(server.aws());
  const jobId = "reboot";
  const targets = [`arn:aws:iot:us-east-1:000000000000:thing/${thingName}`];
  const document = JSON.stringify({ operation: "reboot" });
  const changed = new Inbox();
  await jobs.subscribeToNextJobExecutionChangedEvents(of, qos, into(changed));
  await cloud.send(new CreateJobCommand({ jobId, targets, document }));
  assert.equal((await changed.one()).execution.jobId, jobId);

  await jobs.publishStartNextPendingJobExecution({ thingName, clientToken: "start" }, qos);
  const { execution } = await started.one();
  assert.equal(execution.status, "IN_PROGRESS");
  assert.deepEqual(execution.jobDocument, { operation: "reboot" });

  const status = iotjobs.model.JobStatus.SUCCEEDED;
  const { versionNumber: expectedVersion, executionNumber } = execution;
  await jobs.publishUpdateJobExecution(
    { thingName, jobId, status, expectedVersion, executionNumber },
    qos,
  );
  await updated.one();
  const asked = new DescribeJobExecutionCommand({ jobId, thingName });
  assert.equal((await cloud.send(asked)).execution.status, "SUCCEEDED");
  cloud.destroy();
  await connection.disconnect();
});
