/** Recorded decisions with what they were made from, in pages: for exports, replays and backtests. */
import type { Digest } from "../core/hash.ts";
import type { StoredEntry } from "../core/ledger/entry.ts";
import { EVIDENCE_PAGE_CHARS } from "../core/limits.ts";
import type { Payload } from "../core/sealed-record.ts";
import { findDecision, readPayload } from "./records.ts";
import type { RecordedEntry } from "./rpc-evidence.ts";
import type { Statements } from "./statements.ts";

/** Up to `limit` entries from an index on; fewer where their texts are long, but at least one if there is one. */
export function storedEntries(sql: Statements, from: number, limit: number): StoredEntry[] {
  const rows: StoredEntry[] = [];
  let chars = 0;
  for (const { idx, leaf, text } of sql.entriesFrom(from, limit)) {
    rows.push({ index: idx, leaf: leaf as Digest, text });
    chars += text.length;
    if (chars >= EVIDENCE_PAGE_CHARS) break;
  }
  return rows;
}

/** Entries of one such page with what decisions were made from: which, so that each is then read by itself. */
export function recordedRange(sql: Statements, from: number, limit: number): StoredEntry[] {
  const rows: StoredEntry[] = [];
  let size = 0;
  for (const { idx, leaf, text } of sql.entriesFrom(from, limit)) {
    rows.push({ index: idx, leaf: leaf as Digest, text });
    size += text.length + sql.payloadBytes(idx);
    if (size >= EVIDENCE_PAGE_CHARS) break;
  }
  return rows;
}

/** Throws `NotHere` where its payload has to be fetched first. */
export function recordedEntry(sql: Statements, entry: StoredEntry): RecordedEntry {
  const decision = findDecision(sql, entry.index);
  if (decision === null) return { entry, evidence: null, erasedIdx: null };
  if (decision.brief === null) return { entry, evidence: null, erasedIdx: decision.erasedIdx };
  return { entry, evidence: evidence(decision.brief.salt, readPayload(sql, decision)), erasedIdx: null };
}

/** Written by the gate. */
const evidence = (salt: string, { input, changedInput, verdicts, discharged }: Payload) => ({
  salt,
  input,
  changedInput,
  verdicts: JSON.parse(verdicts) as NonNullable<RecordedEntry["evidence"]>["verdicts"],
  discharged: discharged === null ? null : (JSON.parse(discharged) as string[]),
});
