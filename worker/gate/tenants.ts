/**
 * The tenants' objects as the gate sees them, and the configuration of each as this isolate last saw it. A copy may be
 * old: a commit names the revision it was judged under, and the object refuses one that is no longer in force.
 */
import type { TenantConfig, TenantService } from "../../durable-objects/rpc.ts";
import type { Env } from "./env.ts";

const configs = new Map<string, TenantConfig>();
/** Tenants held at once: the least recently stored goes first. */
const CONFIGS_MAX = 500;

/** A stub is made anew for each request: one kept across requests fails. */
export function tenantOf(env: Env, tenant: string): TenantService {
  const stub = env.TENANT.get(env.TENANT.idFromName(tenant));
  // The stub's own type unrolls recursive JSON types without end; the object implements this interface.
  return stub as unknown as TenantService;
}

export const cachedConfig = (tenant: string): TenantConfig | undefined => configs.get(tenant);

export function remember(config: TenantConfig): TenantConfig {
  configs.delete(config.tenant);
  configs.set(config.tenant, config);
  if (configs.size > CONFIGS_MAX) {
    for (const oldest of configs.keys()) {
      configs.delete(oldest);
      break;
    }
  }
  return config;
}

/** The configuration in force now, or null where there is no such tenant. One call to the object. */
export async function freshConfig(env: Env, tenant: string): Promise<TenantConfig | null> {
  const known = configs.get(tenant);
  const answer = await tenantOf(env, tenant).configSince(known?.revision ?? null);
  if (answer === "unknown") {
    configs.delete(tenant);
    return null;
  }
  return answer === null ? (known ?? null) : remember(answer);
}
