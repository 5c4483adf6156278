/** `/v1/ledger`: the log for auditors. Every export ends in a signed head (docs/spec/ledger.md). */
import { type Context, Hono } from "hono";
import type { Envelope } from "../../../core/dsse.ts";
import type { StoredEntry } from "../../../core/ledger/entry.ts";
import { PAGE_SIZE, PAGE_SIZE_MAX } from "../../../core/limits.ts";
import { headStatement } from "../../../core/receipt.ts";
import type { TenantService } from "../../../durable-objects/rpc.ts";
import type { AppEnv } from "../app.ts";
import { authenticate } from "../authenticate.ts";
import type { Env } from "../env.ts";
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

ledgerRoutes.get("/export", async (c) => exportResponse(c, await auditorsTenant(c)));

async function exportResponse(c: Context<AppEnv>, tenant: TenantService): Promise<Response> {
  const { from, to } = readRange(c);
  const { size } = await reach("ledger_unavailable", () => tenant.ledger(from, 1));
  // Without an entry there is nothing that a head could cover, and every export ends in a head.
  if (from >= size)
    throw new Problem("invalid_request", {
      detail: `from is an index below ${size}, the number of entries.`,
    });
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  c.executionCtx.waitUntil(writeExport(c.env, tenant, from, to, writable.getWriter()));
  return new Response(readable, { headers: { "content-type": JSON_LINES, "cache-control": "no-store" } });
}

/** Page by page, so that a long log needs no memory. Where it breaks off there is no head, and verifiers say so. */
async function writeExport(
  env: Env,
  tenant: TenantService,
  from: number,
  to: number | null,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<void> {
  const encoder = new TextEncoder();
  try {
    let at = from;
    let last: StoredEntry | undefined;
    let log = "";
    let end = to;
    for (;;) {
      const page = await tenant.ledger(
        at,
        Math.min(PAGE_SIZE_MAX, (end ?? Number.MAX_SAFE_INTEGER) - at + 1),
      );
      // The log goes on growing meanwhile; an export ends where the log ended when it began.
      end ??= page.size - 1;
      const entries = page.entries.filter(({ index }) => index <= (end ?? index));
      if (entries.length > 0)
        await writer.write(encoder.encode(entries.map((entry) => `${line(entry)}\n`).join("")));
      last = entries.at(-1) ?? last;
      log = page.log;
      at += page.entries.length;
      if (entries.length === 0 || at > end) break;
    }
    if (last)
      await writer.write(encoder.encode(`{"head":${JSON.stringify(await signHead(env, log, last))}}\n`));
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
  return reach("signer_unavailable", () => env.SIGNER.sign("head", statement));
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
