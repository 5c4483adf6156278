/** `/v1/bindings/{surface}/shadow`: what a binding's candidate made of the actions that it was judged beside. */
import { Hono } from "hono";
import { isDigest } from "../../../core/hash.ts";
import type { AppEnv } from "../app.ts";
import { authenticate } from "../authenticate.ts";
import { countsView, cursorText, differenceView, readCursor, readTime } from "../difference-view.ts";
import { readPage } from "../page.ts";
import { Problem } from "../problem.ts";
import { reach } from "../reach.ts";
import { tenantOf } from "../tenants.ts";
import { readFolder, readSurface } from "./bindings.ts";

export const shadowRoutes = new Hono<AppEnv>();

shadowRoutes.get("/:surface/shadow", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin", "auditor"]);
  const surface = readSurface(c.req.param("surface"));
  const folder = readFolder(c.req.query("folder") ?? null);
  const { cursor, ...query } = c.req.query();
  const after = readCursor(cursor);
  const { limit } = readPage(query);
  const sinceMs = query.since === undefined ? 0 : readTime("since", query.since);
  const bound = config.bindings.find((one) => one.surface === surface && one.folder === folder);
  const candidate = query.candidate ?? bound?.shadow ?? null;
  // One that has been bound since, or dropped, is still known by its digest.
  if (!isDigest(candidate))
    throw new Problem("not_found", {
      detail: "The binding has no candidate; name one with candidate=sha256:…",
    });
  const report = await reach("ledger_unavailable", () =>
    tenantOf(c.env, config.tenant).shadowReport({
      surface,
      folder,
      candidate,
      sinceMs,
      after,
      limit,
    }),
  );
  const counts = countsView(report.pairs);
  return c.json({
    surface,
    folder,
    bundle: bound?.bundle ?? null,
    candidate,
    judged: counts.agree + counts.differ,
    ...counts,
    only_active: report.onlyActive,
    only_candidate: report.onlyCandidate,
    data: report.differences.map(differenceView),
    next_cursor: cursorText(report.next),
  });
});
