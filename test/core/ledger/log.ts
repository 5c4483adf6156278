/** Real logs for the tests: sealed entries, signed checkpoints, exports and receipts, under keys made here. */
import { type Envelope, envelopeOf, signStatement } from "../../../core/dsse.ts";
import { fromBase64Url, toBase64, toBase64Url, utf8 } from "../../../core/encoding.ts";
import { epochStatement } from "../../../core/epoch.ts";
import { type Digest, digestBytes, digestOf } from "../../../core/hash.ts";
import type { JsonObject } from "../../../core/json.ts";
import { type KeyUse, type PublicJwk, publicJwk } from "../../../core/keys.ts";
import { commit } from "../../../core/ledger/commitment.ts";
import { type Entry, GENESIS, type StoredEntry, sealEntry } from "../../../core/ledger/entry.ts";
import { entryLine } from "../../../core/ledger/export.ts";
import {
  type EvidenceSource,
  exportLines,
  type LogSource,
  type SizedNote,
} from "../../../core/ledger/export-writer.ts";
import type { Report } from "../../../core/ledger/report.ts";
import { formatCheckpoint } from "../../../core/ledger/tree/checkpoint.ts";
import { cosignature, cosignedBytes } from "../../../core/ledger/tree/cosignature.ts";
import {
  EMPTY_ROOT,
  type Hash,
  inclusionProof,
  nodeHash,
  type ReadNode,
  subtreesAround,
  treeRoot,
} from "../../../core/ledger/tree/merkle.ts";
import {
  formatNote,
  keyIdOf,
  type NoteKey,
  parseNote,
  SIGNATURE_TYPE,
} from "../../../core/ledger/tree/note.ts";
import { formatTlogProof } from "../../../core/ledger/tree/tlog-proof.ts";
import { type TrustedKey, trustedKey } from "../../../core/ledger/trust.ts";
import { type ReceiptKind, receiptStatement } from "../../../core/receipt.ts";
import { rotationStatement } from "../../../core/rotation.ts";
import { signEnvelope } from "../../harness/envelope.ts";

export const LOG = "test.example/t/9vTq";
export const ACTION_DIGEST = digestOf("an action");
export const INPUT_DIGEST = digestOf("an input");
export const SALT = new Uint8Array(32).fill(7);

export interface TestKey {
  readonly jwk: PublicJwk;
  readonly signing: { readonly id: string; readonly key: CryptoKey };
  readonly trusted: TrustedKey;
}

export async function makeKey(use: KeyUse): Promise<TestKey> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const raw = new Uint8Array((await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer);
  const jwk = publicJwk(toBase64Url(raw), use);
  return {
    jwk,
    signing: { id: jwk.kid, key: pair.privateKey },
    trusted: await trustedKey(jwk.x, use),
  };
}

export const checkpointKey = await makeKey("checkpoint");
export const receiptKey = await makeKey("receipt");
export const KEYS: readonly TrustedKey[] = [checkpointKey.trusted, receiptKey.trusted];
export const JWKS = { keys: [checkpointKey.jwk, receiptKey.jwk] };

export const decisionBody = (
  decision: string,
  mode = "enforce",
  would: string | null = null,
): JsonObject => ({
  surface: "outbound.email",
  decision,
  mode,
  would_decide: would,
  rules: [],
  policies: [],
  shadow: null,
  provisional: false,
  bundles: [digestOf("bundle")],
  bindings: [],
  config_revision: 3,
  engine: "countersign-engine/1",
  target: null,
  owner: "sub_1",
  agent: null,
  user: null,
  folder: null,
  approval: null,
  discharged: null,
  commitments: {
    action: commit("action", SALT, ACTION_DIGEST),
    input: commit("input", SALT, INPUT_DIGEST),
    message: null,
    changed: null,
  },
});

/** A chain of `size` entries; from `forkAt` on, of another content than without. */
export function makeLog(
  size: number,
  options: { forkAt?: number; log?: string; from?: StoredEntry[] } = {},
): StoredEntry[] {
  const entries: StoredEntry[] = options.from?.slice() ?? [];
  for (let index = entries.length; index < size; index++) {
    const forked = index >= (options.forkAt ?? size);
    entries.push(
      sealEntry({
        v: 1,
        log: options.log ?? LOG,
        index,
        prev: entries.at(-1)?.leaf ?? GENESIS,
        time: new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString(),
        type: index === 0 ? "tenant.created" : index % 3 === 0 ? "action.cancelled" : "decision",
        actor: index === 0 ? { kind: "system", id: "countersign" } : { kind: "key", id: "key_000000000001" },
        subject: `act_${String(index).padStart(22, "0")}`,
        body:
          index === 0 ? {} : index % 3 === 0 ? { action: "é😀" } : decisionBody(forked ? "block" : "allow"),
      }),
    );
  }
  return entries;
}

