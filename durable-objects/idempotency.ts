/**
 * Clients' idempotency keys outlive what came under them, so that nothing is done twice, also after an erasure. What a client writes
 * into one may be of a person. So only an HMAC of it is kept, under a key of the tenant's own.
 */
import { createHmac } from "node:crypto";
import { toBase64Url } from "../core/encoding.ts";
import { nameOf, type Statements } from "./statements.ts";

const SECRET = "idempotency_secret";
const SECRET_BYTES = 32;
/** No client's key has a space in it, so none is taken for a kept one. */
const KEPT = " ";

/** Inside a transaction, once, before any key is kept. */
export function makeIdempotencySecret(sql: Pick<Statements, "meta" | "setMeta">): void {
  if (sql.meta(SECRET) === null)
    sql.setMeta(SECRET, toBase64Url(crypto.getRandomValues(new Uint8Array(SECRET_BYTES))));
}

/**
 * The statements, whose callers go on naming what the client wrote. Rows of earlier releases have that in plain: they are found
 * until they are forgotten, or what came under them is erased.
 */
export function withKeptIdempotency(sql: Statements): Statements {
  let secret: string | null = null;
  /** Of the writes that are gathered, which ask for each twice; by `nameOf`. */
  let known: Map<string, string> | null = null;
  const kept = (scope: string, key: string) => {
    secret ??= sql.meta(SECRET);
    const name = nameOf({ scope, key });
    const stored = known?.get(name) ?? keptKey(secret, scope, key);
    known?.set(name, stored);
    return stored;
  };
  return {
    ...sql,
    gathered(keys, body) {
      known = new Map();
      try {
        return sql.gathered(
          [...keys.map(({ scope, key }) => ({ scope, key: kept(scope, key) })), ...keys],
          body,
        );
      } finally {
        known = null;
      }
    },
    idempotency: (scope, key) => sql.idempotency(scope, kept(scope, key)) ?? sql.idempotency(scope, key),
    insertIdempotency: (row) => sql.insertIdempotency({ ...row, key: kept(row.scope, row.key) }),
    settleIdempotency: (scope, key, answer) =>
      sql.settleIdempotency(scope, kept(scope, key), answer) + sql.settleIdempotency(scope, key, answer),
  };
}

/** Of an action that is erased, also where an earlier release kept its key in plain. */
export function hideIdempotency(sql: Statements, actionId: string): void {
  for (const { scope, key } of sql.idempotencyOf(actionId))
    if (!key.startsWith(KEPT)) sql.replaceIdempotency(scope, key, keptKey(sql.meta(SECRET), scope, key));
}

function keptKey(secret: string | null, scope: string, key: string): string {
  if (secret === null) throw new Error("couldn't keep an idempotency key: the tenant has no secret for it");
  return KEPT + createHmac("sha256", secret).update(`${scope}\n${key}`).digest("base64url");
}
