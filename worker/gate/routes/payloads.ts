/** `/v1/payloads` and `/v1/retention`: erasing what actions were made from, on request and by rule. */
import { Hono } from "hono";
import * as v from "valibot";
import { surfaceName } from "../../../core/action.ts";
import { toBase64Url } from "../../../core/encoding.ts";
import { isId } from "../../../core/id.ts";
import { REASON_CHARS_MAX, RETENTION_DAYS_MAX, RETENTION_RULES_MAX } from "../../../core/limits.ts";
import { name, validate } from "../../../core/validate.ts";
import type { RetentionRule } from "../../../durable-objects/rpc.ts";
import type { AppEnv } from "../app.ts";
import { authenticate } from "../authenticate.ts";
import { readJson, readOptionalJson } from "../body.ts";
import { Problem } from "../problem.ts";
import { newSalt } from "../random.ts";
import { reach } from "../reach.ts";
import { tenantOf } from "../tenants.ts";

export const payloadRoutes = new Hono<AppEnv>();

const erasureSchema = v.strictObject({
  reason: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(REASON_CHARS_MAX))),
  subjects: v.optional(v.boolean(), false),
});

payloadRoutes.post("/:id/erase", async (c) => {
  const { config, key } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin"]);
  const parsed = validate(erasureSchema, await readOptionalJson(c.req.raw));
  if (!parsed.ok) throw new Problem("invalid_request", { errors: parsed.fault.issues });
  const { reason = null, subjects } = parsed.value;
  const id = c.req.param("id");
  if (!isId("act", id)) throw notFound();
  const order = { reason, subjects, salt: toBase64Url(newSalt()) };
  const result = await reach("ledger_unavailable", () =>
    tenantOf(c.env, config.tenant).erase({ keyId: key.id }, id, order),
  );
  switch (result.kind) {
    case "not_found":
      throw notFound();
    case "waiting":
      throw new Problem("not_erasable", {
        detail:
          "It waits for a person, for facts or for its full evaluation, or is being sent. Cancel it first, or wait until it is settled.",
        members: { action_status: result.status },
      });
    case "erased":
      return c.json({
        action_id: id,
        erased_at: new Date(result.erasedAtMs).toISOString(),
        ledger_index: result.entryIdx,
      });
  }
});

const notFound = () => new Problem("not_found", { detail: "There is no such action." });

export const retentionRoutes = new Hono<AppEnv>();

const surface = v.union([v.literal("*"), surfaceName], "Expected a surface such as outbound.email, or *.");
const retentionSchema = v.strictObject({
  rules: v.pipe(
    v.array(
      v.strictObject({
        surface: v.optional(surface, "*"),
        folder: v.optional(v.nullable(name), null),
        data_class: v.optional(v.nullable(name), null),
        days: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(RETENTION_DAYS_MAX)),
      }),
    ),
    v.maxLength(RETENTION_RULES_MAX),
  ),
});

retentionRoutes.put("/", async (c) => {
  const { config, key } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin"]);
  const parsed = validate(retentionSchema, await readJson(c.req.raw));
  if (!parsed.ok) throw new Problem("invalid_request", { errors: parsed.fault.issues });
  const rules = parsed.value.rules.map(({ data_class: dataClass, ...rule }) => ({ ...rule, dataClass }));
  await reach("ledger_unavailable", () =>
    tenantOf(c.env, config.tenant).putRetention({ keyId: key.id }, rules),
  );
  return c.json({ rules: rules.map(ruleView) });
});

retentionRoutes.get("/", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin", "auditor"]);
  const rules = await reach("ledger_unavailable", () => tenantOf(c.env, config.tenant).retention());
  return c.json({ rules: rules.map(ruleView) });
});

const ruleView = ({ surface, folder, dataClass: data_class, days }: RetentionRule) => ({
  ...{ surface, folder, data_class, days },
});
