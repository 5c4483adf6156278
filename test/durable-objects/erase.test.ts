/** What was written is sealed while it is kept, and gone when it was erased; the log and the receipts stay. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { fromBase64Url, toBase64Url } from "../../core/encoding.ts";
import { digestOf } from "../../core/hash.ts";
import { commit as commitment } from "../../core/ledger/commitment.ts";
import type { Entry } from "../../core/ledger/entry.ts";
import { RETENTION_BATCH_MAX, SEARCH_SCANNED_MAX } from "../../core/limits.ts";
import type { Finding } from "../../core/policy/decision.ts";
import { recipientForm } from "../../core/recipients.ts";
import { UNAUTHORISED } from "../../core/tenant-errors.ts";
import { findDecision, findEvidence, insertEvidence } from "../../durable-objects/records.ts";
import type { ErasureOrder, RetentionRule, ReviewDecision, SubmitDraft } from "../../durable-objects/rpc.ts";
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

const SALT = toBase64Url(new Uint8Array(32).fill(7));
const ORDER: ErasureOrder = { reason: null, salt: SALT, subjects: false };
const SECRET = "Zelda Quux";
const DAY_MS = 24 * 3600 * 1000;

/** A commit in which the secret stands wherever a text of somebody's can stand. */
async function telling(
  object: TestObject,
  decision: SubmitDraft["record"]["decision"],
  options: Parameters<typeof commitOf>[2] = {},
): Promise<SubmitDraft> {
  const commit = await commitOf(object, decision, { body: JSON.stringify({ to: SECRET }), ...options });
  const action = { surface: "tool.call", payload: { to: SECRET } };
  const finding: Finding = {
    ...{ policy: "pii", rule: "NAME", severity: "warn", part: "payload", pointer: `/${SECRET}` },
    ...{ start: 0, end: 5, key: true, reason: "A name", suggestion: null, observed: false, settled: false },
  };
  return {
    ...commit,
    title: SECRET,
    input: JSON.stringify({ action, context: {}, principal: commit.principal }),
    changedInput: JSON.stringify({ changed: SECRET }),
    verdicts: { decision: [`{"verdict":"${SECRET}"}`], shadow: null },
    discharged: { keys: [`{"pointer":"/${SECRET}"}`], commitment: commit.commitments.action },
    rules: [{ policy: "pii", rule: "NAME", severity: "warn", observed: false, settled: false, count: 1 }],
    recipients: [recipientForm(SECRET)],
    resource: { folder: "ward", dataClass: "phi" },
    record: {
      ...commit.record,
      findings: [finding],
      changed: {
        payload: { to: SECRET },
        payloadDigest: digestOf("cp"),
        actionDigest: digestOf("c"),
        inputDigest: digestOf("ci"),
      },
    },
  };
}

async function told(
  object: TestObject,
  ...args: Parameters<typeof telling> extends [unknown, ...infer R] ? R : never
) {
  const commit = await telling(object, ...args);
  const result = await object.tenant.submit(commit);
  if (result.kind !== "committed") throw new Error(`expected a commit, got ${result.kind}`);
  return { commit, placed: result.placed };
}

/** Every row of every table, blobs by their bytes: what whoever reads the storage would see. */
const everything = (object: TestObject): Promise<string> =>
  runInDurableObject(object.stub, (_, { storage: { sql } }) => {
    const tables = sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .toArray();
    const text = new TextDecoder("latin1");
    return tables
      .flatMap(({ name }) => sql.exec(`SELECT * FROM "${name}"`).toArray())
      .map((row) =>
        JSON.stringify(row, (_key, value) => (value instanceof ArrayBuffer ? text.decode(value) : value)),
      )
      .join("\n");
  });

const rows = (object: TestObject, query: string, ...values: (string | number)[]) =>
  runInDurableObject(object.stub, (_, { storage: { sql } }) => sql.exec(query, ...values).toArray());

const opens = (object: TestObject, entryIdx: number): Promise<boolean> =>
  runInDurableObject(object.stub, (_, { storage }) => {
    try {
      return findDecision(statements(storage.sql), entryIdx) !== null;
    } catch {
      return false;
    }
  });

