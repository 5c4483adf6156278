/** An action as docs/api.md has it. */
import type { Envelope } from "../../core/dsse.ts";
import type { Finding } from "../../core/policy/decision.ts";
import { receiptKindOf } from "../../core/receipt.ts";
import type { ActionState, DecisionRecord, ErasedRecord, LateDecision } from "../../durable-objects/rpc.ts";

/** What is said of a finding. Never the text that was caught (invariant I13). */
function findingView(finding: Finding) {
  const { policy, rule, severity, part, pointer, start, end, key, item, score } = finding;
  const { reason, suggestion, observed, settled } = finding;
  return {
    ...{ policy, rule, severity, part, pointer, start, end, key },
    ...(item === undefined ? {} : { item }),
    ...(score === undefined ? {} : { score }),
    ...{ reason, suggestion, observed, settled },
  };
}

/** The fields that a dry run and a recorded action share. */
export function decisionView(record: DecisionRecord | ErasedRecord) {
  return {
    decision: record.decision,
    mode: record.mode,
    would_decide: record.wouldDecide,
    findings: record.findings.map(findingView),
    obligations: record.obligations.map(({ policy, rule, type, method, pointer, start, end, observed }) => ({
      policy,
      rule,
      type,
      method,
      pointer,
      start,
      end,
      observed,
    })),
    provisional: record.provisional,
    fuel: record.fuel,
    bundles: record.bundles,
    engine: record.engine,
    action_digest: record.actionDigest,
    input_digest: record.inputDigest,
    /** The payload that goes instead of the one submitted. */
    payload: record.changed?.payload ?? null,
    changed: record.changed && {
      action_digest: record.changed.actionDigest,
      input_digest: record.changed.inputDigest,
    },
  };
}

/** What the full evaluation of an action that passed provisionally came to. */
function lateView({ record, entry, confirmed }: LateDecision) {
  return {
    decision: record.decision,
    confirmed,
    findings: record.findings.map(findingView),
    bundles: record.bundles,
    ledger: { index: entry.index, leaf: entry.leaf },
  };
}

/** `envelope` is the receipt of an action that passed, or the denial proof of one that did not. */
export function actionView(state: ActionState, envelope: Envelope | null, origin: string) {
  const kind = receiptKindOf(state.record);
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
    deferral: state.deferral && {
      status: state.deferral.status,
      expires_at: new Date(state.deferral.expiresAtMs).toISOString(),
    },
    delivery: state.delivery,
    late_decision: state.late && lateView(state.late),
    outcome: state.outcome,
    ledger: { index: state.entry.index, leaf: state.entry.leaf },
    /** Opens the commitments in entry and receipt; null once the payloads were erased. */
    salt: state.salt,
    erased_at: state.erasedAtMs === null ? null : new Date(state.erasedAtMs).toISOString(),
    receipt: kind === "denial_proof" ? null : envelope,
    ...(kind === "denial_proof" ? { denial_proof: envelope } : {}),
    created_at: new Date(state.createdAtMs).toISOString(),
  };
}
