/** From a submitted action to a decision: the steps that a submission, a dry run, an approval and supplied facts have in common. */
import { type Action, actionDigest } from "../../core/action.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { toBase64Url } from "../../core/encoding.ts";
import type { SuppliedFacts } from "../../core/facts.ts";
import { type Digest, digestOf } from "../../core/hash.ts";
import { commit } from "../../core/ledger/commitment.ts";
import type { DecisionBody } from "../../core/ledger/entry.ts";
import { type Message, messageDigest, type SentMessage } from "../../core/message.ts";
import type { Binding } from "../../core/policy/binding.ts";
import { type Decision, type PolicyRun, refusal } from "../../core/policy/decision.ts";
import type { EngineRule } from "../../core/policy/engine-rules.ts";
import { type PolicyInput, policyInput } from "../../core/policy/input.ts";
import { rulesFired } from "../../core/policy/rules-fired.ts";
import type { Principal } from "../../core/principal.ts";
import { recipientsOf } from "../../core/recipients.ts";
import { titleOf } from "../../core/title.ts";
import type { DecisionDraft, DecisionRecord, TenantConfig } from "../../durable-objects/rpc.ts";
import { ENGINE_ID } from "../evaluate/host.ts";
import type { Effort, Engine } from "../evaluate/judge.ts";
import { type ChangedAction, type Decided, decide } from "./decide.ts";
import { isTooLarge } from "./decision-size.ts";
import { newId, newSalt } from "./random.ts";
import type { Rendered } from "./render.ts";

export interface Judged {
  readonly action: Action;
  readonly principal: Principal;
  /** Of the action as it would go: as changed by obligations, where there were any. */
  readonly rendered: Rendered;
  readonly input: PolicyInput;
  readonly changed: ChangedAction | null;
  readonly decision: Decision;
  readonly bindings: readonly Binding[];
  readonly discharged: readonly string[] | undefined;
  readonly record: DecisionRecord;
  readonly salt: Uint8Array;
}

export interface JudgeOptions {
  /** Keys of the findings that a reviewer approved. */
  readonly discharged?: ReadonlySet<string>;
  /** A rule of the gate's own that blocks before any policy is asked. */
  readonly refusedBy?: EngineRule;
  readonly effort?: Effort;
  /** The action's, where it was judged before: what is hashed in it must come out the same. */
  readonly salt?: Uint8Array;
  /** Facts that were supplied for it. */
  readonly supplied?: SuppliedFacts;
  /** What its policies are given; left out, it is made of action, principal and message. */
  readonly input?: PolicyInput;
  /** What they were given of the action as changed, where it was judged before. */
  readonly changedInput?: PolicyInput | null;
}

export async function judgeAction(
  engine: Engine,
  config: TenantConfig,
  action: Action,
  principal: Principal,
  rendered: Rendered,
  {
    discharged,
    refusedBy,
    effort = "fast",
    salt = newSalt(),
    supplied,
    input: given,
    changedInput = null,
  }: JudgeOptions = {},
): Promise<Judged> {
  const input = given ?? policyInput(action, principal, rendered.message, supplied);
  const refused = (rule: EngineRule): Decided => ({
    ...{ decision: refusal(rule), bindings: [], changed: null, rendered },
  });
  const made = refusedBy
    ? refused(refusedBy)
    : await decide({
        engine,
        config,
        action,
        principal,
        rendered,
        input,
        changedInput,
        effort,
        salt,
        discharged,
      });
  const decided = isTooLarge(input, made, [...(discharged ?? [])]) ? refused("DECISION_TOO_LARGE") : made;
  const { decision, changed } = decided;
  const revision = rendered.target?.revision ?? null;
  const record: DecisionRecord = {
    decision: decision.outcome,
    mode: decision.mode,
    wouldDecide: decision.wouldDecide,
    findings: decision.findings,
    obligations: decision.obligations,
    fuel: decision.policies.reduce((sum, { fuel }) => sum + fuel, 0),
    provisional: decision.unfinished && passes(decision.outcome),
    unfinished: decision.unfinished,
    bundles: decision.bundles,
    engine: ENGINE_ID,
    actionDigest: actionDigest(action, revision),
    inputDigest: digestOf(input.text),
    changed: changed && {
      payload: changed.action.body.payload,
      payloadDigest: digestOf(canonicalJson(changed.action.body.payload)),
      actionDigest: actionDigest(changed.action, revision),
      inputDigest: digestOf(changed.input.text),
    },
    target: rendered.target && {
      name: rendered.target.name,
      revision: rendered.target.revision,
      kind: rendered.target.kind,
    },
  };
  return { ...decided, action, principal, input, discharged: discharged && [...discharged], record, salt };
}

