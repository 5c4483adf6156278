/** `/v1/backtests`: what a candidate would have made of what was decided. */
import { Hono } from "hono";
import * as v from "valibot";
import { surfaceName } from "../../../core/action.ts";
import { isDigest } from "../../../core/hash.ts";
import { isId } from "../../../core/id.ts";
import { name, validate } from "../../../core/validate.ts";
import type { Backtest } from "../../../durable-objects/rpc-evidence.ts";
import type { AppEnv } from "../app.ts";
import { authenticate } from "../authenticate.ts";
import { advance } from "../backtest.ts";
import { readJson } from "../body.ts";
import { countsView, cursorText, differenceView, readCursor, readTime } from "../difference-view.ts";
import { readPage } from "../page.ts";
import { Problem } from "../problem.ts";
import { newId } from "../random.ts";
import { reach } from "../reach.ts";
import { tenantOf } from "../tenants.ts";

export const backtestRoutes = new Hono<AppEnv>();

const requestSchema = v.strictObject({
  bundle: v.string(),
  surface: v.optional(v.nullable(v.union([v.literal("*"), surfaceName])), null),
  folder: v.optional(v.nullable(name), null),
  since: v.string(),
  until: v.string(),
});

/** Judges as many as one call may, and says how to go on: nothing runs that nobody waits for. */
backtestRoutes.post("/", async (c) => {
  const { config, key } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin"]);
  const parsed = validate(requestSchema, await readJson(c.req.raw));
  if (!parsed.ok) throw new Problem("invalid_request", { errors: parsed.fault.issues });
  const { bundle, surface, folder, since, until } = parsed.value;
  const tenant = tenantOf(c.env, config.tenant);
  if (!isDigest(bundle) || (await reach("ledger_unavailable", () => tenant.bundle(bundle))) === null)
    throw new Problem("unknown_bundle", { detail: "Bundles are named by digest; POST /v1/bundles first." });
  const request = {
    bundle,
    surface,
    folder,
    sinceMs: readTime("since", since),
    untilMs: readTime("until", until),
  };
  const id = newId("bkt");
  await reach("ledger_unavailable", () => tenant.createBacktest({ keyId: key.id }, id, request));
  const backtest = await advance(c.env, config, key.id, id);
  if (backtest === null) throw notFound();
  return c.json(await withDifferences(backtest, null, {}, tenant), 201);
});

backtestRoutes.post("/:id/continue", async (c) => {
  const { config, key } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin"]);
  const backtest = await advance(c.env, config, key.id, readId(c.req.param("id")));
  if (backtest === null) throw notFound();
  return c.json(await withDifferences(backtest, null, {}, tenantOf(c.env, config.tenant)));
});

backtestRoutes.get("/:id", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin", "auditor"]);
  const tenant = tenantOf(c.env, config.tenant);
  const id = readId(c.req.param("id"));
  const { cursor, ...query } = c.req.query();
  const backtest = await reach("ledger_unavailable", () => tenant.backtest(id));
  if (backtest === null) throw notFound();
  return c.json(await withDifferences(backtest, readCursor(cursor), query, tenant));
});

async function withDifferences(
  backtest: Backtest,
  after: ReturnType<typeof readCursor>,
  query: Readonly<Record<string, string>>,
  tenant: ReturnType<typeof tenantOf>,
) {
  const { limit } = readPage(query);
  const page = await reach("ledger_unavailable", () => tenant.backtestDifferences(backtest.id, after, limit));
  return {
    ...backtestView(backtest),
    data: page.differences.map(differenceView),
    next_cursor: cursorText(page.next),
  };
}

function backtestView({
  id,
  request,
  createdAtMs,
  nextIdx,
  endIdx,
  judged,
  skipped,
  pairs,
  truncated,
}: Backtest) {
  const { bundle, surface, folder, sinceMs, untilMs } = request;
  return {
    id,
    status: nextIdx < endIdx ? "unfinished" : "finished",
    bundle,
    surface,
    folder,
    since: new Date(sinceMs).toISOString(),
    until: new Date(untilMs).toISOString(),
    created_at: new Date(createdAtMs).toISOString(),
    /** Ledger entries still to be looked at. */
    remaining: Math.max(endIdx - nextIdx, 0),
    judged,
    skipped,
    ...countsView(pairs),
    truncated,
  };
}

function readId(id: string): string {
  if (!isId("bkt", id)) throw notFound();
  return id;
}

const notFound = () => new Problem("not_found", { detail: "There is no such backtest." });
