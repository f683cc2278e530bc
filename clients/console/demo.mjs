// `thingstead demo house` on a private server: a minute of the house passes in a second.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { program } from "../node/server.mjs";

export class Demo {
  constructor(server) {
    const words = ["--data", server.data, "demo", "house", "--json", "--speed", "60", "--seed", "5"];
    this.process = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"] });
    this.exit = new Promise((resolve) => this.process.once("exit", resolve));
    this.lines = createInterface({ input: this.process.stdout });
  }

  // The first line of which this holds. Lines that nobody waits for are read, too, or the demo would stand still.
  until(holds) {
    return new Promise((resolve, reject) => {
      const heard = (line) => {
        if (!line.startsWith("{") || !holds(JSON.parse(line))) return;
        this.lines.off("line", heard);
        resolve(JSON.parse(line));
      };
      this.lines.on("line", heard);
      this.exit.then((code) => reject(new Error(`the demonstration ended with ${code}`)));
    });
  }

  // As by Ctrl-C: it takes its stack away.
  async end() {
    this.process.kill("SIGINT");
    assert.equal(await this.exit, 0);
  }
}
