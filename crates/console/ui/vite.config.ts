import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { APPLICATIONS, pagesOfApplications } from "./dev/applications.ts";
import { houseBehind } from "./dev/house.ts";
import { licences } from "./dev/licences.ts";

export default defineConfig({
  plugins: [pagesOfApplications(), react(), houseBehind(), licences()],
  server: { fs: { allow: [".", APPLICATIONS] } },
  test: { include: ["src/**/*.test.ts", "dev/**/*.test.ts", "../../../applications/*/page/**/*.test.ts"] },
  build: {
    target: "es2022",
    // The first that know `light-dark()`: what it would be replaced by follows the system, not the reader's choice.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The program embeds what is built, and serves it compressed.
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1500,
    // A data: URL would need a hole in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
