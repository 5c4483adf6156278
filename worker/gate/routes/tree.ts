/** `/v1/ledger`: checkpoints, proofs and tiles, each in the format of its C2SP specification (docs/spec/ledger.md). */
import { type Context, Hono } from "hono";
import { fromBase64 } from "../../../core/encoding.ts";
import { originOf } from "../../../core/epoch.ts";
import { readOrigin } from "../../../core/ledger/checkpoints.ts";
import { envelopeSchema } from "../../../core/ledger/schema.ts";
import { parseCheckpoint } from "../../../core/ledger/tree/checkpoint.ts";
import type { Hash } from "../../../core/ledger/tree/merkle.ts";
import { type Note, parseNote } from "../../../core/ledger/tree/note.ts";
import { ENTRIES, parseTilePath } from "../../../core/ledger/tree/tiles.ts";
import { formatTlogProof } from "../../../core/ledger/tree/tlog-proof.ts";
import { WAIT_SECONDS_MAX } from "../../../core/limits.ts";
import type { Scope } from "../../../core/principal.ts";
import { validate } from "../../../core/validate.ts";
import type { TenantService } from "../../../durable-objects/rpc.ts";
import type { ProvingCheckpoint } from "../../../durable-objects/rpc-evidence.ts";
import type { AppEnv } from "../app.ts";
import { authenticate } from "../authenticate.ts";
import { readJson } from "../body.ts";
import { keySet } from "../key-set.ts";
import { Problem } from "../problem.ts";
import { reach } from "../reach.ts";
import { tenantOf } from "../tenants.ts";

export const treeRoutes = new Hono<AppEnv>();

const TEXT = "text/plain; charset=utf-8";
const FRESH = { "content-type": TEXT, "cache-control": "no-store" };
/**
 * A key is needed to read a tile, and says of which log it is. Within an epoch no tile changes; under a name that is of no epoch
 * there is another one after storage was restored and an operator opened the next.
 */
const FOREVER = "private, max-age=31536000, immutable";
const REVALIDATED = "private, no-cache";
/** Hashes and sizes say nothing of what an action held. */
const READERS = ["app", "reviewer", "facts", "auditor", "admin"] as const;

treeRoutes.get("/checkpoint", async (c) => {
  const tenant = await tenantFor(c, READERS);
  const checkpoint = await reach("ledger_unavailable", () => tenant.checkpoint(1, readWaitMs(c)));
  if (checkpoint === null) throw noCheckpoint();
  return new Response(checkpoint.note, { headers: FRESH });
});

treeRoutes.get("/proof/:index", async (c) => {
  const tenant = await tenantFor(c, READERS);
  const index = readCount(c.req.param("index"), "The index");
  const proven = await reach("ledger_unavailable", () => proofOf(tenant, index, readWaitMs(c), 0));
  if (proven === null) throw noCheckpoint(`No checkpoint covers entry ${index} yet; ?wait=2 waits for one.`);
  return new Response(proven.proof, { headers: FRESH });
});

/** The hashes of the proof in base64, a line each: RFC 6962 section 2.1.2. */
treeRoutes.get("/consistency", async (c) => {
  const tenant = await tenantFor(c, READERS);
  const from = readCount(c.req.query("from"), "from");
  const newest = await reach("ledger_unavailable", () => tenant.checkpoint(1, 0));
  const to = c.req.query("to") === undefined ? newest?.size : readCount(c.req.query("to"), "to");
  if (to === undefined) throw noCheckpoint();
  const proof = await reach("ledger_unavailable", () => tenant.consistency(from, to));
  if (proof === null)
    throw new Problem("invalid_request", {
      detail: `from and to are sizes of the log, up to ${newest?.size ?? 0}, from not above to.`,
    });
  return new Response(proof.map((hash) => `${hash}\n`).join(""), { headers: FRESH });
});

treeRoutes.get("/tile/*", (c) => answerTile(c, null));

/** The prefix of one epoch as https://c2sp.org/tlog-tiles has it: what lies below is immutable. */
treeRoutes.get("/epoch/:epoch/tile/*", (c) => answerTile(c, readCount(c.req.param("epoch"), "The epoch")));

treeRoutes.get("/epoch/:epoch/checkpoint", async (c) => {
  const tenant = await tenantFor(c, READERS);
  const epoch = readCount(c.req.param("epoch"), "The epoch");
  const checkpoint = await reach("ledger_unavailable", () => tenant.checkpoint(1, readWaitMs(c)));
  if (checkpoint === null) throw noCheckpoint();
  const { origin = "" } = parseCheckpoint(parseNote(checkpoint.note)?.text ?? "") ?? {};
  if (readOrigin(origin).epoch !== epoch) throw otherEpoch(epoch);
  return new Response(checkpoint.note, { headers: FRESH });
});

