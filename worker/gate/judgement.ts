/** From a submitted action to a decision: the steps that a submission, a dry run and an approval have in common. */
import { type Action, actionDigest } from "../../core/action.ts";
import { toBase64Url } from "../../core/encoding.ts";
import { type Digest, digestOf } from "../../core/hash.ts";
import { commit } from "../../core/ledger/commitment.ts";
import { type Message, messageDigest, type SentMessage } from "../../core/message.ts";
import { combine, type Decision, refusal } from "../../core/policy/decision.ts";
import type { EngineRule } from "../../core/policy/engine-rules.ts";
import { type PolicyInput, policyInput } from "../../core/policy/input.ts";
import type { Principal } from "../../core/principal.ts";
import { ok, type Result, refuse } from "../../core/result.ts";
import { titleOf } from "../../core/title.ts";
import { findTransport } from "../../core/transport/table.ts";
import type { Target } from "../../core/transport/transport.ts";
import type { InvalidIssue } from "../../core/validate.ts";
import type { DecisionCommit, DecisionRecord, TenantConfig } from "../../durable-objects/rpc.ts";
import { ENGINE_ID } from "../evaluate/host.ts";
import { judge } from "../evaluate/judge.ts";
import { rulesFired } from "./answer.ts";
import { newId, newSalt } from "./random.ts";

/** Where an action goes, and what would be sent there; both null where the gate only clears. */
export interface Rendered {
  readonly target: Target | null;
  readonly message: Message | null;
}

export type RenderFault =
  | { readonly code: "unknown_target" }
  | { readonly code: "target_surface" }
  | { readonly code: "invalid_payload"; readonly issues: readonly InvalidIssue[] };

/** Renders the message before the decision, so that what is judged is what is sent (invariant I12). */
export function renderAction(config: TenantConfig, { body }: Action): Result<Rendered, RenderFault> {
  if (body.target === undefined) return ok({ target: null, message: null });
  const target = config.targets.find(({ name }) => name === body.target);
  const transport = target && findTransport(target.kind);
  if (!target || !transport) return refuse({ code: "unknown_target" });
  if (!target.surfaces.includes("*") && !target.surfaces.includes(body.surface))
    return refuse({ code: "target_surface" });
  const message = transport.render(body, target.config);
  return message.ok
    ? ok({ target, message: message.value })
    : refuse({ code: "invalid_payload", issues: message.fault.issues });
}

export interface Judged {
  readonly action: Action;
  readonly principal: Principal;
  readonly rendered: Rendered;
  readonly input: PolicyInput;
  readonly decision: Decision;
  readonly record: DecisionRecord;
}

export interface JudgeOptions {
  /** Keys of the findings that a reviewer approved. */
  readonly discharged?: ReadonlySet<string>;
  /** A rule of the gate's own that blocks before any policy is asked. */
  readonly refusedBy?: EngineRule;
}

export async function judgeAction(
  config: TenantConfig,
  action: Action,
  principal: Principal,
  rendered: Rendered,
  options: JudgeOptions = {},
): Promise<Judged> {
  const input = policyInput(action, principal, rendered.message);
  const decision = options.refusedBy
    ? refusal(options.refusedBy)
    : combine(await judge(config, action, principal, input), options.discharged);
  const { target } = rendered;
  const record: DecisionRecord = {
    decision: decision.outcome,
    mode: decision.mode,
    wouldDecide: decision.wouldDecide,
    findings: decision.findings,
    bundles: decision.bundles,
    engine: ENGINE_ID,
    actionDigest: actionDigest(action, target?.revision ?? null),
    inputDigest: digestOf(input.text),
    target: target && { name: target.name, revision: target.revision, kind: target.kind },
  };
  return { action, principal, rendered, input, decision, record };
}

/** What the ledger is asked to write. `actionId` is given where an action is judged again. */
export function decisionCommit(judged: Judged, revision: number, actionId = newId("act")): DecisionCommit {
  const { action, decision, input, principal, record, rendered } = judged;
  const salt = newSalt();
  const passes = record.decision === "allow" || record.decision === "modify";
  const message: Digest | null = rendered.message && messageDigest(rendered.message);
  return {
    revision,
    actionId,
    approvalId: newId("apr"),
    deliveryId: newId("dlv"),
    principal,
    surface: action.body.surface,
    title: titleOf(action.body),
    salt: toBase64Url(salt),
    record,
    rules: rulesFired(decision),
    policies: decision.policies.map(({ name, policyId, bundle, error }) => ({
      name,
      policy_id: policyId,
      bundle,
      error,
    })),
    commitments: {
      action: commit("action", salt, record.actionDigest),
      input: commit("input", salt, record.inputDigest),
      message: message && commit("message", salt, message),
    },
    input: input.text,
    message: rendered.message && passes ? toSend(rendered.message) : null,
  };
}

/** Only a message that may go is stored as one; the outbox row is written where there is one. */
function toSend({ transport, endpoint, mediaType, body }: Message): SentMessage {
  return { transport, endpoint, mediaType, body };
}
