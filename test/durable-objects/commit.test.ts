/** The atomic write: chained, all or nothing, once for each idempotency key, never under an old configuration. */
import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { GENESIS, leafHash } from "../../core/ledger/entry.ts";
import { PENDING_TASKS_PER_KEY_MAX } from "../../core/limits.ts";
import type { TenantService } from "../../durable-objects/rpc.ts";
import {
  ADMIN,
  AUTHOR,
  commitOf,
  createObject,
  namedObject,
  REVIEWER,
  sealedSubmission,
  submitted,
  type TestObject,
} from "./tenants.ts";

async function entries(object: TestObject) {
  const page = await object.tenant.ledger(0, 1000);
  return page.entries.map((entry) => ({
    ...entry,
    parsed: JSON.parse(entry.text) as { index: number; prev: string; type: string; log: string },
  }));
}

async function expectChain(object: TestObject): Promise<void> {
  let prev: string = GENESIS;
  for (const [index, entry] of (await entries(object)).entries()) {
    expect(entry.parsed).toMatchObject({ index, prev, log: object.log });
    expect(entry.leaf).toBe(leafHash(entry.text));
    prev = entry.leaf;
  }
}

describe("create", () => {
  it("makes a tenant once", async () => {
    const object = await createObject();
    expect(await object.tenant.create({ tenant: "x", tenantName: "x", log: "x", adminKey: ADMIN })).toBe(
      false,
    );
    expect((await entries(object)).slice(0, 2).map(({ parsed }) => parsed.type)).toEqual([
      "tenant.created",
      "key.created",
    ]);
  });

  it("is all that writes: an object that was only named stores nothing", async () => {
    const stub = namedObject("nobody made this tenant");
    expect(await (stub as unknown as TenantService).configSince(null)).toBe("unknown");
    const tables = await runInDurableObject(stub, (_, state) =>
      state.storage.sql
        .exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'")
        .toArray(),
    );
    expect(tables).toEqual([]);
  });
});

/** Submissions that come at once; a divisor of `PENDING_TASKS_PER_KEY_MAX`. */
const TOGETHER = 50;

