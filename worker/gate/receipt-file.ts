/** A receipt or denial proof as a file to keep: what verifies it offline stands in it (docs/spec/receipt.md). */
import type { ActionState, TenantService } from "../../durable-objects/rpc.ts";
import type { Env } from "./env.ts";
import { reach } from "./reach.ts";
import { proofOf } from "./routes/tree.ts";
import { signOutcome } from "./submit.ts";

/** Null while the action has none. `proof` is null where no checkpoint covers its entry within `waitMs`. */
export async function receiptFile(env: Env, tenant: TenantService, state: ActionState, waitMs: number) {
  const envelope = await signOutcome(env, state);
  if (envelope === null) return null;
  const [proof, { rotations, epochs }] = await reach("ledger_unavailable", () =>
    Promise.all([proofOf(tenant, state.entry.index, waitMs), tenant.logStatus()]),
  );
  return { ...envelope, proof, rotations, epochs };
}
