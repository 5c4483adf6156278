/** `/v1/keys`: API keys. The text is answered once, at creation; only its hash is kept. */
import { Hono } from "hono";
import * as v from "valibot";
import { formatApiKey, hashSecret, newKeyId } from "../../../core/api-key.ts";
import { KEYS_MAX, ROLES_MAX } from "../../../core/limits.ts";
import { type ApiKey, SCOPES } from "../../../core/principal.ts";
import { name, person, validate } from "../../../core/validate.ts";
import type { PageScope } from "../../../durable-objects/rpc.ts";
import type { AppEnv } from "../app.ts";
import { authenticate } from "../authenticate.ts";
import { readJson } from "../body.ts";
import { formatCredential } from "../page-sessions.ts";
import { Problem } from "../problem.ts";
import { newToken, randomBytes } from "../random.ts";
import { reach } from "../reach.ts";
import { tenantOf } from "../tenants.ts";

const names = v.optional(v.pipe(v.array(name), v.maxLength(ROLES_MAX)), []);
const keySchema = v.strictObject({
  name,
  owner: person,
  scopes: v.pipe(v.array(v.picklist(SCOPES)), v.minLength(1)),
  surfaces: names,
  folders: names,
  agents: names,
  roles: names,
  // A form that the pattern takes and no clock reads, such as an offset of hours alone, would be a key without an end.
  expires_at: v.optional(
    v.pipe(
      v.string(),
      v.isoTimestamp(),
      v.check((text) => Number.isFinite(Date.parse(text)), "Expected a time such as 2026-12-31T00:00:00Z."),
    ),
  ),
});

export const keyRoutes = new Hono<AppEnv>();

keyRoutes.post("/", async (c) => {
  const { config, key: author } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin"]);
  const parsed = validate(keySchema, await readJson(c.req.raw));
  if (!parsed.ok) throw new Problem("invalid_request", { errors: parsed.fault.issues });
  const { expires_at, ...fields } = parsed.value;
  const id = newKeyId(randomBytes(16));
  const text = formatApiKey(c.env.KEY_ENV, config.tenant, id, randomBytes(32));
  const key: ApiKey = {
    id,
    ...fields,
    expiresAtMs: expires_at ? Date.parse(expires_at) : null,
    secretHash: hashSecret(text),
  };
  const result = await reach("ledger_unavailable", () =>
    tenantOf(c.env, config.tenant).putKey({ keyId: author.id }, key),
  );
  if (result === "too_many")
    throw new Problem("limit_reached", { detail: `A tenant has at most ${KEYS_MAX} keys in force.` });
  return c.json({ ...keyView(key), key: text }, 201, { "cache-control": "no-store" });
});

keyRoutes.get("/", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin"]);
  return c.json({ data: config.keys.map(keyView), next_cursor: null });
});

keyRoutes.delete("/:id", async (c) => {
  const { config, key: author } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin"]);
  const revoked = await reach("ledger_unavailable", () =>
    tenantOf(c.env, config.tenant).revokeKey({ keyId: author.id }, c.req.param("id")),
  );
  if (!revoked) throw new Problem("not_found", { detail: "There is no such key in force." });
  return c.body(null, 204);
});

function keyView({ secretHash: _, expiresAtMs, ...key }: ApiKey) {
  return { ...key, expires_at: expiresAtMs === null ? null : new Date(expiresAtMs).toISOString() };
}

/** A one-time link to a page for the key's owner: `/v1/review/links` to the approval page, `/v1/audit/links` to the auditor's. */
export function linkRoutes(scope: PageScope, root: string): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  routes.post("/links", async (c) => {
    const { config, key } = await authenticate(c.env, c.req.header("authorization") ?? null, [scope]);
    const code = newToken();
    const expiresAtMs = await reach("ledger_unavailable", () =>
      tenantOf(c.env, config.tenant).createSignInCode(key.id, code, scope),
    );
    const url = `${new URL(c.req.url).origin}${root}/sign-in?code=${formatCredential(config.tenant, code)}`;
    return c.json({ url, expires_at: new Date(expiresAtMs).toISOString() }, 201, {
      "cache-control": "no-store",
    });
  });
  return routes;
}
