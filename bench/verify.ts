/**
 * How fast `countersign verify` and `countersign replay` are, each as its own process from start to end:
 * `node bench/verify.ts [entries …]`, 1,000, 10,000 and 100,000 where none are given.
 *
 * The entries are decisions of the shipped policies as the gate writes them (test/policy-engine/record-process.ts), again and
 * again in one chain. Start-up is part of every figure. Beside the seconds that passed stand those that processors worked for
 * it, collecting garbage included: on a machine that does other things too, these are the ones to compare.
 */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toBase64Url, utf8 } from "../core/encoding.ts";
import { digestBytes } from "../core/hash.ts";
import { publicJwk } from "../core/keys.ts";
import { type DecisionBody, type Entry, GENESIS, type StoredEntry, sealEntry } from "../core/ledger/entry.ts";
import { exportLines, type LogSource, type SizedNote } from "../core/ledger/export-writer.ts";
import { formatCheckpoint } from "../core/ledger/tree/checkpoint.ts";
import { Frontier } from "../core/ledger/tree/frontier.ts";
import { formatNote, keyIdOf, SIGNATURE_TYPE } from "../core/ledger/tree/note.ts";
import { EXPORT_CHECKPOINTS_MAX } from "../core/limits.ts";

const ROOT = join(import.meta.dirname, "..");
const LOG = "bench.example/t/verify";
const RECORDED_EVALUATIONS = 10_000;
const sizes = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "countersign-bench-verify-"));

const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
const publicKey = new Uint8Array((await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer);
const keys = join(folder, "keys.json");
writeFileSync(keys, JSON.stringify({ keys: [publicJwk(toBase64Url(publicKey), "checkpoint")] }));

async function signNote(size: number, root: Uint8Array): Promise<SizedNote> {
  const text = formatCheckpoint({ origin: LOG, size, root });
  const key = { name: LOG, type: SIGNATURE_TYPE.ed25519, publicKey };
  const bytes = new Uint8Array(
    await crypto.subtle.sign("Ed25519", pair.privateKey, new Uint8Array(utf8(text))),
  );
  return { size, note: formatNote({ text, signatures: [{ name: LOG, keyId: keyIdOf(key), bytes }] }) };
}

interface Ran {
  readonly seconds: number;
  readonly workedSeconds: number;
  readonly peakMiB: number;
}

/** Runs the command; its process tells what memory it took. */
function run(...args: readonly string[]): Ran {
  const told = `data:text/javascript,process.on("exit",()=>{const u=process.resourceUsage();console.error("USED "+u.maxRSS+" "+(u.userCPUTime+u.systemCPUTime))})`;
  const started = performance.now();
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ["--import", told, join(ROOT, "cli/countersign.mjs"), ...args],
    { encoding: "utf8", maxBuffer: 1024 * 1024 * 1024 },
  );
  const seconds = (performance.now() - started) / 1000;
  // A replay in which some decision cannot be compared ends with 2.
  if (status !== 0 && !(args[0] === "replay" && status === 2))
    throw new Error(`${args[0]}: ${status} ${stderr}${stdout.slice(0, 2000)}`);
  const [, kib = 0, micros = 0] = /USED (\d+) (\d+)/.exec(stderr) ?? [];
  return { seconds, workedSeconds: Number(micros) / 1e6, peakMiB: Number(kib) / 1024 };
}

const line = (...cells: readonly (string | number)[]) => console.log(`| ${cells.join(" | ")} |`);
const rounded = (value: number) => Math.round(value).toLocaleString("en");

function record(): {
  readonly exported: string;
  readonly modules: string;
  readonly bodies: readonly Entry["body"][];
} {
  const recorder = join(ROOT, "test/policy-engine/record-process.ts");
  const { status, stderr } = spawnSync(
    process.execPath,
    [recorder, folder, String(RECORDED_EVALUATIONS), "1"],
    { encoding: "utf8" },
  );
  if (status !== 0) throw new Error(stderr);
  const exported = join(folder, "export.jsonl");
  const bodies = readFileSync(exported, "utf8")
    .split("\n")
    .filter((text) => text.startsWith('{"index":'))
    .map((text) => (JSON.parse(text) as { entry: Entry }).entry.body);
  return { exported, modules: join(folder, "modules"), bodies };
}

