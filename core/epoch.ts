/**
 * Epochs (docs/spec/keys.md). Storage that was restored to an earlier time is another history than the one whose checkpoints
 * were signed, and the signer goes on with neither until an operator, with a key that no Worker holds, says from which tree the
 * log goes on. Its checkpoints then have an origin of their own, so that no witness takes the one history for the other.
 */
import * as v from "valibot";
import { canonicalJson } from "./canonical-json.ts";
import { fromBase64 } from "./encoding.ts";
import type { Json } from "./json.ts";
import { parseCanonical, STATEMENT_VERSION, type StatementFault } from "./receipt.ts";
import { ok, type Result, refuse } from "./result.ts";

/** A tree: its number of entries, and its root hash in base64. */
export interface TreeHead {
  readonly size: number;
  readonly root: string;
}

export interface EpochStatement {
  readonly kind: "epoch";
  readonly log: string;
  /** From 2 on: a log begins in its first epoch. */
  readonly epoch: number;
  /** What was signed last, and is given up. */
  readonly old: TreeHead;
  /** The tree from which the log goes on. */
  readonly base: TreeHead;
  readonly reason: string;
  readonly time: string;
  readonly v: typeof STATEMENT_VERSION;
}

export const FIRST_EPOCH = 1;
export const EPOCH_REASON_CHARS_MAX = 2_000;

/** The origin of a log's checkpoints, and the name of the key that signs them. */
export const originOf = (log: string, epoch: number): string =>
  epoch === FIRST_EPOCH ? log : `${log}/epoch/${epoch}`;

/** A log of such a name would have, in its first epoch, the origin of another log's later one. */
export const isOfEpoch = (log: string): boolean => /\/epoch\/[0-9]+$/.test(log);

export const epochStatement = (epoch: Omit<EpochStatement, "kind" | "v">): string =>
  canonicalJson({ ...epoch, kind: "epoch", v: STATEMENT_VERSION } as unknown as Json);

const ROOT_BYTES = 32;
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const treeHead = v.strictObject({
  size: count,
  root: v.pipe(
    v.string(),
    v.check((text) => fromBase64(text)?.length === ROOT_BYTES),
  ),
});
const epochSchema = v.strictObject({
  kind: v.literal("epoch"),
  log: v.pipe(v.string(), v.minLength(1), v.maxLength(500)),
  epoch: v.pipe(count, v.minValue(FIRST_EPOCH + 1)),
  old: treeHead,
  base: treeHead,
  reason: v.pipe(v.string(), v.minLength(1), v.maxLength(EPOCH_REASON_CHARS_MAX)),
  time: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)),
  v: v.literal(STATEMENT_VERSION),
});

/** Reads the verified bytes of an epoch's statement. */
export function parseEpochStatement(bytes: Uint8Array): Result<EpochStatement, StatementFault> {
  const json = parseCanonical(bytes);
  if (!json.ok) return json;
  return v.is(epochSchema, json.value) ? ok(json.value as unknown as EpochStatement) : refuse("shape");
}
