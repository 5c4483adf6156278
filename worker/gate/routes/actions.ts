/** `/v1/actions`: what became of an action, calling it off, the facts it waits for, and how it went. */
import { Hono } from "hono";
import * as v from "valibot";
import { toBase64Url } from "../../../core/encoding.ts";
import { isId } from "../../../core/id.ts";
import {
  COSIGNATURES_WAIT_MS,
  PROOF_WAIT_MS,
  TEXT_CHARS_MAX,
  WAIT_SECONDS_MAX,
} from "../../../core/limits.ts";
import { jsonObject, validate } from "../../../core/validate.ts";
import type { ActionState } from "../../../durable-objects/rpc.ts";
import { foundView, readActionQuery } from "../action-query.ts";
import { actionView } from "../answer.ts";
import type { AppEnv } from "../app.ts";
import { authenticate, type Caller } from "../authenticate.ts";
import { readJson } from "../body.ts";
import type { Env } from "../env.ts";
import { Problem } from "../problem.ts";
import { newSalt } from "../random.ts";
import { reach } from "../reach.ts";
import { receiptFile } from "../receipt-file.ts";
import { signOutcome } from "../submit.ts";
import { supplyFacts } from "../supply-facts.ts";
import { tenantOf } from "../tenants.ts";

/** Who may read an action; `visible` says which ones. */
const READERS = ["app", "reviewer", "facts", "auditor", "admin"] as const;

export const actionRoutes = new Hono<AppEnv>();

/** Newest first; nothing that anybody wrote is in the list, so that it needs no key of a record. */
actionRoutes.get("/", async (c) => {
  const caller = await authenticate(c.env, c.req.header("authorization") ?? null, READERS);
  const query = readActionQuery(c.req.query());
  const { key } = caller;
  const of = seesAll(caller) ? null : { keyId: key.id, owner: key.owner };
  const page = await reach("ledger_unavailable", () =>
    tenantOf(c.env, caller.config.tenant).search({ ...query, of }),
  );
  return c.json({
    data: page.actions.map(foundView),
    next_cursor: page.next === null ? null : String(page.next),
  });
});

actionRoutes.get("/:id", async (c) => {
  const caller = await authenticate(c.env, c.req.header("authorization") ?? null, READERS);
  const wait = c.req.query("wait") ?? "0";
  if (!/^[0-9]{1,4}$/.test(wait))
    throw new Problem("invalid_request", {
      detail: `wait is a number of seconds, at most ${WAIT_SECONDS_MAX}.`,
    });
  const waitMs = Math.min(Number(wait), WAIT_SECONDS_MAX) * 1000;
  const tenant = tenantOf(c.env, caller.config.tenant);
  const id = readId(c.req.param("id"));
  // Whose action it is, is checked before waiting for it.
  let state = visible(caller, await reach("ledger_unavailable", () => tenant.action(id, 0)));
  if (waitMs > 0) state = visible(caller, await reach("ledger_unavailable", () => tenant.action(id, waitMs)));
  return respond(c.env, state, new URL(c.req.url).origin);
});

actionRoutes.post("/:id/cancel", async (c) => {
  const { config, key } = await authenticate(c.env, c.req.header("authorization") ?? null, ["app"]);
  const id = readId(c.req.param("id"));
  const result = await reach("ledger_unavailable", () =>
    tenantOf(c.env, config.tenant).cancel(id, { keyId: key.id }),
  );
  if (result.kind === "not_found") throw notFound();
  if (result.kind !== "cancelled")
    throw new Problem("not_cancellable", {
      detail: "Only an action that waits, or was never attempted, can be cancelled.",
    });
  return respond(c.env, result.state, new URL(c.req.url).origin);
});

const factsSchema = v.strictObject({
  facts: v.pipe(
    jsonObject,
    v.check((facts) => Object.keys(facts).length > 0, "Expected a fact or more."),
  ),
});

actionRoutes.post("/:id/facts", async (c) => {
  const caller = await authenticate(c.env, c.req.header("authorization") ?? null, ["facts"]);
  const parsed = validate(factsSchema, await readJson(c.req.raw));
  if (!parsed.ok) throw new Problem("invalid_request", { errors: parsed.fault.issues });
  const state = await supplyFacts(c.env, caller, readId(c.req.param("id")), parsed.value.facts);
  return respond(c.env, state, new URL(c.req.url).origin);
});

const outcomeSchema = v.strictObject({
  outcome: v.picklist(["succeeded", "failed"]),
  detail: v.optional(v.pipe(v.string(), v.maxLength(TEXT_CHARS_MAX))),
});

actionRoutes.post("/:id/outcome", async (c) => {
  const { config, key } = await authenticate(c.env, c.req.header("authorization") ?? null, ["app"]);
  const parsed = validate(outcomeSchema, await readJson(c.req.raw));
  if (!parsed.ok) throw new Problem("invalid_request", { errors: parsed.fault.issues });
  const { outcome, detail = null } = parsed.value;
  const id = readId(c.req.param("id"));
  const report = { outcome, detail, salt: toBase64Url(newSalt()) };
  const result = await reach("ledger_unavailable", () =>
    tenantOf(c.env, config.tenant).reportOutcome(id, { keyId: key.id }, report),
  );
  switch (result.kind) {
    case "not_found":
      throw notFound();
    case "not_executable":
      throw new Problem("not_executable", {
        detail: "Only an allowed action without a target is executed by its caller.",
      });
    case "already_reported":
      throw new Problem("outcome_already_reported");
    case "recorded":
      return respond(c.env, result.state, new URL(c.req.url).origin);
  }
});

/** A key that may only act sees its owner's actions; to it the others do not exist. */
function visible(caller: Caller, state: ActionState | null): ActionState {
  const { key } = caller;
  if (state === null || !(seesAll(caller) || state.keyId === key.id || state.owner === key.owner))
    throw notFound();
  return state;
}

const seesAll = ({ key }: Caller): boolean =>
  key.scopes.some((scope) => scope !== "app" && scope !== "evaluate");

async function respond(env: Env, state: ActionState, origin: string): Promise<Response> {
  return Response.json(actionView(state, await signOutcome(env, state), origin), {
    headers: { "cache-control": "no-store" },
  });
}

function readId(id: string): string {
  if (!isId("act", id)) throw notFound();
  return id;
}

const notFound = () => new Problem("not_found", { detail: "There is no such action." });

/**
 * `GET /v1/receipts/{action_id}`: the receipt or denial proof alone, as a file to keep. With the proof that its entry stands
 * in the log, once a checkpoint covers it: `?proof=wait` waits for that, and for the cosignatures that are asked for.
 */
export const receiptRoutes = new Hono<AppEnv>();

receiptRoutes.get("/:id", async (c) => {
  const caller = await authenticate(c.env, c.req.header("authorization") ?? null, READERS);
  const tenant = tenantOf(c.env, caller.config.tenant);
  const id = readId(c.req.param("id"));
  const state = visible(caller, await reach("ledger_unavailable", () => tenant.action(id, 0)));
  const waits = c.req.query("proof");
  if (waits !== undefined && waits !== "wait")
    throw new Problem("invalid_request", { detail: "proof is wait, or left out." });
  const file = await receiptFile(c.env, tenant, state, {
    proofMs: waits === undefined ? 0 : PROOF_WAIT_MS,
    cosignedMs: waits === undefined ? 0 : COSIGNATURES_WAIT_MS,
  });
  if (file === null) throw new Problem("not_found", { detail: "An action that waits has no receipt yet." });
  return Response.json(file, { headers: { "cache-control": "no-store" } });
});
