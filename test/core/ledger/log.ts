/** Real logs for the tests: sealed entries, signed heads and receipts, under keys made here. */
import type { Envelope, StatementKind } from "../../../core/dsse.ts";
import { toBase64Url, utf8 } from "../../../core/encoding.ts";
import { type Digest, digestOf } from "../../../core/hash.ts";
import type { JsonObject } from "../../../core/json.ts";
import { importPublicKey, type KeyUse, type PublicJwk, publicJwk } from "../../../core/keys.ts";
import { commit } from "../../../core/ledger/commitment.ts";
import { type Entry, GENESIS, type StoredEntry, sealEntry } from "../../../core/ledger/entry.ts";
import { entryLine, headLine } from "../../../core/ledger/export.ts";
import type { Report } from "../../../core/ledger/report.ts";
import type { TrustedKey } from "../../../core/ledger/trust.ts";
import { headStatement, receiptStatement } from "../../../core/receipt.ts";
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
    trusted: { id: jwk.kid, use, key: await importPublicKey(jwk) },
  };
}

export const headKey = await makeKey("head");
export const receiptKey = await makeKey("receipt");
export const KEYS: readonly TrustedKey[] = [headKey.trusted, receiptKey.trusted];
export const JWKS = { keys: [headKey.jwk, receiptKey.jwk] };

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

export function signHead(
  entries: readonly StoredEntry[],
  change: JsonObject = {},
  key = headKey,
): Promise<Envelope> {
  const last = entries.at(-1);
  const size = (last?.index ?? -1) + 1;
  const head = { leaf: last?.leaf ?? GENESIS, log: LOG, size, time: "2026-01-02T00:00:00.000Z", ...change };
  return signEnvelope("head", headStatement(head), key.signing);
}

export const exportText = (entries: readonly StoredEntry[], head: Envelope | null): string =>
  [...entries.map(entryLine), ...(head === null ? [] : [headLine(head)])].map((line) => `${line}\n`).join("");
export const exportBytes = (entries: readonly StoredEntry[], head: Envelope | null): Uint8Array =>
  utf8(exportText(entries, head));

export const signReceipt = (
  entry: StoredEntry,
  kind: Exclude<StatementKind, "head"> = "receipt",
  key = receiptKey,
): Promise<Envelope> => signEnvelope(kind, receiptStatement(kind, entry), key.signing);

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
