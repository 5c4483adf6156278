/** Actions that wait for facts: suspended, and over for good when their time has run out. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { fromBase64Url } from "../../core/encoding.ts";
import { digestOf } from "../../core/hash.ts";
import { commit as commitment } from "../../core/ledger/commitment.ts";
import { DEFER_TTL_MS, FACT_SUPPLIES_MAX, PENDING_TASKS_PER_KEY_MAX } from "../../core/limits.ts";
import { BINDING_DEFAULTS } from "../../core/policy/binding.ts";
import { findEvidence } from "../../durable-objects/records.ts";
import type { DecisionRecord, FactSupplier, SubmitDraft } from "../../durable-objects/rpc.ts";
import { statements } from "../../durable-objects/statements.ts";
import {
  ADMIN,
  AUTHOR,
  commitOf,
  createObject,
  dispatcher,
  evaluator,
  newId,
  REVIEWER,
  submitted,
  type TestObject,
} from "./tenants.ts";

beforeEach(async () => {
  await dispatcher.script([]);
  await evaluator.script([]);
});

interface ParsedEntry {
  readonly index: number;
  readonly type: string;
  readonly subject: string;
  readonly actor: { readonly kind: string };
  readonly body: Record<string, unknown>;
}

const entriesOf = async (object: TestObject, subject: string) =>
  (await object.tenant.ledger(0, 1000)).entries
    .map(({ text }) => JSON.parse(text) as ParsedEntry)
    .filter((entry) => entry.subject === subject);

/** Lets the time of all of them run out, as the clock cannot be moved. */
const runOut = (object: TestObject) =>
  runInDurableObject(object.stub, (_, state) => {
    state.storage.sql.exec("UPDATE deferrals SET expires_at = 0");
  });

const deferrals = (object: TestObject) =>
  runInDurableObject(object.stub, (_, state) =>
    state.storage.sql.exec("SELECT entry_idx, status FROM deferrals ORDER BY entry_idx").toArray(),
  );

/** Deferred, and a policy ran out of its fast fuel beside. */
async function unfinished(object: TestObject) {
  const commit = await commitOf(object, "defer");
  const record = { ...commit.record, unfinished: true };
  const result = await object.tenant.submit({ ...commit, record });
  if (result.kind !== "committed") throw new Error(`expected a commit, got ${result.kind}`);
  const finish = async (decision: DecisionRecord["decision"]) =>
    object.tenant.finishEvaluation({
      entryIdx: result.placed.entry.index,
      commit: {
        ...commit,
        approvalId: newId("apr"),
        revision: await object.revision(),
        record: { ...commit.record, decision },
      },
      rollback: null,
    });
  return { commit, placed: result.placed, finish };
}

it("is suspended for its time, is no task, and sends nothing", async () => {
  const object = await createObject();
  const { commit, placed } = await submitted(object, "defer", { message: true });
  expect(placed).toMatchObject({ status: "deferred", approvalExpiresAtMs: null });
  expect(placed.deferralExpiresAtMs).toBe(placed.createdAtMs + DEFER_TTL_MS);
  expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({
    status: "deferred",
    approval: null,
    delivery: null,
    deferral: { status: "pending", expiresAtMs: placed.deferralExpiresAtMs },
  });
  expect(await object.tenant.approvals("pending")).toEqual([]);
  await runDurableObjectAlarm(object.stub);
  expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({ status: "deferred" });
  expect(await dispatcher.orders()).toEqual([]);
});

it("expires once, under an entry of its own, however often the alarm comes", async () => {
  const object = await createObject();
  const { commit, placed } = await submitted(object, "defer", { key: "k" });
  const waiting = object.tenant.action(commit.actionId, 5_000);
  await runOut(object);
  await runDurableObjectAlarm(object.stub);
  await runDurableObjectAlarm(object.stub);
  expect(await waiting).toMatchObject({ status: "expired", deferral: { status: "expired" } });
  const [, expired, ...more] = await entriesOf(object, commit.actionId);
  expect(more).toEqual([]);
  expect(expired).toMatchObject({
    type: "deferral",
    actor: { kind: "system" },
    body: { action: commit.actionId, deferred_at: placed.entry.index, outcome: "expired" },
  });
  expect(await object.tenant.cancel(commit.actionId, AUTHOR)).toEqual({ kind: "too_late" });
  // The first answer stays what it was.
  expect(await object.tenant.submit(commit)).toMatchObject({
    kind: "replayed",
    state: { status: "deferred", deferral: { status: "pending" } },
  });
});

