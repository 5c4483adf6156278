/** Recorded decisions with what they were made from, in pages: for exports, replays and backtests. */
import type { Digest } from "../core/hash.ts";
import type { StoredEntry } from "../core/ledger/entry.ts";
import { EVIDENCE_PAGE_CHARS } from "../core/limits.ts";
import { type DecisionSecrets, findDecision } from "./records.ts";
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

/** The same, with what decisions were made from. */
export function recordedEntries(sql: Statements, from: number, limit: number): RecordedEntry[] {
  const rows: RecordedEntry[] = [];
  let chars = 0;
  for (const { idx, leaf, text } of sql.entriesFrom(from, limit)) {
    const decision = findDecision(sql, idx);
    const secrets = decision?.secrets ?? null;
    rows.push({
      entry: { index: idx, leaf: leaf as Digest, text },
      evidence: secrets && evidence(secrets),
      erasedIdx: decision?.erasedIdx ?? null,
    });
    chars += text.length + (secrets === null ? 0 : sizeOf(secrets));
    if (chars >= EVIDENCE_PAGE_CHARS) break;
  }
  return rows;
}

const sizeOf = ({ input, changedInput, verdicts }: DecisionSecrets): number =>
  input.length + (changedInput?.length ?? 0) + verdicts.length;

/** Written by commit.ts alone. */
const evidence = ({ salt, input, changedInput, verdicts, discharged }: DecisionSecrets) => ({
  salt,
  input,
  changedInput,
  verdicts: JSON.parse(verdicts) as NonNullable<RecordedEntry["evidence"]>["verdicts"],
  discharged: discharged === null ? null : (JSON.parse(discharged) as string[]),
});
