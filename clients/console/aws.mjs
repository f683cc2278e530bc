// The AWS API of a private server, asked beside the browser: what a page shows or did must be true there.

import { readFileSync } from "node:fs";
import path from "node:path";

// What the pages sign with, which is somebody else's work.
import { AwsClient } from "../../crates/console/ui/node_modules/aws4fetch/dist/aws4fetch.esm.mjs";

const TARGETS = {
  dynamodb: "DynamoDB_20120810",
  events: "AWSEvents",
  logs: "Logs_20140328",
  sqs: "AmazonSQS",
  ssm: "AmazonSSM",
  thingstead: "Thingstead",
  timestream: "Timestream_20181101",
};
const SPEAK_1_1 = ["events", "logs", "ssm"];

export class Aws {
  // With the owner's key, if no other is given.
  constructor(server, key = keyOf(server)) {
    this.key = key;
    this.url = `http://127.0.0.1:${server.ports.aws}/`;
  }

  // Of services that are asked by X-Amz-Target.
  async ask(service, operation, input = {}) {
    const json = SPEAK_1_1.includes(service) ? "1.1" : "1.0";
    const headers = {
      "content-type": `application/x-amz-json-${json}`,
      "x-amz-target": `${TARGETS[service]}.${operation}`,
    };
    // Some operations of Logs answer nothing at all.
    return JSON.parse((await this.#send(service, headers, JSON.stringify(input))) || "{}");
  }

  // All pages of a query of Timestream: its rows, as lists of texts.
  async rows(QueryString) {
    const rows = [];
    let NextToken;
    do {
      const page = await this.ask("timestream", "Query", { QueryString, NextToken });
      rows.push(...page.Rows.map(({ Data }) => Data.map(({ ScalarValue }) => ScalarValue)));
      NextToken = page.NextToken;
    } while (NextToken);
    return rows;
  }

  // Of CloudFormation, whose answers are XML: the texts of all elements of a name.
  async stackTexts(operation, StackName, element) {
    const form = new URLSearchParams({ Action: operation, Version: "2010-05-15", StackName });
    const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    const told = await this.#send("cloudformation", headers, form.toString());
    return [...told.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, "g"))].map(([, text]) => text);
  }

  // A call of IAM; its answer as the XML that it is.
  async iam(Action, input = {}) {
    const form = new URLSearchParams({ Action, Version: "2010-05-08", ...input });
    const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    return this.#send("iam", headers, form.toString());
  }

  // Of services that are asked by method and path.
  async rest(service, method, path, input) {
    const headers = input && { "content-type": "application/json" };
    return JSON.parse(await this.#send(service, headers, input && JSON.stringify(input), method, path));
  }

  // What a bucket answers: an object as text, or a list as the XML that it is.
  async s3(path) {
    return this.#send("s3", undefined, undefined, "GET", path);
  }

  async #send(service, headers, body, method = "POST", path = "/") {
    const client = new AwsClient({ ...this.key, region: "us-east-1", service, retries: 0 });
    const answer = await client.fetch(new URL(path, this.url), { method, headers, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${service}: ${answer.status} ${text}`);
    return text;
  }
}

function keyOf(server) {
  const key = JSON.parse(readFileSync(path.join(server.data, "credentials"), "utf8"));
  return { accessKeyId: key.access_key_id, secretAccessKey: key.secret_access_key };
}
