/** The gate's bindings (wrangler.toml). It holds no secret that opens anything outside. */
import type { DispatcherService } from "../../core/dispatch.ts";
import type { KeysService, SignerService } from "../../core/signing.ts";
import type { WitnessesService } from "../../core/witness.ts";
import type { ObjectStore } from "../../durable-objects/elsewhere.ts";
import type { EvaluatorService } from "../../durable-objects/rpc.ts";
import type { TenantObject } from "../../durable-objects/tenant.ts";

export interface Env {
  readonly TENANT: DurableObjectNamespace<TenantObject>;
  readonly SIGNER: SignerService;
  readonly KEYS: KeysService;
  readonly DISPATCHER: DispatcherService;
  readonly WITNESSES: WitnessesService;
  /** This Worker's own entrypoint for full evaluations, as tenants' objects reach it. */
  readonly EVALUATOR: EvaluatorService;
  /** Runs what tenants publish. Absent: only the policies of this build can be bound. */
  readonly LOADER?: WorkerLoader;
  /** Where large payloads are stored before their commit. Absent: they go with it. */
  readonly ARCHIVE?: ObjectStore;
  /** Prefix of every log's name, such as `gw.example.com`. */
  readonly LOG_ORIGIN: string;
  /** Second part of every API key, such as `live`: tells keys of one deployment from another's. */
  readonly KEY_ENV: string;
  /** Lets its holder create tenants. Absent: no tenant can be created. */
  readonly BOOTSTRAP_TOKEN?: string;
}
