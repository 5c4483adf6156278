/**
 * Every bit of an export of 200 entries: whichever is flipped, in an entry or in any other line, it is found, and no entry is named
 * but the one that it is in. `npm test` flips one of 61, at other places in each line; TAMPERING=bits flips all, and
 * TAMPERING_PART=2/4 a part of these.
 */
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { originOf } from "../../../core/epoch.ts";
import { GENESIS, type StoredEntry, sealEntry } from "../../../core/ledger/entry.ts";
import type { Report } from "../../../core/ledger/report.ts";
import { verifyLedger } from "../../../core/ledger/verify.ts";
import { Incremental } from "./incremental.ts";
import {
  bytesOf,
  checkpointKey,
  decisionBody,
  exportLog,
  failedChecks,
  KEYS,
  LOG,
  makeKey,
  namedEntries,
  receiptKey,
  signCheckpoint,
  signEpoch,
  signRotation,
} from "./log.ts";
import { entryIn, flipped, type Line, linesIn, listedAt } from "./tampering.ts";

const SIZE = 230;
const [FROM, TO] = [20, 219];

/** Small entries, so that there are few bits; some with all that a decision has, and with more than ASCII. */
function makeSmallLog(): StoredEntry[] {
  const log: StoredEntry[] = [];
  for (let index = 0; index < SIZE; index++) {
    const body =
      index % 50 === 30 ? decisionBody("allow") : index % 50 === 10 ? { a: ["é😀", -1.5, true] } : {};
    log.push(
      sealEntry({
        v: 1,
        log: LOG,
        index,
        prev: log.at(-1)?.leaf ?? GENESIS,
        time: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString(),
        type: index % 3 === 0 ? "delivery" : "decision",
        actor: { kind: "key", id: "k" },
        subject: `act_${index}`,
        body,
      }),
    );
  }
  return log;
}

/** With a line of every kind: hashes on both sides, rotations, an epoch, checkpoints of two keys and two epochs. */
const log = makeSmallLog();
const [newer, newerReceipt, operator] = [
  await makeKey("checkpoint"),
  await makeKey("receipt"),
  await makeKey("epoch"),
];
const keys = [...KEYS, operator.trusted];
const lines = await exportLog(log, {
  from: FROM,
  to: TO,
  sizes: [60, 128, 180],
  last: await signCheckpoint(log, { key: newer, origin: originOf(LOG, 2) }),
  rotations: [
    await signRotation("checkpoint", 190, checkpointKey, newer),
    await signRotation("receipt", 40, receiptKey, newerReceipt),
  ],
  epochs: [await signEpoch(operator, 2, log, 200)],
});
const bytes = bytesOf(lines);
const places = linesIn(bytes);

const verify = async (some: Uint8Array) => (await verifyLedger(some, keys)).report;

it("is an export that verifies, with lines of every kind", async () => {
  expect(failedChecks(await verify(bytes))).toEqual([]);
  const kinds = new Set(lines.map((line) => /^\{"([a-z]+)":/.exec(line)?.[1]));
  expect([...kinds]).toEqual(["export", "index", "leaves", "range", "rotation", "epoch", "checkpoint"]);
  expect(lines.filter((line) => line.startsWith('{"index":')).length).toBe(200);
});

it("read on from the state before a changed line is found to be what the whole file is", async () => {
  const place = fc.tuple(fc.nat(places.length - 1), fc.nat(), fc.nat(7));
  await fc.assert(
    fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 6 }), async (flips) => {
      const incremental = new Incremental(bytes, keys);
      for (const [number, within, bit] of flips.toSorted(([a], [b]) => a - b)) {
        const { start, end } = lineAt(number);
        const offset = start + (within % (end - start + 1));
        const { report } = await incremental.verify(number, offset, bit);
        expect(report).toEqual(await verify(flipped(bytes, offset, bit)));
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);

const SHARE = 61;
const all = process.env.TAMPERING === "bits";
const [part = 1, parts = 1] = (process.env.TAMPERING_PART ?? "1/1").split("/").map(Number);

it(
  "is guarded, each bit",
  async () => {
    onTestFinished(rememberSignatures());
    const incremental = new Incremental(bytes, keys);
    let [count, missed, misplaced] = [0, 0, 0];
    const wrong: string[] = [];
    const started = performance.now();
    for (const [number, line] of places.entries()) {
      if (number % parts !== part - 1) continue;
      for (let offset = line.start; offset <= line.end; offset++) {
        for (let bit = 0; bit < 8; bit++) {
          if (!all && (offset * 8 + bit) % SHARE !== 0) continue;
          const { report } = await incremental.verify(number, offset, bit, { searches: 0 });
          count++;
          if (report.ok) missed++;
          else if (isLocated(report, number, offset)) continue;
          else misplaced++;
          wrong.push(`line ${number + 1}, byte ${offset - line.start}, bit ${bit}: ${namedEntries(report)}`);
        }
      }
    }
    const seconds = Math.round((performance.now() - started) / 1000);
    if (all)
      console.log(
        `${count} bits of ${bytes.length} bytes flipped in ${seconds} s: ${count - missed} found, ${count - missed - misplaced} located`,
      );
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(count).toBeGreaterThan((bytes.length * 8) / (all ? parts * 2 : SHARE + 1));
  },
  24 * 3600_000,
);

/** At the entry of the line; at those that a line feed parted; at no entry where the line is of none. */
function isLocated(report: Report, number: number, offset: number): boolean {
  const line = lineAt(number);
  const named = namedEntries(report);
  const own = entryIn(line);
  if (offset === line.end) {
    const joined = [own, entryIn(places[number + 1] ?? line)].filter((index) => index !== null);
    return named.every((index) => joined.includes(index));
  }
  if (own !== null) return named.length === 1 && named[0] === own;
  if (!line.text.startsWith('{"leaves":')) return named.length === 0;
  const listed = listedAt(line, offset);
  // A character of base64 may be of two hashes; a list that cannot be read is of no entry.
  return named.length <= 2 && named.every((index) => Math.abs(index - (listed ?? -9)) <= 1);
}

function lineAt(number: number): Line {
  return places[number] ?? expect.fail(`no line ${number}`);
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
