/** `/v1/ledger`: the log for auditors. Every export ends in a signed checkpoint (docs/spec/ledger.md). */

import { type Context, Hono } from "hono";
import { entryLine, type PageProof } from "../../../core/ledger/export.ts";
import type { ExportPlan } from "../../../core/ledger/export-writer.ts";
import { EXPORT_CHECKPOINT_WAIT_MS, PAGE_SIZE, PAGE_SIZE_MAX } from "../../../core/limits.ts";
import type { TenantService } from "../../../durable-objects/rpc.ts";
import type { AppEnv } from "../app.ts";
import { authenticate } from "../authenticate.ts";
import { rangeOf, tenantLines } from "../evidence-export.ts";
import { Problem } from "../problem.ts";
import { reach } from "../reach.ts";
import { tenantOf } from "../tenants.ts";

export const ledgerRoutes = new Hono<AppEnv>();

const JSON_LINES = "application/jsonl";

/** A page as JSON; with `Accept: application/jsonl` the whole range as an export. */
ledgerRoutes.get("/entries", async (c) => {
  const tenant = await auditorsTenant(c);
  const accept = c.req.header("accept") ?? "";
  if (accept.includes(JSON_LINES) || accept.includes("application/x-ndjson"))
    return exportResponse(c, tenant);
  const { from, to } = readRange(c);
  const limit = Math.min(PAGE_SIZE_MAX, readLimit(c), (to ?? Number.MAX_SAFE_INTEGER) - from + 1);
  const page = await reach("ledger_unavailable", () => tenant.ledger(from, limit));
  const last = page.entries.at(-1);
  const more = last !== undefined && last.index + 1 < Math.min(page.size, (to ?? page.size - 1) + 1);
  const proof = last ? await pageProof(tenant, from, last.index) : null;
  const members = proof === null ? '"checkpoint":null' : JSON.stringify(proof).slice(1, -1);
  // Entries are copied as stored: their text is what was hashed.
  const body = `{"data":[${page.entries.map(entryLine).join(",")}],"next_cursor":${more ? `"${last.index + 1}"` : "null"},${members}}`;
  return new Response(body, { headers: { "content-type": "application/json", "cache-control": "no-store" } });
});

/** What shows that the entries of a page stand in the log. */
async function pageProof(tenant: TenantService, from: number, to: number): Promise<PageProof> {
  const { checkpoint, rotations, epochs } = await planOf(tenant, from, to);
  const range = await reach("ledger_unavailable", () => rangeOf(tenant, from, to, checkpoint.size));
  return { range, rotations, epochs, checkpoint: checkpoint.note };
}

/** With `include=evidence` also what each decision was made from: payloads among it. */
ledgerRoutes.get("/export", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["auditor", "admin"]);
  const include = c.req.query("include");
  if (include !== undefined && include !== "evidence")
    throw new Problem("invalid_request", { detail: "include is evidence, or left out." });
  return exportResponse(c, tenantOf(c.env, config.tenant), include === "evidence");
});

async function exportResponse(
  c: Context<AppEnv>,
  tenant: TenantService,
  withEvidence = false,
): Promise<Response> {
  const { from, to } = readRange(c);
  const { size } = await reach("ledger_unavailable", () => tenant.ledger(from, 1));
  // Without an entry there is nothing that a checkpoint could cover, and every export ends in one.
  if (from >= size)
    throw new Problem("invalid_request", {
      detail: `from is an index below ${size}, the number of entries.`,
    });
  // The log goes on growing meanwhile; an export ends where the log ended when it began.
  return exportOf(c, tenant, from, Math.min(to ?? size - 1, size - 1), withEvidence);
}

/** Entries from one index to another that are there. */
export async function exportOf(
  c: Context<AppEnv>,
  tenant: TenantService,
  from: number,
  to: number,
  withEvidence: boolean,
): Promise<Response> {
  const plan = await planOf(tenant, from, to);
  const lines = tenantLines(tenant, plan, withEvidence);
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  c.executionCtx.waitUntil(writeExport(lines, writable.getWriter()));
  return new Response(readable, { headers: { "content-type": JSON_LINES, "cache-control": "no-store" } });
}

/** Waits for a checkpoint that covers the range; there is none as long as the signer refuses this history. */
async function planOf(tenant: TenantService, from: number, to: number): Promise<ExportPlan> {
  const checkpoint = await reach("ledger_unavailable", () =>
    tenant.checkpoint(to + 1, EXPORT_CHECKPOINT_WAIT_MS),
  );
  if (checkpoint === null)
    throw new Problem("no_checkpoint", { detail: `No checkpoint covers entry ${to} yet.` });
  const { log, rotations, epochs } = await reach("ledger_unavailable", () => tenant.logStatus());
  return { log, from, to, checkpoint, rotations, epochs };
}

/** Characters written at once: a write for each line would cost more than the lines. */
const CHUNK_CHARS = 64 * 1024;

/** Page by page, so that a long log needs no memory. Where it breaks off there is no checkpoint, and verifiers say so. */
async function writeExport(
  lines: AsyncGenerator<string>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<void> {
  const encoder = new TextEncoder();
  let chunk = "";
  try {
    for await (const line of lines) {
      chunk += `${line}\n`;
      if (chunk.length < CHUNK_CHARS) continue;
      await writer.write(encoder.encode(chunk));
      chunk = "";
    }
    if (chunk !== "") await writer.write(encoder.encode(chunk));
    await writer.close();
  } catch (error) {
    console.error(JSON.stringify({ event: "export_failed", error: String(error) }));
    await writer.abort(error).catch(() => undefined);
  }
}

async function auditorsTenant(c: Context<AppEnv>): Promise<TenantService> {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["auditor"]);
  return tenantOf(c.env, config.tenant);
}

function readRange(c: Context<AppEnv>): { readonly from: number; readonly to: number | null } {
  const from = readNumber(c, "cursor") ?? readNumber(c, "from") ?? 0;
  const to = readNumber(c, "to");
  if (to !== null && to < from)
    throw new Problem("invalid_request", {
      detail: "to is the index of the last entry wanted, not below from.",
    });
  return { from, to };
}

function readLimit(c: Context<AppEnv>): number {
  const limit = readNumber(c, "limit") ?? PAGE_SIZE;
  if (limit < 1)
    throw new Problem("invalid_request", { detail: `limit is a number from 1 to ${PAGE_SIZE_MAX}.` });
  return limit;
}

function readNumber(c: Context<AppEnv>, query: string): number | null {
  const text = c.req.query(query);
  if (text === undefined) return null;
  if (!/^[0-9]{1,15}$/.test(text))
    throw new Problem("invalid_request", { detail: `${query} is a whole number from 0.` });
  return Number(text);
}