it("wakes the object by itself", async () => {
  const object = await createObject();
  const { placed } = await submitted(object, "defer");
  await runInDurableObject(object.stub, (_, state) => {
    // What is forgotten once a day would else wake it sooner.
    state.storage.sql.exec(
      "UPDATE meta SET value = ? WHERE name = 'swept_at'",
      String(Date.now() + DEFER_TTL_MS),
    );
  });
  await runDurableObjectAlarm(object.stub);
  const at = await runInDurableObject(object.stub, (_, state) => state.storage.getAlarm());
  expect(at).toBe(placed.deferralExpiresAtMs);
});

it("is cancelled by its owner, and then does not expire", async () => {
  const object = await createObject();
  const { commit } = await submitted(object, "defer");
  expect(await object.tenant.cancel(commit.actionId, AUTHOR)).toMatchObject({
    kind: "cancelled",
    state: { status: "cancelled", deferral: { status: "cancelled" } },
  });
  await runOut(object);
  await runDurableObjectAlarm(object.stub);
  expect((await entriesOf(object, commit.actionId)).map(({ type }) => type)).toEqual([
    "decision",
    "action.cancelled",
  ]);
});

it("counts among what a key may have waiting", async () => {
  const object = await createObject();
  for (let task = 0; task < PENDING_TASKS_PER_KEY_MAX; task++) await submitted(object, "defer");
  expect(await object.tenant.submit(await commitOf(object, "defer"))).toEqual({ kind: "queue_full" });
  expect(await object.tenant.submit(await commitOf(object, "hold"))).toEqual({ kind: "queue_full" });
  expect((await object.tenant.submit(await commitOf(object, "allow"))).kind).toBe("committed");
}, 30_000);

it("that an approved action comes to waits under the approval's decision", async () => {
  const object = await createObject();
  const { commit } = await submitted(object, "hold");
  const decision = {
    approvalId: commit.approvalId,
    keyId: REVIEWER.id,
    person: REVIEWER.owner,
    ifMatch: commit.record.actionDigest,
    reason: "Fine.",
  };
  const again = {
    ...commit,
    approvalId: newId("apr"),
    record: { ...commit.record, decision: "defer" as const },
  };
  expect(await object.tenant.approve(decision, again)).toMatchObject({
    kind: "decided",
    state: { status: "deferred", approval: { status: "approved" }, deferral: { status: "pending" } },
  });
});

it.each([
  ["block", "blocked", 1],
  ["hold", "held", 1],
  ["defer", "deferred", 2],
] as const)("whose full evaluation comes to %s is %s", async (decision, status, count) => {
  const object = await createObject();
  const { commit, placed, finish } = await unfinished(object);
  expect(await object.tenant.owedEvaluation(commit.actionId)).toMatchObject({ provisional: false });
  expect(await finish(decision)).toEqual({ kind: "finished" });
  const state = await object.tenant.action(commit.actionId, 0);
  expect(state).toMatchObject({ status, record: { decision }, late: null });
  const rows = await deferrals(object);
  expect(rows[0]).toEqual({ entry_idx: placed.entry.index, status: "judged_again" });
  expect(rows).toHaveLength(count);
  // Deferred again, it has no more time than before.
  if (decision === "defer") expect(state?.deferral?.expiresAtMs).toBe(placed.deferralExpiresAtMs);
});

it("that expires owes no evaluation any more", async () => {
  const object = await createObject();
  const { commit, finish } = await unfinished(object);
  await runOut(object);
  await runDurableObjectAlarm(object.stub);
  expect(await object.tenant.owedEvaluation(commit.actionId)).toBeNull();
  expect(await finish("allow")).toEqual({ kind: "over" });
  expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({ status: "expired" });
});

const SUPPLIER = { ...ADMIN, id: "key_kyc", name: "kyc", owner: "kim", scopes: ["facts"] as const };
const TEXT =
  '{"fact_sources":{"kyc":{"at":"2026-01-31T12:00:00.000Z","key":"key_kyc"}},"facts":{"kyc":"passed"}}';

async function withSupplier(over: Partial<typeof ADMIN> = {}) {
  const object = await createObject();
  await object.tenant.putKey(AUTHOR, { ...SUPPLIER, ...over });
  return object;
}

