/**
 * Receipts and denial proofs (docs/spec/receipt.md). A statement holds the decision's ledger entry whole, so that what a
 * receipt claims and what stands in the log cannot differ:
 *
 *   {"entry":{...},"kind":"receipt","leaf":"sha256:...","v":1}
 */
import * as v from "valibot";
import { canonicalJson, readCanonical } from "./canonical-json.ts";
import type { StatementKind } from "./dsse.ts";
import { fromUtf8 } from "./encoding.ts";
import { type Digest, isDigest } from "./hash.ts";
import { type Json, type JsonLimits, type JsonObject, parseIJson } from "./json.ts";
import { type DecisionBody, ENTRY_VERSION, type Entry, leafHash, type StoredEntry } from "./ledger/entry.ts";
import { JSON_DEPTH_MAX } from "./limits.ts";
import { ok, type Result, refuse } from "./result.ts";

export const STATEMENT_VERSION = 1;

/** What a decision can give rise to; alerts, rotations and epochs are statements about other things. */
export type ReceiptKind = Exclude<StatementKind, "alert" | "rotation" | "epoch">;

/** Which statement a decision entry gives rise to; null where the action neither passed nor was refused. */
export function receiptKind(
  body: Pick<DecisionBody, "decision" | "mode" | "would_decide" | "provisional">,
): ReceiptKind | null {
  switch (body.decision) {
    case "allow":
    case "modify":
      // The weaker claim names the kind: a provisional pass under an observing binding was not judged to its end either.
      if (body.provisional) return "provisional_receipt";
      return body.mode === "observe" || (body.would_decide !== null && body.would_decide !== body.decision)
        ? "observed_receipt"
        : "receipt";
    case "block":
      return "denial_proof";
    case "hold":
    case "defer":
      return null;
  }
}

/** The same of a decision's record. */
export const receiptKindOf = ({ decision, mode, wouldDecide, provisional }: Judged): ReceiptKind | null =>
  receiptKind({ decision, mode, would_decide: wouldDecide, provisional });
type Judged = Pick<DecisionBody, "decision" | "mode" | "provisional"> & {
  readonly wouldDecide: DecisionBody["would_decide"];
};

/** What a statement's readers rely on; the entry's body may hold more. */
export type DecisionClaims = Pick<
  DecisionBody,
  "decision" | "mode" | "would_decide" | "provisional" | "target" | "commitments"
>;

export interface DecisionEntry extends Entry {
  readonly type: "decision";
  readonly body: JsonObject & DecisionClaims;
}

/** The statement's canonical bytes, from the entry's own bytes as stored: nothing is serialised anew. */
export function receiptStatement(kind: ReceiptKind | "alert", entry: StoredEntry): string {
  return `{"entry":${entry.text},"kind":"${kind}","leaf":"${entry.leaf}","v":${STATEMENT_VERSION}}`;
}

export interface ReceiptStatement {
  readonly entry: DecisionEntry;
  readonly kind: ReceiptKind;
  readonly leaf: Digest;
  readonly v: typeof STATEMENT_VERSION;
}

/** An entry is one row of the tenant's object, and a row holds 2 MiB; the smallest value takes two bytes. */
const STATEMENT_LIMITS: JsonLimits = {
  bytesMax: 2 * 1024 * 1024,
  depthMax: JSON_DEPTH_MAX,
  valuesMax: 500_000,
};

/** Why bytes are not a statement. Nothing of their content is repeated. */
export const STATEMENT_FAULTS = {
  not_json: "The statement is not strict JSON.",
  not_canonical: "The statement is not in canonical form.",
  shape: "The statement does not have the shape of its kind.",
  leaf: "The statement's leaf is not the hash of its entry.",
  kind: "The entry's decision does not give rise to a statement of this kind.",
} as const;
export type StatementFault = keyof typeof STATEMENT_FAULTS;

const digest = v.custom<Digest>(isDigest, "Expected a digest.");
const word = v.pipe(v.string(), v.minLength(1), v.maxLength(500));
const time = v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
export const OUTCOMES = ["allow", "modify", "hold", "defer", "block"] as const;
const outcome = v.picklist(OUTCOMES);

const claimsSchema = v.looseObject({
  decision: outcome,
  mode: v.picklist(["enforce", "observe"]),
  would_decide: v.nullable(outcome),
  // Entries of the first release have neither `provisional` nor `changed`: nothing then passed provisionally or changed.
  provisional: v.optional(v.boolean()),
  target: v.nullable(v.strictObject({ name: word, revision: count })),
  commitments: v.strictObject({
    action: digest,
    input: digest,
    message: v.nullable(digest),
    changed: v.optional(v.nullable(v.strictObject({ action: digest, input: digest }))),
  }),
});

const receiptSchema = v.strictObject({
  entry: v.strictObject({
    v: v.literal(ENTRY_VERSION),
    log: word,
    index: count,
    prev: digest,
    time,
    type: v.literal("decision"),
    actor: v.strictObject({ kind: v.picklist(["key", "person", "system"]), id: word }),
    subject: word,
    body: claimsSchema,
  }),
  kind: v.picklist(["receipt", "observed_receipt", "provisional_receipt", "denial_proof"]),
  leaf: digest,
  v: v.literal(STATEMENT_VERSION),
});

/** Reads a receipt's or denial proof's bytes: strict, canonical, and true to itself in leaf and kind. */
export function parseReceiptStatement(bytes: Uint8Array): Result<ReceiptStatement, StatementFault> {
  const json = parseCanonical(bytes);
  if (!json.ok) return json;
  const parsed = v.safeParse(receiptSchema, json.value);
  if (!parsed.success) return refuse("shape");
  // The value as parsed, not valibot's copy: the leaf covers every member of the entry.
  const statement = json.value as unknown as ReceiptStatement;
  if (leafHash(entryText(fromUtf8(bytes), statement)) !== statement.leaf) return refuse("leaf");
  if (receiptKind(statement.entry.body) !== statement.kind) return refuse("kind");
  return ok(statement);
}

/** The entry's own bytes: in canonical form they stand between the first member's name and what `receiptStatement` adds. */
function entryText(statementText: string, { kind, leaf }: Pick<ReceiptStatement, "kind" | "leaf">): string {
  const tail = `,"kind":"${kind}","leaf":"${leaf}","v":${STATEMENT_VERSION}}`;
  return statementText.slice('{"entry":'.length, statementText.length - tail.length);
}

export function parseCanonical(bytes: Uint8Array): Result<Json, StatementFault> {
  const quick = readQuickly(bytes);
  if (quick !== undefined) return ok(quick);
  const json = parseIJson(bytes, STATEMENT_LIMITS);
  if (!json.ok) return refuse("not_json");
  return canonicalJson(json.value) === fromUtf8(bytes) ? ok(json.value) : refuse("not_canonical");
}

/** Undefined where the strict parser has to see it. */
function readQuickly(bytes: Uint8Array): Json | undefined {
  if (bytes.length > STATEMENT_LIMITS.bytesMax) return undefined;
  try {
    return readCanonical(fromUtf8(bytes), STATEMENT_LIMITS);
  } catch {
    return undefined;
  }
}
