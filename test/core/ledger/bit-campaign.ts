/**
 * The campaign of single bits: an export of 200 entries with a line of every kind, each bit of it flipped, and what the verifier says
 * then. `node test/core/ledger/bit-campaign.ts` flips all, on as many threads as there are processors, or with `evidence` those of
 * the lines of evidence alone; the test some.
 */
import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { originOf } from "../../../core/epoch.ts";
import { GENESIS, type StoredEntry, sealEntry } from "../../../core/ledger/entry.ts";
import { EVIDENCE_MEMBERS } from "../../../core/ledger/evidence.ts";
import { evidenceSource, recorded } from "./evidence-log.ts";
import { Incremental } from "./incremental.ts";
import {
  bytesOf,
  checkpointKey,
  decisionBody,
  exportLog,
  KEYS,
  LOG,
  makeKey,
  receiptKey,
  signCheckpoint,
  signEpoch,
  signRotation,
} from "./log.ts";
import { entryIn, type Line, linesIn, listedAt } from "./tampering.ts";

const SIZE = 230;
const [FROM, TO] = [20, 219];

/** Decisions with evidence; what the last was made from was erased by the entry after it. */
const [PLAIN, FULL, GONE] = [30, 80, 130];
const records = new Map([PLAIN, FULL, GONE].map((index) => [index, recorded(index, index === FULL)]));
const erasure = { cause: "request", entries: [GONE], subjects: false, commitments: { reason: null } };

/** Small entries, so that there are few bits; some with all that a decision has, and with more than ASCII. */
function makeSmallLog(): StoredEntry[] {
  const log: StoredEntry[] = [];
  for (let index = 0; index < SIZE; index++) {
    const record = records.get(index)?.body ?? (index === GONE + 1 ? erasure : undefined);
    const type = record === erasure ? "payload.erased" : record || index % 3 !== 0 ? "decision" : "delivery";
    const body =
      record !== undefined
        ? record
        : index % 50 === 30
          ? decisionBody("allow")
          : index % 50 === 10
            ? { a: ["é😀", -1.5, true] }
            : {};
    log.push(
      sealEntry({
        v: 1,
        log: LOG,
        index,
        prev: log.at(-1)?.leaf ?? GENESIS,
        time: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString(),
        type,
        actor: { kind: "key", id: "k" },
        subject: `act_${index}`,
        body,
      }),
    );
  }
  return log;
}

/** With a line of every kind: hashes on both sides, evidence, rotations, an epoch, checkpoints of two keys and two epochs. */
const log = makeSmallLog();
const [newer, newerReceipt, operator] = [
  await makeKey("checkpoint"),
  await makeKey("receipt"),
  await makeKey("epoch"),
];
export const keys = [...KEYS, operator.trusted];
export const lines = await exportLog(log, {
  from: FROM,
  to: TO,
  sizes: [60, 128, 180],
  last: await signCheckpoint(log, { key: newer, origin: originOf(LOG, 2) }),
  rotations: [
    await signRotation("checkpoint", 190, checkpointKey, newer),
    await signRotation("receipt", 40, receiptKey, newerReceipt),
  ],
  epochs: [await signEpoch(operator, 2, log, 200)],
  evidence: evidenceSource(
    log,
    new Map([...records].map(([index, { evidence }]) => [index, evidence])),
    new Map([[GONE, GONE + 1]]),
  ),
});
export const bytes = bytesOf(lines);
export const places = linesIn(bytes);

export interface Campaign {
  readonly count: number;
  readonly missed: number;
  readonly misplaced: number;
  /** Those for which the file was read to its end: where a line is still well formed only the signed tree says that it was changed. */
  readonly whole: number;
  /** The first of those that were not found, or not at their place. */
  readonly wrong: readonly string[];
}

const WRONG_MAX = 20;

/** Flips bits in the lines that `isLine` says by number, and of these such as `isBit` says, counted from the file's first one. */
export async function flipBits(
  isLine: (number: number) => boolean,
  isBit: (place: number) => boolean,
): Promise<Campaign> {
  const forget = rememberSignatures();
  const incremental = new Incremental(bytes, keys);
  let [count, missed, misplaced, whole] = [0, 0, 0, 0];
  const wrong: string[] = [];
  for (const [number, line] of places.entries()) {
    if (!isLine(number)) continue;
    for (let offset = line.start; offset <= line.end; offset++) {
      for (let bit = 0; bit < 8; bit++) {
        if (!isBit(offset * 8 + bit)) continue;
        const { found, named, early } = await incremental.check(number, offset, bit, { searches: 0 });
        count++;
        if (!early) whole++;
        if (!found) missed++;
        else if (isLocated(named, number, offset)) continue;
        else misplaced++;
        if (wrong.length < WRONG_MAX)
          wrong.push(`line ${number + 1}, byte ${offset - line.start}, bit ${bit}: ${named}`);
      }
    }
  }
  forget();
  return { count, missed, misplaced, whole, wrong };
}

