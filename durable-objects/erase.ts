/**
 * Erasing what an action's decisions were made from. The log keeps its entries, which hold ids and commitments alone, and says
 * that it was done, by whom; what would open the commitments, the salts, goes with the payloads.
 */
import { fromBase64Url } from "../core/encoding.ts";
import { digestOf } from "../core/hash.ts";
import type { JsonObject } from "../core/json.ts";
import { commit } from "../core/ledger/commitment.ts";
import type { Actor, PayloadErasedBody } from "../core/ledger/entry.ts";
import { hideIdempotency } from "./idempotency.ts";
import { append, keyActor } from "./ledger.ts";
import { destroyRecords, findDecision, insertEvidence, recordsOf } from "./records.ts";
import type { Author, ErasureOrder, ErasureResult } from "./rpc.ts";
import type { ActionRow, Statements } from "./statements.ts";

/** Nothing more of it is needed: not for a person, for facts, for an evaluation, or to be sent. */
export function isErasable(sql: Statements, row: ActionRow): boolean {
  if (row.status === "held" || row.status === "deferred" || row.status === "dispatching") return false;
  const owed = sql.evaluation(row.id);
  if (owed !== null && owed.finished_idx === null) return false;
  return sql.deliveriesOf(row.id).every(({ state }) => state !== "queued" && state !== "sending");
}

/** Inside a transaction. What was erased before stays as it is, without a second entry. */
export function eraseAction(
  sql: Statements,
  log: string,
  nowMs: number,
  actionId: string,
  author: Author,
  { reason, salt, subjects }: ErasureOrder,
): ErasureResult {
  const row = sql.action(actionId);
  if (row === null) return { kind: "not_found" };
  if (!isErasable(sql, row)) return { kind: "waiting", status: row.status };
  const forgets = subjects && (row.agent !== null || row.user !== null);
  if (row.erased_at !== null && !forgets) {
    const entryIdx = findDecision(sql, row.entry_idx)?.erasedIdx ?? row.entry_idx;
    return { kind: "erased", erasedAtMs: row.erased_at, entryIdx };
  }
  const saltBytes = fromBase64Url(salt) ?? new Uint8Array();
  const entryIdx = erase(sql, log, nowMs, keyActor(author.keyId), actionId, [row], {
    cause: "request",
    subjects: forgets,
    commitments: { reason: reason === null ? null : commit("reason", saltBytes, digestOf(reason)) },
  });
  // Of no action: why something was erased is not erased with it.
  if (reason !== null) insertEvidence(sql, entryIdx, null, salt, reason);
  return { kind: "erased", erasedAtMs: row.erased_at ?? nowMs, entryIdx };
}

/** Erases actions that are erasable, under one entry, whose index it gives. Inside a transaction. */
export function erase(
  sql: Statements,
  log: string,
  nowMs: number,
  actor: Actor,
  subject: string,
  rows: readonly ActionRow[],
  how: Omit<PayloadErasedBody, "entries">,
): number {
  const entries = rows.flatMap(({ id }) => recordsOf(sql, id)).sort((a, b) => a - b);
  const body: PayloadErasedBody = { ...how, entries };
  const { index } = append(sql, log, nowMs, {
    type: "payload.erased",
    actor,
    subject,
    body: body as unknown as JsonObject,
  });
  for (const row of rows) {
    destroyRecords(sql, row.id, index);
    sql.eraseDeliveries(row.id);
    sql.eraseTerms("recipient", row.seq);
    hideIdempotency(sql, row.id);
    sql.setErased(row.id, row.erased_at ?? nowMs);
  }
  if (how.subjects) for (const row of rows) forgetSubjects(sql, row);
  return index;
}

/**
 * Takes the agent, and the person on whose behalf, from the action, and forgets whom their opaque ids stand for, unless an action
 * that still has its payload names them too. The key's owner stays: keys are configuration.
 */
function forgetSubjects(sql: Statements, { id, agent, user }: ActionRow): void {
  sql.forgetClaims(id);
  if (agent !== null && !sql.namesAgent(agent)) {
    sql.forgetAgent(agent);
    sql.deleteSubject("agent", agent);
  }
  if (user !== null && !sql.namesPerson(user)) {
    sql.forgetUser(user);
    sql.deleteSubject("person", user);
  }
}
