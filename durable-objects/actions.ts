/** What callers do with an action afterwards: call it off, or report how it went. */
import { fromBase64Url } from "../core/encoding.ts";
import { digestOf } from "../core/hash.ts";
import { commit } from "../core/ledger/commitment.ts";
import { isWaiting } from "./commit.ts";
import { readKeys } from "./config.ts";
import { append, keyActor } from "./ledger.ts";
import { insertEvidence } from "./records.ts";
import type { Author, CancelResult, OutcomeResult } from "./rpc.ts";
import type { ActionRow, Statements } from "./statements.ts";

/** An action belongs to the key's owner; others are told that there is none. */
function ownAction(sql: Statements, id: string, { keyId }: Author): ActionRow | null {
  const row = sql.action(id);
  const owner = readKeys(sql).find((key) => key.id === keyId)?.owner;
  return row !== null && (row.key_id === keyId || row.owner === owner) ? row : null;
}

/** Inside a transaction. Too late once the provider may have been asked. */
export function cancelAction(
  sql: Statements,
  log: string,
  nowMs: number,
  id: string,
  author: Author,
): CancelResult["kind"] {
  const row = ownAction(sql, id, author);
  if (row === null) return "not_found";
  const delivery = row.status === "dispatching" ? sql.deliveryOf(id) : null;
  const unsent = delivery?.state === "queued" && delivery.attempts === 0;
  if (!isWaiting(row.status) && !unsent) return "too_late";
  const approval = sql.approvalOf(id, row.entry_idx);
  if (approval) sql.settleApproval(approval.id, "cancelled", nowMs, null, null);
  const deferral = sql.pendingDeferral(id);
  if (deferral) sql.settleDeferral(deferral.entry_idx, "cancelled");
  if (delivery && unsent) {
    sql.settleDelivery({ ...delivery, state: "cancelled", reason: "cancelled", updated_at: nowMs });
  }
  // Nothing of it was sent, so nothing is left to be found out.
  sql.dropEvaluation(id);
  sql.setActionStatus(id, "cancelled", nowMs);
  append(sql, log, nowMs, {
    type: "action.cancelled",
    actor: keyActor(author.keyId),
    subject: id,
    body: { action: id },
  });
  return "cancelled";
}

/** Inside a transaction. Only what the caller itself executes has an outcome to report, and one only. */
export function recordOutcome(
  sql: Statements,
  log: string,
  nowMs: number,
  id: string,
  author: Author,
  report: { readonly outcome: "succeeded" | "failed"; readonly detail: string | null; readonly salt: string },
): OutcomeResult["kind"] {
  const row = ownAction(sql, id, author);
  if (row === null) return "not_found";
  if (row.status !== "allowed" && row.status !== "approved") return "not_executable";
  if (row.outcome !== null) return "already_reported";
  sql.setActionOutcome(id, report.outcome, nowMs);
  const salt = fromBase64Url(report.salt) ?? new Uint8Array();
  // Of an action whose payloads were erased no further text is kept.
  const text = row.erased_at === null ? report.detail : null;
  const detail = text === null ? null : commit("outcome", salt, digestOf(text));
  const entry = append(sql, log, nowMs, {
    type: "action.outcome",
    actor: keyActor(author.keyId),
    subject: id,
    body: { action: id, outcome: report.outcome, commitments: { outcome: detail } },
  });
  if (text !== null) insertEvidence(sql, entry.index, id, report.salt, text);
  return "recorded";
}
