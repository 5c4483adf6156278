/** From an action and the bindings to a decision: judged as submitted and, where obligations changed it, as it would go. */
import { type Action, parseAction } from "../../core/action.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { suppliedIn } from "../../core/facts.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { Binding } from "../../core/policy/binding.ts";
import { combine, combineChanged, type Decision, shadowOf, unsettled } from "../../core/policy/decision.ts";
import { type PolicyInput, policyInput } from "../../core/policy/input.ts";
import { redact } from "../../core/policy/obligation.ts";
import type { Principal } from "../../core/principal.ts";
import { ok } from "../../core/result.ts";
import type { TenantConfig } from "../../durable-objects/rpc.ts";
import { type Effort, type Engine, judge } from "../evaluate/judge.ts";
import { type Rendered, renderAction } from "./render.ts";

export interface Question {
  readonly engine: Engine;
  readonly config: Pick<TenantConfig, "bindings" | "bundles" | "targets">;
  readonly action: Action;
  readonly principal: Principal;
  readonly rendered: Rendered;
  /** Of the action as submitted. */
  readonly input: PolicyInput;
  /** Of the action as changed, where it was judged before: what was rendered then is what counts. */
  readonly changedInput?: PolicyInput | null;
  readonly effort: Effort;
  /** The action's. */
  readonly salt: Uint8Array;
  /** Keys of the findings that a reviewer approved. */
  readonly discharged: ReadonlySet<string> | undefined;
}

/** The action as obligations left it, with what its policies were given. */
export interface ChangedAction {
  readonly action: Action;
  readonly input: PolicyInput;
}

export interface Decided {
  readonly decision: Decision;
  /** Those that govern the action. */
  readonly bindings: readonly Binding[];
  /** Null where nothing was to be changed. */
  readonly changed: ChangedAction | null;
  /** Of the action as it would go. */
  readonly rendered: Rendered;
}

export async function decide(question: Question): Promise<Decided> {
  const { engine, config, action, principal, rendered, input, effort, discharged } = question;
  const { judgements, shadow } = await judge(engine, config, action, principal, input, effort);
  const first: Decision = {
    ...combine(judgements, discharged),
    shadow: shadow && shadowOf(combine(shadow, discharged)),
  };
  const bindings = judgements.map(({ binding }) => binding);
  const payload = changedPayload(action, first, question.salt);
  if (payload === null) return { decision: first, bindings, changed: null, rendered };
  const changed = withPayload(action, payload);
  const again = rendered.target === null ? ok(rendered) : renderAction(config, changed);
  const sent = again.ok ? again.value : { target: rendered.target, message: null };
  const before = question.changedInput ?? null;
  const isSame = before !== null && canonicalJson(payloadOf(before)) === canonicalJson(payload);
  const changedInput = isSame
    ? before
    : policyInput(changed, principal, sent.message, suppliedIn(input.document));
  // A candidate was judged beside the action as submitted.
  const bare = { ...config, bindings: config.bindings.map((binding) => ({ ...binding, shadow: null })) };
  const second = await judge(engine, bare, changed, principal, changedInput, effort);
  const decision = {
    ...combineChanged(first, combine(second.judgements, discharged), discharged),
    shadow: first.shadow,
  };
  return {
    // What a transport cannot send any more, such as a recipient that was masked, is refused.
    decision: again.ok || isSame ? decision : unsettled(decision),
    bindings,
    changed: { action: changed, input: changedInput },
    rendered: sent,
  };
}

/** What an enforcing binding's policies left of the payload. Null: nothing to change, or nothing that may go. */
function changedPayload(action: Action, { outcome, obligations }: Decision, salt: Uint8Array) {
  const asked = obligations.filter(({ observed }) => !observed);
  return asked.length === 0 || outcome === "block" ? null : redact(action.body.payload, asked, salt);
}

const payloadOf = ({ document }: PolicyInput): JsonObject =>
  (document.action as { readonly payload: JsonObject }).payload;

function withPayload({ body, context }: Action, payload: Action["body"]["payload"]): Action {
  const changed = parseAction({ action: { ...body, payload }, context } as unknown as Json);
  // Only strings of the payload were made shorter or masked: it is still an action.
  if (!changed.ok) throw new Error("couldn't read the action that obligations left");
  return changed.value;
}
