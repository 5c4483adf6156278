/** `/v1/bindings`: which bundles govern which actions. */
import { Hono } from "hono";
import * as v from "valibot";
import { surfaceName } from "../../../core/action.ts";
import { type Digest, isDigest } from "../../../core/hash.ts";
import { BINDINGS_MAX, FUEL_FULL } from "../../../core/limits.ts";
import {
  BINDING_DEFAULTS,
  type Binding,
  bindingView,
  MODES,
  ON_ERROR,
  ON_EXCEEDED,
} from "../../../core/policy/binding.ts";
import type { Bundle } from "../../../core/policy/bundle.ts";
import { name, validate } from "../../../core/validate.ts";
import type { BindingChange, TenantConfig } from "../../../durable-objects/rpc.ts";
import type { AppEnv } from "../app.ts";
import { authenticate } from "../authenticate.ts";
import { readJson, readOptionalJson } from "../body.ts";
import type { Env } from "../env.ts";
import { readPage } from "../page.ts";
import { findPolicies, prepareBundle } from "../prepare.ts";
import { Problem } from "../problem.ts";
import { reach } from "../reach.ts";
import { tenantOf } from "../tenants.ts";

export const bindingRoutes = new Hono<AppEnv>();

const folderName = v.optional(v.nullable(name), null);
const bindingSchema = v.strictObject({
  bundle: v.string(),
  mode: v.picklist(MODES),
  folder: folderName,
  on_error: v.optional(v.picklist(ON_ERROR), BINDING_DEFAULTS.onError),
  budget: v.optional(
    v.strictObject({
      fast_fuel: v.optional(
        v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(FUEL_FULL)),
        BINDING_DEFAULTS.budget.fastFuel,
      ),
      on_exceeded: v.optional(v.picklist(ON_EXCEEDED), BINDING_DEFAULTS.budget.onExceeded),
    }),
    {},
  ),
  shadow: v.optional(v.nullable(v.string()), null),
});

/** Everything is ready before the binding is in force: the next action finds bundle and candidate loaded. */
bindingRoutes.put("/:surface", async (c) => {
  const { config, key } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin"]);
  const surface = readSurface(c.req.param("surface"));
  const parsed = validate(bindingSchema, await readJson(c.req.raw));
  if (!parsed.ok) throw new Problem("invalid_request", { errors: parsed.fault.issues });
  const { bundle, mode, folder, on_error, budget, shadow } = parsed.value;
  if (!isDigest(bundle) || (shadow !== null && !isDigest(shadow))) throw unknownBundle();
  const binding: Binding = {
    surface,
    folder,
    bundle,
    mode,
    onError: on_error,
    budget: { fastFuel: budget.fast_fuel, onExceeded: budget.on_exceeded },
    shadow,
  };
  await prepareBinding(c.env, config, binding);
  const result = await reach("ledger_unavailable", () =>
    tenantOf(c.env, config.tenant).putBinding({ keyId: key.id }, binding),
  );
  if (result === "unknown_bundle") throw unknownBundle();
  if (result === "too_many")
    throw new Problem("limit_reached", { detail: `A tenant has at most ${BINDINGS_MAX} bindings.` });
  return c.json(bindingView(binding));
});

bindingRoutes.get("/", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin", "auditor"]);
  return c.json({ data: config.bindings.map(bindingView), revision: config.revision, next_cursor: null });
});

bindingRoutes.get("/:surface/history", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin", "auditor"]);
  const surface = readSurface(c.req.param("surface"));
  const folder = readFolder(c.req.query("folder") ?? null);
  const { limit, cursor } = readPage(c.req.query());
  const rows = await reach("ledger_unavailable", () =>
    tenantOf(c.env, config.tenant).bindingHistory(surface, folder, cursor, limit),
  );
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return c.json({ data: rows.map(changeView), next_cursor: last ? String(last.seq) : null });
});

const rollbackSchema = v.strictObject({ folder: folderName });

bindingRoutes.post("/:surface/rollback", async (c) => {
  const { config, key } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin"]);
  const surface = readSurface(c.req.param("surface"));
  const parsed = validate(rollbackSchema, await readOptionalJson(c.req.raw));
  if (!parsed.ok) throw new Problem("invalid_request", { errors: parsed.fault.issues });
  const binding = await reach("ledger_unavailable", () =>
    tenantOf(c.env, config.tenant).rollbackBinding({ keyId: key.id }, surface, parsed.value.folder),
  );
  if (binding === null)
    throw new Problem("no_earlier_binding", {
      detail: "Only a binding that replaced another can be taken back.",
    });
  // It is in force whatever comes of this: a rollback that could fail would be none.
  await prepareBinding(c.env, config, binding).catch((error) =>
    console.error(JSON.stringify({ event: "rollback_not_warm", surface, error: String(error) })),
  );
  return c.json(bindingView(binding));
});

async function prepareBinding(env: Env, config: TenantConfig, { bundle, shadow }: Binding): Promise<void> {
  for (const digest of shadow === null ? [bundle] : [bundle, shadow]) {
    const stored = config.bundles[digest] ?? (await readBundle(env, config.tenant, digest));
    await prepareBundle(env, config.tenant, digest, await findPolicies(env, config, stored));
  }
}

async function readBundle(env: Env, tenant: string, digest: Digest): Promise<Bundle> {
  const stored = await reach("ledger_unavailable", () => tenantOf(env, tenant).bundle(digest));
  if (stored === null) throw unknownBundle();
  return JSON.parse(stored.text) as Bundle;
}

export function readSurface(text: string): string {
  const surface = validate(v.union([v.literal("*"), surfaceName]), text);
  if (surface.ok) return surface.value;
  throw new Problem("invalid_request", { detail: "A surface is such as outbound.email, or * for all." });
}

export function readFolder(text: string | null): string | null {
  const folder = validate(v.nullable(name), text);
  if (folder.ok) return folder.value;
  throw new Problem("invalid_request", { detail: "folder is a name; left out, it is every folder." });
}

function changeView({ entry, type, time, actor, undone, binding }: BindingChange) {
  return { entry, type, time, author: actor, undone, binding: bindingView(binding) };
}

const unknownBundle = () =>
  new Problem("unknown_bundle", { detail: "Bundles are named by digest; POST /v1/bundles first." });
