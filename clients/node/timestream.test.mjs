// The AWS SDK for JavaScript v3: Timestream, by the endpoint that it discovers.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { QueryCommand, TimestreamQueryClient } from "@aws-sdk/client-timestream-query";
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  TimestreamWriteClient,
  WriteRecordsCommand,
} from "@aws-sdk/client-timestream-write";

import { Server } from "./server.mjs";

const timeout = 30_000;
const [DatabaseName, TableName] = ["greenhouse", "climate"];
let server;

before(async () => {
  server = await Server.start();
});

after(() => server.close());

async function writeAndAsk(config, device) {
  const [writer, reader] = [new TimestreamWriteClient(config), new TimestreamQueryClient(config)];
  await writer.send(new CreateDatabaseCommand({ DatabaseName })).catch((error) => {
    assert.equal(error.name, "ConflictException");
  });
  await writer.send(new CreateTableCommand({ DatabaseName, TableName })).catch((error) => {
    assert.equal(error.name, "ConflictException");
  });
  const Records = [
    {
      Dimensions: [{ Name: "device", Value: device }],
      MeasureName: "level",
      MeasureValue: "1.5",
      MeasureValueType: "DOUBLE",
      Time: String(Date.now()),
    },
  ];
  const written = await writer.send(new WriteRecordsCommand({ DatabaseName, TableName, Records }));
  assert.equal(written.RecordsIngested.Total, 1);
  const QueryString = `SELECT measure_value::double FROM "greenhouse"."climate" WHERE device = '${device}'`;
  const answer = await reader.send(new QueryCommand({ QueryString }));
  assert.deepEqual(answer.Rows, [{ Data: [{ ScalarValue: "1.5" }] }]);
  await assert.rejects(reader.send(new QueryCommand({ QueryString: "SELECT nothing" })), {
    name: "ValidationException",
    message: /line 1:8: Column 'nothing' does not exist/,
  });
  writer.destroy();
  reader.destroy();
}

test("with an endpoint that it is told", { timeout }, () => writeAndAsk(server.aws(), "told"));

test("with an endpoint that it discovers", { timeout }, async () => {
  const { endpoint, ...config } = server.aws();
  process.env.AWS_ENDPOINT_URL = endpoint;
  try {
    await writeAndAsk(config, "discovered");
  } finally {
    delete process.env.AWS_ENDPOINT_URL;
  }
});