const supplierOf = ({ actionId }: SubmitDraft, over: Partial<FactSupplier> = {}): FactSupplier => ({
  actionId,
  keyId: SUPPLIER.id,
  person: SUPPLIER.owner,
  ...over,
});

/** What the gate would commit of the action, judged again with the facts. */
const judgedAgain = async (
  object: TestObject,
  commit: SubmitDraft,
  decision: DecisionRecord["decision"],
  over: Partial<SubmitDraft> = {},
) => ({
  ...commit,
  approvalId: newId("apr"),
  deliveryId: newId("dlv"),
  revision: await object.revision(),
  record: { ...commit.record, decision },
  ...over,
});

describe("facts for a deferred action", () => {
  it.each([
    ["allow", "allowed"],
    ["hold", "held"],
    ["block", "blocked"],
  ] as const)("that come to %s: it is %s, under entries of their own", async (decision, status) => {
    const object = await withSupplier();
    const { commit, placed } = await submitted(object, "defer");
    const waiting = object.tenant.action(commit.actionId, 5_000);
    expect(await object.tenant.deferredAction(supplierOf(commit))).toEqual({
      entryIdx: placed.entry.index,
      input: commit.input,
      salt: commit.salt,
    });
    const supply = { ...supplierOf(commit), entryIdx: placed.entry.index, text: TEXT };
    expect(
      await object.tenant.supplyFacts(supply, await judgedAgain(object, commit, decision)),
    ).toMatchObject({
      kind: "judged",
      state: { status, record: { decision }, deferral: null },
    });
    if (decision !== "hold") expect(await waiting).toMatchObject({ status });
    expect(await object.tenant.approvals("pending")).toHaveLength(decision === "hold" ? 1 : 0);
    const [, supplied, again, ...more] = await entriesOf(object, commit.actionId);
    const facts = commitment("facts", fromBase64Url(commit.salt) ?? new Uint8Array(), digestOf(TEXT));
    expect(supplied).toMatchObject({
      type: "deferral",
      actor: { kind: "key", id: SUPPLIER.id },
      body: { deferred_at: placed.entry.index, outcome: "supplied", commitments: { facts } },
    });
    expect(again).toMatchObject({
      type: "decision",
      actor: { kind: "key" },
      body: { decision, approval: null },
    });
    expect(more).toEqual([]);
    const kept = await runInDurableObject(object.stub, (_, state) =>
      findEvidence(statements(state.storage.sql), supplied?.index ?? -1),
    );
    expect(kept).toEqual({ salt: commit.salt, text: TEXT });
    await runOut(object);
    await runDurableObjectAlarm(object.stub);
    expect(await entriesOf(object, commit.actionId)).toHaveLength(3);
  });

  it("that let a message pass send it", async () => {
    const object = await withSupplier();
    const { commit, placed } = await submitted(object, "defer", { message: true });
    const supply = { ...supplierOf(commit), entryIdx: placed.entry.index, text: TEXT };
    await object.tenant.supplyFacts(supply, await judgedAgain(object, commit, "allow"));
    expect(await object.tenant.action(commit.actionId, 5_000)).toMatchObject({ status: "dispatched" });
    expect(await dispatcher.orders()).toHaveLength(1);
  });

  it("that do not suffice defer it again, with no more time", async () => {
    const object = await withSupplier();
    const { commit, placed } = await submitted(object, "defer");
    const supply = { ...supplierOf(commit), entryIdx: placed.entry.index, text: TEXT };
    const again = await judgedAgain(object, commit, "defer");
    expect(await object.tenant.supplyFacts(supply, again)).toMatchObject({
      kind: "judged",
      state: { status: "deferred", deferral: { expiresAtMs: placed.deferralExpiresAtMs } },
    });
    // They were judged with what stood then: what came meanwhile is not left out.
    expect(await object.tenant.supplyFacts(supply, again)).toEqual({ kind: "moved" });
    expect(await deferrals(object)).toMatchObject([{ status: "judged_again" }, { status: "pending" }]);
  });

  it.each<[string, Partial<typeof ADMIN>, Partial<FactSupplier>]>([
    ["the submitter's key", { owner: "ada" }, { person: "ada" }],
    ["a key of the submitter's owner, however spelt", { owner: "Ada " }, { person: "Ada " }],
    ["a key of the one on whose behalf it was submitted", { owner: "u_7" }, { person: "u_7" }],
  ])("are not taken from %s", async (_, key, over) => {
    const object = await withSupplier(key);
    const { commit, placed } = await submitted(object, "defer");
    const supplier = supplierOf(commit, over);
    expect(await object.tenant.deferredAction(supplier)).toBe("own_action");
    const supply = { ...supplier, entryIdx: placed.entry.index, text: TEXT };
    expect(await object.tenant.supplyFacts(supply, await judgedAgain(object, commit, "allow"))).toEqual({
      kind: "refused",
      why: "own_action",
    });
    expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({ status: "deferred" });
  });

  it("need a key with the scope, in force", async () => {
    const object = await withSupplier();
    const { commit } = await submitted(object, "defer", { owner: "olga" });
    const stranger = supplierOf(commit, { keyId: REVIEWER.id, person: REVIEWER.owner });
    await expect(
      runInDurableObject(object.stub, (instance) => instance.deferredAction(stranger)),
    ).rejects.toThrow("unauthorised");
    await object.tenant.revokeKey(AUTHOR, SUPPLIER.id);
    await expect(
      runInDurableObject(object.stub, (instance) => instance.deferredAction(supplierOf(commit))),
    ).rejects.toThrow("unauthorised");
  });

  it("come too late once its time has run out, and for nothing where it does not wait", async () => {
    const object = await withSupplier();
    const { commit, placed } = await submitted(object, "defer");
    await runOut(object);
    const supply = { ...supplierOf(commit), entryIdx: placed.entry.index, text: TEXT };
    const late = { kind: "refused", why: "expired" };
    expect(await object.tenant.supplyFacts(supply, await judgedAgain(object, commit, "allow"))).toEqual(late);
    await runDurableObjectAlarm(object.stub);
    expect(await object.tenant.supplyFacts(supply, await judgedAgain(object, commit, "allow"))).toEqual(late);
    const { commit: held } = await submitted(object, "hold");
    expect(await object.tenant.deferredAction(supplierOf(held))).toBe("not_deferred");
    expect(await object.tenant.deferredAction(supplierOf(held, { actionId: newId("act") }))).toBe(
      "not_found",
    );
  });

  it("judged under another configuration are refused", async () => {
    const object = await withSupplier();
    const { commit, placed } = await submitted(object, "defer");
    const again = await judgedAgain(object, commit, "allow");
    await object.tenant.deleteTarget(AUTHOR, "hook/crm");
    const supply = { ...supplierOf(commit), entryIdx: placed.entry.index, text: TEXT };
    expect(await object.tenant.supplyFacts(supply, again)).toMatchObject({ kind: "stale" });
  });

  it("owe no evaluation any more", async () => {
    const object = await withSupplier();
    const { commit, placed, finish } = await unfinished(object);
    const supply = { ...supplierOf(commit), entryIdx: placed.entry.index, text: TEXT };
    await object.tenant.supplyFacts(supply, await judgedAgain(object, commit, "allow"));
    expect(await finish("block")).toEqual({ kind: "over" });
    expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({ status: "allowed" });
  });

  it("do not have a candidate's report count the action again", async () => {
    const object = await withSupplier();
    const shadow = { decision: "block", rules: [], bundles: [], policies: [] } as const;
    const bundle = digestOf("bundle");
    const bindings = [{ ...BINDING_DEFAULTS, surface: "tool.call", bundle, shadow: bundle }];
    const commit = { ...(await commitOf(object, "defer")), shadow, bindings };
    const result = await object.tenant.submit(commit);
    if (result.kind !== "committed") throw new Error(result.kind);
    const { index } = result.placed.entry;
    const supply = { ...supplierOf(commit), entryIdx: index, text: TEXT };
    await object.tenant.supplyFacts(supply, await judgedAgain(object, commit, "allow"));
    const counted = await runInDurableObject(object.stub, (_, state) =>
      state.storage.sql.exec("SELECT entry_idx, decision FROM shadows").toArray(),
    );
    expect(counted).toEqual([{ entry_idx: index, decision: "defer" }]);
  });

  it("are taken so many times and no more", async () => {
    const object = await withSupplier();
    const { commit, placed } = await submitted(object, "defer");
    await runInDurableObject(object.stub, (_, state) => {
      for (let n = 1; n <= FACT_SUPPLIES_MAX; n++) {
        state.storage.sql.exec(
          "INSERT INTO deferrals VALUES (?, ?, 'judged_again', 0)",
          placed.entry.index + n,
          commit.actionId,
        );
      }
    });
    expect(await object.tenant.deferredAction(supplierOf(commit))).toBe("too_many");
  });
});
