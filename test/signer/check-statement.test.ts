import { describe, expect, it } from "vitest";
import type { StatementKind } from "../../core/dsse.ts";
import { headStatement, STATEMENT_FAULTS } from "../../core/receipt.ts";
import { refuseStatement } from "../../worker/signer/check-statement.ts";
import { alertEntry, alertMessage, decisionEntry, statementOf, webhookMessage } from "../dispatcher/order.ts";

const MESSAGE = webhookMessage("https://hooks.example.com/in");
const HEAD = headStatement({
  leaf: `sha256:${"a".repeat(64)}`,
  log: "gw.test/acme",
  size: 1,
  time: "2026-11-21T10:00:00.000Z",
});
const STATEMENTS: Readonly<Record<StatementKind, string>> = {
  receipt: statementOf(decisionEntry(MESSAGE)),
  observed_receipt: statementOf(decisionEntry(MESSAGE, { mode: "observe" }), "observed_receipt"),
  provisional_receipt: statementOf(decisionEntry(MESSAGE, { provisional: true }), "provisional_receipt"),
  alert: statementOf(alertEntry(alertMessage("https://hooks.example.com/in")), "alert"),
  denial_proof: statementOf(decisionEntry(MESSAGE, { decision: "block" }), "denial_proof"),
  head: HEAD,
};
const KINDS = Object.keys(STATEMENTS) as StatementKind[];

describe("refuseStatement", () => {
  it.each(KINDS.flatMap((kind) => KINDS.map((other) => [kind, other] as const)))(
    "%s, to be signed as %s",
    (kind, other) => {
      expect(refuseStatement(other, STATEMENTS[kind]) === null).toBe(kind === other);
    },
  );

  it("says why in words of its own", () => {
    expect(refuseStatement("receipt", "hunter2")).toBe(STATEMENT_FAULTS.not_json);
    expect(refuseStatement("receipt", `${STATEMENTS.receipt} `)).toBe(STATEMENT_FAULTS.not_canonical);
    expect(refuseStatement("receipt", HEAD)).toBe(STATEMENT_FAULTS.shape);
    expect(refuseStatement("receipt", STATEMENTS.denial_proof)).toBe(STATEMENT_FAULTS.kind);
    expect(refuseStatement("head", STATEMENTS.receipt)).toBe(STATEMENT_FAULTS.shape);
    expect(refuseStatement("alert", STATEMENTS.receipt)).toBe(STATEMENT_FAULTS.shape);
  });

  it("refuses a lone surrogate, which would be signed as another character", () => {
    const statement = STATEMENTS.receipt.replace('"allow"', '"\ud800"');
    expect(refuseStatement("receipt", statement)).not.toBeNull();
  });
});