async function answerTile(c: Context<AppEnv>, of: number | null): Promise<Response> {
  const tile = parseTilePath(c.req.path.slice(c.req.path.indexOf("/tile/") + 1));
  if (tile === null)
    throw new Problem("not_found", { detail: "No tile has such a name (c2sp.org/tlog-tiles)." });
  // Entries tell who did what, and when.
  const tenant = await tenantFor(c, tile.level === ENTRIES ? ["auditor"] : READERS);
  const { level, index, width } = tile;
  const tag = c.req.header("if-none-match")?.match(/^(?:W\/)?"([^"]*)"$/)?.[1] ?? null;
  const file = await reach("ledger_unavailable", () => tenant.tile(level, index, width, { of, tag }));
  if (file === null)
    throw new Problem("not_found", {
      detail: `The log has no such tile ${of === null ? "yet" : `of epoch ${of}`}.`,
    });
  const headers = {
    "cache-control": of === null ? REVALIDATED : FOREVER,
    etag: `"${file.tag}"`,
    vary: "authorization",
  };
  if (file.bytes === null) return new Response(null, { status: 304, headers });
  return new Response(file.bytes as Uint8Array<ArrayBuffer>, {
    headers: { ...headers, "content-type": "application/octet-stream" },
  });
}

treeRoutes.get("/status", async (c) => {
  const tenant = await tenantFor(c, ["auditor", "admin"]);
  const status = await reach("ledger_unavailable", () => tenant.logStatus());
  const { log, size, epoch, checkpoint, fork, rotations, epochs, witnesses } = status;
  return c.json(
    {
      ...{ log, size, epoch, fork, rotations, epochs },
      witnesses: witnesses.map(({ name, size, cosignedAtMs, failures, contradicts }) => ({
        ...{ name, size, failures, contradicts },
        cosigned_at: cosignedAtMs === null ? null : new Date(cosignedAtMs).toISOString(),
      })),
      checkpoint: checkpoint && {
        size: checkpoint.size,
        root: checkpoint.root,
        note: checkpoint.note,
        created_at: new Date(checkpoint.atMs).toISOString(),
      },
    },
    200,
    { "cache-control": "no-store" },
  );
});

/**
 * The key set with what bounds it: this log's rotations and epochs. A key file for verifiers, whole, and no secret; but an index
 * tells how much a tenant does, so it is for those who may read the log's proofs.
 */
treeRoutes.get("/keys", async (c) => {
  const tenant = await tenantFor(c, READERS);
  const { log, epoch, rotations, epochs } = await reach("ledger_unavailable", () => tenant.logStatus());
  const keys = await keySet(c.env.KEYS, originOf(log, epoch));
  return c.json({ ...keys, rotations, epochs }, 200, { "cache-control": "no-store" });
});

/** What an epoch's statement has to name as its base. */
treeRoutes.get("/head", async (c) => {
  const tenant = await tenantFor(c, ["admin"]);
  return c.json(await reach("ledger_unavailable", () => tenant.treeHead()), 200, {
    "cache-control": "no-store",
  });
});

treeRoutes.post("/epochs", async (c) => {
  const { key, config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin"]);
  const body = await readJson(c.req.raw);
  const statement = validate(envelopeSchema, body);
  if (!statement.ok) throw new Problem("invalid_request", { errors: statement.fault.issues });
  const { payloadType, payload, signatures } = statement.value;
  const result = await reach("signer_unavailable", () =>
    tenantOf(c.env, config.tenant).openEpoch(
      { keyId: key.id },
      { payloadType, payload, signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig })) },
    ),
  );
  if (result.kind === "refused") throw new Problem("epoch_refused", { detail: result.reason });
  return c.json({ epoch: result.epoch }, 201);
});

export interface Proven extends Pick<ProvingCheckpoint, "cosignatures"> {
  /** A tlog-proof. */
  readonly proof: string;
}

/**
 * The proof of an entry under a checkpoint; null where none covers it within `waitMs`. For the cosignatures that are asked for it
 * waits up to `cosignedWaitMs` more.
 */
export async function proofOf(
  tenant: TenantService,
  index: number,
  waitMs: number,
  cosignedWaitMs: number,
): Promise<Proven | null> {
  const checkpoint = await tenant.provingCheckpoint(index + 1, waitMs, cosignedWaitMs);
  if (checkpoint === null) return null;
  const path = await tenant.inclusion(index, checkpoint.size);
  if (path === null) return null;
  const proof = formatTlogProof({
    index,
    path: path.map((hash) => fromBase64(hash) as Hash),
    checkpoint: parseNote(checkpoint.note) as Note,
  });
  return { proof, cosignatures: checkpoint.cosignatures };
}

async function tenantFor(c: Context<AppEnv>, scopes: readonly Scope[]): Promise<TenantService> {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, scopes);
  return tenantOf(c.env, config.tenant);
}

function readCount(text: string | undefined, name: string): number {
  if (text === undefined || !/^[0-9]{1,15}$/.test(text))
    throw new Problem("invalid_request", { detail: `${name} is a whole number from 0.` });
  return Number(text);
}

export function readWaitMs(c: Context<AppEnv>): number {
  const wait = c.req.query("wait");
  return wait === undefined ? 0 : Math.min(readCount(wait, "wait"), WAIT_SECONDS_MAX) * 1000;
}

const otherEpoch = (epoch: number) =>
  new Problem("not_found", { detail: `The log is not in epoch ${epoch}: its checkpoints name the epoch.` });

const noCheckpoint = (detail = "The log has no checkpoint yet.") => new Problem("no_checkpoint", { detail });
