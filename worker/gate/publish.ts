/** Publishing a policy: admitted by the profile, tried where it will run, then stored with its author in the ledger. */
import { sha256Hex } from "../../core/hash.ts";
import { POLICIES_MAX } from "../../core/limits.ts";
import { MEMORY_PAGES_DEFAULT, policyId } from "../../core/policy/manifest.ts";
import { type Admitted, admit } from "../../core/policy/wasm/admit.ts";
import type { Author, NewPolicy } from "../../durable-objects/rpc.ts";
import { tryModule } from "../evaluate/loader.ts";
import type { Env } from "./env.ts";
import { loaderMissing } from "./prepare.ts";
import { Problem } from "./problem.ts";
import type { Publication } from "./publication.ts";
import { reach } from "./reach.ts";
import { tenantOf } from "./tenants.ts";

export interface Published {
  readonly policy: NewPolicy;
  readonly report: Admitted["report"];
  /** False where the tenant had it already. */
  readonly created: boolean;
}

/** Throws a Problem where the policy cannot be published; then nothing is stored. */
export async function publish(
  env: Env,
  tenant: string,
  author: Author,
  { manifest, wasm }: Publication,
): Promise<Published> {
  if (env.LOADER === undefined) throw loaderMissing();
  const admitted = admit(wasm, { memoryPages: manifest.memory_pages ?? MEMORY_PAGES_DEFAULT });
  if (!admitted.ok) throw refused(admitted.fault);
  const { execId, profileId, report } = admitted.value;
  await tryOut(env.LOADER, admitted.value);
  const wasmSha256 = sha256Hex(wasm);
  const policy: NewPolicy = {
    manifest,
    policyId: policyId(manifest, wasmSha256),
    wasmSha256,
    execId,
    profileId,
    raw: wasm,
    metered: admitted.value.wasm,
  };
  const result = await reach("ledger_unavailable", () => tenantOf(env, tenant).putPolicy(author, policy));
  if (result === "too_many")
    throw new Problem("limit_reached", { detail: `A tenant has at most ${POLICIES_MAX} policies.` });
  return { policy, report, created: result === "created" };
}

/** That it needs settings is no fault yet: a bundle brings them. */
async function tryOut(loader: WorkerLoader, module: Admitted): Promise<void> {
  const fault = await tryModule(loader, module, "{}").catch((error) => {
    console.error(JSON.stringify({ event: "trial_failed", exec_id: module.execId, error: String(error) }));
    throw new Problem("policy_loader_unavailable", {
      detail: "The module was admitted but not loaded. Try again.",
    });
  });
  if (fault === null || fault.rule === "POLICY_SETTINGS_REFUSED") return;
  throw refused({
    code: fault.rule,
    section: null,
    functionIndex: null,
    offset: null,
    message: fault.detail,
    advice: "Its start function must end within its fuel, without a trap.",
  });
}

interface Refusal {
  readonly code: string;
  readonly section: string | null;
  readonly functionIndex: number | null;
  readonly offset: number | null;
  readonly message: string;
  readonly advice: string;
}

/** The module's own fault is a member of its own, since the problem has a `code`, too. */
const refused = ({ code, section, functionIndex, offset, message, advice }: Refusal): Problem =>
  new Problem("policy_refused", {
    detail: message,
    members: { fault: { code, section, function_index: functionIndex, offset, message, advice } },
  });