export const passes = (outcome: Decision["outcome"]): boolean => outcome === "allow" || outcome === "modify";

/** What the ledger is asked to write, before it is sealed (seal.ts). `actionId` is given where an action is judged again. */
export function decisionDraft(judged: Judged, revision: number, actionId = newId("act")): DecisionDraft {
  const { action, bindings, changed, decision, input, principal, record, rendered, salt } = judged;
  const message: Digest | null = rendered.message && messageDigest(rendered.message);
  return {
    revision,
    actionId,
    approvalId: newId("apr"),
    deliveryId: newId("dlv"),
    principal,
    surface: action.body.surface,
    resource: {
      folder: action.body.resource?.folder ?? null,
      dataClass: action.body.resource?.data_class ?? null,
    },
    recipients: recipientsOf(action.body.payload),
    // Shown in lists: of what would go.
    title: titleOf((changed?.action ?? action).body),
    tool: action.body.tool ?? null,
    target: action.body.target ?? null,
    salt: toBase64Url(salt),
    record,
    rules: rulesFired(decision.findings),
    policies: decision.policies.map((run) => policyEntry(run, salt)),
    shadow: decision.shadow && {
      bundles: decision.shadow.bundles,
      decision: decision.shadow.outcome,
      policies: decision.shadow.policies.map((run) => policyEntry(run, salt)),
      rules: rulesFired(decision.shadow.findings),
    },
    bindings,
    discharged: judged.discharged
      ? {
          keys: judged.discharged,
          commitment: commit("discharged", salt, digestOf(canonicalJson([...judged.discharged]))),
        }
      : null,
    commitments: {
      action: commit("action", salt, record.actionDigest),
      changed: record.changed && {
        action: commit("changed_action", salt, record.changed.actionDigest),
        input: commit("changed_input", salt, record.changed.inputDigest),
      },
      input: commit("input", salt, record.inputDigest),
      message: message && commit("message", salt, message),
    },
    input: input.text,
    changedInput: changed?.input.text ?? null,
    verdicts: {
      decision: decision.policies.map(({ verdict }) => verdict),
      shadow: decision.shadow?.policies.map(({ verdict }) => verdict) ?? null,
    },
    message: rendered.message && passes(record.decision) ? toSend(rendered.message) : null,
  };
}

/** One policy's part, as entry and receipt have it. The verdict is committed to: its spans lie in somebody's text. */
function policyEntry(run: PolicyRun, salt: Uint8Array): DecisionBody["policies"][number] {
  const { name, policyId, execId, profileId, bundle, fuel, fuelLimit, error, pass, verdict } = run;
  // Members of entries are in order, so that the object can write them at once (core/canonical-json.ts).
  return {
    bundle,
    error,
    exec_id: execId,
    fuel,
    fuel_limit: fuelLimit,
    name,
    pass,
    policy_id: policyId,
    profile_id: profileId,
    verdict: commit("verdict", salt, digestOf(verdict)),
  };
}

/** Only a message that may go is stored as one; the outbox row is written where there is one. */
function toSend({ transport, endpoint, mediaType, body }: Message): SentMessage {
  return { transport, endpoint, mediaType, body };
}
