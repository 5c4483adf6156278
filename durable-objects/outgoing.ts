/** What a delivery sends, and on what proof: the message of a decision that let it pass, or that of an alert. */
import type { AlertBody } from "../core/alert.ts";
import type { SentMessage } from "../core/message.ts";
import { type ReceiptKind, receiptKind } from "../core/receipt.ts";
import { storedEntry } from "./ledger.ts";
import type { DecisionRecord } from "./rpc.ts";
import type { Statements } from "./statements.ts";

export interface Outgoing {
  /** Of the statement that has to be signed; null where the decision lets nothing pass. */
  readonly kind: ReceiptKind | "alert" | null;
  readonly target: { readonly name: string; readonly revision: number } | null;
  readonly message: SentMessage | null;
  /** Base64url; opens the entry's commitment to the message. */
  readonly salt: string;
}

export function outgoing(sql: Statements, entryIdx: number): Outgoing {
  const stored = sql.decision(entryIdx);
  if (stored === null) return outgoingAlert(sql, entryIdx);
  const { decision, mode, wouldDecide, provisional, target } = JSON.parse(stored.record) as DecisionRecord;
  return {
    kind: receiptKind({ decision, mode, would_decide: wouldDecide, provisional }),
    target: target && { name: target.name, revision: target.revision },
    message: stored.message === null ? null : (JSON.parse(stored.message) as SentMessage),
    salt: stored.salt,
  };
}

function outgoingAlert(sql: Statements, entryIdx: number): Outgoing {
  const { type, body } = JSON.parse(storedEntry(sql, entryIdx).text) as { type: string; body: AlertBody };
  const evidence = sql.evidence(entryIdx);
  if (type !== "alert" || evidence === null)
    throw new Error(`couldn't read what entry ${entryIdx} sends: it is neither a decision nor an alert`);
  return {
    kind: "alert",
    target: body.target,
    message: JSON.parse(evidence.text) as SentMessage,
    salt: evidence.salt,
  };
}
