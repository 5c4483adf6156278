/** Full evaluations that are owed: asked for until they are had, counted once, and told where they come too late. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import { ALERT_SURFACE, type AlertBody } from "../../core/alert.ts";
import { PAYLOAD_TYPES } from "../../core/dsse.ts";
import { fromBase64Url } from "../../core/encoding.ts";
import { digestOf } from "../../core/hash.ts";
import { commit as commitment } from "../../core/ledger/commitment.ts";
import {
  APPROVAL_TTL_MS,
  DELIVERY_TIMEOUT_MS,
  EVALUATION_ALERT_AFTER,
  EVALUATION_TIMEOUT_MS,
  PENDING_TASKS_PER_KEY_MAX,
} from "../../core/limits.ts";
import { messageDigest, type SentMessage } from "../../core/message.ts";
import type { DecisionDraft, DecisionRecord } from "../../durable-objects/rpc.ts";
import {
  ADMIN,
  AUTHOR,
  commitOf,
  createObject,
  dispatcher,
  evaluator,
  newId,
  REVIEWER,
  sealFinished,
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

const entriesOf = async (object: TestObject, subject?: string) =>
  (await object.tenant.ledger(0, 1000)).entries
    .map(({ text }) => JSON.parse(text) as ParsedEntry)
    .filter((entry) => subject === undefined || entry.subject === subject);

const rows = (object: TestObject) =>
  runInDurableObject(object.stub, (_, state) =>
    state.storage.sql.exec("SELECT action_id, attempts, finished_idx FROM evaluations").toArray(),
  );

/** Lets time pass for the rows, as the clock cannot be moved. */
const makeDue = (object: TestObject) =>
  runInDurableObject(object.stub, (_, state) => {
    state.storage.sql.exec("UPDATE evaluations SET due_at = 0");
    state.storage.sql.exec("UPDATE deliveries SET due_at = 0 WHERE state = 'queued'");
  });

/** An action that ran out of its fast fuel: held, or let pass provisionally. */
async function unfinished(object: TestObject, decision: "hold" | "allow", message = false) {
  const commit = await commitOf(object, decision, { message });
  const record = { ...commit.record, unfinished: true, provisional: decision === "allow" };
  const result = await object.tenant.submit({ ...commit, record });
  if (result.kind !== "committed") throw new Error(`expected a commit, got ${result.kind}`);
  return { commit: { ...commit, record }, placed: result.placed };
}

/** What the evaluator would commit of it; a message goes with what passes. */
function full(
  commit: DecisionDraft,
  decision: DecisionRecord["decision"],
  over: Partial<DecisionDraft> = {},
): DecisionDraft {
  const passes = decision === "allow" || decision === "modify";
  return {
    ...commit,
    approvalId: newId("apr"),
    deliveryId: newId("dlv"),
    record: { ...commit.record, decision, unfinished: false, provisional: false },
    message: passes ? commit.message : null,
    ...over,
  };
}

async function finish(
  object: TestObject,
  { commit, placed }: Awaited<ReturnType<typeof unfinished>>,
  decision: DecisionRecord["decision"],
  over: Partial<DecisionDraft> = {},
) {
  const revision = await object.revision();
  const finished = full(commit, decision, { revision, ...over });
  return object.tenant.finishEvaluation({ entryIdx: placed.entry.index, commit: finished, rollback: null });
}

const putAlertTarget = (object: TestObject, name = "hook/alerts") =>
  object.tenant.putTarget(
    AUTHOR,
    {
      name,
      kind: "webhook",
      config: { url: `https://${name.replace("/", ".")}.example/` },
      surfaces: [ALERT_SURFACE],
    },
    "sealed",
    "c2FsdA",
  );

