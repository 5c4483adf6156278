/** Actions that wait for facts: suspended until these are there, and over when their time has run out. */
import { fromBase64Url } from "../core/encoding.ts";
import { digestOf } from "../core/hash.ts";
import { isOwnAction } from "../core/identity.ts";
import { commit } from "../core/ledger/commitment.ts";
import { DEFER_TTL_MS, FACT_SUPPLIES_MAX } from "../core/limits.ts";
import { append, keyActor, SYSTEM } from "./ledger.ts";
import { insertEvidence } from "./records.ts";
import type { FactSupplier, FactSupply, FactsRefusal } from "./rpc.ts";
import type { DeferralRow, Statements } from "./statements.ts";

/** Suspends an action under a decision; one that is only deferred again gets no more time. Inside a transaction. */
export function writeDeferral(
  sql: Statements,
  nowMs: number,
  actionId: string,
  entryIdx: number,
  before: DeferralRow | null,
): number {
  const expiresAtMs = before?.expires_at ?? nowMs + DEFER_TTL_MS;
  sql.insertDeferral({
    entry_idx: entryIdx,
    action_id: actionId,
    status: "pending",
    expires_at: expiresAtMs,
  });
  return expiresAtMs;
}

/** The deferral of an action for which this key may supply facts now, or why not (invariant I7). */
export function suppliable(
  sql: Statements,
  nowMs: number,
  { actionId, keyId, person }: FactSupplier,
): DeferralRow | FactsRefusal {
  const action = sql.action(actionId);
  if (action === null) return "not_found";
  if (action.key_id === keyId || isOwnAction(person, action)) return "own_action";
  const deferral = sql.pendingDeferral(actionId);
  if (deferral === null) return action.status === "expired" ? "expired" : "not_deferred";
  if (deferral.expires_at <= nowMs) return "expired";
  return sql.countDeferrals(actionId) > FACT_SUPPLIES_MAX ? "too_many" : deferral;
}

/** Enters that facts came, and keeps them beside the log. Inside a transaction, after `suppliable`. */
export function writeFacts(
  sql: Statements,
  log: string,
  nowMs: number,
  { actionId, entryIdx, keyId, text }: FactSupply,
  salt: string,
): void {
  const facts = commit("facts", fromBase64Url(salt) ?? new Uint8Array(), digestOf(text));
  const entry = append(sql, log, nowMs, {
    type: "deferral",
    actor: keyActor(keyId),
    subject: actionId,
    body: { action: actionId, deferred_at: entryIdx, outcome: "supplied", commitments: { facts } },
  });
  insertEvidence(sql, entry.index, actionId, salt, text);
  // It is judged to its end with them.
  sql.dropEvaluation(actionId);
}

/** Ends those whose time has run out, `batchMax` at a time; gives their actions. Inside a transaction. */
export function expireDeferrals(
  sql: Statements,
  log: string,
  nowMs: number,
  batchMax: number,
): readonly string[] {
  const rows = sql.expiredDeferrals(nowMs, batchMax);
  for (const row of rows) {
    sql.settleDeferral(row.entry_idx, "expired");
    // What it would still have been found to be is of no use any more.
    sql.dropEvaluation(row.action_id);
    sql.setActionStatus(row.action_id, "expired", nowMs);
    append(sql, log, nowMs, {
      type: "deferral",
      actor: SYSTEM,
      subject: row.action_id,
      body: {
        action: row.action_id,
        deferred_at: row.entry_idx,
        outcome: "expired",
        commitments: { facts: null },
      },
    });
  }
  return rows.map((row) => row.action_id);
}