async function entriesOf(object: TestObject, type: string): Promise<Entry[]> {
  const { entries } = await object.tenant.ledger(0, 1_000);
  return entries.map(({ text }) => JSON.parse(text) as Entry).filter((entry) => entry.type === type);
}

const reviewOf = (commit: SubmitDraft): ReviewDecision => ({
  ...{ approvalId: commit.approvalId, keyId: REVIEWER.id, person: "rita" },
  ...{ ifMatch: commit.record.actionDigest, reason: `${SECRET} may` },
});

describe("a record", () => {
  it("is sealed: no table has a text of it, and every one is read back", async () => {
    const object = await createObject();
    const { commit } = await told(object, "hold", { key: "ticket-of-Zelda" });
    expect(await everything(object)).not.toContain("Zelda");
    expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({
      salt: commit.salt,
      record: commit.record,
      erasedAtMs: null,
    });
    expect((await object.tenant.heldAction(commit.approvalId))?.detail).toMatchObject({
      title: SECRET,
      action: { payload: { to: SECRET } },
      actionDigest: commit.record.actionDigest,
    });
    const decided = await object.tenant.approve(reviewOf(commit), {
      ...commit,
      approvalId: newId("apr"),
      record: { ...commit.record, decision: "modify" },
    });
    expect(decided.kind).toBe("decided");
    expect((await object.tenant.heldAction(commit.approvalId))?.detail.reason).toBe(`${SECRET} may`);
    expect(await everything(object)).not.toContain("Zelda");
  });

  it("has a key of its own, and does not open under another, or in another place", async () => {
    const object = await createObject();
    const [one, other] = [await told(object, "allow"), await told(object, "allow")];
    const keys = await rows(object, "SELECT hex(key) AS key FROM record_keys");
    expect(new Set(keys.map(({ key }) => key)).size).toBe(keys.length);
    const [a, b] = [one.placed.entry.index, other.placed.entry.index];
    // With its key, but in the other's row.
    await rows(
      object,
      "UPDATE decisions SET sealed = (SELECT sealed FROM decisions WHERE entry_idx = ?) WHERE entry_idx = ?",
      a,
      b,
    );
    await rows(
      object,
      "UPDATE record_keys SET key = (SELECT key FROM record_keys WHERE entry_idx = ?) WHERE entry_idx = ?",
      a,
      b,
    );
    expect(await opens(object, b)).toBe(false);
    expect(await object.tenant.action(one.commit.actionId, 0)).toMatchObject({ salt: one.commit.salt });
    await rows(object, "UPDATE record_keys SET key = zeroblob(32) WHERE entry_idx = ?", a);
    expect(await opens(object, a)).toBe(false);
  });
});

describe("a sealed text", () => {
  it("comes back as it was, whatever it is", async () => {
    const object = await createObject();
    await runInDurableObject(object.stub, (_, { storage }) => {
      const sql = statements(storage.sql);
      let entryIdx = 1_000;
      fc.assert(
        fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary-ascii" }), (salt, text) => {
          insertEvidence(sql, ++entryIdx, null, salt, text);
          expect(findEvidence(sql, entryIdx)).toEqual({ salt, text });
        }),
      );
    });
  });

  it("does not come back with any of its bytes changed", async () => {
    const object = await createObject();
    await runInDurableObject(object.stub, (_, { storage }) => {
      const sql = statements(storage.sql);
      insertEvidence(sql, 1_000, null, SALT, SECRET);
      const sealed = new Uint8Array(sql.evidence(1_000)?.sealed ?? new ArrayBuffer(0));
      expect(sealed.length).toBeGreaterThan(SECRET.length);
      for (let at = 0; at < sealed.length; at++) {
        const damaged = sealed.slice();
        damaged[at] = (damaged[at] ?? 0) ^ 1;
        storage.sql.exec("UPDATE evidence SET sealed = ? WHERE entry_idx = 1000", damaged.buffer);
        expect(() => findEvidence(sql, 1_000), `byte ${at}`).toThrow();
      }
    });
  });
});

