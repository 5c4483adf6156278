/** An action as docs/api.md has it. */
import type { Envelope } from "../../core/dsse.ts";
import type { Decision, Finding } from "../../core/policy/decision.ts";
import { receiptKind } from "../../core/receipt.ts";
import type { ActionState, DecisionRecord } from "../../durable-objects/rpc.ts";

/** What is said of a finding. Never the text that was caught (invariant I13). */
function findingView(finding: Finding) {
  const { policy, rule, severity, part, pointer, start, end, key, reason, suggestion, observed } = finding;
  return { policy, rule, severity, part, pointer, start, end, key, reason, suggestion, observed };
}

/** The fields that a dry run and a recorded action share. */
export function decisionView(record: DecisionRecord) {
  return {
    decision: record.decision,
    mode: record.mode,
    would_decide: record.wouldDecide,
    findings: record.findings.map(findingView),
    obligations: [],
    provisional: false,
    bundles: record.bundles,
    engine: record.engine,
    action_digest: record.actionDigest,
    input_digest: record.inputDigest,
    payload: null,
  };
}

/** `envelope` is the receipt of an action that passed, or the denial proof of one that did not. */
export function actionView(state: ActionState, envelope: Envelope | null, origin: string) {
  const kind = receiptKind({
    decision: state.record.decision,
    mode: state.record.mode,
    would_decide: state.record.wouldDecide,
  });
  return {
    id: state.id,
    status: state.status,
    ...decisionView(state.record),
    approval: state.approval && {
      id: state.approval.id,
      status: state.approval.status,
      url: `${origin}/review/${state.approval.id}`,
      expires_at: new Date(state.approval.expiresAtMs).toISOString(),
    },
    delivery: state.delivery,
    outcome: state.outcome,
    ledger: { index: state.entry.index, leaf: state.entry.leaf },
    /** Opens the commitments in entry and receipt. */
    salt: state.salt,
    receipt: kind === "denial_proof" ? null : envelope,
    ...(kind === "denial_proof" ? { denial_proof: envelope } : {}),
    created_at: new Date(state.createdAtMs).toISOString(),
  };
}

/** The rules that fired, each once, for entry and receipt: no place, no text. */
export function rulesFired(decision: Decision) {
  const counts = new Map<
    string,
    { policy: string; rule: string; severity: Finding["severity"]; observed: boolean; count: number }
  >();
  for (const { policy, rule, severity, observed } of decision.findings) {
    const key = `${policy} ${rule} ${severity} ${observed}`;
    const known = counts.get(key);
    if (known) known.count += 1;
    else counts.set(key, { policy, rule, severity, observed, count: 1 });
  }
  return [...counts.values()];
}
