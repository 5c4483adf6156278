// Makes a fresh clone ready: dependencies, policies, and the Worker they run in. Runs before `npm start` and `npm test`, so it
// uses nothing but Node itself (18 or later), and says nothing when there is nothing to do.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const stamp = join(modules, ".countersign-lock-hash");

function main() {
  const hash = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (readText(stamp) !== hash) {
    if (!matchesLockfile()) install();
    writeFileSync(stamp, hash);
  }
  linkOwnCommand();
  buildPolicies();
}

/**
 * True where npm's own record of what it installed holds just what the lockfile asks for, as after
 * `npm install <package>`: then an `npm ci` would only delete and fetch the same again.
 */
function matchesLockfile() {
  const wanted = readPackages(join(root, "package-lock.json"));
  const installed = readPackages(join(modules, ".package-lock.json"));
  if (!wanted || !installed) return false;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "") continue;
    const found = installed[path];
    // Optional packages for other platforms are in the lockfile only.
    if (found ? found.integrity !== entry.integrity || found.version !== entry.version : !entry.optional)
      return false;
  }
  return Object.keys(installed).every((path) => path in wanted);
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages ?? null;
  } catch {
    return null;
  }
}

function install() {
  console.log("Countersign: installing dependencies (npm ci); this takes some seconds, once.");
  const started = Date.now();
  // The `node` first on npm's PATH is the one in node_modules that is about to be deleted.
  const path = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.endsWith(`node_modules${sep}.bin`))
    .join(delimiter);
  const env = { ...process.env, PATH: path };
  for (const name of ["npm_node_execpath", "NODE", "npm_config_node_gyp"]) delete env[name];
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const flags = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const result = spawnSync(npm, flags, {
    cwd: root,
    env,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (result.error || result.status !== 0) {
    fail(
      "npm ci failed, so the dependencies are not complete.",
      result.error ? String(result.error) : `${result.stdout}${result.stderr}`,
      "npm says above what is missing; once that is mended, the same command starts over.",
    );
  }
  console.log(`Countersign: dependencies installed in ${seconds(started)}.`);
}

/** `npx countersign` finds the clone's own command here, without going through npx's cache or a registry. */
function linkOwnCommand() {
  const link = join(modules, ".bin", "countersign");
  if (process.platform === "win32" || existsSync(link)) return;
  rmSync(link, { force: true });
  try {
    symlinkSync(join("..", "..", "cli", "countersign.mjs"), link);
  } catch (error) {
    // Another set-up at the same moment may have made it.
    if (error.code !== "EEXIST") throw error;
  }
}

function buildPolicies() {
  const output = build("the policies could not be built", "policy-plugins", "build.ts");
  if (output !== null && !/\b0 compiled\b/.test(output)) process.stdout.write(output);
  build("the Worker for published policies could not be bundled", "cli", "build-isolate.ts");
  build("the page that verifies could not be built", "cli", "build-verify-page.ts");
}

/** What the script printed; null where this checkout has none. */
function build(fault, ...path) {
  const script = join(root, ...path);
  if (!existsSync(script)) return null;
  const node = join(modules, ".bin", process.platform === "win32" ? "node.cmd" : "node");
  const result = spawnSync(node, [script], { cwd: root, encoding: "utf8" });
  if (result.error || result.status !== 0) {
    fail(
      `${fault}.`,
      result.error ? String(result.error) : `${result.stdout}${result.stderr}`,
      `The same build by itself: node_modules/.bin/node ${path.join("/")}`,
    );
  }
  return result.stdout;
}

function readText(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

const seconds = (started) => `${((Date.now() - started) / 1000).toFixed(1)} s`;

function fail(what, output, advice) {
  console.error(`${output.trimEnd()}\n\nCountersign: ${what}\n${advice}`);
  process.exit(1);
}

main();
