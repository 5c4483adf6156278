/**
 * What actions are found by: an index outside the log. It holds no text of a payload. Recipients are in it as keyed hashes, so
 * that whoever reads the table learns none, and go with the payload when that is erased.
 */
import { createHmac } from "node:crypto";
import { toBase64Url } from "../core/encoding.ts";
import type { Digest } from "../core/hash.ts";
import type { RuleFired } from "../core/ledger/entry.ts";
import { SEARCH_SCANNED_MAX } from "../core/limits.ts";
import { recipientForm } from "../core/recipients.ts";
import { plainRecord } from "./records.ts";
import type { ActionQuery, DecisionCommit, FoundAction } from "./rpc.ts";
import type { ActionRow, Statements } from "./statements.ts";

const SEARCH_KEY = "search_key";
const SEARCH_KEY_BYTES = 32;

/** Enters a new action under the rules that fired and whom it would reach. Inside the transaction that writes it. */
export function indexAction(
  sql: Statements,
  seq: number,
  { rules, recipients }: Pick<DecisionCommit, "rules" | "recipients">,
): void {
  for (const { rule } of rules) sql.insertTerm("rule", rule, seq);
  for (const recipient of recipients) sql.insertTerm("recipient", hashed(sql, recipient), seq);
}

/** Those of a later judgement of the same action. */
export function indexRules(sql: Statements, actionId: string, rules: readonly RuleFired[]): void {
  const seq = rules.length === 0 ? undefined : sql.action(actionId)?.seq;
  if (seq !== undefined) for (const { rule } of rules) sql.insertTerm("rule", rule, seq);
}

/** The recipient as it is entered: HMAC-SHA-256 under a key of the tenant's own, made when the first is. */
function hashed(sql: Statements, recipient: string): string {
  let key = sql.meta(SEARCH_KEY);
  if (key === null) {
    key = toBase64Url(crypto.getRandomValues(new Uint8Array(SEARCH_KEY_BYTES)));
    sql.setMeta(SEARCH_KEY, key);
  }
  return createHmac("sha256", key).update(recipient).digest("base64url");
}

/** Rows of actions, newest first; `found` makes of each what is shown. */
export function search(
  sql: Statements,
  query: ActionQuery,
): { readonly rows: readonly ActionRow[]; readonly next: number | null } {
  const { rule, recipient, sinceMs, untilMs, before, limit } = query;
  const terms = [
    ...(rule === null ? [] : [{ kind: "rule", value: rule } as const]),
    ...(recipient === null
      ? []
      : [{ kind: "recipient", value: hashed(sql, recipientForm(recipient)) } as const]),
  ];
  const end = Math.min(
    before ?? Number.MAX_SAFE_INTEGER,
    untilMs === null ? Number.MAX_SAFE_INTEGER : firstSeqAt(sql, untilMs),
  );
  const start = sinceMs === null ? 0 : firstSeqAt(sql, sinceMs);
  const floor = sql.searchFloor(query, terms, start, end, SEARCH_SCANNED_MAX);
  const rows = sql.findActions(query, terms, floor ?? start, end, limit);
  const last = rows.length === limit ? rows.at(-1)?.seq : floor;
  return { rows, next: last ?? null };
}

/** The order of the first action of a time or later, by the actions' own rows: the entries of most lie in the archive. */
function firstSeqAt(sql: Statements, ms: number): number {
  let low = 0;
  let high = (sql.lastEntry()?.idx ?? -1) + 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = sql.actionFrom(middle);
    if (row !== null && row.created_at < ms) low = row.seq + 1;
    else high = middle;
  }
  return low;
}

export function found(sql: Statements, row: ActionRow): FoundAction {
  const leaf = sql.leaf(row.entry_idx) as Digest | null;
  if (leaf === null) throw new Error(`couldn't read entry ${row.entry_idx}: the log has no such entry`);
  return {
    id: row.id,
    status: row.status,
    decision: row.decision as FoundAction["decision"],
    surface: row.surface,
    target: plainRecord(sql, row.entry_idx)?.target?.name ?? null,
    owner: row.owner,
    agent: row.agent,
    user: row.user,
    rules: sql.rulesOfAction(row.seq),
    entry: { index: row.entry_idx, leaf },
    createdAtMs: row.created_at,
    updatedAtMs: row.updated_at,
    erasedAtMs: row.erased_at,
  };
}
