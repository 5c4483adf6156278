/** A tenant of a test's own, through the real API. */
import { type Client, createClient } from "../../cli/client.ts";
import { SURFACES } from "../../cli/demo/tenant.ts";
import {
  bind,
  createBundle,
  createKey,
  createTenant,
  type PolicyUse,
  putTarget,
  type TargetRequest,
} from "../../cli/tenant-setup.ts";
import { SMALL_BUNDLE } from "./small-bundle.ts";

export interface TestTenantOptions {
  readonly url: string;
  readonly bootstrapToken: string;
  readonly name?: string;
  /** Absent: the demo's starter policies. */
  readonly policies?: readonly PolicyUse[];
  readonly surfaces?: readonly string[];
  readonly mode?: "enforce" | "observe";
  readonly targets?: Readonly<Record<string, TargetRequest>>;
}

export interface TestTenant {
  readonly id: string;
  readonly log: string;
  readonly bundle: string;
  readonly keys: {
    readonly admin: string;
    readonly app: string;
    readonly reviewer: string;
    readonly auditor: string;
  };
  readonly admin: Client;
  /** Owned by ada; may submit, and evaluate. */
  readonly app: Client;
  /** Owned by rita. */
  readonly reviewer: Client;
  /** Owned by otto. */
  readonly auditor: Client;
}

export async function createTestTenant(options: TestTenantOptions): Promise<TestTenant> {
  const { url, bootstrapToken, name = "test", surfaces = SURFACES, mode = "enforce", targets = {} } = options;
  const { tenant, log, admin_key } = await createTenant(url, bootstrapToken, name, "ada");
  const admin = createClient(url, admin_key);
  const app = await createKey(admin, { name: "app", owner: "ada", scopes: ["app", "evaluate"] });
  const reviewer = await createKey(admin, { name: "reviewer", owner: "rita", scopes: ["reviewer"] });
  const auditor = await createKey(admin, { name: "auditor", owner: "otto", scopes: ["auditor"] });
  for (const [target, request] of Object.entries(targets)) await putTarget(admin, target, request);
  const policies = options.policies ?? SMALL_BUNDLE;
  const bundle = await createBundle(admin, { name: "test", version: "1.0.0", policies });
  for (const surface of surfaces) await bind(admin, surface, bundle, mode);
  return {
    id: tenant,
    log,
    bundle,
    keys: { admin: admin_key, app, reviewer, auditor },
    admin,
    app: createClient(url, app),
    reviewer: createClient(url, reviewer),
    auditor: createClient(url, auditor),
  };
}
