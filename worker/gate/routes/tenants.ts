/** `POST /v1/tenants`: an operator makes a tenant and gets its first admin key. */
import { Hono } from "hono";
import * as v from "valibot";
import { equalHashes, formatApiKey, hashSecret, newKeyId, newTenantId } from "../../../core/api-key.ts";
import { sha256Hex } from "../../../core/hash.ts";
import { name, person, validate } from "../../../core/validate.ts";
import type { AppEnv } from "../app.ts";
import { readJson } from "../body.ts";
import { Problem } from "../problem.ts";
import { randomBytes } from "../random.ts";
import { reach } from "../reach.ts";
import { tenantOf } from "../tenants.ts";

const tenantSchema = v.strictObject({ name, owner: person });

export const tenantRoutes = new Hono<AppEnv>();

tenantRoutes.post("/", async (c) => {
  const token = /^Bearer (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
  const expected = c.env.BOOTSTRAP_TOKEN;
  // Hashing first makes the comparison independent of where the two differ.
  if (!expected || !equalHashes(sha256Hex(token), sha256Hex(expected))) {
    throw new Problem("unauthenticated", {
      detail: "Send the deployment's BOOTSTRAP_TOKEN as the bearer token.",
    });
  }
  const parsed = validate(tenantSchema, await readJson(c.req.raw));
  if (!parsed.ok) throw new Problem("invalid_request", { errors: parsed.fault.issues });
  const { name: tenantName, owner } = parsed.value;
  const tenant = newTenantId(randomBytes(16));
  const log = `${c.env.LOG_ORIGIN}/t/${tenant}`;
  const id = newKeyId(randomBytes(16));
  const text = formatApiKey(c.env.KEY_ENV, tenant, id, randomBytes(32));
  const adminKey = {
    id,
    name: "first admin key",
    owner,
    scopes: ["admin", "auditor"] as const,
    surfaces: [],
    folders: [],
    agents: [],
    roles: [],
    expiresAtMs: null,
    secretHash: hashSecret(text),
  };
  const created = await reach("ledger_unavailable", () =>
    tenantOf(c.env, tenant).create({ tenant, tenantName, log, adminKey }),
  );
  if (!created) throw new Problem("tenant_exists");
  return c.json({ tenant, name: tenantName, log, admin_key: text }, 201, { "cache-control": "no-store" });
});
