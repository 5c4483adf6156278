/** A receipt or denial proof as a file to keep: what verifies it offline stands in it (docs/spec/receipt.md). */
import type { ActionState, TenantService } from "../../durable-objects/rpc.ts";
import type { Env } from "./env.ts";
import { reach } from "./reach.ts";
import { proofOf } from "./routes/tree.ts";
import { signOutcome } from "./submit.ts";

/** How long to wait for a checkpoint, and for its cosignatures after that. */
export interface ProofWait {
  readonly proofMs: number;
  readonly cosignedMs: number;
}

/**
 * Null while the action has none. `proof` is null where no checkpoint covers its entry in time; `cosignatures` is there where
 * witnesses are asked for, and says whether they all came.
 */
export async function receiptFile(
  env: Env,
  tenant: TenantService,
  state: ActionState,
  { proofMs, cosignedMs }: ProofWait,
) {
  const envelope = await signOutcome(env, state);
  if (envelope === null) return null;
  const proven = await reach("ledger_unavailable", () =>
    proofOf(tenant, state.entry.index, proofMs, cosignedMs),
  );
  // After the wait: a key may have been exchanged meanwhile, whose rotation the proof needs.
  const { rotations, epochs } = await reach("ledger_unavailable", () => tenant.logStatus());
  const { proof = null, cosignatures = null } = proven ?? {};
  return { ...envelope, proof, rotations, epochs, ...(cosignatures && { cosignatures }) };
}
