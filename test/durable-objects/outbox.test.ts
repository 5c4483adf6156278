/** The relay: attempts are written before and after, retried by alarm, and made good after an eviction. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { APPROVAL_TTL_MS, IDEMPOTENCY_KEEP_MS } from "../../core/limits.ts";
import {
  ADMIN,
  AUTHOR,
  createObject,
  dispatcher,
  newId,
  REVIEWER,
  signer,
  submitted,
  type TestObject,
} from "./tenants.ts";

beforeEach(() => dispatcher.script([]));

const entriesOf = async (object: TestObject, actionId: string) =>
  (await object.tenant.ledger(0, 1000)).entries
    .map(({ text }) => JSON.parse(text) as { type: string; subject: string; body: Record<string, unknown> })
    .filter(({ subject }) => subject === actionId);

/** Lets time pass for the rows, as the clock cannot be moved. */
const makeDue = (object: TestObject) =>
  runInDurableObject(object.stub, (_, state) => {
    state.storage.sql.exec("UPDATE deliveries SET due_at = 0 WHERE state = 'queued'");
  });

const attempts = (object: TestObject) =>
  runInDurableObject(object.stub, (_, state) =>
    state.storage.sql.exec("SELECT number, result FROM attempts ORDER BY number").toArray(),
  );

describe("a delivery", () => {
  it("is made once, entered, and settles the action", async () => {
    const object = await createObject();
    const { commit } = await submitted(object, "allow", { message: true });
    const state = await object.tenant.action(commit.actionId, 5_000);
    expect(state).toMatchObject({ status: "dispatched", delivery: { status: "delivered", attempts: 1 } });
    const orders = await dispatcher.orders();
    expect(orders.map(({ actionId }) => actionId)).toEqual([commit.actionId]);
    expect(orders[0]?.message.body).toBe(commit.message?.body);
    expect((await entriesOf(object, commit.actionId)).at(-1)).toMatchObject({
      type: "delivery",
      body: { attempt: 1, result: "delivered", http_status: 200 },
    });
  });

  it("of a held or blocked action is never made", async () => {
    const object = await createObject();
    await submitted(object, "block");
    await submitted(object, "hold");
    await runDurableObjectAlarm(object.stub);
    expect(await dispatcher.orders()).toEqual([]);
  });

  it.each([
    [
      "an answer that asks to try again",
      { status: "retry", httpStatus: 503, reason: "503", retryAfterMs: null } as const,
      "retry",
    ],
    ["a dispatcher that dies", { throws: true } as const, "retry"],
  ])("is made again after %s, by alarm", async (_, fault, result) => {
    const object = await createObject();
    await dispatcher.script([fault]);
    const { commit } = await submitted(object, "allow", { message: true });
    await object.tenant.action(commit.actionId, 5_000, "attempted");
    expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({
      status: "dispatching",
      delivery: { status: "queued", attempts: 1 },
    });
    await makeDue(object);
    expect(await runDurableObjectAlarm(object.stub)).toBe(true);
    expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({
      status: "dispatched",
      delivery: { attempts: 2 },
    });
    expect(
      (await entriesOf(object, commit.actionId)).map(({ body }) => body.result ?? body.decision),
    ).toEqual(["allow", result, "delivered"]);
    // A second alarm finds nothing to do.
    await runDurableObjectAlarm(object.stub);
    expect(await dispatcher.orders()).toHaveLength(2);
  });

  it("waits for a signer that is down, without counting an attempt", async () => {
    const object = await createObject();
    await signer.setDown(true);
    const { commit } = await submitted(object, "allow", { message: true });
    expect(await object.tenant.action(commit.actionId, 300)).toMatchObject({
      status: "dispatching",
      delivery: { attempts: 0 },
    });
    expect([await attempts(object), await dispatcher.orders()]).toEqual([[], []]);
    await signer.setDown(false);
    await makeDue(object);
    await runDurableObjectAlarm(object.stub);
    expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({
      status: "dispatched",
      delivery: { attempts: 1 },
    });
  });

  it("is given up after a refusal for good", async () => {
    const object = await createObject();
    await dispatcher.script([{ status: "rejected", httpStatus: 422, reason: "422" }]);
    const { commit } = await submitted(object, "allow", { message: true });
    expect(await object.tenant.action(commit.actionId, 5_000)).toMatchObject({
      status: "failed",
      delivery: { status: "failed", attempts: 1 },
    });
  });

  it("is refused where its target changed after the decision", async () => {
    const object = await createObject();
    await dispatcher.script([{ status: "retry", httpStatus: 500, reason: "500", retryAfterMs: null }]);
    const { commit } = await submitted(object, "allow", { message: true });
    await object.tenant.action(commit.actionId, 5_000, "attempted");
    await object.tenant.putTarget(
      AUTHOR,
      { name: "hook/crm", kind: "webhook", config: { url: "https://other.example/" }, surfaces: ["*"] },
      "sealed",
      "c2FsdA",
    );
    await makeDue(object);
    await runDurableObjectAlarm(object.stub);
    expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({ status: "failed" });
    expect(await dispatcher.orders()).toHaveLength(1);
    expect((await entriesOf(object, commit.actionId)).at(-1)).toMatchObject({
      body: { attempt: 2, result: "refused" },
    });
  });

  it("ends as unknown, not as failed, where the last attempt may have arrived", async () => {
    const object = await createObject();
    await dispatcher.script(Array.from({ length: 8 }, () => ({ throws: true }) as const));
    const { commit } = await submitted(object, "allow", { message: true });
    await object.tenant.action(commit.actionId, 5_000, "attempted");
    for (let attempt = 2; attempt <= 8; attempt++) {
      await makeDue(object);
      await runDurableObjectAlarm(object.stub);
    }
    expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({
      status: "unknown",
      delivery: { attempts: 8 },
    });
    await makeDue(object);
    await runDurableObjectAlarm(object.stub);
    expect(await dispatcher.orders()).toHaveLength(8);
  });
});

