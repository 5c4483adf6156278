/**
 * The proof that an order must bring: a signed, committed decision that lets exactly these bytes pass to exactly this
 * target. Nothing else in the order is believed. No I/O, no clock.
 */
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
  decision: "The receipt's decision does not let the action pass.",
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
 * The statement, from exactly the bytes that one of `keys` signed as a receipt or an observed receipt. A denial proof has
 * a payload type of its own, and so can never be opened here.
 */
export async function openReceipt(
  envelope: Envelope,
  keys: readonly CryptoKey[],
): Promise<Result<ReceiptStatement, OrderFault>> {
  for (const kind of ["receipt", "observed_receipt"] as const) {
    const bytes = await openEnvelope(kind, envelope, keys);
    if (bytes === null) continue;
    // Leaf, canonical form and kind are checked by the parser.
    const statement = parseReceiptStatement(bytes);
    return statement.ok && statement.value.kind === kind ? statement : refuse("statement");
  }
  return refuse("signature");
}

/** Whether the receipt covers the order: log, action, decision, target, revision, and the message to its last byte. */
export function checkOrder({ entry }: ReceiptStatement, order: SendOrder): Result<null, OrderFault> {
  const { decision, target, commitments } = entry.body;
  if (entry.log !== order.log) return refuse("log");
  if (entry.subject !== order.actionId) return refuse("action");
  if (decision !== "allow" && decision !== "modify") return refuse("decision");
  if (target === null || target.name !== order.target.name) return refuse("target");
  if (target.revision !== order.target.revision) return refuse("revision");
  if (order.message.transport !== order.target.kind) return refuse("transport");
  const salt = fromBase64Url(order.salt);
  if (salt?.length !== SALT_BYTES) return refuse("salt");
  if (commit("message", salt, messageDigest(order.message)) !== commitments.message) return refuse("message");
  return ok(null);
}