describe("a held action that is unfinished", () => {
  it("is no task yet, and its evaluation is asked for at once", async () => {
    const object = await createObject();
    const { commit, placed } = await unfinished(object, "hold");
    expect(placed).toMatchObject({ status: "held", approvalExpiresAtMs: null });
    expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({ status: "held", approval: null });
    expect(await object.tenant.approvals("pending")).toEqual([]);
    await expect.poll(() => evaluator.asked()).toHaveLength(1);
    const config = await object.tenant.configSince(null);
    if (config === null || config === "unknown") throw new Error("no configuration");
    expect(await evaluator.asked()).toEqual([{ tenant: config.tenant, actionId: commit.actionId }]);
    expect(await object.tenant.owedEvaluation(commit.actionId)).toMatchObject({
      entryIdx: placed.entry.index,
      provisional: false,
      input: commit.input,
    });
  });

  it.each([
    ["allow", "allowed"],
    ["block", "blocked"],
    ["hold", "held"],
  ] as const)("that comes to %s is %s, under a decision of its own", async (decision, status) => {
    const object = await createObject();
    const held = await unfinished(object, "hold");
    expect(await finish(object, held, decision)).toEqual({ kind: "finished" });
    const state = await object.tenant.action(held.commit.actionId, 0);
    expect(state).toMatchObject({ status, record: { decision }, late: null });
    expect(state?.approval?.status).toBe(decision === "hold" ? "pending" : undefined);
    expect(await object.tenant.approvals("pending")).toHaveLength(decision === "hold" ? 1 : 0);
    const entries = await entriesOf(object, held.commit.actionId);
    expect(entries.map(({ type, actor, body }) => [type, actor.kind, body.decision])).toEqual([
      ["decision", "key", "hold"],
      ["decision", "system", decision],
    ]);
    expect(await rows(object)).toEqual([]);
  });

  it("that comes to allow is sent, and a caller who waits is told", async () => {
    const object = await createObject();
    const held = await unfinished(object, "hold", true);
    const waiting = object.tenant.action(held.commit.actionId, 5_000);
    await finish(object, held, "allow");
    expect(await waiting).toMatchObject({ status: "dispatched", delivery: { attempts: 1 } });
    expect((await dispatcher.orders()).map(({ actionId }) => actionId)).toEqual([held.commit.actionId]);
  });

  it("that comes to a task is then decided by a person like any other", async () => {
    const object = await createObject();
    const held = await unfinished(object, "hold");
    await finish(object, held, "hold");
    const [task] = await object.tenant.approvals("pending");
    const decision = {
      approvalId: task?.id ?? "",
      keyId: REVIEWER.id,
      person: "rita",
      ifMatch: held.commit.record.actionDigest,
      reason: "Fine.",
    };
    const approved = full(held.commit, "allow", { revision: await object.revision() });
    expect(await object.tenant.approve(decision, approved)).toMatchObject({
      kind: "decided",
      state: { status: "approved" },
    });
  });

  it("is cancelled by its owner, and then nothing is owed", async () => {
    const object = await createObject();
    const held = await unfinished(object, "hold", true);
    expect(await object.tenant.cancel(held.commit.actionId, AUTHOR)).toMatchObject({ kind: "cancelled" });
    expect(await rows(object)).toEqual([]);
    expect(await object.tenant.owedEvaluation(held.commit.actionId)).toBeNull();
    expect(await finish(object, held, "allow")).toEqual({ kind: "over" });
    expect(await object.tenant.action(held.commit.actionId, 0)).toMatchObject({ status: "cancelled" });
    await runDurableObjectAlarm(object.stub);
    expect(await dispatcher.orders()).toEqual([]);
  });

  it("replays its first answer as it was", async () => {
    const object = await createObject();
    const commit = await commitOf(object, "hold", { key: "k" });
    const record = { ...commit.record, unfinished: true };
    const first = await object.tenant.submit({ ...commit, record });
    if (first.kind !== "committed") throw new Error(first.kind);
    await finish(object, { commit: { ...commit, record }, placed: first.placed }, "hold");
    expect(await object.tenant.submit({ ...commit, record })).toMatchObject({
      kind: "replayed",
      state: { status: "held", approval: null, record: { decision: "hold" } },
    });
  });

  it("counts among the actions of its key that wait", async () => {
    const object = await createObject();
    await unfinished(object, "allow");
    await unfinished(object, "hold");
    await submitted(object, "hold");
    const waiting = await runInDurableObject(object.stub, (_, { storage }) => {
      const insert = "INSERT INTO evaluations (action_id, entry_idx, due_at, attempts) VALUES (?, 0, ?, 0)";
      const [{ key_id, ...rest } = { key_id: "" }] = storage.sql
        .exec("SELECT * FROM actions LIMIT 1")
        .toArray();
      for (let n = 3; n < PENDING_TASKS_PER_KEY_MAX; n++) {
        const row = { ...rest, key_id, id: `act_${n}`, seq: 1_000_000 + n };
        const names = Object.keys(row);
        storage.sql.exec(
          `INSERT INTO actions (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
          ...Object.values(row),
        );
        storage.sql.exec(insert, `act_${n}`, Date.now() + 3_600_000);
      }
      return storage.sql.exec("SELECT COUNT(*) AS n FROM evaluations").toArray();
    });
    expect(waiting).toEqual([{ n: PENDING_TASKS_PER_KEY_MAX - 1 }]);
    expect(await object.tenant.submit(await commitOf(object, "hold"))).toEqual({ kind: "queue_full" });
    const provisional = await commitOf(object, "allow");
    const record = { ...provisional.record, unfinished: true, provisional: true };
    expect(await object.tenant.submit({ ...provisional, record })).toEqual({ kind: "queue_full" });
    expect((await object.tenant.submit(await commitOf(object, "allow"))).kind).toBe("committed");
  });

  it("whose evaluation cannot be had in its time expires, and is never let pass", async () => {
    const object = await createObject();
    const held = await unfinished(object, "hold", true);
    await runInDurableObject(object.stub, (_, state) => {
      state.storage.sql.exec("UPDATE actions SET created_at = created_at - ?", APPROVAL_TTL_MS + 1);
    });
    await expect.poll(() => evaluator.asked()).toHaveLength(1);
    await makeDue(object);
    await runDurableObjectAlarm(object.stub);
    expect(await object.tenant.action(held.commit.actionId, 0)).toMatchObject({ status: "expired" });
    expect((await entriesOf(object, held.commit.actionId)).at(-1)).toMatchObject({
      type: "evaluation",
      actor: { kind: "system" },
      body: { decision: null, confirmed: false, decided_at: held.placed.entry.index },
    });
    expect(await finish(object, held, "allow")).toEqual({ kind: "over" });
    expect(await evaluator.asked()).toHaveLength(1);
  });
});

describe("a block", () => {
  it("is final, though a policy was left unfinished", async () => {
    const object = await createObject();
    const commit = await commitOf(object, "block");
    await object.tenant.submit({ ...commit, record: { ...commit.record, unfinished: true } });
    expect(await rows(object)).toEqual([]);
    await runDurableObjectAlarm(object.stub);
    expect(await evaluator.asked()).toEqual([]);
  });
});

describe("an evaluation", () => {
  it("is refused under another configuration, and gives the one in force", async () => {
    const object = await createObject();
    const held = await unfinished(object, "hold");
    const before = (await entriesOf(object)).length;
    const revision = held.commit.revision - 1;
    expect(await finish(object, held, "allow", { revision })).toMatchObject({
      kind: "stale",
      config: { revision: held.commit.revision },
    });
    expect(await entriesOf(object)).toHaveLength(before);
  });

  it("that is itself unfinished is refused: it could owe itself for ever", async () => {
    const object = await createObject();
    const held = await unfinished(object, "hold");
    const again = await sealFinished(object.log, {
      ...{ entryIdx: held.placed.entry.index, commit: held.commit, rollback: null },
    });
    await expect(
      runInDurableObject(object.stub, (instance) => instance.finishEvaluation(again)),
    ).rejects.toThrow("unfinished");
    expect(await rows(object)).toHaveLength(1);
  });

  it("that is committed twice counts once", async () => {
    const object = await createObject();
    const [held, passed] = [await unfinished(object, "hold"), await unfinished(object, "allow")];
    expect(await finish(object, held, "allow")).toEqual({ kind: "finished" });
    expect(await finish(object, passed, "block")).toEqual({ kind: "finished" });
    const before = await entriesOf(object);
    expect(await finish(object, held, "block")).toEqual({ kind: "over" });
    expect(await finish(object, passed, "allow")).toEqual({ kind: "over" });
    expect(await entriesOf(object)).toEqual(before);
    expect(await object.tenant.alerts()).toHaveLength(1);
  });

  it("of another decision than the one that is owed is not written", async () => {
    const object = await createObject();
    const held = await unfinished(object, "hold");
    const entryIdx = held.placed.entry.index - 1;
    const commit = full(held.commit, "allow");
    expect(await object.tenant.finishEvaluation({ entryIdx, commit, rollback: null })).toEqual({
      kind: "over",
    });
  });

  it.each([
    ["dies", [{ throws: true }] as const],
    ["dies between evaluating and committing, or never commits", []],
  ])("is asked for again where the evaluator %s", async (_, script) => {
    const object = await createObject();
    await evaluator.script(script);
    const held = await unfinished(object, "hold");
    await expect.poll(() => rows(object)).toMatchObject([{ attempts: 1 }]);
    await makeDue(object);
    expect(await runDurableObjectAlarm(object.stub)).toBe(true);
    await expect.poll(() => evaluator.asked()).toHaveLength(2);
    expect(await object.tenant.action(held.commit.actionId, 0)).toMatchObject({ status: "held" });
    expect(await finish(object, held, "allow")).toEqual({ kind: "finished" });
    // Twice: the second alarm finds nothing to do.
    await runDurableObjectAlarm(object.stub);
    await runDurableObjectAlarm(object.stub);
    expect(await evaluator.asked()).toHaveLength(2);
  });

  it("is not asked for twice at a time, and not before its next try is due", async () => {
    const object = await createObject();
    await evaluator.script([{ hangs: 1_000 }]);
    await unfinished(object, "hold");
    await expect.poll(() => evaluator.asked()).toHaveLength(1);
    await makeDue(object);
    const alarm = runDurableObjectAlarm(object.stub);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await evaluator.asked()).toHaveLength(1);
    // The alarm waited for the one under way, and then asked for what was due.
    await alarm;
    expect(await evaluator.asked()).toHaveLength(2);
    await runDurableObjectAlarm(object.stub);
    expect(await evaluator.asked()).toHaveLength(2);
  });

  it("that an eviction interrupted is asked for again", async () => {
    const object = await createObject();
    await evaluator.script([{ hangs: 200 }]);
    const held = await unfinished(object, "hold", true);
    await expect.poll(() => evaluator.asked()).toHaveLength(1);
    await evictDurableObject(object.stub);
    await makeDue(object);
    await runDurableObjectAlarm(object.stub);
    await expect.poll(() => evaluator.asked()).toHaveLength(2);
    await finish(object, held, "allow");
    expect(await object.tenant.action(held.commit.actionId, 5_000)).toMatchObject({ status: "dispatched" });
    expect(await dispatcher.orders()).toHaveLength(1);
  });

  it("wakes the object at its next try, with nothing else to do", async () => {
    const object = await createObject();
    await evaluator.script([{ throws: true }]);
    const before = Date.now();
    await unfinished(object, "allow");
    await expect.poll(() => rows(object)).toMatchObject([{ attempts: 1 }]);
    const at = await runInDurableObject(object.stub, (_, state) => state.storage.getAlarm());
    expect((at ?? 0) - before).toBeLessThan(EVALUATION_TIMEOUT_MS);
  });

  it("that fails for long is an alert, once, and goes on being asked for", async () => {
    const object = await createObject();
    await putAlertTarget(object);
    const held = await unfinished(object, "hold");
    for (let attempt = 2; attempt <= EVALUATION_ALERT_AFTER + 2; attempt++) {
      expect(await object.tenant.alerts()).toHaveLength(attempt - 1 < EVALUATION_ALERT_AFTER ? 0 : 1);
      await makeDue(object);
      await runDurableObjectAlarm(object.stub);
      await expect.poll(() => evaluator.asked()).toHaveLength(attempt);
    }
    const [alert] = await object.tenant.alerts();
    expect(alert).toMatchObject({
      facts: { kind: "evaluation_failing", action: held.commit.actionId, evaluated_at: null, decision: null },
      deliveries: [{ target: "hook/alerts", status: "delivered", attempts: 1 }],
    });
    expect(await rows(object)).toMatchObject([{ attempts: EVALUATION_ALERT_AFTER + 2 }]);
  });
});

describe("an action that passed provisionally", () => {
  it("is sent at once, and its confirmation is an entry", async () => {
    const object = await createObject();
    const passed = await unfinished(object, "allow", true);
    const { actionId } = passed.commit;
    expect(await object.tenant.action(actionId, 5_000)).toMatchObject({ status: "dispatched", late: null });
    expect(await finish(object, passed, "allow")).toEqual({ kind: "finished" });
    const state = await object.tenant.action(actionId, 0);
    expect(state).toMatchObject({
      status: "dispatched",
      record: { provisional: true },
      late: { confirmed: true, record: { decision: "allow", provisional: false } },
    });
    const entry = (await entriesOf(object, actionId)).at(-1);
    expect(entry).toMatchObject({
      type: "evaluation",
      index: state?.late?.entry.index,
      body: { decided_at: passed.placed.entry.index, decision: "allow", confirmed: true, engine: "test" },
    });
    expect([await object.tenant.alerts(), await dispatcher.orders()]).toMatchObject([[], [{ actionId }]]);
  });

  it.each(["block", "hold"] as const)("and comes to %s afterwards is a late block", async (decision) => {
    const object = await createObject();
    const passed = await unfinished(object, "allow", true);
    const { actionId } = passed.commit;
    await object.tenant.action(actionId, 5_000);
    const fired = { policy: "pii", severity: "block", observed: false, settled: false, count: 2 } as const;
    await finish(object, passed, decision, {
      rules: [
        { ...fired, rule: "US_SSN" },
        { ...fired, rule: "NOTED", severity: "info" },
      ],
    });
    expect(await object.tenant.action(actionId, 0)).toMatchObject({
      status: "dispatched",
      late: { confirmed: false, record: { decision } },
    });
    const evaluated = (await entriesOf(object, actionId)).at(-1);
    expect(evaluated).toMatchObject({ type: "evaluation", body: { decision, confirmed: false } });
    expect(await object.tenant.alerts()).toMatchObject([
      {
        facts: {
          kind: "late_block",
          action: actionId,
          decided_at: passed.placed.entry.index,
          evaluated_at: evaluated?.index,
          decision,
          rules: [{ policy: "pii", rule: "US_SSN", severity: "block" }],
          rollback: null,
        },
        deliveries: [],
      },
    ]);
    // No target takes alerts, so the entry stands alone; `*` is not an alert's surface.
    expect((await entriesOf(object)).at(-1)).toMatchObject({
      type: "alert",
      body: { target: null, commitments: { message: null } },
    });
    expect(await dispatcher.orders()).toHaveLength(1);
  });

  it("replays its first answer as it was", async () => {
    const object = await createObject();
    const commit = await commitOf(object, "allow", { key: "k" });
    const record = { ...commit.record, unfinished: true, provisional: true };
    const first = await object.tenant.submit({ ...commit, record });
    if (first.kind !== "committed") throw new Error(first.kind);
    await finish(object, { commit: { ...commit, record }, placed: first.placed }, "block");
    expect(await object.tenant.submit({ ...commit, record })).toMatchObject({
      kind: "replayed",
      state: { status: "allowed", late: null, record: { provisional: true } },
    });
  });

  it("is not confirmed where it would have been changed before it passed", async () => {
    const object = await createObject();
    const passed = await unfinished(object, "allow");
    const { record } = passed.commit;
    const { actionDigest, inputDigest } = record;
    const changed = {
      payload: { text: "****" },
      payloadDigest: digestOf("****"),
      actionDigest,
      inputDigest,
    };
    const modified = {
      ...record,
      decision: "modify" as const,
      unfinished: false,
      provisional: false,
      changed,
    };
    await finish(object, passed, "modify", { record: modified });
    expect(await object.tenant.action(passed.commit.actionId, 0)).toMatchObject({
      late: { confirmed: false },
    });
    expect(await object.tenant.alerts()).toHaveLength(1);
  });

  it("and was not sent yet stays here after a late block", async () => {
    const object = await createObject();
    await dispatcher.script([{ status: "retry", httpStatus: 503, reason: "503", retryAfterMs: null }]);
    const passed = await unfinished(object, "allow", true);
    await object.tenant.action(passed.commit.actionId, 5_000, "attempted");
    await finish(object, passed, "block");
    expect(await object.tenant.action(passed.commit.actionId, 5_000)).toMatchObject({ status: "failed" });
    expect(await dispatcher.orders()).toHaveLength(1);
    expect((await entriesOf(object, passed.commit.actionId)).at(-1)).toMatchObject({
      type: "delivery",
      body: { attempt: 2, result: "refused" },
    });
  });

  it("is never let go: long after, it is still asked for", async () => {
    const object = await createObject();
    const passed = await unfinished(object, "allow");
    await expect.poll(() => evaluator.asked()).toHaveLength(1);
    await runInDurableObject(object.stub, (_, state) => {
      state.storage.sql.exec("UPDATE actions SET created_at = created_at - ?", 30 * APPROVAL_TTL_MS);
    });
    await makeDue(object);
    await runDurableObjectAlarm(object.stub);
    expect(await evaluator.asked()).toHaveLength(2);
    expect(await finish(object, passed, "block")).toEqual({ kind: "finished" });
  });

  it("is rolled back where it names how, under a decision of the gateway's own", async () => {
    const object = await createObject();
    const passed = await unfinished(object, "allow", true);
    await object.tenant.action(passed.commit.actionId, 5_000);
    const undo = await commitOf(object, "allow", { message: true });
    const commit = full(passed.commit, "block");
    const finished = { entryIdx: passed.placed.entry.index, commit, rollback: undo };
    expect(await object.tenant.finishEvaluation(finished)).toEqual({ kind: "finished" });
    expect(await object.tenant.action(undo.actionId, 5_000)).toMatchObject({
      status: "dispatched",
      keyId: ADMIN.id,
      owner: "ada",
    });
    expect(await entriesOf(object, undo.actionId)).toMatchObject([
      { type: "decision", actor: { kind: "system" } },
      { type: "delivery" },
    ]);
    expect(await object.tenant.alerts()).toMatchObject([{ facts: { rollback: undo.actionId } }]);
    expect((await dispatcher.orders()).map(({ actionId }) => actionId)).toEqual([
      passed.commit.actionId,
      undo.actionId,
    ]);
  });

  it("is rolled back no sooner than the attempt to send it has ended", async () => {
    const object = await createObject();
    await dispatcher.script([{ hangs: 500 }]);
    const passed = await unfinished(object, "allow", true);
    await expect.poll(() => dispatcher.orders()).toHaveLength(1);
    const undo = await commitOf(object, "allow", { message: true });
    const commit = full(passed.commit, "block");
    await object.tenant.finishEvaluation({ entryIdx: passed.placed.entry.index, commit, rollback: undo });
    const dueAt = await runInDurableObject(
      object.stub,
      (_, state) =>
        state.storage.sql
          .exec<{ due_at: number }>("SELECT due_at FROM deliveries WHERE action_id = ?", undo.actionId)
          .one().due_at,
    );
    expect(dueAt - Date.now()).toBeGreaterThan(DELIVERY_TIMEOUT_MS);
    expect(await dispatcher.orders()).toHaveLength(1);
    expect(await object.tenant.action(undo.actionId, 5_000)).toMatchObject({ status: "dispatched" });
    expect((await dispatcher.orders()).map(({ actionId }) => actionId)).toEqual([
      passed.commit.actionId,
      undo.actionId,
    ]);
  });

  it("has nothing to roll back where it was never sent", async () => {
    const object = await createObject();
    const passed = await unfinished(object, "allow", true);
    await runInDurableObject(object.stub, (_, state) => {
      state.storage.sql.exec("UPDATE deliveries SET state = 'queued', attempts = 0, due_at = 9e15");
    });
    const finished = {
      entryIdx: passed.placed.entry.index,
      commit: full(passed.commit, "block"),
      rollback: await commitOf(object, "allow"),
    };
    await object.tenant.finishEvaluation(finished);
    expect(await object.tenant.alerts()).toMatchObject([{ facts: { rollback: null } }]);
    expect(await object.tenant.action(finished.rollback.actionId, 0)).toBeNull();
  });
});

describe("an alert", () => {
  it("goes to every target that takes alerts, each its own bytes under an entry that commits to them", async () => {
    const object = await createObject();
    await putAlertTarget(object, "hook/one");
    await putAlertTarget(object, "hook/two");
    const passed = await unfinished(object, "allow");
    await finish(object, passed, "block");
    const [alert] = await object.tenant.alerts();
    if (alert === undefined) throw new Error("there is no alert");
    await expect.poll(() => dispatcher.orders()).toHaveLength(2);
    const orders = (await dispatcher.orders()) as unknown as readonly {
      readonly actionId: string;
      readonly salt: string;
      readonly receipt: { readonly payloadType: string; readonly payload: string };
      readonly message: SentMessage;
      readonly target: { readonly name: string };
    }[];
    const entries = await entriesOf(object, alert.id);
    expect(entries.map(({ type }) => type).sort()).toEqual(["alert", "alert", "delivery", "delivery"]);
    for (const order of orders) {
      expect(order).toMatchObject({ actionId: alert.id, receipt: { payloadType: PAYLOAD_TYPES.alert } });
      expect(JSON.parse(order.message.body)).toEqual({
        type: ALERT_SURFACE,
        data: { alert: alert.id, ...alert.facts },
      });
      const body = entries.find(
        ({ type, body: { target } }) =>
          type === "alert" && (target as AlertBody["target"])?.name === order.target.name,
      )?.body as AlertBody | undefined;
      const salt = fromBase64Url(order.salt) ?? new Uint8Array();
      expect(body?.commitments.message).toBe(commitment("message", salt, messageDigest(order.message)));
    }
    await expect
      .poll(async () => (await object.tenant.alerts())[0]?.deliveries.map(({ status }) => status))
      .toEqual(["delivered", "delivered"]);
  });

  it("is sent again by alarm, and after an eviction, with the same bytes", async () => {
    const object = await createObject();
    await putAlertTarget(object);
    await dispatcher.script([{ throws: true }]);
    const passed = await unfinished(object, "allow");
    await finish(object, passed, "block");
    await expect.poll(() => dispatcher.orders()).toHaveLength(1);
    await evictDurableObject(object.stub);
    await makeDue(object);
    await runDurableObjectAlarm(object.stub);
    await expect.poll(() => dispatcher.orders()).toHaveLength(2);
    const [first, second] = await dispatcher.orders();
    expect(second).toEqual(first);
  });
});