/** At the entry of the line; at those that a line feed parted; at no entry where the line is of none. */
function isLocated(named: readonly number[], number: number, offset: number): boolean {
  const line = lineAt(number);
  const own = ownEntry(line);
  if (offset === line.end) {
    const joined = [own, ownEntry(places[number + 1] ?? line)].filter((index) => index !== null);
    return named.every((index) => joined.includes(index));
  }
  if (own !== null) return named.length === 1 && named[0] === own;
  if (!line.text.startsWith('{"leaves":')) return named.length === 0;
  const listed = listedAt(line, offset);
  // A character of base64 may be of two hashes; a list that cannot be read is of no entry.
  return named.length <= 2 && named.every((index) => Math.abs(index - (listed ?? -9)) <= 1);
}

/** The entry that a line is or belongs to: of a bundle or policy the first that names it. */
function ownEntry(line: Line): number | null {
  const { text } = line;
  if (!isEvidence(line)) return entryIn(line);
  const [, index] = /^\{"(?:decision|erased)":\{"index":([0-9]+),/.exec(text) ?? [];
  if (index !== undefined) return Number(index);
  const [digest = ""] = /sha256:[0-9a-f]{64}/.exec(text) ?? [];
  return [...records.keys()].find((index) => log[index]?.text.includes(digest)) ?? null;
}

export const isEvidence = ({ text }: Line): boolean =>
  EVIDENCE_MEMBERS.some((member) => text.startsWith(`{"${member}":`));

export function lineAt(number: number): Line {
  const line = places[number];
  if (line === undefined) throw new RangeError(`the file has no line ${number}`);
  return line;
}

/** Checkpoints that a flip leaves alone are signed as they were: each signature is verified once. */
function rememberSignatures(): () => void {
  const { subtle } = crypto;
  const [verify, importKey] = [subtle.verify.bind(subtle), subtle.importKey.bind(subtle) as ImportKey];
  const keys = new Map<string, Promise<CryptoKey>>();
  const numbers = new Map<CryptoKey, number>();
  const verified = new Map<string, Promise<boolean>>();
  const text = (data: BufferSource): string => Buffer.from(data as Uint8Array).toString("latin1");
  const remembering = {
    importKey(...given: unknown[]) {
      const name = JSON.stringify(given);
      return remembered(keys, name, () => importKey(...given));
    },
    verify(algorithm: string, key: CryptoKey, signature: BufferSource, data: BufferSource) {
      const number = numbers.get(key) ?? numbers.size;
      numbers.set(key, number);
      const name = `${number} ${text(signature)} ${text(data)}`;
      return remembered(verified, name, () => verify(algorithm, key, signature, data));
    },
  };
  Object.defineProperties(subtle, {
    importKey: { value: remembering.importKey, configurable: true },
    verify: { value: remembering.verify, configurable: true },
  });
  return () => {
    Reflect.deleteProperty(subtle, "importKey");
    Reflect.deleteProperty(subtle, "verify");
  };
}

type ImportKey = (...given: unknown[]) => Promise<CryptoKey>;

function remembered<T>(known: Map<string, Promise<T>>, name: string, make: () => Promise<T>): Promise<T> {
  const found = known.get(name) ?? make();
  // Those that were flipped come once each.
  if (known.size < 1_000) known.set(name, found);
  return found;
}

// --- all of them ----------------------------------------------------------------

async function all(evidenceOnly: boolean): Promise<void> {
  const started = performance.now();
  const threads = availableParallelism();
  const parts = await Promise.all(
    Array.from({ length: threads }, (_, part) => {
      const worker = new Worker(import.meta.filename, {
        workerData: { bitsOf: { part, threads, evidenceOnly } },
      });
      return new Promise<Campaign>((resolve, reject) => worker.on("message", resolve).on("error", reject));
    }),
  );
  const sum = (of: (part: Campaign) => number): number => parts.reduce((total, part) => total + of(part), 0);
  const [count, missed, misplaced, whole] = [
    sum((part) => part.count),
    sum((part) => part.missed),
    sum((part) => part.misplaced),
    sum((part) => part.whole),
  ];
  const due = evidenceOnly ? places.filter(isEvidence) : places;
  const bitCount = 8 * due.reduce((bytes, { start, end }) => bytes + end + 1 - start, 0);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    `${count} of ${bitCount} bits flipped in ${seconds} s on ${threads} threads: ${count - missed} found, ${count - missed - misplaced} of them located; ${whole} by the whole file`,
  );
  for (const line of parts.flatMap(({ wrong }) => wrong)) console.log(line);
  process.exitCode = missed + misplaced === 0 && count === bitCount ? 0 : 1;
}

/** What a thread of the campaign is given. */
interface BitsOf {
  readonly part: number;
  readonly threads: number;
  readonly evidenceOnly: boolean;
}
const bitsOf = (workerData as { readonly bitsOf?: BitsOf } | null)?.bitsOf;

if (!isMainThread && bitsOf !== undefined) {
  const { part, threads, evidenceOnly } = bitsOf;
  // Each thread has keys of its own, and so another export of the same form.
  parentPort?.postMessage(
    await flipBits(
      (number) => number % threads === part && (!evidenceOnly || isEvidence(lineAt(number))),
      () => true,
    ),
  );
} else if (import.meta.main) await all(process.argv[2] === "evidence");
