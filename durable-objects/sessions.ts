/** Sessions of people on the gate's pages, and one-time sign-in codes. Only hashes of both are kept. */
import { sha256Hex } from "../core/hash.ts";
import type { ApiKey } from "../core/principal.ts";
import { readKeys } from "./config.ts";
import type { PageScope, PageSession } from "./rpc.ts";
import type { Statements } from "./statements.ts";

/** A session lives no longer than the key that opened it, which is looked up each time: revoking the key ends it. */
function activeKey(sql: Statements, keyId: string, scope: PageScope, nowMs: number): ApiKey | undefined {
  return readKeys(sql).find(
    ({ id, scopes, expiresAtMs }) =>
      id === keyId && scopes.includes(scope) && (expiresAtMs === null || expiresAtMs > nowMs),
  );
}

export function storeSignInCode(sql: Statements, keyId: string, code: string, expiresAtMs: number): number {
  sql.insertSignInCode(sha256Hex(code), keyId, expiresAtMs);
  return expiresAtMs;
}

/** Inside a transaction: a code is taken once, whoever else asks at the same time. */
export function openSession(
  sql: Statements,
  credential: { readonly code: string } | { readonly keyId: string },
  scope: PageScope,
  { token, csrf }: { readonly token: string; readonly csrf: string },
  nowMs: number,
  ttlMs: number,
): { expiresAtMs: number } | null {
  let keyId: string;
  if ("code" in credential) {
    const code = sql.takeSignInCode(sha256Hex(credential.code));
    if (code === null || code.expires_at <= nowMs) return null;
    keyId = code.key_id;
  } else keyId = credential.keyId;
  if (!activeKey(sql, keyId, scope, nowMs)) return null;
  sql.insertSession(sha256Hex(token), keyId, csrf, nowMs + ttlMs);
  return { expiresAtMs: nowMs + ttlMs };
}

/** Null where the key that opened it may not see that page. */
export function pageSession(
  sql: Statements,
  token: string,
  scope: PageScope,
  nowMs: number,
): PageSession | null {
  const row = sql.session(sha256Hex(token));
  const key = row && row.expires_at > nowMs ? activeKey(sql, row.key_id, scope, nowMs) : undefined;
  if (!row || !key) return null;
  return {
    keyId: key.id,
    person: key.owner,
    tenantName: sql.meta("tenant_name") ?? "",
    expiresAtMs: row.expires_at,
    csrfToken: row.csrf,
  };
}

export const closeSession = (sql: Statements, token: string): number => sql.deleteSession(sha256Hex(token));
