/** The body of `npm test`: style, types, then every test, and one closing line that says how many passed and failed. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const ROOT = dirname(import.meta.dirname);
const CHROMIUM = "/usr/bin/chromium";
const ON_CI = process.env.CI === "true";
/** Biome colours what it writes into a pipe, too. */
const PLAIN = process.stdout.isTTY ? {} : { NO_COLOR: "1" };

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly success: boolean;
}

/** True where the program ended well. */
function run(title: string, program: string, args: readonly string[]): boolean {
  console.log(`\n${title}`);
  const started = Date.now();
  const { status, error } = spawnSync(join(ROOT, "node_modules", ".bin", program), args, {
    cwd: ROOT,
    stdio: "inherit",
    env: { ...process.env, CLOUDFLARE_CF_FETCH_ENABLED: "false", WRANGLER_SEND_METRICS: "false", ...PLAIN },
  });
  if (error) console.error(error.message);
  console.log(
    `${title}: ${status === 0 ? "ok" : "FAILED"} (${((Date.now() - started) / 1000).toFixed(1)} s)`,
  );
  return status === 0;
}

/** Browser tests want Debian's chromium. On CI it is installed, and its absence is a failure. */
function ensureBrowser(): boolean {
  if (existsSync(CHROMIUM)) return true;
  if (!ON_CI) {
    console.log(
      `\nSKIPPED: the browser tests. There is no ${CHROMIUM}; \`apt-get install chromium\` brings it.`,
    );
    return true;
  }
  console.log("\nInstalling chromium");
  const apt = { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } } as const;
  spawnSync("apt-get", ["update", "-qq"], apt);
  spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], apt);
  if (existsSync(CHROMIUM)) return true;
  console.error("chromium could not be installed, so the browser tests cannot run.");
  return false;
}

function runTests(args: readonly string[]): Report | null {
  const folder = mkdtempSync(join(tmpdir(), "countersign-test-"));
  const file = join(folder, "report.json");
  try {
    run("Tests (vitest)", "vitest", [
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${file}`,
      ...args,
    ]);
    return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Report) : null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const styleOk = run("Style (biome)", "biome", ["ci", ...(process.stdout.isTTY ? [] : ["--colors=off"]), "."]);
const typesOk = run("Types (tsc)", "tsc", ["-p", "."]);
const browserOk = ensureBrowser();
const report = runTests(process.argv.slice(2));

const { numPassedTests: passed = 0, numFailedTests: failed = 0 } = report ?? {};
const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
const broken = [
  ...(styleOk ? [] : ["style"]),
  ...(typesOk ? [] : ["types"]),
  ...(browserOk ? [] : ["no browser"]),
  // A file that does not load fails no test, and yet nothing in it ran.
  ...(report?.success === false && failed === 0 ? ["a test file did not run"] : []),
  ...(passed + failed === 0 ? ["no test ran"] : []),
];
if (broken.length > 0) console.error(`\nFailed besides the tests: ${broken.join(", ")}.`);
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 || broken.length > 0 ? 1 : 0;
