/**
 * The `regex` policy with fifty-four patterns beside what else could run them, on mails and on hostile texts, in megabytes for a
 * second of CPU. `node bench/scanners/regex.ts [--rounds=15] [--write]`. Decides nothing but the exit code of `--gate`: hostile text
 * may take half as long again as clean text of its size, and no more.
 *
 * All find every match with its span, but for RE2Set, which says only which patterns match, and the bare automata, which count.
 */
import { writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { RE2JS, RE2Set } from "re2js";
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import { compilePatterns, joinPatterns } from "../../core/policy/regex/compile.ts";
import { compileSettings } from "../../core/policy/regex/settings.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { describeMachine, toMarkdown, toText } from "../report.ts";
import { quartiles } from "../stats.ts";
import { TOPICS } from "./corpus/benign/mail-texts.ts";
import { fill } from "./corpus/benign/slots.ts";
import { Random } from "./corpus/random.ts";
import { HOSTILE } from "./hostile.ts";
import { inputOf, policyNamed } from "./policies.ts";
import { bareAutomata, LAYOUTS } from "./regex-bare.ts";
import { PATTERNS } from "./regex-patterns.ts";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "15" },
    gate: { type: "boolean" },
    write: { type: "boolean" },
  },
});

const ROUNDS = Number(values.rounds);
/** A round runs each arm for about so long: far more than a timer's step, and less than a scheduler's. */
const ROUND_BYTES = 2 * 1024 * 1024;
const TURNS_MAX = 500;
const WARM_MS = 60;
const HOSTILE_MAX = 1.5;

/** The same text for every arm, once. */
type Arm = (text: string, bytes: Uint8Array) => Promise<() => unknown>;

const host = new PolicyHost();
const patternSettings = compileSettings({
  patterns: PATTERNS.map((pattern, index) => ({ name: `pattern ${index}`, pattern })),
});
if (!patternSettings.ok) throw new Error(patternSettings.fault.message);
const settings = canonicalJson(patternSettings.value);
const policy = policyNamed("regex");
const reader = policyNamed("reader");
if (policy === undefined || reader === undefined) throw new Error("regex and reader must be built");

/** The whole call, as the gateway makes it: the reading copied in, the scan, the verdict written, the memory restored. */
const ours: Arm = async (text) => {
  const input = inputOf("outbound.email", { text });
  const read = await host.run(reader.module, reader.settings, input, FUEL_FULL);
  if (read.reading === undefined) throw new Error(`reader: ${read.error} ${read.detail}`);
  const parts = { reading: read.reading };
  const outcome = await host.run(policy.module, settings, input, FUEL_FULL, parts);
  if (outcome.error !== null) throw new Error(`regex: ${outcome.error} ${outcome.detail}`);
  return () => host.run(policy.module, settings, input, FUEL_FULL, parts);
};

/** Of the reading of a text: what there is of it in all its views. */
async function scannedBytes(text: string): Promise<number> {
  if (reader === undefined) return 0;
  const input = inputOf("outbound.email", { text });
  const { reading } = await host.run(reader.module, reader.settings, input, FUEL_FULL);
  if (reading === undefined) return 0;
  const header = new DataView(reading.buffer, reading.byteOffset);
  return header.getUint32(TEXT_SIZE_AT, true) + header.getUint32(RAW_SIZE_AT, true);
}
/** docs/spec/reading.md */
const TEXT_SIZE_AT = 8;
const RAW_SIZE_AT = 44;

const chain = PATTERNS.map((pattern) => {
  const isFolded = pattern.startsWith("(?i)");
  return new RegExp(isFolded ? pattern.slice(4) : pattern, isFolded ? "gi" : "g");
});
const v8: Arm = async (text) => () => {
  let count = 0;
  for (const expression of chain) for (const _ of text.matchAll(expression)) count++;
  return count;
};

const re2Set = new RE2Set();
for (const pattern of PATTERNS) re2Set.add(pattern);
re2Set.compile();
const set: Arm = async (_text, bytes) => () => re2Set.match(bytes);

