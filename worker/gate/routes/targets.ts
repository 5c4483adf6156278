/** `/v1/targets`: where actions may be sent. Credentials go to the dispatcher to be sealed, and never come back. */
import { Hono } from "hono";
import * as v from "valibot";
import { surfaceName, targetName } from "../../../core/action.ts";
import { toBase64Url } from "../../../core/encoding.ts";
import { TARGETS_MAX } from "../../../core/limits.ts";
import { findTransport, TRANSPORT_KINDS } from "../../../core/transport/table.ts";
import type { Target } from "../../../core/transport/transport.ts";
import { jsonObject, validate } from "../../../core/validate.ts";
import type { AppEnv } from "../app.ts";
import { authenticate } from "../authenticate.ts";
import { readJson } from "../body.ts";
import { Problem } from "../problem.ts";
import { newSalt } from "../random.ts";
import { reach } from "../reach.ts";
import { tenantOf } from "../tenants.ts";

const targetSchema = v.strictObject({
  kind: v.picklist(TRANSPORT_KINDS),
  config: v.optional(jsonObject, {}),
  credentials: jsonObject,
  surfaces: v.pipe(v.array(v.union([v.literal("*"), surfaceName])), v.minLength(1)),
});

export const targetRoutes = new Hono<AppEnv>();

targetRoutes.get("/", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin", "auditor"]);
  return c.json({ data: config.targets.map(targetView), next_cursor: null });
});

targetRoutes.put("/:group/:name?", async (c) => {
  const { config: tenant, key } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin"]);
  const targetName = readName(c.req.param("group"), c.req.param("name"));
  const parsed = validate(targetSchema, await readJson(c.req.raw));
  if (!parsed.ok) throw new Problem("invalid_request", { errors: parsed.fault.issues });
  const { kind, surfaces } = parsed.value;
  const transport = findTransport(kind);
  if (!transport) throw new Problem("internal");
  const config = transport.parseConfig(parsed.value.config);
  if (!config.ok) throw invalidAt("/config", config.fault.issues);
  const credentials = transport.parseCredentials(parsed.value.credentials);
  if (!credentials.ok) throw invalidAt("/credentials", credentials.fault.issues);

  const target = { name: targetName, kind, config: config.value };
  const sealed = await reach("signer_unavailable", () =>
    c.env.DISPATCHER.seal({ log: tenant.log, target, credentials: credentials.value }),
  );
  if (!sealed.ok) throw new Problem("target_refused", { detail: sealed.reason });
  const placed = await reach("ledger_unavailable", () =>
    tenantOf(c.env, tenant.tenant).putTarget(
      { keyId: key.id },
      { ...target, surfaces },
      sealed.sealed,
      toBase64Url(newSalt()),
    ),
  );
  if (placed === "too_many")
    throw new Problem("limit_reached", { detail: `A tenant has at most ${TARGETS_MAX} targets.` });
  return c.json(targetView(placed));
});

targetRoutes.delete("/:group/:name?", async (c) => {
  const { config, key } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin"]);
  const name = readName(c.req.param("group"), c.req.param("name"));
  const deleted = await reach("ledger_unavailable", () =>
    tenantOf(c.env, config.tenant).deleteTarget({ keyId: key.id }, name),
  );
  if (!deleted) throw new Problem("not_found", { detail: "There is no such target." });
  return c.body(null, 204);
});

function readName(group: string, name: string | undefined): string {
  const parsed = validate(targetName, name === undefined ? group : `${group}/${name}`);
  if (!parsed.ok) throw new Problem("invalid_request", { detail: "A target's name is such as resend/main." });
  return parsed.value;
}

function invalidAt(
  prefix: string,
  issues: readonly { readonly pointer: string; readonly message: string }[],
): Problem {
  return new Problem("invalid_request", {
    errors: issues.map(({ pointer, message }) => ({ pointer: `${prefix}${pointer}`, message })),
  });
}

function targetView({ name, kind, config, surfaces, revision }: Target) {
  return { name, kind, config, surfaces, revision, credentials: "sealed" };
}
