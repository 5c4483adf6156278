/**
 * One tenant's ledger, and what an object costs that does less. Each request is one call of an object from a Worker, its argument
 * a commit as the gate makes it: `POST /<arm>?bytes=512`.
 */
import { DurableObject, WorkerEntrypoint } from "cloudflare:workers";
import { envelopeOf } from "../../core/dsse.ts";
import { digestOf } from "../../core/hash.ts";
import type { ApiKey } from "../../core/principal.ts";
import { receiptStatement } from "../../core/receipt.ts";
import { placeOf } from "../../core/sealed-record.ts";
import type { SignerService } from "../../core/signing.ts";
import { writeSubmission } from "../../durable-objects/commit.ts";
import type { ObjectStore } from "../../durable-objects/elsewhere.ts";
import type { SubmitCommit, SubmitDraft, TenantService } from "../../durable-objects/rpc.ts";
import { DDL } from "../../durable-objects/schema.ts";
import { type Statements, statements } from "../../durable-objects/statements.ts";
import { TenantObject } from "../../durable-objects/tenant.ts";

import { sealSubmission } from "../../worker/gate/seal.ts";

export { TenantObject } from "../../durable-objects/tenant.ts";

interface Env {
  readonly TENANT: DurableObjectNamespace<TenantObject>;
  readonly UNSIGNED: DurableObjectNamespace<Unsigned>;
  readonly FLOOR: DurableObjectNamespace<Floor>;
  readonly STORE: DurableObjectNamespace<Store>;
  readonly SIGNER: SignerService;
}

/** In the place of R2, which a bare workerd has not: takes the bytes, and keeps the last of them. */
export class Store extends DurableObject {
  async put(_name: string, bytes: Uint8Array): Promise<void> {
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS last (id INTEGER PRIMARY KEY, bytes BLOB)");
    this.ctx.storage.sql.exec("INSERT OR REPLACE INTO last (id, bytes) VALUES (1, ?)", bytes);
  }
}

/** No action here is left unfinished. */
export class Evaluator extends WorkerEntrypoint {
  async evaluate(): Promise<void> {}
}

const LOG = "bench/t/log";

/** The tenant's object as it is, but that nobody signs receipts for it. */
export class Unsigned extends TenantObject {
  constructor(ctx: DurableObjectState, env: ConstructorParameters<typeof TenantObject>[1]) {
    const { SIGNER } = env;
    const signer: Pick<SignerService, "signAll" | "checkpoint"> = {
      signAll: async (statements) => statements.map(() => ({ keyid: "none", sig: "" })),
      checkpoint: (request) => SIGNER.checkpoint(request),
    };
    super(ctx, { ...env, SIGNER: signer as SignerService });
  }
}

export class Floor extends DurableObject {
  readonly #sql: Statements;