const re2Chain = PATTERNS.map((pattern) => RE2JS.compile(pattern));
const oneByOne: Arm = async (text) => () => {
  let count = 0;
  for (const expression of re2Chain) for (const matcher = expression.matcher(text); matcher.find(); ) count++;
  return count;
};

const groups = joinPatterns(PATTERNS);
const largest = groups.reduce((a, b) => (a.found.length > b.found.length ? a : b));
const bareOf =
  (some: typeof groups, layout: keyof typeof LAYOUTS): Arm =>
  async (_text, bytes) => {
    const bare = bareAutomata(some, LAYOUTS[layout]);
    bare.put(bytes);
    return () => bare.run();
  };

const ARMS: Readonly<Record<string, Arm>> = {
  "this policy": ours,
  "bare, rows": bareOf([largest], "rows"),
  "bare, columns": bareOf([largest], "columns"),
  "bare, four": bareOf(groups, "columns"),
  RE2Set: set,
  "V8, 54": v8,
  "re2js, 54": oneByOne,
};

/** Ordinary sentences, in ASCII; every `hitEvery` characters something that a pattern is for. */
function mailText(random: Random, size: number, hitEvery: number): string {
  let text = "";
  let hits = 0;
  while (text.length < size) {
    const { sentences } = random.pick(TOPICS);
    const sentence = `${fill(random, random.pick(sentences))} `.replace(/[^\n -~]/g, "-");
    if (re2Set.match(sentence).length === 0) text += sentence;
    if (text.length > (hits + 1) * hitEvery) {
      text += `${random.pick(HITS)} `;
      hits++;
    }
  }
  return text.slice(0, size);
}

const HITS = [
  "123-45-6789",
  "ann.lee@example.com",
  "4111 1111 1111 1111",
  "CASE-123456",
  "guaranteed returns",
];
const NEVER = Number.POSITIVE_INFINITY;

/** Beside the corpus' hostile texts, those that are worst for patterns: near misses, and matches as long as the text. */
const WORSE: Readonly<Record<string, (size: number) => string>> = {
  "nearly social security numbers": (size) => repeated("123-45-678x ", size),
  "beginnings of phrases": (size) => repeated("guarantee act no do not forwar double your mone ", size),
  "nothing but addresses": (size) => repeated("ann.lee@example.com ", size),
  "addresses of 240 characters": (size) => repeated(`${"a".repeat(200)}@${"b".repeat(35)}.com `, size),
  "one address": (size) => `${repeated("a", size - 12)}@example.com`,
  "one address of dots": (size) => `a@${repeated("b.", size - 6)}com`,
  "one password": (size) => `password=${repeated("x", size - 9)}`,
};
/** As much of a text as so many bytes take. */
function ofBytes(text: string, size: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(size));
  return text.slice(0, read);
}

const repeated = (unit: string, size: number): string =>
  unit.repeat(Math.ceil(size / unit.length)).slice(0, size);

/** Megabytes for a second of CPU, for each arm: of all rounds the median, and arms in turn within a round. */
async function speeds(text: string, arms: Readonly<Record<string, Arm>>): Promise<Map<string, number>> {
  const bytes = utf8(text);
  const runs = new Map<string, () => unknown>();
  for (const [name, arm] of Object.entries(arms)) runs.set(name, await arm(text, bytes));
  await warm(runs);
  const times = new Map<string, number[]>([...runs.keys()].map((name) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, run] of runs) {
      const isSlow = name === "V8, 54" || name === "re2js, 54";
      const turns = Math.min(
        TURNS_MAX,
        Math.max(1, Math.round(ROUND_BYTES / bytes.length / (isSlow ? 16 : 1))),
      );
      const before = process.cpuUsage();
      for (let turn = 0; turn < turns; turn++) {
        const answer = run();
        if (answer instanceof Promise) await answer;
      }
      const { user, system } = process.cpuUsage(before);
      times.get(name)?.push((user + system) / 1000 / turns);
    }
  }
  return new Map([...times].map(([name, all]) => [name, bytes.length / quartiles(all)[1] / 1000]));
}