describe("after an eviction", () => {
  it("an attempt that was under way is entered as unknown, and made again with the same bytes", async () => {
    const object = await createObject();
    const { commit } = await submitted(object, "allow", { message: true });
    await object.tenant.action(commit.actionId, 5_000);
    // As a process that died between sending and recording would leave it.
    await runInDurableObject(object.stub, (_, state) => {
      state.storage.sql.exec("UPDATE deliveries SET state = 'sending'");
      state.storage.sql.exec("UPDATE attempts SET ended_at = NULL, result = NULL");
      state.storage.sql.exec("UPDATE actions SET status = 'dispatching' WHERE id = ?", commit.actionId);
    });
    await evictDurableObject(object.stub);
    expect(await object.tenant.action(commit.actionId, 5_000)).toMatchObject({
      status: "dispatched",
      delivery: { attempts: 2 },
    });
    const orders = await dispatcher.orders();
    expect(orders).toHaveLength(2);
    expect(orders[0]).toEqual(orders[1]);
    expect(await attempts(object)).toEqual([
      { number: 1, result: "unknown" },
      { number: 2, result: "delivered" },
    ]);
    expect((await entriesOf(object, commit.actionId)).map(({ body }) => body.result)).toEqual([
      undefined,
      "delivered",
      "unknown",
      "delivered",
    ]);
  });

  it("ledger, configuration and idempotency are as before", async () => {
    const object = await createObject();
    const { commit } = await submitted(object, "allow", { key: "k" });
    const before = await object.tenant.ledger(0, 100);
    const config = await object.tenant.configSince(null);
    await evictDurableObject(object.stub);
    expect(await object.tenant.ledger(0, 100)).toEqual(before);
    expect(await object.tenant.configSince(null)).toEqual(config);
    expect(await object.tenant.submit(commit)).toMatchObject({
      kind: "replayed",
      state: { id: commit.actionId },
    });
  });
});

