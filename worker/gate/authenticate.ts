/** Who calls. The tenant comes from the credential alone (invariant I7). */
import { equalHashes, parseApiKey } from "../../core/api-key.ts";
import type { ApiKey, Scope } from "../../core/principal.ts";
import type { TenantConfig } from "../../durable-objects/rpc.ts";
import type { Env } from "./env.ts";
import { Problem } from "./problem.ts";
import { reach } from "./reach.ts";
import { cachedConfig, freshConfig } from "./tenants.ts";

export interface Caller {
  readonly config: TenantConfig;
  readonly key: ApiKey;
}

/** How old a configuration may be for this: `commit` lets the ledger refuse a stale one, `now` asks it first. */
export type Freshness = "commit" | "now";

/** The caller, where the key has one of `scopes`. */
export async function authenticate(
  env: Env,
  authorization: string | null,
  scopes: readonly Scope[],
  freshness: Freshness = "now",
): Promise<Caller> {
  const text = /^Bearer ([^\s]{1,200})$/i.exec(authorization ?? "")?.[1];
  const caller = text === undefined ? null : await findCaller(env, text, freshness);
  if (caller === null)
    throw new Problem("unauthenticated", {
      detail: "Send Authorization: Bearer cs_… with a key that is in force.",
    });
  if (!scopes.some((scope) => caller.key.scopes.includes(scope))) {
    throw new Problem("insufficient_scope", {
      detail: `This needs a key with the scope ${scopes.join(" or ")}.`,
    });
  }
  return caller;
}

/** The key and its tenant's configuration, or null where the text is no key in force. */
export async function findCaller(env: Env, text: string, freshness: Freshness): Promise<Caller | null> {
  const parsed = parseApiKey(text);
  if (parsed === null) return null;
  const cached = freshness === "commit" ? cachedConfig(parsed.tenant) : undefined;
  const known = cached && match(cached, parsed.keyId, parsed.secretHash);
  if (known) return known;
  // A key made a moment ago is not in the copy yet: ask before refusing.
  const config = await reach("ledger_unavailable", () => freshConfig(env, parsed.tenant));
  return config && match(config, parsed.keyId, parsed.secretHash);
}

function match(config: TenantConfig, keyId: string, secretHash: string): Caller | null {
  const key = config.keys.find(({ id }) => id === keyId);
  return key && equalHashes(key.secretHash, secretHash) && isInForce(key, Date.now())
    ? { config, key }
    : null;
}

export const isInForce = (key: ApiKey, nowMs: number): boolean =>
  key.expiresAtMs === null || key.expiresAtMs > nowMs;
