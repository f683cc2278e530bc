// For work on the pages: `THINGSTEAD_DATA=DIR npm run dev` serves them from source, before a server that
// runs on DIR. What is signed, and sessions, are its console's door's; this plugin only forwards.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

interface Ready {
  console: string | null;
}

function doorOf(data: string): string {
  const ready = JSON.parse(readFileSync(join(data, "ready.json"), "utf8")) as Ready;
  if (!ready.console) throw new Error(`the server on ${data} has its console's door closed`);
  return ready.console;
}

export function houseBehind(): Plugin {
  return {
    name: "house-behind",
    config(_, { command }) {
      const data = process.env.THINGSTEAD_DATA;
      if (command !== "serve" || !data) return;
      const door = doorOf(data);
      const signed = (request: { url?: string; headers: Record<string, unknown> }) =>
        request.headers.authorization || request.url?.includes("X-Amz-");
      return {
        server: {
          proxy: {
            "/session": { target: door },
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
