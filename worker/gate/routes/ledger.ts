/** `/v1/ledger`: the log for auditors. Every export ends in a signed head (docs/spec/ledger.md). */

import { type Context, Hono } from "hono";
import type { Envelope } from "../../../core/dsse.ts";
import type { StoredEntry } from "../../../core/ledger/entry.ts";
import { PAGE_SIZE, PAGE_SIZE_MAX } from "../../../core/limits.ts";
import { headStatement } from "../../../core/receipt.ts";
import { signedBy } from "../../../core/signing.ts";
import type { TenantService } from "../../../durable-objects/rpc.ts";
import type { AppEnv } from "../app.ts";
import { authenticate } from "../authenticate.ts";
import type { Env } from "../env.ts";
import { type ExportRange, evidenceLines } from "../evidence-export.ts";
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
  const head = last ? JSON.stringify(await signHead(c.env, page.log, last)) : "null";
  const more = last !== undefined && last.index + 1 < Math.min(page.size, (to ?? page.size - 1) + 1);
  // Entries are copied as stored: their text is what was hashed.
  const body = `{"data":[${page.entries.map(line).join(",")}],"next_cursor":${more ? `"${last.index + 1}"` : "null"},"head":${head}}`;
  return new Response(body, { headers: { "content-type": "application/json", "cache-control": "no-store" } });
});

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
  const { log, size } = await reach("ledger_unavailable", () => tenant.ledger(from, 1));
  // Without an entry there is nothing that a head could cover, and every export ends in a head.
  if (from >= size)
    throw new Problem("invalid_request", {
      detail: `from is an index below ${size}, the number of entries.`,
    });
  // The log goes on growing meanwhile; an export ends where the log ended when it began.
  const range: ExportRange = { log, from, to: Math.min(to ?? size - 1, size - 1), size };
  const lines = withEvidence ? evidenceLines(tenant, range) : entryLines(tenant, range);
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  c.executionCtx.waitUntil(writeExport(c.env, log, lines, writable.getWriter()));
  return new Response(readable, { headers: { "content-type": JSON_LINES, "cache-control": "no-store" } });
}

async function* entryLines(
  tenant: TenantService,
  { from, to }: ExportRange,
): AsyncGenerator<string, StoredEntry | null> {
  let last: StoredEntry | null = null;
  for (let at = from; at <= to; ) {
    const { entries } = await tenant.ledger(at, Math.min(PAGE_SIZE_MAX, to - at + 1));
    for (const entry of entries) yield line(entry);
    last = entries.at(-1) ?? last;
    at += entries.length;
    if (entries.length === 0) break;
  }
  return last;
}

/** Characters written at once: a write for each line would cost more than the lines. */
const CHUNK_CHARS = 64 * 1024;

/** Page by page, so that a long log needs no memory. Where it breaks off there is no head, and verifiers say so. */
async function writeExport(
  env: Env,
  log: string,
  lines: AsyncGenerator<string, StoredEntry | null>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<void> {
  const encoder = new TextEncoder();
  let chunk = "";
  try {
    for (;;) {
      const { done, value } = await lines.next();
      if (!done) chunk += `${value}\n`;
      else if (value !== null) chunk += `{"head":${JSON.stringify(await signHead(env, log, value))}}\n`;
      if (done || chunk.length >= CHUNK_CHARS) {
        if (chunk !== "") await writer.write(encoder.encode(chunk));
        chunk = "";
      }
      if (done) break;
    }
    await writer.close();
  } catch (error) {
    console.error(JSON.stringify({ event: "export_failed", error: String(error) }));
    await writer.abort(error).catch(() => undefined);
  }
}

const line = ({ index, leaf, text }: StoredEntry): string =>
  `{"index":${index},"leaf":"${leaf}","entry":${text}}`;

/** The head of the log as it was after `last`: a prefix of an append-only log is a log. */
function signHead(env: Env, log: string, last: StoredEntry): Promise<Envelope> {
  const statement = headStatement({
    leaf: last.leaf,
    log,
    size: last.index + 1,
    time: new Date().toISOString(),
  });
  return reach("signer_unavailable", () => signedBy(env.SIGNER, "head", statement));
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
