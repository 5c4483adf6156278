/** What may be signed as what. Pure; the signer signs nothing that has not been through here. */
import * as v from "valibot";
import { parseAlertStatement } from "../../core/alert.ts";
import type { StatementKind } from "../../core/dsse.ts";
import { fromBase64, utf8 } from "../../core/encoding.ts";
import { isOfEpoch } from "../../core/epoch.ts";
import { isKeyName } from "../../core/ledger/tree/note.ts";
import { parseReceiptStatement, STATEMENT_FAULTS, type StatementFault } from "../../core/receipt.ts";
import { ROTATED_USES } from "../../core/rotation.ts";
import type { CheckpointRequest, RotationRequest } from "../../core/signing.ts";

/** Null where `statement` may be signed as `kind`, else why not: our own words, nothing of the statement's. */
export function refuseStatement(kind: StatementKind, statement: string): string | null {
  if (kind === "rotation" || kind === "epoch") return "A statement of this kind is not signed on demand.";
  const fault = kind === "alert" ? alertFault(statement) : receiptFault(kind, statement);
  return fault === null ? null : STATEMENT_FAULTS[fault];
}

function alertFault(statement: string): StatementFault | null {
  const alert = parseAlertStatement(utf8(statement));
  return alert.ok ? null : alert.fault;
}

function receiptFault(kind: StatementKind, statement: string): StatementFault | null {
  const receipt = parseReceiptStatement(utf8(statement));
  if (!receipt.ok) return receipt.fault;
  return receipt.value.kind === kind ? null : "kind";
}

const HASH_BYTES = 32;
/** A proof has at most two hashes for each bit of a size. */
const PROOF_HASHES_MAX = 128;
const hash = v.pipe(
  v.string(),
  v.check((text) => fromBase64(text)?.length === HASH_BYTES),
);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const log = v.pipe(
  v.string(),
  v.maxLength(500),
  v.check((name) => isKeyName(name) && !isOfEpoch(name)),
);

const checkpointSchema = v.strictObject({
  log,
  size: v.pipe(count, v.minValue(1)),
  root: hash,
  oldSize: count,
  proof: v.pipe(v.array(hash), v.maxLength(PROOF_HASHES_MAX)),
});
export const isCheckpointRequest = (value: unknown): value is CheckpointRequest =>
  v.is(checkpointSchema, value);

const rotationSchema = v.strictObject({
  log,
  use: v.picklist(ROTATED_USES),
  old: v.string(),
  index: count,
  time: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)),
});
export const isRotationRequest = (value: unknown): value is RotationRequest => v.is(rotationSchema, value);
