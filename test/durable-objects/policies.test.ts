/** Published policies and the history of bindings in the tenant's object: kept whole, in order, and through an eviction. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { type Digest, digestOf, sha256Hex } from "../../core/hash.ts";
import { POLICIES_MAX } from "../../core/limits.ts";
import { BINDING_DEFAULTS, type Binding } from "../../core/policy/binding.ts";
import { type Manifest, policyId } from "../../core/policy/manifest.ts";
import { admit } from "../../core/policy/wasm/admit.ts";
import { PROFILE_ID } from "../../core/policy/wasm/profile.ts";
import { UNAUTHORISED } from "../../core/tenant-errors.ts";
import type { NewPolicy } from "../../durable-objects/rpc.ts";
import { ADMIN, AUTHOR, createObject, REVIEWER, type TestObject } from "./tenants.ts";

const MIB = 1024 * 1024;
const OTHER_PROFILE = "countersign-wasm/1:another";

/** Bytes that no part of has the digest of another. */
const bytes = (length: number, seed: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (Math.imul(at ^ seed, 2654435761) >>> 13) & 0xff);

function policyOf(name: string, more: Partial<Record<"raw" | "metered", Uint8Array>> = {}): NewPolicy {
  const manifest: Manifest = {
    abi: "countersign-policy/1",
    name,
    version: "1.0.0",
    description: "",
    settings: { type: "object", additionalProperties: false },
    rules: [{ id: "FIRED", severity: "block", reason: "It fired" }],
  };
  const raw = more.raw ?? bytes(100, name.length);
  const metered = more.metered ?? bytes(200, name.length);
  const wasmSha256 = sha256Hex(raw);
  return {
    manifest,
    policyId: policyId(manifest, wasmSha256),
    wasmSha256,
    execId: digestOf(metered),
    profileId: PROFILE_ID,
    raw,
    metered,
  };
}

const entries = async ({ tenant }: TestObject) =>
  (await tenant.ledger(0, 1_000)).entries.map(({ text }) => JSON.parse(text));

async function bind(
  object: TestObject,
  surface: string,
  policies: readonly Digest[],
  more: Partial<Binding> = {},
) {
  const text = JSON.stringify({
    name: "b",
    version: policies.join(),
    policies: policies.map((policy) => ({ policy })),
  });
  const bundle = digestOf(text);
  await object.tenant.putBundle(AUTHOR, bundle, text);
  const binding: Binding = { ...BINDING_DEFAULTS, surface, bundle, ...more };
  expect(await object.tenant.putBinding(AUTHOR, binding)).toBe("bound");
  return bundle;
}

describe("a module", () => {
  it("of 3 MiB is kept in parts and comes back whole, also after an eviction", async () => {
    const object = await createObject();
    const policy = policyOf("large", { raw: bytes(MIB, 1), metered: bytes(3 * MIB + 7, 2) });
    expect(await object.tenant.putPolicy(AUTHOR, policy)).toBe("created");
    const parts = await runInDurableObject(object.stub, (_, { storage }) =>
      storage.sql
        .exec<{ digest: string; n: number; largest: number }>(
          "SELECT digest, count(*) AS n, max(length(bytes)) AS largest FROM modules GROUP BY digest",
        )
        .toArray(),
    );
    expect(parts).toContainEqual({ digest: policy.execId, n: 4, largest: MIB });
    expect(parts).toContainEqual({ digest: `sha256:${policy.wasmSha256}`, n: 1, largest: MIB });
    await evictDurableObject(object.stub);
    const { tenant } = object;
    expect(digestOf((await tenant.policyModule(policy.policyId, "metered")) ?? "")).toBe(policy.execId);
    expect(sha256Hex((await tenant.policyModule(policy.policyId, "raw")) ?? "")).toBe(policy.wasmSha256);
    const { raw, metered, ...stored } = policy;
    expect(await tenant.policy(policy.policyId)).toEqual(stored);
  });

  it("that two policies share is kept once", async () => {
    const object = await createObject();
    const shared = { raw: bytes(50, 9), metered: bytes(60, 9) };
    for (const name of ["one", "two"])
      expect(await object.tenant.putPolicy(AUTHOR, policyOf(name, shared))).toBe("created");
    const count = await runInDurableObject(object.stub, (_, { storage }) =>
      storage.sql.exec("SELECT count(*) AS n FROM modules").one(),
    );
    expect(count).toEqual({ n: 2 });
  });

  it("of nobody is none", async () => {
    const { tenant } = await createObject();
    expect(await tenant.policyModule(digestOf("nothing"), "raw")).toBeNull();
    expect(await tenant.policy(digestOf("nothing"))).toBeNull();
  });
});

