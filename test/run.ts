/** The body of `npm test`: style, types, then every test, and one closing line that says how many passed and failed. */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
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

/** What the tests take from Debian, by package; a program's path may have stars, where releases differ. On CI it is installed, and its absence is a failure. */
const FROM_DEBIAN = [
  { name: "chromium", program: CHROMIUM, tests: "the browser tests" },
  { name: "wabt", program: "/usr/bin/wasm-interp", tests: "the second count of fuel" },
  {
    name: "golang-src",
    program: "/usr/share/go-*/src/regexp/testdata/re2-search.txt",
    tests: "Go's own tests of regular expressions",
  },
  {
    name: "golang-go",
    program: "/usr/bin/go",
    tests: "the second implementation of notes, proofs and tiles",
  },
  {
    name: "golang-golang-x-mod-dev",
    program: "/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog/tlog.go",
    tests: "the second implementation of notes, proofs and tiles",
  },
  { name: "bzip2", program: "/usr/bin/bzcat", tests: "Go's exhaustive test of regular expressions" },
];

const isThere = ({ program }: { readonly program: string }): boolean => globSync(program).length > 0;

function ensurePrograms(): boolean {
  const missing = FROM_DEBIAN.filter((each) => !isThere(each));
  if (!ON_CI) {
    for (const { name, program, tests } of missing)
      console.log(`\nSKIPPED: ${tests}. There is no ${program}; \`apt-get install ${name}\` brings it.`);
    return true;
  }
  if (missing.length === 0) return true;
  const names = missing.map(({ name }) => name);
  console.log(`\nInstalling ${names.join(", ")}`);
  const apt = { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } } as const;
  spawnSync("apt-get", ["update", "-qq"], apt);
  spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...names], apt);
  const still = missing.filter((each) => !isThere(each));
  for (const { name, tests } of still)
    console.error(`${name} could not be installed, so ${tests} cannot run.`);
  return still.length === 0;
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
const programsOk = ensurePrograms();
const report = runTests(process.argv.slice(2));

const { numPassedTests: passed = 0, numFailedTests: failed = 0 } = report ?? {};
const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
const broken = [
  ...(styleOk ? [] : ["style"]),
  ...(typesOk ? [] : ["types"]),
  ...(programsOk ? [] : ["programs from Debian are missing"]),
  // A file that does not load fails no test, and yet nothing in it ran.
  ...(report?.success === false && failed === 0 ? ["a test file did not run"] : []),
  ...(passed + failed === 0 ? ["no test ran"] : []),
];
if (broken.length > 0) console.error(`\nFailed besides the tests: ${broken.join(", ")}.`);
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed > 0 || broken.length > 0 ? 1 : 0;
