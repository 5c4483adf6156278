/** A stored action, judged again under the configuration in force: for an approval, with facts that were supplied, and where a full evaluation is owed. */
import { type Action, type ActionBody, type ActionContext, parseAction } from "../../core/action.ts";
import { fromBase64Url } from "../../core/encoding.ts";
import { type SuppliedFacts, suppliedIn } from "../../core/facts.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { EngineRule } from "../../core/policy/engine-rules.ts";
import type { PolicyInput } from "../../core/policy/input.ts";
import type { Principal } from "../../core/principal.ts";
import type { OwedEvaluation, TenantConfig } from "../../durable-objects/rpc.ts";
import type { Engine } from "../evaluate/judge.ts";
import { isInForce } from "./authenticate.ts";
import { type Judged, judgeAction } from "./judgement.ts";
import { Problem } from "./problem.ts";
import { type Rendered, renderAction } from "./render.ts";

export interface StoredAction {
  readonly action: ActionBody;
  readonly context: ActionContext;
  readonly principal: Principal;
  readonly supplied: SuppliedFacts;
}

/** From the canonical input that the gate wrote itself. */
export function readStored(input: string): StoredAction {
  const document = JSON.parse(input) as JsonObject;
  const { action, context, principal } = document as unknown as Omit<StoredAction, "supplied">;
  return { action, context, principal, supplied: suppliedIn(document) };
}

/**
 * Nobody waits for a fast answer any more, so it may have the full budget. `salt` is that of the decision before, `discharged`
 * what a reviewer approved.
 */
export function judgeAgain(
  engine: Engine,
  config: TenantConfig,
  stored: StoredAction,
  salt: Uint8Array,
  discharged?: ReadonlySet<string>,
): Promise<Judged> {
  const action = parseStored(stored);
  const { principal, supplied } = stored;
  const refusedBy = (rule: EngineRule) =>
    judgeAction(engine, config, action, principal, NOWHERE, { refusedBy: rule, salt, supplied });
  if (!maySubmit(config, principal)) return refusedBy("SUBMITTER_REVOKED");
  const rendered = renderAction(config, action);
  if (!rendered.ok) return refusedBy("TARGET_UNAVAILABLE");
  return judgeAction(engine, config, action, principal, rendered.value, {
    effort: "full",
    salt,
    supplied,
    ...(discharged ? { discharged } : {}),
  });
}

/** Whether the key that an action came with is still in force. */
export function maySubmit(config: TenantConfig, principal: Principal): boolean {
  const submitter = config.keys.find(({ id }) => id === principal.key);
  return submitter !== undefined && isInForce(submitter, Date.now());
}

/**
 * What has passed provisionally, judged to its end: on the very bytes that its policies were given. A key revoked or a target
 * deleted since then says nothing about whether it should have passed.
 */
export function judgeToEnd(
  engine: Engine,
  config: TenantConfig,
  { input, changedInput, record, salt }: Pick<OwedEvaluation, "input" | "changedInput" | "record" | "salt">,
): Promise<Judged> {
  const stored = readStored(input);
  const action = parseStored(stored);
  const rendered = renderAction(config, action);
  // Changed otherwise than it was, an action whose target is gone has nowhere to be rendered for: it counts as unsendable.
  const gone: Rendered = {
    target: record.target && { ...record.target, config: {}, surfaces: [] },
    message: null,
  };
  return judgeAction(engine, config, action, stored.principal, rendered.ok ? rendered.value : gone, {
    effort: "full",
    salt: saltOf(salt),
    input: inputOf(input),
    changedInput: changedInput === null ? null : inputOf(changedInput),
  });
}

/** From what is kept beside an entry. */
export function saltOf(text: string): Uint8Array {
  const salt = fromBase64Url(text);
  if (salt === null) throw new Error("couldn't read a salt that the gate wrote");
  return salt;
}

/** What policies were given, as it was kept. */
export const inputOf = (text: string): PolicyInput => ({ document: JSON.parse(text) as JsonObject, text });

const NOWHERE: Rendered = { target: null, message: null };

function parseStored({ action, context }: StoredAction): Action {
  const parsed = parseAction({ action, context } as unknown as Json);
  // It was parsed by the same function before it was stored.
  if (!parsed.ok) throw new Problem("internal");
  return parsed.value;
}
