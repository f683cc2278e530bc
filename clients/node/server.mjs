// A private server for the tests of one file: its own data directory, doors on ports that the
// system picks, and devices from `thingstead device add`.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
export const program = process.env.THINGSTEAD ?? path.join(root, "target/debug/thingstead");

export class Server {
  static async start() {
    const server = new Server();
    server.home = mkdtempSync(path.join(tmpdir(), "thingstead-node-"));
    server.ports = { mqtt: 0, mqtts: 0, https: 0, aws: 0, console: 0 };
    await server.up();
    return server;
  }

  async up() {
    const readyFile = path.join(this.home, "ready.json");
    const ports = Object.entries(this.ports);
    const doors = ports.flatMap(([door, port]) => [`--${door}`, `127.0.0.1:${port}`]);
    const words = ["--data", this.data, "up", "--ready-file", readyFile, ...doors];
    this.process = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"] });
    this.exit = new Promise((resolve) => this.process.once("exit", resolve));
    await this.announced();
    const ready = JSON.parse(readFileSync(readyFile, "utf8"));
    for (const [door] of ports) this.ports[door] = Number(ready[door].split(":").at(-1));
  }

  // The program says what to do next once every door is open.
  async announced() {
    for await (const line of createInterface({ input: this.process.stdout })) {
      if (line.startsWith("next:")) return;
    }
    throw new Error("the server did not start");
  }

  async kill() {
    this.process.kill("SIGKILL");
    await this.exit;
  }

  // SIGKILL, and a new start on the same ports and data.
  async restart() {
    await this.kill();
    await this.up();
  }

  async close() {
    await this.kill();
    rmSync(this.home, { recursive: true });
  }

  get data() {
    return path.join(this.home, "data");
  }

  run(...words) {
    return execFileSync(program, ["--data", this.data, ...words], { encoding: "utf8" });
  }

  ask(...words) {
    return JSON.parse(this.run("--json", ...words));
  }

  // What a client of the AWS SDK is made with.
  aws() {
    const key = JSON.parse(readFileSync(path.join(this.data, "credentials"), "utf8"));
    return {
      endpoint: `http://127.0.0.1:${this.ports.aws}`,
      region: "us-east-1",
      credentials: { accessKeyId: key.access_key_id, secretAccessKey: key.secret_access_key },
    };
  }

  device(name) {
    const folder = path.join(this.home, name);
    this.run("device", "add", name, "--out", folder);
    return {
      name,
      key: path.join(folder, "private.key"),
      certificate: path.join(folder, "certificate.pem"),
      root: path.join(folder, "root-ca.pem"),
      guide: path.join(folder, "CONNECT.md"),
      folder,
    };
  }
}

// Things as they come, and a promise for each that is awaited.
export class Inbox {
  #items = [];
  #waiting = [];

  put(item) {
    const resolve = this.#waiting.shift();
    if (resolve) resolve(item);
    else this.#items.push(item);
  }

  one() {
    if (this.#items.length > 0) return Promise.resolve(this.#items.shift());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async take(count) {
    const taken = [];
    while (taken.length < count) taken.push(await this.one());
    return taken;
  }
}
