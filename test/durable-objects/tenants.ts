/** Tenants, keys and commits for the object's tests. */
import { env } from "cloudflare:workers";
import { newTenantId } from "../../core/api-key.ts";
import type { SendResult } from "../../core/dispatch.ts";
import { toBase64Url } from "../../core/encoding.ts";
import { digestOf } from "../../core/hash.ts";
import { formatId, type IdPrefix } from "../../core/id.ts";
import type { ApiKey } from "../../core/principal.ts";
import type { CheckpointRequest, CheckpointResult } from "../../core/signing.ts";
import type {
  DecisionDraft,
  DecisionRecord,
  FactSupply,
  FactsResult,
  FinishedEvaluation,
  ReviewDecision,
  ReviewResult,
  SubmitDraft,
  SubmitResult,
  TenantService,
} from "../../durable-objects/rpc.ts";
import type { TenantObject } from "../../durable-objects/tenant.ts";
import { sealDecision, sealSubmission } from "../../worker/gate/seal.ts";

export interface Neighbour {
  script(results: readonly (Partial<SendResult> | { throws: true } | { hangs: number })[]): Promise<void>;
  orders(): Promise<readonly { actionId: string; message: { body: string } }[]>;
}

// Wrangler's generated types are not part of the project; these are the bindings of wrangler.toml.
const bindings = env as unknown as {
  ARCHIVE: R2Bucket;
  TENANT: DurableObjectNamespace<TenantObject>;
  DISPATCHER: Neighbour;
  SIGNER: {
    setDown(down: boolean): Promise<void>;
    /** How many statements each call since the last time had. */
    signedTogether(): Promise<readonly number[]>;
    scriptCheckpoints(
      next: readonly {
        answer?: CheckpointResult;
        keys?: { readonly receipt: string; readonly checkpoint: string };
      }[],
    ): Promise<void>;
    checkpoints(): Promise<readonly CheckpointRequest[]>;
  };
  EVALUATOR: {
    script(next: readonly ({ throws: true } | { hangs: number })[]): Promise<void>;
    asked(): Promise<readonly { tenant: string; actionId: string }[]>;
  };
};
export const evaluator = bindings.EVALUATOR;
export const dispatcher = bindings.DISPATCHER;
export const signer = bindings.SIGNER;
export const namedObject = (name: string) => bindings.TENANT.get(bindings.TENANT.idFromName(name));

export const newId = (prefix: IdPrefix): string =>
  formatId(prefix, crypto.getRandomValues(new Uint8Array(16)));

export const ADMIN: ApiKey = {
  id: "key_admin",
  name: "admin",
  owner: "ada",
  scopes: ["admin", "app"],
  surfaces: ["*"],
  folders: ["*"],
  agents: ["*"],
  roles: ["*"],
  expiresAtMs: null,
  secretHash: "0".repeat(64),
};
export const REVIEWER: ApiKey = {
  ...ADMIN,
  id: "key_reviewer",
  name: "reviewer",
  owner: "rita",
  scopes: ["reviewer"],
};
export const AUTHOR = { keyId: ADMIN.id };

interface FinishedDraft extends Omit<FinishedEvaluation, "commit" | "rollback"> {
  readonly commit: DecisionDraft;
  readonly rollback: SubmitDraft | null;
}

/** The object, as the gate calls it once it has sealed. */
export interface DraftTenant
  extends Omit<TenantService, "submit" | "approve" | "supplyFacts" | "finishEvaluation"> {
  submit(draft: SubmitDraft): Promise<SubmitResult>;
  approve(decision: ReviewDecision, draft: DecisionDraft): Promise<ReviewResult>;
  supplyFacts(supply: FactSupply, draft: DecisionDraft): Promise<FactsResult>;
  finishEvaluation(finished: FinishedDraft): ReturnType<TenantService["finishEvaluation"]>;
}

/** `store`: where the gate puts large payloads. */
export function sealing(tenant: TenantService, log: string, store: object = bindings): DraftTenant {
  const sealers: Partial<Record<string | symbol, unknown>> = {
    submit: async (draft: SubmitDraft) => tenant.submit(await sealSubmission(store, log, draft)),
    approve: async (decision: ReviewDecision, draft: DecisionDraft) =>
      tenant.approve(decision, await sealDecision(store, log, draft)),
    supplyFacts: async (supply: FactSupply, draft: DecisionDraft) =>
      tenant.supplyFacts(supply, await sealDecision(store, log, draft)),
    finishEvaluation: async (finished: FinishedDraft) =>
      tenant.finishEvaluation(await sealFinished(log, finished, store)),
  };
  return new Proxy(tenant, {
    get: (target, name) =>
      sealers[name] ??
      ((...args: unknown[]) =>
        (target as unknown as Record<string | symbol, (...args: unknown[]) => unknown>)[name]?.(...args)),
  }) as unknown as DraftTenant;
}