/** An export of `size` entries, written without ever holding them. */
async function writeLog(size: number, bodies: readonly Entry["body"][]): Promise<string> {
  const tree = Frontier.of(0, []) as Frontier;
  const notes: SizedNote[] = [];
  const every = Math.ceil(size / EXPORT_CHECKPOINTS_MAX);
  let last: StoredEntry | null = null;
  const next = (): StoredEntry => {
    const index = tree.size;
    last = sealEntry({
      v: 1,
      log: LOG,
      index,
      prev: last?.leaf ?? GENESIS,
      time: new Date(1_780_000_000_000 + index).toISOString(),
      type: "decision",
      actor: { kind: "key", id: "key_6Tq2" },
      subject: `act_${index}`,
      body: bodies[index % bodies.length] ?? {},
    });
    tree.append(digestBytes(last.leaf));
    return last;
  };
  const source: LogSource = {
    async ledger(_from, limit) {
      const entries: StoredEntry[] = [];
      while (entries.length < limit) {
        entries.push(next());
        if (tree.size % every === 0 && tree.size < size) notes.push(await signNote(tree.size, tree.root()));
      }
      return { entries };
    },
    checkpoints: async (_from, _to, limit) => notes.slice(0, limit),
    range: async () => ({ left: [], right: [] }),
  };
  const path = join(folder, `${size}.jsonl`);
  const file = openSync(path, "w");
  // The last note is known once all entries are: its line is written by hand.
  const plan = { log: LOG, from: 0, to: size - 1, checkpoint: { size, note: "" }, rotations: [], epochs: [] };
  let held: string | null = null;
  for await (const text of exportLines(source, plan)) {
    if (held !== null) writeSync(file, `${held}\n`);
    held = text;
  }
  writeSync(file, `${JSON.stringify({ checkpoint: (await signNote(size, tree.root())).note })}\n`);
  closeSync(file);
  return path;
}

/** As most are: the recorder also binds bundles of everything that a policy can do wrong. */
const isUsual = (body: Entry["body"]): boolean => {
  const { policies, shadow } = body as unknown as DecisionBody;
  return policies.length <= USUAL_POLICIES_MAX && shadow === null;
};
const USUAL_POLICIES_MAX = 5;

try {
  const recorded = record();
  const bodies = recorded.bodies.filter(isUsual);
  line("entries", "MiB", "seconds", "worked", "entries a second", "entries a second worked", "peak MiB");
  line("---:", "---:", "---:", "---:", "---:", "---:", "---:");
  for (const size of sizes.length > 0 ? sizes : [1_000, 10_000, 100_000]) {
    const path = await writeLog(size, bodies);
    const mib = statSync(path).size / 1024 / 1024;
    const { seconds, workedSeconds, peakMiB } = run("verify", path, "--key", keys);
    line(
      rounded(size),
      mib.toFixed(1),
      seconds.toFixed(2),
      workedSeconds.toFixed(2),
      rounded(size / seconds),
      rounded(size / workedSeconds),
      rounded(peakMiB),
    );
    rmSync(path);
  }
  const count = recorded.bodies.length;
  const { seconds, workedSeconds, peakMiB } = run(
    "replay",
    recorded.exported,
    "--modules",
    recorded.modules,
    "-o",
    "json",
  );
  console.log("");
  line(
    "decisions",
    "verdicts",
    "seconds",
    "worked",
    "decisions a second",
    "verdicts a second worked",
    "peak MiB",
  );
  line("---:", "---:", "---:", "---:", "---:", "---:", "---:");
  line(
    rounded(count),
    rounded(RECORDED_EVALUATIONS),
    seconds.toFixed(2),
    workedSeconds.toFixed(2),
    rounded(count / seconds),
    rounded(RECORDED_EVALUATIONS / workedSeconds),
    rounded(peakMiB),
  );
} finally {
  rmSync(folder, { recursive: true });
}
