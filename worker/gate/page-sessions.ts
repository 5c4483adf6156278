/** Sessions of the gate's pages. A cookie's value is `<tenant>.<token>`: the tenant comes from the credential. */
import type { PageScope, PageSession } from "../../durable-objects/rpc.ts";
import type { SessionPorts } from "../reviewer/ports.ts";
import { findCaller } from "./authenticate.ts";
import type { Env } from "./env.ts";
import { newToken } from "./random.ts";
import { freshConfig, tenantOf } from "./tenants.ts";

interface Credential {
  readonly tenant: string;
  readonly secret: string;
}

const CREDENTIAL = /^([0-9A-Za-z]{16})\.([0-9A-Za-z_-]{43})$/;

function parseCredential(text: string): Credential | null {
  const [, tenant, secret] = CREDENTIAL.exec(text) ?? [];
  return tenant && secret ? { tenant, secret } : null;
}

export const formatCredential = (tenant: string, secret: string): string => `${tenant}.${secret}`;

export interface FoundSession extends Credential {
  readonly found: PageSession;
}

/** Null where the cookie opens no session, or that of a key without the scope. */
export async function findSession(env: Env, cookie: string, scope: PageScope): Promise<FoundSession | null> {
  const credential = parseCredential(cookie);
  const found = credential && (await tenantOf(env, credential.tenant).session(credential.secret, scope));
  return credential && found ? { ...credential, found } : null;
}

export function sessionPorts(env: Env, scope: PageScope): SessionPorts {
  return {
    async findSession(cookie) {
      return (await findSession(env, cookie, scope))?.found ?? null;
    },
    async signInWithKey(keyText) {
      const caller = await findCaller(env, keyText.trim(), "now");
      return caller?.key.scopes.includes(scope)
        ? openSession(env, caller.config.tenant, scope, { keyId: caller.key.id })
        : null;
    },
    async signInWithCode(code) {
      const credential = parseCredential(code);
      if (credential === null || (await freshConfig(env, credential.tenant)) === null) return null;
      return openSession(env, credential.tenant, scope, { code: credential.secret });
    },
    async signOut(cookie) {
      const session = await findSession(env, cookie, scope);
      if (session) await tenantOf(env, session.tenant).signOut(session.secret);
    },
    nowMs: () => Date.now(),
  };
}

async function openSession(
  env: Env,
  tenant: string,
  scope: PageScope,
  credential: { readonly code: string } | { readonly keyId: string },
) {
  const token = newToken();
  const opened = await tenantOf(env, tenant).signIn(credential, scope, token, newToken());
  return opened && { cookieValue: formatCredential(tenant, token), expiresAtMs: opened.expiresAtMs };
}