export const parseEntry = (stored: StoredEntry): Entry => JSON.parse(stored.text) as Entry;
/** An entry changed and sealed anew: intact in itself, foreign to its chain. */
export const reseal = (stored: StoredEntry, change: Partial<Entry>): StoredEntry =>
  sealEntry({ ...parseEntry(stored), ...change });

// --- the tree -------------------------------------------------------------------

export function treeOf(entries: readonly StoredEntry[]): ReadNode {
  const known = new Map<string, Hash>();
  const read: ReadNode = (level, index) => {
    const name = `${level}/${index}`;
    const hash =
      known.get(name) ??
      (level === 0
        ? leafAt(entries, index)
        : nodeHash(read(level - 1, 2 * index), read(level - 1, 2 * index + 1)));
    known.set(name, hash);
    return hash;
  };
  return read;
}

function leafAt(entries: readonly StoredEntry[], index: number): Hash {
  const entry = entries[index];
  if (entry === undefined) throw new Error(`the test's log has no entry ${index}`);
  return digestBytes(entry.leaf);
}

export const rootOf = (entries: readonly StoredEntry[], size = entries.length): Hash =>
  size === 0 ? EMPTY_ROOT : treeRoot(size, treeOf(entries));

export interface CheckpointOptions {
  readonly size?: number;
  readonly origin?: string;
  readonly root?: Hash;
  readonly key?: TestKey;
}

/** The note of a checkpoint over the first `size` entries. */
export async function signCheckpoint(
  entries: readonly StoredEntry[],
  { size = entries.length, origin = LOG, root, key = checkpointKey }: CheckpointOptions = {},
): Promise<string> {
  const text = formatCheckpoint({ origin, size, root: root ?? rootOf(entries, size) });
  return formatNote({ text, signatures: [await noteSignature(text, origin, key)] });
}

export async function noteSignature(text: string, name: string, key: TestKey) {
  const publicKey = fromBase64Url(key.jwk.x) ?? new Uint8Array();
  const bytes = new Uint8Array(await crypto.subtle.sign("Ed25519", key.signing.key, utf8(text)));
  return { name, keyId: keyIdOf({ name, type: SIGNATURE_TYPE.ed25519, publicKey }), bytes };
}

/** Sizes of checkpoints between, evenly spread. */
export const spread = (size: number, count: number): number[] =>
  Array.from({ length: count }, (_, at) => Math.floor(((at + 1) * size) / (count + 1)));

// --- exports --------------------------------------------------------------------

export interface ExportOptions {
  readonly from?: number;
  readonly to?: number;
  /** Of the checkpoints between. */
  readonly sizes?: readonly number[];
  /** The last checkpoint; all entries are covered where it is not given. */
  readonly last?: string;
  /** As the last checkpoint says. */
  readonly size?: number;
  readonly rotations?: readonly Envelope[];
  readonly epochs?: readonly Envelope[];
  readonly evidence?: EvidenceSource;
}

export const logSource = (entries: readonly StoredEntry[], notes: readonly SizedNote[]): LogSource => ({
  ledger: async (from, limit) => ({ entries: entries.slice(from, from + limit) }),
  checkpoints: async (from, to, limit) =>
    notes.filter(({ size }) => size >= from && size <= to).slice(0, limit),
  range: async (from, to, size) => {
    const { left, right } = subtreesAround(from, to, size, treeOf(entries));
    return { left: left.map(toBase64), right: right.map(toBase64) };
  },
});

/** The lines of an export, as the gate writes it. */
export async function exportLog(
  entries: readonly StoredEntry[],
  options: ExportOptions = {},
): Promise<string[]> {
  const {
    size = entries.length,
    from = 0,
    to = size - 1,
    sizes = [],
    rotations = [],
    epochs = [],
    evidence,
  } = options;
  const notes = await Promise.all(
    sizes.map(async (size) => ({ size, note: await signCheckpoint(entries, { size }) })),
  );
  const checkpoint = { size, note: options.last ?? (await signCheckpoint(entries, { size })) };
  const log = parseEntry(entries[0] as StoredEntry).log;
  const plan = { log, from, to, checkpoint, rotations, epochs };
  const lines: string[] = [];
  for await (const line of exportLines(logSource(entries, notes), plan, evidence ?? null)) lines.push(line);
  return lines;
}