describe("an erasure", () => {
  it("takes a damaged record too", async () => {
    const object = await createObject();
    const { commit, placed } = await told(object, "block");
    await rows(object, "UPDATE decisions SET sealed = zeroblob(64) WHERE entry_idx = ?", placed.entry.index);
    expect((await object.tenant.erase(AUTHOR, commit.actionId, ORDER)).kind).toBe("erased");
    expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({
      status: "blocked",
      record: { decision: "block", findings: [] },
    });
  });

  it("leaves no record, key, salt, digest or place of the action", async () => {
    const object = await createObject();
    const { commit, placed } = await told(object, "hold", { key: "k" });
    await object.tenant.settleAnswer("test", "k", { status: 202, body: SECRET });
    const again = {
      ...commit,
      approvalId: newId("apr"),
      record: { ...commit.record, decision: "modify" as const },
    };
    await object.tenant.approve(reviewOf(commit), again);
    const report = { outcome: "failed", detail: SECRET, salt: SALT } as const;
    expect((await object.tenant.reportOutcome(commit.actionId, AUTHOR, report)).kind).toBe("recorded");
    const keysBefore = await rows(object, "SELECT entry_idx FROM record_keys");
    const erased = await object.tenant.erase(AUTHOR, commit.actionId, ORDER);
    const [entry] = await entriesOf(object, "payload.erased");
    expect(erased).toMatchObject({ kind: "erased", entryIdx: entry?.index });
    // The decision that held, the approval, the decision that let it pass, the outcome.
    const at = placed.entry.index;
    expect(entry).toMatchObject({
      actor: { kind: "key", id: ADMIN.id },
      subject: commit.actionId,
      body: {
        cause: "request",
        entries: [at, at + 1, at + 2, at + 3],
        subjects: false,
        commitments: { reason: null },
      },
    });
    expect(await rows(object, "SELECT 1 FROM decisions WHERE sealed IS NOT NULL")).toEqual([]);
    expect(
      await rows(object, "SELECT 1 FROM evidence WHERE sealed IS NOT NULL AND action_id IS NOT NULL"),
    ).toEqual([]);
    expect(await rows(object, "SELECT answer FROM idempotency")).toEqual([{ answer: null }]);
    expect(await rows(object, "SELECT kind FROM terms")).toEqual([{ kind: "rule" }]);
    const keysAfter = await rows(object, "SELECT entry_idx FROM record_keys");
    expect(keysAfter).toEqual(keysBefore.filter(({ entry_idx }) => Number(entry_idx) < at));
    const all = await everything(object);
    for (const gone of ["Zelda", commit.salt, commit.record.actionDigest, commit.record.inputDigest]) {
      expect(all.split("\n").filter((row) => row.includes(gone) && !row.includes('"leaf"'))).toEqual([]);
    }
    expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({
      status: "approved",
      outcome: "failed",
      salt: null,
      erasedAtMs: expect.any(Number),
      record: {
        decision: "modify",
        actionDigest: null,
        inputDigest: null,
        changed: null,
        obligations: [],
        findings: [
          {
            policy: "pii",
            rule: "NAME",
            severity: "warn",
            pointer: null,
            start: null,
            end: null,
            key: false,
          },
        ],
      },
    });
    expect(await object.tenant.heldAction(commit.approvalId)).toBeNull();
    expect(await object.tenant.approvals("history")).toMatchObject([
      { id: commit.approvalId, title: null, tool: null },
    ]);
    expect((await object.tenant.evidence(at, 1)).entries).toMatchObject([
      { evidence: null, erasedIdx: entry?.index },
    ]);
  });

  it("overwrites the key in its page before it deletes it", async () => {
    const object = await createObject();
    const { commit, placed } = await told(object, "allow");
    await rows(
      object,
      "CREATE TRIGGER gone BEFORE DELETE ON record_keys BEGIN INSERT INTO meta VALUES ('deleted', hex(OLD.key)); END",
    );
    await object.tenant.erase(AUTHOR, commit.actionId, ORDER);
    expect(await rows(object, "SELECT value FROM meta WHERE name = 'deleted'")).toEqual([
      { value: "00".repeat(32) },
    ]);
    expect(await rows(object, "SELECT 1 FROM record_keys WHERE entry_idx = ?", placed.entry.index)).toEqual(
      [],
    );
  });

  it("is done once: a second one writes nothing and says the same", async () => {
    const object = await createObject();
    const { commit } = await told(object, "block");
    const first = await object.tenant.erase(AUTHOR, commit.actionId, ORDER);
    const size = (await object.tenant.ledger(0, 1)).size;
    await evictDurableObject(object.stub);
    expect(await object.tenant.erase(AUTHOR, commit.actionId, ORDER)).toEqual(first);
    expect((await object.tenant.ledger(0, 1)).size).toBe(size);
  });

  it("of another action leaves this one whole", async () => {
    const object = await createObject();
    const [one, other] = [await told(object, "allow"), await told(object, "allow")];
    await object.tenant.erase(AUTHOR, one.commit.actionId, ORDER);
    expect(await object.tenant.action(other.commit.actionId, 0)).toMatchObject({
      salt: other.commit.salt,
      record: other.commit.record,
      erasedAtMs: null,
    });
  });

  it("commits to its reason, which is kept sealed and is no part of the log", async () => {
    const object = await createObject();
    const { commit } = await told(object, "allow");
    const reason = "asked for on 3 May";
    await object.tenant.erase(AUTHOR, commit.actionId, { ...ORDER, reason });
    const [entry] = await entriesOf(object, "payload.erased");
    const expected = commitment("reason", fromBase64Url(SALT) ?? new Uint8Array(), digestOf(reason));
    expect(entry?.body).toMatchObject({ commitments: { reason: expected } });
    expect(await everything(object)).not.toContain("3 May");
    expect(
      await rows(object, "SELECT action_id FROM evidence WHERE entry_idx = ?", entry?.index ?? -1),
    ).toEqual([{ action_id: null }]);
  });

  it.each([
    ["held", async (object: TestObject) => (await told(object, "hold")).commit],
    ["deferred", async (object: TestObject) => (await told(object, "defer")).commit],
    [
      "dispatching",
      async (object: TestObject) => {
        await dispatcher.script([{ hangs: 3_000 }]);
        return (await told(object, "allow", { message: true })).commit;
      },
    ],
    [
      "allowed",
      async (object: TestObject) => {
        const commit = await telling(object, "allow");
        const record = { ...commit.record, unfinished: true, provisional: true };
        await object.tenant.submit({ ...commit, record });
        return commit;
      },
    ],
  ])("is refused while the action still needs its payload: %s", async (status, make) => {
    const object = await createObject();
    const commit = await make(object);
    expect(await object.tenant.erase(AUTHOR, commit.actionId, ORDER)).toEqual({ kind: "waiting", status });
    expect((await object.tenant.action(commit.actionId, 0))?.salt).toBe(commit.salt);
    expect(await entriesOf(object, "payload.erased")).toEqual([]);
  });

  it("is for admins, of actions that there are", async () => {
    const object = await createObject();
    const { commit } = await told(object, "allow");
    expect(await object.tenant.erase(AUTHOR, newId("act"), ORDER)).toEqual({ kind: "not_found" });
    const refused = await runInDurableObject(object.stub, (instance) =>
      instance.erase({ keyId: REVIEWER.id }, commit.actionId, ORDER).catch((error: Error) => error.message),
    );
    expect(refused).toBe(UNAUTHORISED);
  });

  it("of a cancelled, a denied and a sent action takes what they came with", async () => {
    const object = await createObject();
    const cancelled = (await told(object, "hold")).commit;
    await object.tenant.cancel(cancelled.actionId, AUTHOR);
    const denied = (await told(object, "hold")).commit;
    await object.tenant.deny(reviewOf(denied), SALT);
    const sent = (await told(object, "allow", { message: true })).commit;
    expect(await object.tenant.action(sent.actionId, 5_000)).toMatchObject({ status: "dispatched" });
    for (const { actionId } of [cancelled, denied, sent]) {
      expect((await object.tenant.erase(AUTHOR, actionId, ORDER)).kind).toBe("erased");
    }
    expect(await everything(object)).not.toContain("Zelda");
    expect(await rows(object, "SELECT provider_id FROM deliveries")).toEqual([{ provider_id: null }]);
    // Its receipt is over the entry, which stays.
    expect(await rows(object, "SELECT 1 AS x FROM deliveries WHERE receipt IS NOT NULL")).toHaveLength(1);
  });

  it("leaves nothing of an idempotency key that an earlier release kept in plain, and keeps it used", async () => {
    const object = await createObject();
    const { commit } = await told(object, "allow", { key: "ticket-of-Zelda", message: true });
    await expect
      .poll(async () => (await object.tenant.action(commit.actionId, 0))?.status)
      .toBe("dispatched");
    await runInDurableObject(object.stub, (_, { storage: { sql } }) =>
      sql.exec("UPDATE idempotency SET key = 'ticket-of-Zelda'"),
    );
    const again = async () => object.tenant.submit({ ...commit, revision: await object.revision() });
    expect(await again()).toMatchObject({ kind: "replayed" });
    await object.tenant.erase(AUTHOR, commit.actionId, ORDER);
    expect(await everything(object)).not.toContain("Zelda");
    expect(await again()).toMatchObject({ kind: "replayed" });
    expect(await dispatcher.orders()).toHaveLength(1);
  });

  it("keeps an idempotency key used: the request is not judged or sent again", async () => {
    const object = await createObject();
    const { commit } = await told(object, "allow", { key: "k", message: true });
    await object.tenant.action(commit.actionId, 5_000);
    await object.tenant.settleAnswer("test", "k", { status: 200, body: SECRET });
    await object.tenant.erase(AUTHOR, commit.actionId, ORDER);
    const again = await object.tenant.submit({ ...commit, actionId: newId("act") });
    expect(again).toMatchObject({
      kind: "replayed",
      answer: null,
      state: { id: commit.actionId, status: "dispatching", salt: null, record: { actionDigest: null } },
    });
    expect(await dispatcher.orders()).toHaveLength(1);
    // An answer that was on its way meanwhile is not kept.
    await object.tenant.settleAnswer("test", "k", { status: 200, body: SECRET });
    expect(await rows(object, "SELECT answer FROM idempotency")).toEqual([{ answer: null }]);
  });

  it("takes no further text of the action", async () => {
    const object = await createObject();
    const { commit } = await told(object, "allow");
    await object.tenant.erase(AUTHOR, commit.actionId, ORDER);
    const report = { outcome: "succeeded", detail: SECRET, salt: SALT } as const;
    expect(await object.tenant.reportOutcome(commit.actionId, AUTHOR, report)).toMatchObject({
      state: { outcome: "succeeded" },
    });
    expect(await rows(object, "SELECT 1 FROM evidence WHERE action_id = ?", commit.actionId)).toEqual([]);
    expect((await entriesOf(object, "action.outcome"))[0]?.body).toMatchObject({
      commitments: { outcome: null },
    });
  });

  it("of an action that passed provisionally takes its full evaluation too", async () => {
    const object = await createObject();
    const commit = await telling(object, "allow");
    const record = { ...commit.record, unfinished: true, provisional: true };
    const placed = await object.tenant.submit({ ...commit, record });
    if (placed.kind !== "committed") throw new Error(placed.kind);
    const late = { ...commit, record: { ...commit.record, decision: "block" as const, unfinished: false } };
    await object.tenant.finishEvaluation({
      entryIdx: placed.placed.entry.index,
      commit: late,
      rollback: null,
    });
    expect((await object.tenant.erase(AUTHOR, commit.actionId, ORDER)).kind).toBe("erased");
    expect(await object.tenant.action(commit.actionId, 0)).toMatchObject({
      late: {
        confirmed: false,
        record: { decision: "block", actionDigest: null, findings: [{ pointer: null }] },
      },
    });
    const at = placed.placed.entry.index;
    expect((await entriesOf(object, "payload.erased"))[0]?.body).toMatchObject({ entries: [at, at + 1] });
  });
});

