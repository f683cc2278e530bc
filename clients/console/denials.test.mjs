// A policy with a leading slash too many: found and mended from the page Denials alone.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import path from "node:path";
import { writeFileSync } from "node:fs";
import { promisify } from "node:util";

import { Server, Visitor } from "./browser.mjs";

const DEVICE = "board-1";
const TOPIC = "cicd/led";
const POLICY = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "iot:Connect", Resource: `arn:aws:iot:*:*:client/${DEVICE}` },
    { Effect: "Allow", Action: "iot:Publish", Resource: `arn:aws:iot:*:*:topic//${TOPIC}` },
  ],
};

let server;
let visitor;
let folder;
before(async () => {
  server = await Server.start();
  folder = path.join(server.home, DEVICE);
  const policy = path.join(server.home, "policy.json");
  writeFileSync(policy, JSON.stringify(POLICY));
  server.run("device", "add", DEVICE, "--out", folder, "--policy", policy);
  visitor = await Visitor.come(server);
});
after(async () => {
  await visitor.leave();
  await server.close();
});

// As most devices speak, by MQTT 3.1.1: who publishes what is refused loses the connection.
function publish() {
  const files = ["--cafile", "root-ca.pem", "--cert", "certificate.pem", "--key", "private.key"];
  const door = ["-h", "127.0.0.1", "-p", String(server.ports.mqtts), ...files];
  const message = ["-i", DEVICE, "-q", "1", "-t", TOPIC, "-m", "on"];
  return promisify(execFile)("mosquitto_pub", [...door, ...message], { cwd: folder });
}

test("the refusal is found, and its mended policy tried before it is in force", async () => {
  const { page } = visitor;
  await assert.rejects(publish, /connection was lost/);
  await visitor.signInByLink();
  await page.getByRole("link", { name: "Denials" }).click();
  await visitor.heading("Denials");
  await page.getByRole("link", { name: `Publish ${TOPIC}` }).click();
  await visitor.heading(`Publish ${TOPIC}`);
  // The likeliest change is proposed first, and tried on a copy.
  await page.getByRole("button", { name: /Remove the leading slash/ }).waitFor();
  await verdict("As it is", "Refused");
  await verdict("With this change", "Allowed");
  // Nothing is in force yet.
  await assert.rejects(publish, /connection was lost/);
  visitor.noTroubles();
});

test("the change is put in force, and the device is allowed at its next attempt", async () => {
  const { page } = visitor;
  await page.getByRole("button", { name: "Make this the policy" }).click();
  await page.getByText("It would be allowed now").waitFor();
  await publish();
  visitor.noTroubles();
});

// What stands below a label of the trial.
async function verdict(label, word) {
  const shown = visitor.page.getByText(label, { exact: true }).locator("..");
  await shown.getByText(word, { exact: true }).waitFor();
}