describe("a task", () => {
  const age = (object: TestObject) =>
    runInDurableObject(object.stub, (_, state) => {
      state.storage.sql.exec("UPDATE approvals SET expires_at = expires_at - ?", APPROVAL_TTL_MS + 1);
    });

  it("expires by alarm, once, and can then no longer be decided", async () => {
    const object = await createObject();
    const { commit } = await submitted(object, "hold");
    await age(object);
    await runDurableObjectAlarm(object.stub);
    await runDurableObjectAlarm(object.stub);
    expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({ status: "expired" });
    const entries = await entriesOf(object, commit.actionId);
    expect(entries.map(({ type, body }) => [type, body.decision])).toEqual([
      ["decision", "hold"],
      ["approval", "expired"],
    ]);
    const decision = {
      approvalId: commit.approvalId,
      keyId: REVIEWER.id,
      person: "rita",
      ifMatch: commit.record.actionDigest,
      reason: "Late.",
    };
    expect(await object.tenant.deny(decision, commit.salt)).toEqual({ kind: "refused", why: "expired" });
  });

  it("that has run out is not decided, even before the alarm has come", async () => {
    const object = await createObject();
    const { commit } = await submitted(object, "hold");
    await age(object);
    const decision = {
      approvalId: commit.approvalId,
      keyId: REVIEWER.id,
      person: "rita",
      ifMatch: commit.record.actionDigest,
      reason: "Late.",
    };
    expect(await object.tenant.deny(decision, commit.salt)).toEqual({ kind: "refused", why: "expired" });
    expect(await object.tenant.approvals("pending")).toEqual([]);
  });

  it("is not decided by its owner, its subject, or with a key that is gone", async () => {
    const object = await createObject();
    const { commit } = await submitted(object, "hold");
    const decision = {
      approvalId: commit.approvalId,
      keyId: REVIEWER.id,
      person: "rita",
      ifMatch: commit.record.actionDigest,
      reason: "Fine.",
    };
    for (const person of ["ada", " ADA", "Ａda", "U_7"]) {
      expect(await object.tenant.deny({ ...decision, person }, commit.salt)).toEqual({
        kind: "refused",
        why: "own_action",
      });
    }
    await object.tenant.revokeKey(AUTHOR, REVIEWER.id);
    await expect(
      runInDurableObject(object.stub, (instance) => instance.deny(decision, commit.salt)),
    ).rejects.toThrow("unauthorised");
  });
});

describe("the daily sweep", () => {
  it("forgets idempotency keys after their time, and comes again, also for a tenant that only clears actions", async () => {
    const object = await createObject();
    const { commit } = await submitted(object, "allow", { key: "k" });
    await runInDurableObject(object.stub, (_, state) => {
      state.storage.sql.exec("UPDATE idempotency SET created_at = created_at - ?", IDEMPOTENCY_KEEP_MS + 1);
    });
    expect(await runDurableObjectAlarm(object.stub)).toBe(true);
    expect((await object.tenant.submit(commit)).kind).toBe("replayed");
    await runInDurableObject(object.stub, (_, state) => {
      state.storage.sql.exec("UPDATE meta SET value = '0' WHERE name = 'swept_at'");
    });
    expect(await runDurableObjectAlarm(object.stub)).toBe(true);
    expect((await object.tenant.submit({ ...commit, actionId: newId("act") })).kind).toBe("committed");
    expect(await runDurableObjectAlarm(object.stub)).toBe(true);
  });
});

describe("a session", () => {
  it("opens once with a code, and ends with the key that opened it", async () => {
    const object = await createObject();
    await object.tenant.createSignInCode(REVIEWER.id, "code-1", "reviewer");
    expect(await object.tenant.signIn({ code: "code-1" }, "reviewer", "token-1", "csrf")).toMatchObject({
      expiresAtMs: expect.any(Number),
    });
    expect(await object.tenant.signIn({ code: "code-1" }, "reviewer", "token-2", "csrf")).toBeNull();
    expect(await object.tenant.session("token-1", "reviewer")).toMatchObject({
      person: "rita",
      csrfToken: "csrf",
    });
    expect(await object.tenant.session("token-2", "reviewer")).toBeNull();
    expect(await object.tenant.signIn({ keyId: ADMIN.id }, "reviewer", "token-3", "csrf")).toBeNull();
    await object.tenant.revokeKey(AUTHOR, REVIEWER.id);
    expect(await object.tenant.session("token-1", "reviewer")).toBeNull();
  });

  it("opens only the page that its key has the scope for", async () => {
    const object = await createObject();
    const auditor = { ...REVIEWER, id: "key_auditor", owner: "otto", scopes: ["auditor"] } as const;
    await object.tenant.putKey(AUTHOR, auditor);
    expect(await object.tenant.signIn({ keyId: auditor.id }, "reviewer", "token-1", "csrf")).toBeNull();
    await object.tenant.signIn({ keyId: auditor.id }, "auditor", "token-2", "csrf");
    expect(await object.tenant.session("token-2", "auditor")).toMatchObject({ person: "otto" });
    expect(await object.tenant.session("token-2", "reviewer")).toBeNull();
    // A code made for one page opens the other only where the key may see that too.
    await object.tenant.createSignInCode(REVIEWER.id, "code", "reviewer");
    expect(await object.tenant.signIn({ code: "code" }, "auditor", "token-3", "csrf")).toBeNull();
  });

  it("ends when it is signed out", async () => {
    const object = await createObject();
    await object.tenant.signIn({ keyId: REVIEWER.id }, "reviewer", "token", "csrf");
    await object.tenant.signOut("token");
    expect(await object.tenant.session("token", "reviewer")).toBeNull();
  });
});
