/**
 * A full evaluation that the tenant's object asks for: read, judged with the full budget, committed (docs/design/budgets.md).
 * Nothing is kept here: whatever fails, the object asks again.
 */
import { parseAction } from "../../core/action.ts";
import type { Json } from "../../core/json.ts";
import { STALE_RETRIES_MAX } from "../../core/limits.ts";
import { confirms } from "../../core/policy/late.ts";
import type { OwedEvaluation, SubmitDraft, TenantConfig } from "../../durable-objects/rpc.ts";
import type { Engine } from "../evaluate/judge.ts";
import type { Env } from "./env.ts";
import { judgeAgain, judgeToEnd, maySubmit, readStored, saltOf } from "./judge-again.ts";
import { decisionDraft, type Judged, judgeAction } from "./judgement.ts";
import { engineFor } from "./policies.ts";
import { renderAction } from "./render.ts";
import { sealDecision, sealSubmission } from "./seal.ts";
import { freshConfig, remember, tenantOf } from "./tenants.ts";

export async function finishEvaluation(env: Env, tenantId: string, actionId: string): Promise<void> {
  const tenant = tenantOf(env, tenantId);
  let config = await freshConfig(env, tenantId);
  const owed = await tenant.owedEvaluation(actionId);
  if (config === null || owed === null) return;
  for (let attempt = 0; attempt < STALE_RETRIES_MAX; attempt++) {
    const engine = engineFor(env, config);
    const judged = owed.provisional
      ? await judgeToEnd(engine, config, owed)
      : await judgeAgain(engine, config, readStored(owed.input), saltOf(owed.salt));
    const late = owed.provisional && !confirms(owed.record, judged.record);
    const rollback = late ? await rollbackOf(engine, config, judged, owed) : null;
    const result = await tenant.finishEvaluation({
      entryIdx: owed.entryIdx,
      commit: await sealDecision(env, config.log, decisionDraft(judged, config.revision, actionId)),
      rollback: rollback && (await sealSubmission(env, config.log, rollback)),
    });
    if (result.kind !== "stale") return;
    config = remember(result.config);
  }
  throw new Error("the configuration changed too often meanwhile");
}

/**
 * The action's own compensation, as an action of the same principal through the same judgement: it may be held or blocked
 * like any other. Null where there is none, or its target does not take it.
 */
async function rollbackOf(
  engine: Engine,
  config: TenantConfig,
  { action: { body, context }, principal }: Judged,
  { actionId }: OwedEvaluation,
): Promise<SubmitDraft | null> {
  if (body.compensation === undefined) return null;
  const { surface, tool, resource, compensation } = body;
  const undo = parseAction({
    action: {
      surface,
      ...(tool === undefined ? {} : { tool }),
      ...(resource === undefined ? {} : { resource }),
      ...compensation,
      reason: `Undoes ${actionId}, which its full evaluation did not confirm.`,
    },
    context,
  } as unknown as Json);
  if (!undo.ok) throw new Error("couldn't read a compensation that was read before");
  const rendered = renderAction(config, undo.value);
  if (!rendered.ok) return null;
  // What a revoked key has left behind is sent no more than what it asks for now: it is entered, and blocked.
  const refusedBy = maySubmit(config, principal) ? {} : ({ refusedBy: "SUBMITTER_REVOKED" } as const);
  const judged = await judgeAction(engine, config, undo.value, principal, rendered.value, {
    effort: "full",
    ...refusedBy,
  });
  return {
    ...decisionDraft(judged, config.revision),
    fingerprint: undo.value.fingerprint,
    idempotency: null,
  };
}