  constructor(ctx: DurableObjectState, env: object) {
    super(ctx, env);
    this.#sql = statements(ctx.storage.sql);
    if (this.#sql.hasSchema()) return;
    this.#sql.runScript(DDL);
    this.#sql.setMeta("log", LOG);
    ctx.storage.sql.exec("CREATE TABLE bare (id INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  }

  async noop(_: unknown): Promise<number> {
    return 0;
  }

  async insert(draft: SubmitDraft): Promise<number> {
    this.ctx.storage.sql.exec("INSERT INTO bare (body) VALUES (?)", draft.input);
    return 0;
  }

  /** All that a submission writes, in one transaction and one durable commit a request. */
  async single(commit: SubmitCommit): Promise<number> {
    this.ctx.storage.transactionSync(() => writeSubmission(this.#sql, LOG, Date.now(), commit));
    await this.ctx.storage.sync();
    return 0;
  }
}

const ADMIN: ApiKey = {
  ...{ id: "key_bench", name: "bench", owner: "ada", scopes: ["admin", "app"], secretHash: "0".repeat(64) },
  ...{ surfaces: ["*"], folders: ["*"], agents: ["*"], roles: ["*"], expiresAtMs: null },
};
const TENANT = { tenant: "bench", tenantName: "bench", adminKey: ADMIN };
const SALT = "A".repeat(43);
let nextId = Date.now() * 1000;

function draftOf(bytes: number): SubmitDraft {
  const id = `act_${String(nextId++).padStart(22, "0")}`;
  const principal = { key: ADMIN.id, owner: "ada", agent: "bot", user: null, roles: [], folder: null };
  const payload = { note: "x".repeat(bytes) };
  const input = JSON.stringify({ action: { surface: "tool.call", payload }, context: {}, principal });
  const digest = digestOf(id);
  // Members in order, as the gate has them.
  const policies = ["reader", "pii", "secrets", "denylist"].map((name) => ({
    ...{ bundle: digest, error: null, exec_id: digest, fuel: 20_000, fuel_limit: 150_000_000, name },
    ...{ pass: 1 as const, policy_id: digest, profile_id: digest, verdict: digest },
  }));
  return {
    ...{ revision: 0, actionId: id, approvalId: `apr_${id}`, deliveryId: `dlv_${id}`, principal },
    ...{
      surface: "tool.call",
      title: "bench",
      tool: null,
      target: null,
      salt: SALT,
      rules: [],
      policies,
      shadow: null,
      bindings: [],
    },
    ...{ discharged: null, changedInput: null, input, message: null, fingerprint: digest },
    record: {
      ...{
        decision: "allow",
        mode: "enforce",
        wouldDecide: null,
        findings: [],
        obligations: [],
        fuel: 80_000,
      },
      ...{ provisional: false, unfinished: false, changed: null, bundles: [digest], engine: "bench" },
      ...{ actionDigest: digest, inputDigest: digest, target: null },
    },
    verdicts: { decision: policies.map(({ name }) => `{"findings":[],"policy":"${name}"}`), shadow: null },
    commitments: { action: digest, changed: null, input: digest, message: null },
    idempotency: { scope: "bench", key: id },
    resource: { folder: null, dataClass: null },
    recipients: [],
  } as unknown as SubmitDraft;
}

/** What the gate sends, made once for each size: here the object is measured, and the sealing by itself (`/seal`). */
const sealed = new Map<number, SubmitCommit>();

async function commitOf(bytes: number, store: ObjectStore): Promise<SubmitCommit> {
  const known = sealed.get(bytes) ?? (await sealSubmission({ ARCHIVE: store }, LOG, draftOf(bytes)));
  sealed.set(bytes, known);
  const { actionId, approvalId, deliveryId, idempotency } = draftOf(0);
  const record = { ...known.sealed, place: placeOf(Date.now(), actionId) };
  return { ...known, actionId, approvalId, deliveryId, idempotency, sealed: record };
}

export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const url = new URL(request.url);
    await request.text();
    const bytes = Number(url.searchParams.get("bytes") ?? 512);
    const floor = env.FLOOR.get(env.FLOOR.idFromName("bench")) as unknown as Floor;
    const tenant = env.TENANT.get(env.TENANT.idFromName("bench")) as unknown as TenantService;
    const unsigned = env.UNSIGNED.get(env.UNSIGNED.idFromName("bench")) as unknown as TenantService;
    const store = env.STORE.get(env.STORE.idFromName("bench")) as unknown as ObjectStore;
    const seal = (draft: SubmitDraft) => sealSubmission({ ARCHIVE: store }, LOG, draft);
    switch (url.pathname) {
      case "/create":
        await tenant.create({ ...TENANT, log: LOG });
        await unsigned.create({ ...TENANT, log: `${LOG}/unsigned` });
        return Response.json({});
      case "/noop":
        return Response.json({ ok: await floor.noop(await commitOf(bytes, store)) });
      case "/insert":
        return Response.json({ ok: await floor.insert(draftOf(bytes)) });
      case "/single":
        return Response.json({ ok: await floor.single(await commitOf(bytes, store)) });
      case "/submit":
        return Response.json({ ok: (await unsigned.submit(await commitOf(bytes, store))).kind });
      // What comes before a commit, without it, and with it.
      case "/seal":
        return Response.json({ ok: (await seal(draftOf(bytes))).sealed.place });
      case "/whole":
        return Response.json({ ok: (await unsigned.submit(await seal(draftOf(bytes)))).kind });
      case "/receipt": {
        const result = await tenant.submit(await commitOf(bytes, store));
        if (result.kind !== "committed" || result.signature === null)
          return new Response(result.kind, { status: 500 });
        const statement = receiptStatement("receipt", result.placed.entry);
        return Response.json(envelopeOf("receipt", statement, result.signature));
      }
      case "/size": {
        const { size, checkpoint } = await unsigned.logStatus();
        return Response.json({ size, checkpointed: checkpoint?.size ?? 0 });
      }
      default:
        return new Response(null, { status: 404 });
    }
  },
} satisfies ExportedHandler<Env>;