describe("a published policy", () => {
  it("is an entry with its author, once", async () => {
    const object = await createObject();
    const policy = policyOf("once");
    expect(await object.tenant.putPolicy(AUTHOR, policy)).toBe("created");
    const revision = await object.revision();
    expect(await object.tenant.putPolicy(AUTHOR, policy)).toBe("known");
    expect(await object.revision()).toBe(revision);
    const published = (await entries(object)).filter(({ type }) => type === "policy.published");
    expect(published).toEqual([
      expect.objectContaining({
        actor: { kind: "key", id: ADMIN.id },
        subject: policy.policyId,
        body: {
          name: "once",
          version: "1.0.0",
          policy_id: policy.policyId,
          wasm_sha256: policy.wasmSha256,
          exec_id: policy.execId,
          profile_id: policy.profileId,
        },
      }),
    ]);
  });

  it("metered under another profile takes the first one's place, under the same id", async () => {
    const object = await createObject();
    const first = policyOf("moved");
    const metered = bytes(300, 5);
    const second: NewPolicy = { ...first, metered, execId: digestOf(metered) };
    await object.tenant.putPolicy(AUTHOR, { ...first, profileId: OTHER_PROFILE });
    expect(await object.tenant.putPolicy(AUTHOR, second)).toBe("created");
    expect(await object.tenant.policy(first.policyId)).toMatchObject({
      execId: second.execId,
      profileId: second.profileId,
    });
    expect(await object.tenant.policyModule(first.policyId, "metered")).toEqual(metered);
    expect((await object.tenant.listPolicies(0, 10)).length).toBe(1);
    const published = (await entries(object)).filter(({ type }) => type === "policy.published");
    expect(published.map(({ body }) => body.exec_id)).toEqual([first.execId, second.execId]);
  });

  it("travels in the snapshot where a bundle or a candidate in force names it", async () => {
    const object = await createObject();
    const [bound, candidate, idle] = ["bound", "candidate", "idle"].map((name) => policyOf(name)) as [
      NewPolicy,
      NewPolicy,
      NewPolicy,
    ];
    for (const policy of [bound, candidate, idle]) await object.tenant.putPolicy(AUTHOR, policy);
    const shadow = await bind(object, "other", [candidate.policyId]);
    await bind(object, "other", [bound.policyId], { shadow });
    const config = await object.tenant.configSince(null);
    if (config === null || config === "unknown") throw new Error("no configuration");
    expect(Object.keys(config.policies).sort()).toEqual([bound.policyId, candidate.policyId].sort());
    expect(JSON.stringify(config)).not.toContain('"raw"');
  });

  it("is refused from whom is no admin, and beyond the limit", async () => {
    const object = await createObject();
    await expect(
      runInDurableObject(object.stub, (instance) =>
        instance.putPolicy({ keyId: REVIEWER.id }, policyOf("no")),
      ),
    ).rejects.toThrow(UNAUTHORISED);
    expect(await object.tenant.listPolicies(0, 10)).toEqual([]);
    await runInDurableObject(object.stub, (_, { storage }) => {
      storage.sql.exec(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) INSERT INTO policies (policy_id, record, created_at) SELECT 'p' || i, '{}', 0 FROM n",
        POLICIES_MAX,
      );
    });
    expect(await object.tenant.putPolicy(AUTHOR, policyOf("more"))).toBe("too_many");
  });
});

