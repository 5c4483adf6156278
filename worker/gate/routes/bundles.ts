/** `/v1/bundles`: policies with their settings, stored once and never changed. */
import { Hono } from "hono";
import { canonicalJson } from "../../../core/canonical-json.ts";
import { isDigest } from "../../../core/hash.ts";
import type { Json, JsonObject } from "../../../core/json.ts";
import { pointerToken } from "../../../core/json-pointer.ts";
import { type Bundle, bundleDigest, bundleSchema } from "../../../core/policy/bundle.ts";
import { validate } from "../../../core/validate.ts";
import { findBuiltin } from "../../evaluate/modules.ts";
import type { AppEnv } from "../app.ts";
import { authenticate } from "../authenticate.ts";
import { readJson } from "../body.ts";
import { addReader, checkSettings, compilePolicies, findPolicies, prepareBundle } from "../prepare.ts";
import { Problem } from "../problem.ts";
import { reach } from "../reach.ts";
import { tenantOf } from "../tenants.ts";

export const bundleRoutes = new Hono<AppEnv>();

bundleRoutes.post("/", async (c) => {
  const { config, key } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin"]);
  const parsed = validate(bundleSchema, resolveBuiltins(await readJson(c.req.raw)));
  if (!parsed.ok) throw new Problem("invalid_request", { errors: parsed.fault.issues });
  const found = await findPolicies(c.env, config, parsed.value);
  for (const { entry, pointer, manifest } of found)
    checkSeverities(entry.severities, manifest.rules, pointer);
  const compiled = await compilePolicies(parsed.value, found);
  checkSettings(compiled.policies);
  const { bundle, policies } = addReader(compiled.bundle, compiled.policies);
  const digest = bundleDigest(bundle);
  await prepareBundle(c.env, config.tenant, digest, policies);
  await reach("ledger_unavailable", () =>
    tenantOf(c.env, config.tenant).putBundle(
      { keyId: key.id },
      digest,
      canonicalJson(bundle as unknown as Json),
    ),
  );
  return c.json({ bundle: digest, ...bundle }, 201);
});

bundleRoutes.get("/", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin", "auditor"]);
  const rows = await reach("ledger_unavailable", () => tenantOf(c.env, config.tenant).listBundles());
  const data = rows.map(({ digest, text, createdAtMs }) => ({
    bundle: digest,
    ...(JSON.parse(text) as Bundle),
    created_at: new Date(createdAtMs).toISOString(),
  }));
  return c.json({ data, next_cursor: null });
});

bundleRoutes.get("/:digest", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin", "auditor"]);
  const digest = c.req.param("digest");
  const stored = isDigest(digest)
    ? await reach("ledger_unavailable", () => tenantOf(c.env, config.tenant).bundle(digest))
    : null;
  if (stored === null) throw new Problem("not_found", { detail: "There is no such bundle." });
  return c.json({ bundle: digest, ...(JSON.parse(stored.text) as Bundle) });
});

/** `builtin:pii` stands for the id of the policy of that name in this gateway; the stored bundle has the id. */
function resolveBuiltins(json: Json): Json {
  const policies = isObject(json) ? json.policies : undefined;
  if (!isObject(json) || !Array.isArray(policies)) return json;
  return {
    ...json,
    policies: (policies as readonly Json[]).map((entry) =>
      isObject(entry) ? { ...entry, policy: resolve(entry.policy) } : entry,
    ),
  };
}

function resolve(policy: Json | undefined): Json {
  if (typeof policy !== "string" || !policy.startsWith("builtin:")) return policy ?? null;
  const found = findBuiltin(policy.slice("builtin:".length));
  if (!found) throw new Problem("unknown_policy", { detail: "GET /v1/policies lists the policies." });
  return found.policyId;
}

/** A severity for a rule that no policy has would be an override that silently does nothing. */
function checkSeverities(
  severities: Readonly<Record<string, unknown>>,
  rules: readonly { readonly id: string }[],
  pointer: string,
): void {
  const unknown = Object.keys(severities).find((rule) => !rules.some(({ id }) => id === rule));
  if (unknown === undefined) return;
  throw new Problem("invalid_request", {
    errors: [
      { pointer: `${pointer}/severities/${pointerToken(unknown)}`, message: "The policy has no such rule." },
    ],
  });
}

const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === "object" && json !== null && !Array.isArray(json);
