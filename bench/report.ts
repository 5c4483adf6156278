/** The measurements in words and tables, for the terminal and for results.md. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { ROOT } from "../test/harness/bundle.ts";
import { PAYLOAD_BYTES } from "./action.ts";
import { ARMS, type Arm } from "./arms.ts";
import type { Comparison } from "./compare.ts";
import type { Piece, Pieces } from "./pieces.ts";

export function describeMachine(loads: readonly number[]): string[] {
  const [cpu] = cpus();
  const versionOf = (name: string) =>
    JSON.parse(readFileSync(join(ROOT, "node_modules", name, "package.json"), "utf8")).version as string;
  return [
    `${new Date().toISOString().slice(0, 16).replace("T", " ")} UTC, commit ${commitName()}`,
    `${cpus().length} x ${cpu?.model ?? "unknown CPU"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}; load average before ${loads[0]?.toFixed(1)}, after ${loads[1]?.toFixed(1)}`,
    `workerd ${versionOf("workerd")}, Node ${process.versions.node}, Hono ${versionOf("hono")}, Extism ${versionOf("@extism/extism")}`,
  ];
}

function commitName(): string {
  try {
    const git = (...args: string[]) => execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();
    return git("rev-parse", "--short", "HEAD") + (git("status", "--porcelain") === "" ? "" : " and changes");
  } catch {
    return "unknown";
  }
}

type Table = readonly (readonly string[])[];

export function comparisonTable({ summaries, p50Ratios, cpuUs, cpuRatios }: Comparison): Table {
  const bare = summaries.get("bare");
  const head = [
    "",
    "p50 ms",
    "p99 ms",
    "p99.9 ms",
    "requests/s",
    "requests",
    "p50 ratio",
    "p99.9 ratio",
    "CPU us",
    "CPU ratio",
  ];
  const rows = [...summaries].map(([arm, summary]) => {
    const [low, middle, high] = p50Ratios.get(arm) ?? [Number.NaN, Number.NaN, Number.NaN];
    return [
      ARMS[arm as Arm],
      summary.p50Ms.toFixed(3),
      summary.p99Ms.toFixed(2),
      summary.p999Ms.toFixed(2),
      summary.requestsPerSecond.toFixed(0),
      String(summary.requestCount),
      `${middle.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`,
      (summary.p999Ms / (bare?.p999Ms ?? Number.NaN)).toFixed(2),
      (cpuUs.get(arm) ?? Number.NaN).toFixed(0),
      (cpuRatios.get(arm) ?? Number.NaN).toFixed(2),
    ];
  });
  return [head, ...rows];
}

interface Row {
  readonly name: string;
  readonly of: (us: (piece: Piece) => number) => number;
}

/** What a clearing does beyond the bare route, from the pieces: each row is a step less the steps that it contains. */
const ROWS: readonly Row[] = [
  { name: "key: checksum and hash", of: (us) => us("key") },
  { name: "strict JSON", of: (us) => us("parse") },
  { name: "shape, canonical form, fingerprint", of: (us) => us("action") },
  { name: "policy input, canonical", of: (us) => us("input") },
  { name: "the reader and three policies, each in its pooled instance", of: (us) => us("policies") },
  { name: "settings, promises, verdicts checked", of: (us) => us("judge") - us("policies") },
  { name: "combine, two digests", of: (us) => us("judgement") - us("judge") - us("input") },
  { name: "ids, salt, commitments", of: (us) => us("commitment") },
  { name: "sealing what it was made from", of: (us) => us("seal") },
  { name: "the commit's message, over an empty call", of: (us) => us("message") - us("call") },
  { name: "statements, leaf hash", of: (us) => us("statements") },
  { name: "signer: the call", of: (us) => us("service") },
  { name: "signer: checks the statement", of: (us) => us("statement") },
  { name: "signer: Ed25519, envelope", of: (us) => us("signature") },
  {
    name: "signer: the rest of its call",
    of: (us) => us("sign") - us("service") - us("statement") - us("signature"),
  },
  { name: "the answer", of: (us) => us("answer") },
];
const SHARED: readonly Row[] = [
  { name: "an empty call to the object", of: (us) => us("call") },
  { name: "durable commit of one submission", of: (us) => us("durable") - us("message") - us("statements") },
];

export function piecesTable(pieces: Pieces): Table {
  const wall = (piece: Piece) => pieces.get(piece)?.wallUs ?? Number.NaN;
  const cpu = (piece: Piece) => pieces.get(piece)?.cpuUs ?? Number.NaN;
  const row = ({ name, of }: Row) => [name, of(wall).toFixed(0), of(cpu).toFixed(0)];
  const sum = (us: (piece: Piece) => number) => ROWS.reduce((total, { of }) => total + of(us), 0).toFixed(0);
  return [
    ["", "wall us", "CPU us"],
    ...ROWS.map(row),
    ["sum", sum(wall), sum(cpu)],
    ...SHARED.map(({ name, of }) => row({ name: `(as in the bare route) ${name}`, of })),
  ];
}

export const toText = (table: Table): string => {
  const widths = widthsOf(table);
  return table
    .map((row) =>
      row.map((cell, at) => (at === 0 ? cell.padEnd : cell.padStart).call(cell, widths[at] ?? 0)).join("  "),
    )
    .join("\n");
};

export function toMarkdown(table: Table): string {
  const lines = table.map((row) => `| ${row.join(" | ")} |`);
  const rule = `|${(table[0] ?? []).map((_, at) => (at === 0 ? "---" : "---:")).join("|")}|`;
  return [lines[0], rule, ...lines.slice(1)].join("\n");
}

const widthsOf = (table: Table): number[] =>
  (table[0] ?? []).map((_, at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));

export const METHOD = `\`npm run bench\` starts two processes of bare \`workerd serve\` with storage on the same disk: Countersign's three
Workers with a tenant whose bundle holds denylist, pii and access, and a bare Hono route that makes one Durable Object
call with one SQLite insert of the request's body. Both get the same request, an e-mail with ${PAYLOAD_BYTES} bytes of payload that
names no target, so that it is only cleared; Countersign allows it and signs a receipt. Where not said otherwise each
request has an Idempotency-Key of its own, as users are told to send.

Both are up at once and one at a time is loaded, in short slices in turn over many rounds whose order changes, after a
warm-up. The client speaks HTTP over keep-alive sockets in this process and times from before the write to the last
byte with a clock of nanoseconds; "floor: no call" shows what client and HTTP cost together. Percentiles are over all
rounds, nearest rank. "p50 ratio" is the median over rounds of one round's p50 by the bare route's in that round, with
quartiles; "p99.9 ratio" is of the figures shown. "CPU us" is what workerd used for one request, the median of the rounds; other load
on the machine moves it less than any time.

The pieces are the product's own functions, each run many times inside one request to a Worker of the benchmark's, in
rounds; the figure is the median. CPU is that of workerd alone, from /proc. In a loop code is hotter than between other
work, so that the sum is a lower bound of what a request pays. Goal: p50 at most 1.10, p99.9 at most 2.`;