describe("submit", () => {
  it("chains 200 concurrent commits without a gap", async () => {
    const object = await createObject();
    const commits = await Promise.all(Array.from({ length: 200 }, () => commitOf(object, "allow")));
    const results = await Promise.all(commits.map((commit) => object.tenant.submit(commit)));
    expect(results.every(({ kind }) => kind === "committed")).toBe(true);
    await expectChain(object);
  });

  it("writes nothing at all where one of its rows cannot be written", async () => {
    const object = await createObject();
    const { commit } = await submitted(object, "hold", { key: "k1" });
    const before = (await entries(object)).length;
    const clash = { ...(await commitOf(object, "hold", { key: "k2" })), approvalId: commit.approvalId };
    const sealed = await sealedSubmission(object.log, clash);
    await expect(runInDurableObject(object.stub, (instance) => instance.submit(sealed))).rejects.toThrow(
      /UNIQUE/,
    );
    expect(await entries(object)).toHaveLength(before);
    expect(await object.tenant.action(clash.actionId, 0)).toBeNull();
    // The key of the failed commit is free: the caller's retry is judged anew.
    expect((await object.tenant.submit({ ...clash, approvalId: "apr_other" })).kind).toBe("committed");
    await expectChain(object);
  });

  it("refuses a commit judged under another configuration, and gives the one in force", async () => {
    const object = await createObject();
    const commit = await commitOf(object, "allow");
    const before = (await entries(object)).length;
    for (const revision of [commit.revision - 1, commit.revision + 1]) {
      const result = await object.tenant.submit({ ...commit, revision });
      expect(result).toMatchObject({ kind: "stale", config: { revision: commit.revision } });
    }
    expect(await entries(object)).toHaveLength(before);
    await object.tenant.revokeKey(AUTHOR, REVIEWER.id);
    expect(await object.tenant.submit(commit)).toMatchObject({
      kind: "stale",
      config: { revision: commit.revision + 1 },
    });
  });

  it("answers a repeated key with the first decision, and refuses it for another body", async () => {
    const object = await createObject();
    const { commit, placed } = await submitted(object, "block", { key: "k" });
    const again = { ...(await commitOf(object, "allow", { key: "k" })), fingerprint: commit.fingerprint };
    const replay = await object.tenant.submit(again);
    expect(replay).toMatchObject({
      kind: "replayed",
      answer: null,
      state: { id: commit.actionId, status: "blocked", entry: { index: placed.entry.index } },
    });
    expect(await object.tenant.submit(await commitOf(object, "allow", { key: "k" }))).toEqual({
      kind: "conflict",
    });
    expect(await object.tenant.action(again.actionId, 0)).toBeNull();
  });

  it("holds no more than a key's share of waiting tasks, and writes nothing of the next", async () => {
    const object = await createObject();
    for (let task = 0; task < PENDING_TASKS_PER_KEY_MAX; task += TOGETHER)
      await Promise.all(Array.from({ length: TOGETHER }, () => submitted(object, "hold")));
    const before = (await entries(object)).length;
    expect(await object.tenant.submit(await commitOf(object, "hold"))).toEqual({ kind: "queue_full" });
    expect(await entries(object)).toHaveLength(before);
    expect((await object.tenant.submit(await commitOf(object, "allow"))).kind).toBe("committed");
  }, 30_000);

  it("keeps the first answer that was settled for a key", async () => {
    const object = await createObject();
    await submitted(object, "allow", { key: "k" });
    expect(await object.tenant.settleAnswer("test", "k", { status: 200, body: "first" })).toEqual({
      status: 200,
      body: "first",
    });
    expect(await object.tenant.settleAnswer("test", "k", { status: 200, body: "second" })).toEqual({
      status: 200,
      body: "first",
    });
  });
});

describe("transactionSync", () => {
  it("with an async callback does not roll back: the reason that none is used", async () => {
    const object = await createObject();
    const left = await runInDurableObject(object.stub, async (_, state) => {
      const failing = state.storage.transactionSync(async () => {
        state.storage.sql.exec("INSERT INTO meta (name, value) VALUES ('async', 'left behind')");
        throw new Error("rolled back?");
      });
      await failing.catch(() => undefined);
      return state.storage.sql.exec("SELECT value FROM meta WHERE name = 'async'").toArray();
    });
    expect(left).toEqual([{ value: "left behind" }]);
  });
});

describe("configuration", () => {
  it("moves its revision with every change, and refuses authors whose key is gone", async () => {
    const object = await createObject();
    const before = await object.revision();
    await object.tenant.deleteTarget(AUTHOR, "hook/crm");
    expect(await object.revision()).toBe(before + 1);
    expect(await object.tenant.deleteTarget(AUTHOR, "hook/crm")).toBe(false);
    expect(await object.revision()).toBe(before + 1);
    const stranger = { keyId: "key_nobody" };
    await expect(
      runInDurableObject(object.stub, (instance) => instance.revokeKey(stranger, REVIEWER.id)),
    ).rejects.toThrow("unauthorised");
    const reviewer = { keyId: REVIEWER.id };
    await expect(
      runInDurableObject(object.stub, (instance) => instance.revokeKey(reviewer, ADMIN.id)),
    ).rejects.toThrow("unauthorised");
  });

  it("gives a target a new revision also where it is deleted and put again", async () => {
    const object = await createObject();
    const target = {
      name: "hook/crm",
      kind: "webhook",
      config: { url: "https://hook.example/" },
      surfaces: ["*"],
    };
    await object.tenant.deleteTarget(AUTHOR, "hook/crm");
    expect(await object.tenant.putTarget(AUTHOR, target, "sealed", "c2FsdA")).toMatchObject({ revision: 2 });
  });
});
