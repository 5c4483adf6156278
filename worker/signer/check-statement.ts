/** What may be signed as what. Pure; the signer signs nothing that has not been through here. */
import { parseAlertStatement } from "../../core/alert.ts";
import type { StatementKind } from "../../core/dsse.ts";
import { utf8 } from "../../core/encoding.ts";
import {
  parseHeadStatement,
  parseReceiptStatement,
  STATEMENT_FAULTS,
  type StatementFault,
} from "../../core/receipt.ts";

/** Null where `statement` may be signed as `kind`, else why not: our own words, nothing of the statement's. */
export function refuseStatement(kind: StatementKind, statement: string): string | null {
  const fault =
    kind === "head"
      ? headFault(statement)
      : kind === "alert"
        ? alertFault(statement)
        : receiptFault(kind, statement);
  return fault === null ? null : STATEMENT_FAULTS[fault];
}

function headFault(statement: string): StatementFault | null {
  const head = parseHeadStatement(utf8(statement));
  return head.ok ? null : head.fault;
}

function alertFault(statement: string): StatementFault | null {
  const alert = parseAlertStatement(utf8(statement));
  return alert.ok ? null : alert.fault;
}

function receiptFault(kind: StatementKind, statement: string): StatementFault | null {
  const receipt = parseReceiptStatement(utf8(statement));
  if (!receipt.ok) return receipt.fault;
  return receipt.value.kind === kind ? null : "kind";
}