export const bytesOf = (lines: readonly string[]): Uint8Array =>
  utf8(lines.map((line) => `${line}\n`).join(""));

const isEntryLine = (line: string): boolean => line.startsWith('{"index":');

/** The same file with other entries in the place of its own; all else stays. */
export function withEntries(lines: readonly string[], entries: readonly StoredEntry[]): string[] {
  const [header = "", ...rest] = lines;
  return [header, ...entries.map(entryLine), ...rest.filter((line) => !isEntryLine(line))];
}

// --- receipts --------------------------------------------------------------------

export const signReceipt = (
  entry: StoredEntry,
  kind: ReceiptKind = "receipt",
  key = receiptKey,
): Promise<Envelope> => signEnvelope(kind, receiptStatement(kind, entry), key.signing);

/** The proof that an entry stands under a checkpoint, as a receipt carries it. */
export function proofOf(
  entries: readonly StoredEntry[],
  index: number,
  note: string,
  size = entries.length,
): string {
  const checkpoint = parseNote(note);
  if (checkpoint === null) throw new Error("no note");
  return formatTlogProof({ index, path: inclusionProof(index, size, treeOf(entries)), checkpoint });
}

export async function signRotation(
  use: "receipt" | "checkpoint",
  index: number,
  older: TestKey,
  newer: TestKey,
  log = LOG,
): Promise<Envelope> {
  const time = "2026-01-02T00:00:00.000Z";
  const statement = rotationStatement({ log, use, index, time, old: older.jwk, new: newer.jwk });
  const first = await signStatement("rotation", statement, older.signing);
  const envelope = envelopeOf("rotation", statement, first);
  return { ...envelope, signatures: [first, await signStatement("rotation", statement, newer.signing)] };
}

/** An operator's statement that the log went on from its first `base` entries, which are those of `entries`. */
export const signEpoch = (
  key: TestKey,
  epoch: number,
  entries: readonly StoredEntry[],
  base: number,
  change: { readonly log?: string; readonly root?: Hash } = {},
): Promise<Envelope> => {
  const statement = epochStatement({
    log: change.log ?? LOG,
    epoch,
    old: { size: base + 5, root: toBase64(new Uint8Array(32).fill(9)) },
    base: { size: base, root: toBase64(change.root ?? rootOf(entries, base)) },
    reason: "restored from Friday's copy",
    time: "2026-01-02T00:00:00.000Z",
  });
  return signEnvelope("epoch", statement, key.signing);
};

/** A witness, with the line by which it cosigns a note. */
export async function makeWitness(name: string) {
  const key = await makeKey("checkpoint");
  const publicKey = key.trusted.publicKey;
  const witness: NoteKey = { name, type: SIGNATURE_TYPE.cosignature, publicKey };
  return {
    witness,
    async cosign(text: string): Promise<string> {
      const note = parseNote(text) ?? { text: "", signatures: [] };
      const signed = new Uint8Array(cosignedBytes(note.text, 1_767_000_000));
      const bytes = new Uint8Array(await crypto.subtle.sign("Ed25519", key.signing.key, signed));
      const line = cosignature(witness, 1_767_000_000, bytes);
      return formatNote({ ...note, signatures: [...note.signatures, line] });
    },
  };
}

/** The answer that holds a receipt. */
export const answerOf = (entry: StoredEntry, receipt: Envelope, member = "receipt") => ({
  id: parseEntry(entry).subject,
  decision: parseEntry(entry).body.decision,
  action_digest: ACTION_DIGEST as Digest,
  input_digest: INPUT_DIGEST as Digest,
  salt: toBase64Url(SALT),
  ledger: { index: entry.index, leaf: entry.leaf },
  [member]: receipt,
});

export const failedChecks = (report: Report): string[] =>
  report.checks.filter(({ status }) => status === "failed").map(({ id }) => id);
/** The entries that a report names as damaged, missing or out of place. */
export const namedEntries = (report: Report): number[] => {
  const indexes = report.checks
    .filter(({ status }) => status === "failed")
    .flatMap(({ faults }) => faults.map(({ index }) => index));
  return [...new Set(indexes.filter((index) => index !== null))].sort((a, b) => a - b);
};