describe("subjects", () => {
  const known = (object: TestObject) =>
    rows(object, "SELECT kind, value FROM subjects WHERE value IN ('bot', 'u_7', 'ada') ORDER BY value");

  it("stay where nobody asked for them to be forgotten", async () => {
    const object = await createObject();
    const { commit } = await told(object, "allow");
    await object.tenant.erase(AUTHOR, commit.actionId, ORDER);
    expect((await known(object)).map(({ value }) => value)).toEqual(["ada", "bot", "u_7"]);
  });

  it("are forgotten with the last action that names them, and never the owner of a key", async () => {
    const object = await createObject();
    const [one, other] = [(await told(object, "allow")).commit, (await told(object, "allow")).commit];
    await object.tenant.erase(AUTHOR, one.actionId, { ...ORDER, subjects: true });
    expect((await known(object)).map(({ value }) => value)).toEqual(["ada", "bot", "u_7"]);
    expect(await rows(object, "SELECT agent, user, owner FROM actions WHERE id = ?", one.actionId)).toEqual([
      { agent: null, user: null, owner: "ada" },
    ]);
    // Erased before, without its subjects: a second erasure takes these, and is an entry of its own.
    await object.tenant.erase(AUTHOR, other.actionId, ORDER);
    await object.tenant.erase(AUTHOR, other.actionId, { ...ORDER, subjects: true });
    expect((await known(object)).map(({ value }) => value)).toEqual(["ada"]);
    expect(
      (await entriesOf(object, "payload.erased")).map(({ body }) => [body.subjects, body.entries]),
    ).toEqual([
      [true, [expect.any(Number)]],
      [false, [expect.any(Number)]],
      [true, []],
    ]);
  });
});

