/** Reviewers' sessions and one-time sign-in codes. Only hashes of both are kept. */
import { sha256Hex } from "../core/hash.ts";
import type { ApiKey } from "../core/principal.ts";
import { readKeys } from "./config.ts";
import type { ReviewerSession } from "./rpc.ts";
import type { Statements } from "./statements.ts";

/** A session lives no longer than the key that opened it, which is looked up each time: revoking the key ends it. */
function reviewerKey(sql: Statements, keyId: string, nowMs: number): ApiKey | undefined {
  return readKeys(sql).find(
    ({ id, scopes, expiresAtMs }) =>
      id === keyId && scopes.includes("reviewer") && (expiresAtMs === null || expiresAtMs > nowMs),
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
  token: string,
  csrf: string,
  nowMs: number,
  ttlMs: number,
): { expiresAtMs: number } | null {
  let keyId: string;
  if ("code" in credential) {
    const code = sql.takeSignInCode(sha256Hex(credential.code));
    if (code === null || code.expires_at <= nowMs) return null;
    keyId = code.key_id;
  } else keyId = credential.keyId;
  if (!reviewerKey(sql, keyId, nowMs)) return null;
  sql.insertSession(sha256Hex(token), keyId, csrf, nowMs + ttlMs);
  return { expiresAtMs: nowMs + ttlMs };
}

export function reviewerSession(sql: Statements, token: string, nowMs: number): ReviewerSession | null {
  const row = sql.session(sha256Hex(token));
  const key = row && row.expires_at > nowMs ? reviewerKey(sql, row.key_id, nowMs) : undefined;
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
