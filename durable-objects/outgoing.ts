/** What a delivery sends, and on what proof: the message of a decision that let it pass, or that of an alert. */
import type { AlertBody } from "../core/alert.ts";
import type { SentMessage } from "../core/message.ts";
import { type ReceiptKind, receiptKindOf } from "../core/receipt.ts";
import { storedEntry } from "./ledger.ts";
import { findEvidence, plainRecord, readKept, readPayload } from "./records.ts";
import type { Statements } from "./statements.ts";

export interface Outgoing {
  /** Of the statement that has to be signed; null where the decision lets nothing pass. */
  readonly kind: ReceiptKind | "alert" | null;
  readonly target: { readonly name: string; readonly revision: number } | null;
}

export interface OutgoingMessage {
  readonly message: SentMessage | null;
  /** Base64url; opens the entry's commitment to the message. */
  readonly salt: string;
}

export function outgoing(sql: Statements, entryIdx: number): Outgoing {
  const record = plainRecord(sql, entryIdx);
  if (record === null) return { kind: "alert", target: alertAt(sql, entryIdx).target };
  const { target } = record;
  return {
    kind: receiptKindOf(record),
    target: target && { name: target.name, revision: target.revision },
  };
}

/** What is sent is not erased before it was. Throws `NotHere` where it has to be fetched first. */
export function outgoingMessage(sql: Statements, entryIdx: number): OutgoingMessage {
  if (plainRecord(sql, entryIdx) === null) {
    const evidence = findEvidence(sql, entryIdx);
    if (evidence === null) throw new Error(`couldn't read what entry ${entryIdx} sends`);
    return { message: JSON.parse(evidence.text) as SentMessage, salt: evidence.salt };
  }
  const decision = readKept(sql, entryIdx);
  const { message } = readPayload(sql, decision);
  const { salt } = decision.brief;
  return { message: message === null ? null : (JSON.parse(message) as SentMessage), salt };
}

function alertAt(sql: Statements, entryIdx: number): AlertBody {
  const { type, body } = JSON.parse(storedEntry(sql, entryIdx).text) as { type: string; body: AlertBody };
  if (type !== "alert")
    throw new Error(`couldn't read what entry ${entryIdx} sends: it is neither a decision nor an alert`);
  return body;
}
