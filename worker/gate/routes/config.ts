/** `/v1/policies`, `/v1/bundles` and `/v1/bindings`: what judges which actions. */
import { Hono } from "hono";
import * as v from "valibot";
import { surfaceName } from "../../../core/action.ts";
import { canonicalJson } from "../../../core/canonical-json.ts";
import { isDigest } from "../../../core/hash.ts";
import type { Json, JsonObject } from "../../../core/json.ts";
import { BINDINGS_MAX } from "../../../core/limits.ts";
import { type Binding, MODES } from "../../../core/policy/binding.ts";
import { type Bundle, bundleDigest, bundleSchema } from "../../../core/policy/bundle.ts";
import { name, validate } from "../../../core/validate.ts";
import { builtinPolicies, findBuiltin, findPolicy } from "../../evaluate/modules.ts";
import type { AppEnv } from "../app.ts";
import { authenticate } from "../authenticate.ts";
import { readJson } from "../body.ts";
import { Problem } from "../problem.ts";
import { reach } from "../reach.ts";
import { tenantOf } from "../tenants.ts";
import { reviewLinkRoutes } from "./keys.ts";

export const configRoutes = new Hono<AppEnv>();
configRoutes.route("/review", reviewLinkRoutes);

configRoutes.get("/policies", async (c) => {
  await authenticate(c.env, c.req.header("authorization") ?? null, ["admin", "auditor"]);
  const data = builtinPolicies().map(({ manifest, policyId }) => ({
    policy: policyId,
    builtin: true,
    manifest,
  }));
  return c.json({ data, next_cursor: null });
});

configRoutes.post("/bundles", async (c) => {
  const { config, key } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin"]);
  const parsed = validate(bundleSchema, resolveBuiltins(await readJson(c.req.raw)));
  if (!parsed.ok) throw new Problem("invalid_request", { errors: parsed.fault.issues });
  const bundle = parsed.value;
  checkRules(bundle);
  const digest = bundleDigest(bundle);
  await reach("ledger_unavailable", () =>
    tenantOf(c.env, config.tenant).putBundle(
      { keyId: key.id },
      digest,
      canonicalJson(bundle as unknown as Json),
    ),
  );
  return c.json({ bundle: digest, ...bundle }, 201);
});

configRoutes.get("/bundles", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin", "auditor"]);
  const rows = await reach("ledger_unavailable", () => tenantOf(c.env, config.tenant).listBundles());
  const data = rows.map(({ digest, text, createdAtMs }) => ({
    bundle: digest,
    ...(JSON.parse(text) as Bundle),
    created_at: new Date(createdAtMs).toISOString(),
  }));
  return c.json({ data, next_cursor: null });
});

configRoutes.get("/bundles/:digest", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin", "auditor"]);
  const digest = c.req.param("digest");
  const stored = isDigest(digest)
    ? await reach("ledger_unavailable", () => tenantOf(c.env, config.tenant).bundle(digest))
    : null;
  if (stored === null) throw new Problem("not_found", { detail: "There is no such bundle." });
  return c.json({ bundle: digest, ...(JSON.parse(stored.text) as Bundle) });
});

const bindingSchema = v.strictObject({
  bundle: v.string(),
  mode: v.picklist(MODES),
  folder: v.optional(v.nullable(name), null),
});

configRoutes.put("/bindings/:surface", async (c) => {
  const { config, key } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin"]);
  const surface = validate(v.union([v.literal("*"), surfaceName]), c.req.param("surface"));
  if (!surface.ok)
    throw new Problem("invalid_request", { detail: "A surface is such as outbound.email, or * for all." });
  const parsed = validate(bindingSchema, await readJson(c.req.raw));
  if (!parsed.ok) throw new Problem("invalid_request", { errors: parsed.fault.issues });
  const { bundle, mode, folder } = parsed.value;
  if (!isDigest(bundle)) throw unknownBundle();
  const binding: Binding = { surface: surface.value, folder, bundle, mode };
  const result = await reach("ledger_unavailable", () =>
    tenantOf(c.env, config.tenant).putBinding({ keyId: key.id }, binding),
  );
  if (result === "unknown_bundle") throw unknownBundle();
  if (result === "too_many")
    throw new Problem("limit_reached", { detail: `A tenant has at most ${BINDINGS_MAX} bindings.` });
  return c.json(binding);
});

configRoutes.get("/bindings", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin", "auditor"]);
  return c.json({ data: config.bindings, revision: config.revision, next_cursor: null });
});

const unknownBundle = () =>
  new Problem("unknown_bundle", { detail: "Bundles are named by digest; POST /v1/bundles first." });

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
function checkRules(bundle: Bundle): void {
  for (const [index, entry] of bundle.policies.entries()) {
    const policy = findPolicy(entry.policy);
    if (!policy)
      throw new Problem("unknown_policy", {
        detail: "GET /v1/policies lists the policies.",
        members: { pointer: `/policies/${index}/policy` },
      });
    const unknown = Object.keys(entry.severities).find(
      (rule) => !policy.manifest.rules.some(({ id }) => id === rule),
    );
    if (unknown !== undefined) {
      throw new Problem("invalid_request", {
        errors: [
          { pointer: `/policies/${index}/severities/${unknown}`, message: "The policy has no such rule." },
        ],
      });
    }
  }
}

const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === "object" && json !== null && !Array.isArray(json);
