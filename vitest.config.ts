import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { NEIGHBOURS } from "./test/durable-objects/neighbours.ts";

/** Tests that run inside workerd; all others run in Node, and start a workerd of their own where they need one. */
const IN_WORKERS = "test/durable-objects/**/*.test.ts";

export default defineConfig({
  test: {
    // A finished run is not proof while a test was left out by `.only`.
    allowOnly: false,
    // Most tests wait for an engine that runs beside them, so two cores have room for two: 6 minutes instead of 9.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: [IN_WORKERS],
          // Starting the engine bundles the Workers first, once per state of the sources.
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              // The least: else no test would see a log that is longer.
              bindings: { LOG_ENTRIES_KEPT: "256" },
              // Its own entrypoint in production; here one that evaluates nothing by itself.
              serviceBindings: { EVALUATOR: { name: "countersign-dispatcher", entrypoint: "Evaluator" } },
              workers: ["countersign-signer", "countersign-dispatcher"].map((name) => ({
                name,
                modules: true,
                script: NEIGHBOURS,
                compatibilityDate: "2026-10-01",
              })),
            },
          }),
        ],
        // As above: a busy machine is no failure.
        test: { name: "workers", include: [IN_WORKERS], testTimeout: 20_000 },
      },
    ],
  },
});
