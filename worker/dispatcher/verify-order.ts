/**
 * The proof that an order must bring: a signed, committed decision that lets exactly these bytes pass to exactly this
 * target; or a signed, committed alert, which these bytes are. Nothing else in the order is believed. No I/O, no clock.
 */
import { type AlertStatement, parseAlertStatement, renderAlert } from "../../core/alert.ts";
import type { SendOrder } from "../../core/dispatch.ts";
import { type Envelope, openEnvelope } from "../../core/dsse.ts";
import { fromBase64Url } from "../../core/encoding.ts";
import { commit, SALT_BYTES } from "../../core/ledger/commitment.ts";
import { messageDigest } from "../../core/message.ts";
import { parseReceiptStatement, type ReceiptStatement } from "../../core/receipt.ts";
import { ok, type Result, refuse } from "../../core/result.ts";

/** A closed list, in words for an operator. None holds anything of the order. */
export const ORDER_FAULTS = {
  order: "The order is malformed.",
  signature: "The receipt is not signed by a receipt key of this deployment.",
  statement: "The receipt's statement is malformed or contradicts itself.",
  log: "The receipt is of another log.",
  action: "The receipt is for another action.",
  decision: "The receipt's decision does not let the action pass, or the message is not the alert's.",
  target: "The receipt is for another target.",
  revision: "The target has changed since the decision.",
  transport: "The message is for another kind of target.",
  salt: "The salt is malformed.",
  message: "The message is not the one that was judged.",
  endpoint: "The message goes elsewhere than the target's configuration says.",
  credentials: "The credentials do not open for this tenant, target and endpoint.",
} as const;
export type OrderFault = keyof typeof ORDER_FAULTS;

/**
 * The statement, from exactly the bytes that one of `keys` signed as a receipt of any kind or as an alert. A denial proof
 * has a payload type of its own, and so can never be opened here.
 */
export async function openReceipt(
  envelope: Envelope,
  keys: readonly CryptoKey[],
): Promise<Result<ReceiptStatement | AlertStatement, OrderFault>> {
  for (const kind of ["receipt", "observed_receipt", "provisional_receipt"] as const) {
    const bytes = await openEnvelope(kind, envelope, keys);
    if (bytes === null) continue;
    // Leaf, canonical form and kind are checked by the parser.
    const statement = parseReceiptStatement(bytes);
    return statement.ok && statement.value.kind === kind ? statement : refuse("statement");
  }
  const alert = await openEnvelope("alert", envelope, keys);
  if (alert === null) return refuse("signature");
  const statement = parseAlertStatement(alert);
  return statement.ok ? statement : refuse("statement");
}

/** Whether the proof covers the order: log, action, decision, target, revision, and the message to its last byte. */
export function checkOrder(
  statement: ReceiptStatement | AlertStatement,
  order: SendOrder,
): Result<null, OrderFault> {
  const { entry } = statement;
  const { target, commitments } = entry.body;
  if (entry.log !== order.log) return refuse("log");
  if (entry.subject !== order.actionId) return refuse("action");
  const passes = statement.kind === "alert" ? tellsAlert(statement, order) : letsPass(statement);
  if (!passes) return refuse("decision");
  if (target === null || target.name !== order.target.name) return refuse("target");
  if (target.revision !== order.target.revision) return refuse("revision");
  if (order.message.transport !== order.target.kind) return refuse("transport");
  const salt = fromBase64Url(order.salt);
  if (salt?.length !== SALT_BYTES) return refuse("salt");
  if (commit("message", salt, messageDigest(order.message)) !== commitments.message) return refuse("message");
  return ok(null);
}

const letsPass = ({ entry: { body } }: ReceiptStatement): boolean =>
  body.decision === "allow" || body.decision === "modify";

/** Nothing was judged: so an alert's signature is good for the alert that its entry tells, and for no other content. */
function tellsAlert({ entry }: AlertStatement, { message, target }: SendOrder): boolean {
  const alert = renderAlert(entry.subject, entry.body, target);
  return alert !== null && messageDigest(alert) === messageDigest(message);
}