describe("a policy that another release metered", () => {
  // The smallest policy: a memory, and an evaluate that answers 0.
  const raw = Uint8Array.from(
    atob("AGFzbQEAAAABBQFgAAF/AwIBAAUDAQABBxUCBm1lbW9yeQIACGV2YWx1YXRlAAAKBgEEAEEACw=="),
    (char) => char.charCodeAt(0),
  );
  const ours = admit(raw, { memoryPages: 2 });
  const old = (name: string, module: Uint8Array = raw): NewPolicy => ({
    ...policyOf(name, { raw: module }),
    profileId: OTHER_PROFILE,
  });
  const publishedBy = async (object: TestObject) =>
    (await entries(object))
      .filter(({ type }) => type === "policy.published")
      .map(({ actor, body }) => [actor.kind, body.profile_id]);

  it("is metered anew when the object wakes, where a bundle in force names it", async () => {
    const object = await createObject();
    const [bound, idle] = [old("bound"), old("idle")];
    for (const policy of [bound, idle]) await object.tenant.putPolicy(AUTHOR, policy);
    await bind(object, "s", [bound.policyId]);
    const revision = await object.revision();
    await evictDurableObject(object.stub);
    const config = await object.tenant.configSince(revision);
    if (config === null || config === "unknown" || !ours.ok) throw new Error("nothing changed");
    expect(config.revision).toBe(revision + 1);
    expect(config.policies[bound.policyId]).toMatchObject({
      execId: ours.value.execId,
      profileId: PROFILE_ID,
    });
    expect(await object.tenant.policyModule(bound.policyId, "metered")).toEqual(ours.value.wasm);
    expect(await publishedBy(object)).toEqual([
      ["key", OTHER_PROFILE],
      ["key", OTHER_PROFILE],
      ["system", PROFILE_ID],
    ]);
    await evictDurableObject(object.stub);
    expect(await object.revision()).toBe(revision + 1);
    expect(await object.tenant.policy(idle.policyId)).toMatchObject({ profileId: PROFILE_ID });
  });

  it("is metered anew by a rollback to a bundle that names it", async () => {
    const object = await createObject();
    const policy = old("rolled");
    await object.tenant.putPolicy(AUTHOR, policy);
    await bind(object, "s", [policy.policyId]);
    await bind(object, "s", [digestOf("other")]);
    await object.tenant.rollbackBinding(AUTHOR, "s", null);
    const config = await object.tenant.configSince(null);
    if (config === null || config === "unknown") throw new Error("no configuration");
    expect(config.policies[policy.policyId]?.profileId).toBe(PROFILE_ID);
  });

  it("stays as it is where this release's profile does not take it", async () => {
    const object = await createObject();
    const policy = old("refused", bytes(100, 3));
    await object.tenant.putPolicy(AUTHOR, policy);
    await bind(object, "s", [policy.policyId]);
    const revision = await object.revision();
    await evictDurableObject(object.stub);
    expect(await object.revision()).toBe(revision);
    expect(await object.tenant.policy(policy.policyId)).toMatchObject({ profileId: OTHER_PROFILE });
  });
});

describe("a rollback", () => {
  it("goes back one binding at a time, also after an eviction, and then no further", async () => {
    const object = await createObject();
    const bundles = [];
    for (const name of ["a", "b", "c"]) bundles.push(await bind(object, "s", [digestOf(name)]));
    await bind(object, "s", [digestOf("folder")], { folder: "acme" });
    const back = () => object.tenant.rollbackBinding(AUTHOR, "s", null);
    const revision = await object.revision();
    expect(await back()).toMatchObject({ bundle: bundles[1], folder: null });
    expect(await object.revision()).toBe(revision + 1);
    await evictDurableObject(object.stub);
    expect(await back()).toMatchObject({ bundle: bundles[0] });
    expect(await back()).toBeNull();
    expect(await object.revision()).toBe(revision + 2);
    const config = await object.tenant.configSince(null);
    if (config === null || config === "unknown") throw new Error("no configuration");
    expect(config.bindings.find(({ surface, folder }) => surface === "s" && folder === null)?.bundle).toBe(
      bundles[0],
    );
    const rolledBack = (await entries(object)).filter(({ type }) => type === "binding.rolled_back");
    expect(rolledBack.map(({ body }) => [body.bundle, body.config_revision])).toEqual([
      [bundles[1], revision + 1],
      [bundles[0], revision + 2],
    ]);
  });

  it("stands in the history with what it took back", async () => {
    const object = await createObject();
    const [first] = [await bind(object, "s", [digestOf("a")]), await bind(object, "s", [digestOf("b")])];
    await object.tenant.rollbackBinding(AUTHOR, "s", null);
    await evictDurableObject(object.stub);
    const history = await object.tenant.bindingHistory("s", null, null, 10);
    expect(history.map(({ type, undone }) => [type, undone])).toEqual([
      ["binding.rolled_back", false],
      ["binding.put", true],
      ["binding.put", false],
    ]);
    expect(history[0]?.binding.bundle).toBe(first);
    const next = await object.tenant.bindingHistory("s", null, history[0]?.seq ?? null, 1);
    expect(next).toEqual([history[1]]);
    expect(await object.tenant.bindingHistory("s", "acme", null, 10)).toEqual([]);
  });

  it("is refused from whom is no admin", async () => {
    const object = await createObject();
    await bind(object, "s", [digestOf("a")]);
    await bind(object, "s", [digestOf("b")]);
    await expect(
      runInDurableObject(object.stub, (instance) =>
        instance.rollbackBinding({ keyId: REVIEWER.id }, "s", null),
      ),
    ).rejects.toThrow(UNAUTHORISED);
  });
});