/** Until the engine has compiled each with all that it has. */
async function warm(runs: ReadonlyMap<string, () => unknown>): Promise<void> {
  for (const run of runs.values()) {
    for (const until = performance.now() + WARM_MS; performance.now() < until; ) {
      const answer = run();
      if (answer instanceof Promise) await answer;
    }
  }
}

const format = (value: number | undefined): string =>
  value === undefined ? "" : value.toFixed(value < 10 ? 1 : 0);

const TEXTS: [string, string][] = [4096, 16_384, 65_536].flatMap((size): [string, string][] => [
  [`${size / 1024} KB, clean`, mailText(new Random("clean"), size, NEVER)],
  [`${size / 1024} KB, a hit in 500`, mailText(new Random("hits"), size, 500)],
]);

const nothing = await speeds("x", { "this policy": ours });
/** What an action costs whatever its text: milliseconds. */
const fixed = 1 / 1000 / (nothing.get("this policy") ?? 1);
const table = [["text", ...Object.keys(ARMS), "to V8", "in the plugin", "to rows", "to columns", "to four"]];
for (const [name, text] of TEXTS) {
  const found = await speeds(text, ARMS);
  const mine = found.get("this policy") ?? 0;
  const inPlugin = text.length / 1000 / (text.length / 1000 / mine - fixed);
  table.push([
    name,
    ...Object.keys(ARMS).map((arm) => format(found.get(arm))),
    `${format(mine / (found.get("V8, 54") ?? 0))}x`,
    format(inPlugin),
    ...["bare, rows", "bare, columns", "bare, four"].map(
      (arm) => `${(inPlugin / (found.get(arm) ?? 0)).toFixed(2)}x`,
    ),
  ]);
}

const SIZE = 65_536;
const own = { "this policy": ours };
const clean = await speeds(mailText(new Random("clean"), SIZE, NEVER), own);
const hostile = [["64 KB of", "this policy", "time, clean = 1", "bytes scanned", "time for each byte"]];
const worst: [string, string][] = [
  ...Object.entries(WORSE).map(([name, make]): [string, string] => [name, make(SIZE)]),
  ...Object.entries(HOSTILE).flatMap(([name, make]): [string, string][] => {
    const text = make(new Random(name), SIZE);
    return typeof text === "string" ? [[name, ofBytes(text, SIZE)]] : [];
  }),
];
let over = 0;
for (const [name, text] of worst) {
  const found = await speeds(text, own);
  const whole = (clean.get("this policy") ?? 0) / (found.get("this policy") ?? 1);
  // Encoded text is scanned as written and decoded: so many more bytes.
  const views = (await scannedBytes(text)) / utf8(text).length;
  if (whole > HOSTILE_MAX) over++;
  hostile.push([
    name,
    format(found.get("this policy")),
    whole.toFixed(2),
    views.toFixed(1),
    (whole / views).toFixed(2),
  ]);
}

const compiled = compilePatterns(PATTERNS);
const size = compiled.ok ? compiled.value : null;
const about = [
  ...describeMachine(loadavg()),
  `Patterns: ${PATTERNS.length}; automata: ${size?.groups.map(({ states, symbols }) => `${states} of ${symbols}`).join(", ")} entries; program: ${size?.bytes} bytes.`,
];
console.log([...about, "", toText(table as never), "", toText(hostile as never)].join("\n"));
if (values.write) {
  const page = [
    "# Fifty-four patterns, megabytes a second",
    "",
    ...about.map((line) => `- ${line}`),
    "",
    toMarkdown(table as never),
    "",
    toMarkdown(hostile as never),
    "",
  ];
  writeFileSync(join(import.meta.dirname, "regex.md"), page.join("\n"));
}
if (over > 0)
  console.log(
    `\n${over} of ${worst.length} hostile texts take more than ${HOSTILE_MAX} times as long as clean text.`,
  );
if (values.gate && over > 0) process.exitCode = 1;