describe("retention", () => {
  const rule = (over: Partial<RetentionRule>): RetentionRule => ({
    ...{ surface: "*", folder: null, dataClass: null, days: 30 },
    ...over,
  });
  const age = (object: TestObject, actionId: string, days: number) =>
    rows(object, "UPDATE actions SET created_at = ? WHERE id = ?", Date.now() - days * DAY_MS - 1, actionId);
  const erasedIds = async (object: TestObject) =>
    (await rows(object, "SELECT id FROM actions WHERE erased_at IS NOT NULL")).map(({ id }) => id);

  it("erases what is older than its rule says, under one entry of the gateway's own", async () => {
    const object = await createObject();
    const old = [(await told(object, "allow")).commit, (await told(object, "block")).commit];
    const young = (await told(object, "allow")).commit;
    for (const { actionId } of old) await age(object, actionId, 30);
    await age(object, young.actionId, 29);
    await object.tenant.putRetention(AUTHOR, [rule({})]);
    await runDurableObjectAlarm(object.stub);
    expect((await erasedIds(object)).sort()).toEqual(old.map(({ actionId }) => actionId).sort());
    const entries = await entriesOf(object, "payload.erased");
    expect(entries).toMatchObject([
      { actor: { kind: "system" }, subject: "retention", body: { cause: "retention", subjects: false } },
    ]);
    expect(entries[0]?.body.entries).toHaveLength(2);
    // The same alarm again, and one on a later day, find nothing.
    const { size } = await object.tenant.ledger(0, 1);
    await runDurableObjectAlarm(object.stub);
    await evictDurableObject(object.stub);
    await rows(object, "UPDATE meta SET value = '0' WHERE name = 'swept_at'");
    await runDurableObjectAlarm(object.stub);
    expect((await object.tenant.ledger(0, 1)).size).toBe(size);
  });

  it("never takes an action that waits", async () => {
    const object = await createObject();
    const held = (await told(object, "hold")).commit;
    await age(object, held.actionId, 400);
    await object.tenant.putRetention(AUTHOR, [rule({ days: 1 })]);
    await runDurableObjectAlarm(object.stub);
    expect(await erasedIds(object)).toEqual([]);
    expect((await object.tenant.heldAction(held.approvalId))?.detail.title).toBe(SECRET);
  });

  it.each([
    ["the first that matches counts", [rule({ days: 900 }), rule({ days: 1 })], false],
    ["a surface", [rule({ surface: "outbound.email", days: 1 }), rule({ days: 900 })], false],
    ["this surface", [rule({ surface: "tool.call", days: 1 })], true],
    ["a folder that is touched", [rule({ folder: "ward", days: 1 })], true],
    ["another folder", [rule({ folder: "office", days: 1 })], false],
    ["a data class", [rule({ dataClass: "phi", days: 1 })], true],
    ["another data class", [rule({ dataClass: "public", days: 1 })], false],
    ["no rule", [], false],
  ])("%s", async (_, rules, goes) => {
    const object = await createObject();
    const { actionId } = (await told(object, "allow")).commit;
    await age(object, actionId, 100);
    await object.tenant.putRetention(AUTHOR, rules);
    await runDurableObjectAlarm(object.stub);
    expect(await erasedIds(object)).toEqual(goes ? [actionId] : []);
  });

  it("comes batch by batch, across evictions, until all is done", async () => {
    const object = await createObject();
    const total = RETENTION_BATCH_MAX + 5;
    for (let n = 0; n < total; n++) await submitted(object, "allow");
    await rows(object, "UPDATE actions SET created_at = 0");
    await object.tenant.putRetention(AUTHOR, [rule({})]);
    await runDurableObjectAlarm(object.stub);
    expect(await erasedIds(object)).toHaveLength(RETENTION_BATCH_MAX);
    await evictDurableObject(object.stub);
    await runDurableObjectAlarm(object.stub);
    expect(await erasedIds(object)).toHaveLength(total);
    expect(
      (await entriesOf(object, "payload.erased")).map(({ body }) => (body.entries as []).length),
    ).toEqual([RETENTION_BATCH_MAX, 5]);
    // The pass is over: the next alarm is a day away.
    const alarm = await runInDurableObject(object.stub, (_, { storage }) => storage.getAlarm());
    expect(alarm).toBeGreaterThan(Date.now() + DAY_MS / 2);
  }, 30_000);

  it("is configuration: in the log, with folders by their ids, and read back", async () => {
    const object = await createObject();
    const rules = [rule({ folder: "ward", dataClass: "phi" })];
    await object.tenant.putRetention(AUTHOR, rules);
    await object.tenant.putRetention(AUTHOR, rules);
    expect(await object.tenant.retention()).toEqual(rules);
    const entries = await entriesOf(object, "retention.put");
    expect(entries).toHaveLength(1);
    expect(entries[0]?.body).toEqual({
      rules: [{ surface: "*", folder: expect.stringMatching(/^sub_/), data_class: "phi", days: 30 }],
    });
  });
});

