// For work on the pages: `THINGSTEAD_DATA=DIR npm run dev` serves them from source, before a server that
// runs on DIR. What is signed goes to its AWS door. If the server has its console's door open, sessions are the
// door's; this plugin only forwards.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

interface Ready {
  aws: string;
  console?: string | null;
}

interface Held {
  access_key_id: string;
  secret_access_key: string;
}

function readyOf(data: string): Ready {
  return JSON.parse(readFileSync(join(data, "ready.json"), "utf8")) as Ready;
}

export function houseBehind(): Plugin {
  return {
    name: "house-behind",
    configureServer(server) {
      const data = process.env.THINGSTEAD_DATA;
      if (!data || readyOf(data).console) return;
      // A server without a console's door has no sessions: the owner's key stands in for one.
      server.middlewares.use("/session", (request, response) => {
        const held = JSON.parse(readFileSync(join(data, "credentials"), "utf8")) as Held;
        const expiresAt = Date.now() + 900_000;
        const who = { name: "root", arn: "arn:aws:iam::000000000000:root", expiresAt };
        const key = { accessKeyId: held.access_key_id, secretAccessKey: held.secret_access_key };
        const place = { region: "us-east-1", account: "000000000000" };
        response.setHeader("Content-Type", "application/json");
        response.end(JSON.stringify(request.url?.includes("credentials") ? { ...who, ...key, ...place } : who));
      });
    },
    config(_, { command }) {
      const data = process.env.THINGSTEAD_DATA;
      if (command !== "serve" || !data) return;
      const ready = readyOf(data);
      const door = ready.console ?? ready.aws;
      const signed = (request: { url?: string; headers: Record<string, unknown> }) =>
        request.headers.authorization || request.url?.includes("X-Amz-");
      return {
        server: {
          proxy: {
            ...(ready.console ? { "/session": { target: door } } : {}),
            // Not the page /mqtt-client.
            "^/mqtt(\\?|$)": { target: door, ws: true },
            // Everything signed, wherever it goes; the rest stays with the dev server.
            "^/.*": {
              target: door,
              bypass: (request) => (signed(request) ? undefined : request.url),
            },
          },
        },
      };
    },
  };
}
