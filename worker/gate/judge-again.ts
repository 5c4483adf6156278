/** A stored action, judged again under the configuration in force: for an approval, and where a full evaluation is owed. */
import { type Action, type ActionBody, type ActionContext, parseAction } from "../../core/action.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { EngineRule } from "../../core/policy/engine-rules.ts";
import type { PolicyInput } from "../../core/policy/input.ts";
import type { Principal } from "../../core/principal.ts";
import type { TenantConfig } from "../../durable-objects/rpc.ts";
import type { Engine } from "../evaluate/judge.ts";
import { isInForce } from "./authenticate.ts";
import { type Judged, judgeAction } from "./judgement.ts";
import { Problem } from "./problem.ts";
import { type Rendered, renderAction } from "./render.ts";

export interface StoredAction {
  readonly action: ActionBody;
  readonly context: ActionContext;
  readonly principal: Principal;
}

/** From the canonical input that the gate wrote itself. */
export const readStored = (input: string): StoredAction => JSON.parse(input) as StoredAction;

/** Nobody waits for a fast answer any more, so it may have the full budget. `discharged`: what a reviewer approved. */
export function judgeAgain(
  engine: Engine,
  config: TenantConfig,
  stored: StoredAction,
  discharged?: ReadonlySet<string>,
): Promise<Judged> {
  const action = parseStored(stored);
  const { principal } = stored;
  const refusedBy = (rule: EngineRule) =>
    judgeAction(engine, config, action, principal, NOWHERE, { refusedBy: rule });
  const submitter = config.keys.find(({ id }) => id === principal.key);
  if (!submitter || !isInForce(submitter, Date.now())) return refusedBy("SUBMITTER_REVOKED");
  const rendered = renderAction(config, action);
  if (!rendered.ok) return refusedBy("TARGET_UNAVAILABLE");
  return judgeAction(engine, config, action, principal, rendered.value, {
    effort: "full",
    ...(discharged ? { discharged } : {}),
  });
}

/**
 * What has passed provisionally, judged to its end: on the very bytes that its policies were given. A key revoked or a target
 * deleted since then says nothing about whether it should have passed.
 */
export function judgeToEnd(engine: Engine, config: TenantConfig, input: string): Promise<Judged> {
  const stored = readStored(input);
  const action = parseStored(stored);
  const rendered = renderAction(config, action);
  const given: PolicyInput = { document: JSON.parse(input) as JsonObject, text: input };
  return judgeAction(engine, config, action, stored.principal, rendered.ok ? rendered.value : NOWHERE, {
    effort: "full",
    input: given,
  });
}

const NOWHERE: Rendered = { target: null, message: null };

function parseStored({ action, context }: StoredAction): Action {
  const parsed = parseAction({ action, context } as unknown as Json);
  // It was parsed by the same function before it was stored.
  if (!parsed.ok) throw new Problem("internal");
  return parsed.value;
}