describe("a search", () => {
  const ALL = {
    ...{ status: null, surface: null, decision: null, agent: null, user: null, rule: null, recipient: null },
    ...{ sinceMs: null, untilMs: null, of: null, before: null, limit: 10 },
  } as const;

  it.each([
    ["of the whole table", { surface: "rare.surface" }],
    ["of those of one status", { surface: "rare.surface", status: "allowed" }],
    ["of those under one rule", { surface: "rare.surface", rule: "R" }],
  ])("%s looks at so many actions at a time, and says where it goes on", async (_, query) => {
    const object = await createObject();
    const { commit } = await told(object, "allow");
    await rows(object, "UPDATE actions SET surface = 'rare.surface'");
    await rows(
      object,
      `INSERT INTO actions (id, entry_idx, status, surface, key_id, owner, created_at, updated_at, seq, decision)
        WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
        SELECT 'act_' || i, 0, 'allowed', 'tool.call', 'k', 'ada', 0, 0, i, 'allow' FROM n`,
      1_000 + SEARCH_SCANNED_MAX + 4,
    );
    await rows(object, "INSERT INTO terms SELECT 'rule', 'R', seq FROM actions");
    const first = await object.tenant.search({ ...ALL, ...query });
    // The newest SEARCH_SCANNED_MAX of them were looked at.
    expect(first).toEqual({ actions: [], next: 1_005 });
    const second = await object.tenant.search({ ...ALL, ...query, before: first.next });
    expect(second).toMatchObject({ actions: [{ id: commit.actionId }], next: null });
  });
});
