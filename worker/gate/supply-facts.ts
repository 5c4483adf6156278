/**
 * Facts for an action that waits for them: it is judged again with them, under the configuration in force, and the new decision takes
 * the place of the one that deferred. Who submitted it never supplies them (invariant I7); the tenant's object sees to that.
 */
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import { addFacts, factMembers, NO_FACTS } from "../../core/facts.ts";
import type { JsonObject } from "../../core/json.ts";
import { FACT_SUPPLIES_MAX, FACTS_BYTES_MAX, STALE_RETRIES_MAX } from "../../core/limits.ts";
import type { ActionState, FactsRefusal, TenantConfig } from "../../durable-objects/rpc.ts";
import type { Caller } from "./authenticate.ts";
import type { Env } from "./env.ts";
import { judgeAgain, readStored, saltOf } from "./judge-again.ts";
import { decisionDraft } from "./judgement.ts";
import { engineFor } from "./policies.ts";
import { Problem, type ProblemCode } from "./problem.ts";
import { reach } from "./reach.ts";
import { sealDecision } from "./seal.ts";
import { remember, tenantOf } from "./tenants.ts";

/** The action as it stands then. Throws a Problem where the facts are refused. */
export async function supplyFacts(
  env: Env,
  caller: Caller,
  actionId: string,
  facts: JsonObject,
): Promise<ActionState> {
  let config: TenantConfig = caller.config;
  const tenant = tenantOf(env, config.tenant);
  const supplier = { actionId, keyId: caller.key.id, person: caller.key.owner };
  const source = { key: caller.key.id, at: new Date().toISOString() };
  const text = canonicalJson(factMembers(addFacts(NO_FACTS, facts, source)));
  for (let attempt = 0; attempt < STALE_RETRIES_MAX; attempt++) {
    const deferred = await reach("ledger_unavailable", () => tenant.deferredAction(supplier));
    if (typeof deferred === "string") throw refusalProblem(deferred);
    const stored = readStored(deferred.input);
    const supplied = addFacts(stored.supplied, facts, source);
    if (utf8(canonicalJson(factMembers(supplied))).length > FACTS_BYTES_MAX) {
      throw new Problem("limit_reached", {
        detail: `An action's facts have at most ${FACTS_BYTES_MAX} bytes.`,
      });
    }
    const judged = await judgeAgain(
      engineFor(env, config),
      config,
      { ...stored, supplied },
      saltOf(deferred.salt),
    );
    const commit = await sealDecision(env, config.log, decisionDraft(judged, config.revision, actionId));
    const result = await reach("ledger_unavailable", () =>
      tenant.supplyFacts({ ...supplier, entryIdx: deferred.entryIdx, text }, commit),
    );
    switch (result.kind) {
      case "judged":
        return result.state;
      case "refused":
        throw refusalProblem(result.why);
      case "stale":
        config = remember(result.config);
        break;
      case "moved":
        // Other facts came first: with them, then.
        break;
    }
  }
  throw new Problem("busy", { detail: "Try again." });
}

const REFUSALS: Readonly<Record<FactsRefusal, { readonly code: ProblemCode; readonly detail: string }>> = {
  not_found: { code: "not_found", detail: "There is no such action." },
  not_deferred: { code: "not_deferred", detail: "Its status says what became of it." },
  expired: { code: "expired", detail: "The action has to be submitted anew." },
  own_action: {
    code: "own_facts",
    detail: "It was submitted by you, with a key of yours, or on your behalf.",
  },
  too_many: {
    code: "limit_reached",
    detail: `Facts are supplied at most ${FACT_SUPPLIES_MAX} times for one action.`,
  },
};

function refusalProblem(why: FactsRefusal): Problem {
  const { code, detail } = REFUSALS[why];
  return new Problem(code, { detail });
}
