#!/usr/bin/env node
// Starts the command line. It is written in TypeScript, which Node runs by itself from 22.18 on; an older Node
// hands over to the one that `npm install` put beside this file. Plain JavaScript, so that any Node >= 18 gets this far.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const main = new URL("./main.ts", import.meta.url);
const bundledNode = fileURLToPath(new URL("../node_modules/.bin/node", import.meta.url));
const USAGE_ERROR = 2;

if (process.features.typescript) {
  await import(main);
} else if (process.env.COUNTERSIGN_HANDED_OVER === "1") {
  fail(`${bundledNode} is ${process.version} and cannot run TypeScript.`);
} else if (existsSync(bundledNode)) {
  const { error, signal, status } = spawnSync(
    bundledNode,
    [fileURLToPath(import.meta.url), ...process.argv.slice(2)],
    {
      stdio: "inherit",
      env: { ...process.env, COUNTERSIGN_HANDED_OVER: "1" },
    },
  );
  if (error) fail(`${bundledNode} could not be started: ${error.message}.`);
  // As a shell reports a child ended by a signal.
  process.exitCode = signal ? 128 + constants.signals[signal] : (status ?? USAGE_ERROR);
} else {
  fail(`This is Node ${process.version}, and there is no newer one in node_modules.`);
}

function fail(why) {
  console.error(
    `countersign: ${why}\nInstall Node 24, or run \`npm install\` in the repository, which brings one along.`,
  );
  process.exitCode = USAGE_ERROR;
}
