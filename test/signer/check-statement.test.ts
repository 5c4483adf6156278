import { describe, expect, it } from "vitest";
import type { StatementKind } from "../../core/dsse.ts";
import { toBase64, toBase64Url } from "../../core/encoding.ts";
import { epochStatement } from "../../core/epoch.ts";
import { publicJwk } from "../../core/keys.ts";
import { STATEMENT_FAULTS } from "../../core/receipt.ts";
import { rotationStatement } from "../../core/rotation.ts";
import { refuseStatement } from "../../worker/signer/check-statement.ts";
import { alertEntry, alertMessage, decisionEntry, statementOf, webhookMessage } from "../dispatcher/order.ts";

const MESSAGE = webhookMessage("https://hooks.example.com/in");
const STATEMENTS: Readonly<Record<StatementKind, string>> = {
  receipt: statementOf(decisionEntry(MESSAGE)),
  observed_receipt: statementOf(decisionEntry(MESSAGE, { mode: "observe" }), "observed_receipt"),
  provisional_receipt: statementOf(decisionEntry(MESSAGE, { provisional: true }), "provisional_receipt"),
  alert: statementOf(alertEntry(alertMessage("https://hooks.example.com/in")), "alert"),
  denial_proof: statementOf(decisionEntry(MESSAGE, { decision: "block" }), "denial_proof"),
  rotation: rotationStatement({
    log: "gw.test/acme",
    use: "receipt",
    index: 4,
    old: publicJwk(toBase64Url(new Uint8Array(32).fill(1)), "receipt"),
    new: publicJwk(toBase64Url(new Uint8Array(32).fill(2)), "receipt"),
    time: "2026-11-21T10:00:00.000Z",
  }),
  epoch: epochStatement({
    log: "gw.test/acme",
    epoch: 2,
    old: { size: 9, root: toBase64(new Uint8Array(32)) },
    base: { size: 4, root: toBase64(new Uint8Array(32).fill(1)) },
    reason: "restored",
    time: "2026-11-21T10:00:00.000Z",
  }),
};
/** Signed by methods of their own: nobody hands in what two keys, or an operator, are to say. */
const NEVER: readonly StatementKind[] = ["rotation", "epoch"];
const KINDS = Object.keys(STATEMENTS) as StatementKind[];

describe("refuseStatement", () => {
  it.each(KINDS.flatMap((kind) => KINDS.map((other) => [kind, other] as const)))(
    "%s, to be signed as %s",
    (kind, other) => {
      expect(refuseStatement(other, STATEMENTS[kind]) === null).toBe(kind === other && !NEVER.includes(kind));
    },
  );

  it("says why in words of its own", () => {
    expect(refuseStatement("receipt", "hunter2")).toBe(STATEMENT_FAULTS.not_json);
    expect(refuseStatement("receipt", `${STATEMENTS.receipt} `)).toBe(STATEMENT_FAULTS.not_canonical);
    expect(refuseStatement("receipt", STATEMENTS.alert)).toBe(STATEMENT_FAULTS.shape);
    expect(refuseStatement("receipt", STATEMENTS.denial_proof)).toBe(STATEMENT_FAULTS.kind);
    expect(refuseStatement("alert", STATEMENTS.receipt)).toBe(STATEMENT_FAULTS.shape);
  });

  it("refuses a lone surrogate, which would be signed as another character", () => {
    const statement = STATEMENTS.receipt.replace('"allow"', '"\ud800"');
    expect(refuseStatement("receipt", statement)).not.toBeNull();
  });
});
