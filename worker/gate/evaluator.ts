/**
 * The entrypoint that tenants' objects call for full evaluations. Not in the object itself: what burns the processor there
 * stops the tenant's ledger, queue and outbox.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import type { EvaluatorService } from "../../durable-objects/rpc.ts";
import type { Env } from "./env.ts";
import { finishEvaluation } from "./finish-evaluation.ts";

export class Evaluator extends WorkerEntrypoint<Env> implements EvaluatorService {
  evaluate({ tenant, actionId }: Parameters<EvaluatorService["evaluate"]>[0]): Promise<void> {
    return finishEvaluation(this.env, tenant, actionId);
  }
}