export const sealFinished = async (
  log: string,
  { entryIdx, commit, rollback }: FinishedDraft,
  store: object = bindings,
): Promise<FinishedEvaluation> => ({
  entryIdx,
  commit: await sealDecision(store, log, commit),
  rollback: rollback && (await sealSubmission(store, log, rollback)),
});

export const sealedSubmission = (log: string, draft: SubmitDraft) => sealSubmission(bindings, log, draft);

export interface TestObject {
  readonly stub: DurableObjectStub<TenantObject>;
  readonly tenant: DraftTenant;
  readonly log: string;
  revision(): Promise<number>;
}

export async function createObject(): Promise<TestObject> {
  const id = newTenantId(crypto.getRandomValues(new Uint8Array(16)));
  const stub = bindings.TENANT.get(bindings.TENANT.idFromName(id));
  const log = `test.example/t/${id}`;
  const tenant = sealing(stub as unknown as TenantService, log);
  await tenant.create({ tenant: id, tenantName: "test", log, adminKey: ADMIN });
  await tenant.putKey(AUTHOR, REVIEWER);
  const target = {
    name: "hook/crm",
    kind: "webhook",
    config: { url: "https://hook.example/" },
    surfaces: ["*"],
  };
  await tenant.putTarget(AUTHOR, target, "sealed", SALT);
  return {
    stub,
    tenant,
    log,
    async revision() {
      const config = await tenant.configSince(null);
      if (config === null || config === "unknown") throw new Error("the tenant has no configuration");
      return config.revision;
    },
  };
}

const SALT = toBase64Url(new Uint8Array(32));

/** A commit as the gate would make it, before it is sealed; `message` true sends to hook/crm. */
export async function commitOf(
  object: TestObject,
  decision: DecisionRecord["decision"],
  options: { message?: boolean; key?: string; body?: string; owner?: string } = {},
): Promise<SubmitDraft> {
  const body = options.body ?? `{"n":"${newId("req")}"}`;
  const digest = digestOf(body);
  const message = options.message
    ? { transport: "webhook", endpoint: "https://hook.example/", mediaType: "application/json", body }
    : null;
  const principal = {
    key: ADMIN.id,
    owner: options.owner ?? "ada",
    agent: "bot",
    user: "u_7",
    roles: [],
    folder: null,
  };
  return {
    revision: await object.revision(),
    actionId: newId("act"),
    approvalId: newId("apr"),
    deliveryId: newId("dlv"),
    principal,
    surface: "tool.call",
    resource: { folder: null, dataClass: null },
    recipients: [],
    title: "crm.update",
    tool: null,
    target: null,
    salt: SALT,
    record: {
      decision,
      mode: "enforce",
      wouldDecide: null,
      findings: [],
      obligations: [],
      fuel: 0,
      provisional: false,
      unfinished: false,
      changed: null,
      bundles: [],
      engine: "test",
      actionDigest: digest,
      inputDigest: digest,
      target: message && { name: "hook/crm", revision: 1, kind: "webhook" },
    },
    rules: [],
    policies: [],
    shadow: null,
    bindings: [],
    discharged: null,
    verdicts: { decision: [], shadow: null },
    commitments: { action: digest, input: digest, message: message && digest, changed: null },
    changedInput: null,
    input: JSON.stringify({ action: { surface: "tool.call", payload: {} }, context: {}, principal }),
    message,
    fingerprint: digest,
    idempotency: options.key === undefined ? null : { scope: "test", key: options.key },
  };
}

export async function submitted(
  object: TestObject,
  ...args: Parameters<typeof commitOf> extends [unknown, ...infer Rest] ? Rest : never
) {
  const commit = await commitOf(object, ...args);
  const result = await object.tenant.submit(commit);
  if (result.kind !== "committed") throw new Error(`expected a commit, got ${result.kind}`);
  return { commit, placed: result.placed, signature: result.signature };
}
