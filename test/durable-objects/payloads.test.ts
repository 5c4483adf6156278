/** Large payloads beside the object (Miniflare's R2): sealed, read as if they were here, erased, and never left behind. */
import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { toBase64Url } from "../../core/encoding.ts";
import { digestOf } from "../../core/hash.ts";
import { PAYLOAD_BYTES_IN_OBJECT_MAX, PAYLOAD_ORPHAN_MS, PAYLOAD_SWEEP_MS } from "../../core/limits.ts";
import { readBrief, recordContext, storePrefix } from "../../core/sealed-record.ts";
import { PAYLOAD_LOST } from "../../core/tenant-errors.ts";
import type { ObjectStore } from "../../durable-objects/elsewhere.ts";
import { Payloads } from "../../durable-objects/payloads.ts";
import { decrypt, findDecision, readPayload } from "../../durable-objects/records.ts";
import type { DecisionDraft, SubmitDraft, TenantService } from "../../durable-objects/rpc.ts";
import { statements } from "../../durable-objects/statements.ts";
import { sealSubmission } from "../../worker/gate/seal.ts";
import {
  AUTHOR,
  commitOf,
  createObject,
  dispatcher,
  evaluator,
  newId,
  REVIEWER,
  sealedSubmission,
  sealing,
  type TestObject,
} from "./tenants.ts";

const bucket = (env as unknown as { ARCHIVE: R2Bucket }).ARCHIVE;
const SALT = toBase64Url(new Uint8Array(32).fill(7));
const SECRET = "Zelda Quux";
/** Beyond the limit before it is sealed, and not too long to be told in a failure. */
const LONG = `${SECRET} `.repeat(2_000);
const DAY_MS = 24 * 3600 * 1000;

beforeEach(async () => {
  await dispatcher.script([]);
  await evaluator.script([]);
});

/** A draft of a large action. */
async function draftOf(
  object: TestObject,
  decision: SubmitDraft["record"]["decision"],
  options: Parameters<typeof commitOf>[2] = {},
): Promise<SubmitDraft> {
  const draft = await commitOf(object, decision, { body: `${newId("req")} ${LONG}`, ...options });
  const action = { surface: "tool.call", tool: "crm.update", payload: { text: LONG } };
  return {
    ...draft,
    title: SECRET,
    tool: "crm.update",
    input: JSON.stringify({ action, context: {}, principal: draft.principal }),
  };
}

async function committed(object: TestObject, draft: SubmitDraft) {
  const result = await object.tenant.submit(draft);
  if (result.kind !== "committed") throw new Error(`expected a commit, got ${result.kind}`);
  return { draft, placed: result.placed };
}

const large = async (object: TestObject, ...args: [SubmitDraft["record"]["decision"], object?]) =>
  committed(object, await draftOf(object, ...args));

const stored = async (object: TestObject): Promise<string[]> =>
  (await bucket.list({ prefix: storePrefix(object.log) })).objects.map(({ key }) => key);

const rows = (object: TestObject, query: string, ...values: (string | number)[]) =>
  runInDurableObject(object.stub, (_, { storage: { sql } }) => sql.exec(query, ...values).toArray());

/** The store's part of the object, with a store of the test's own. */
const withPayloads = <T>(object: TestObject, store: Partial<ObjectStore>, use: (its: Payloads) => T) =>
  runInDurableObject(object.stub, (_, { storage }) => {
    const sql = statements(storage.sql);
    const transaction = <T>(body: () => T) => storage.transactionSync(body);
    return use(new Payloads({ sql, store: store as ObjectStore, log: () => object.log, transaction }));
  });

const everything = (object: TestObject): Promise<string> =>
  runInDurableObject(object.stub, (_, { storage: { sql } }) =>
    sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\'",
      )
      .toArray()
      .flatMap(({ name }) => sql.exec(`SELECT * FROM "${name}"`).toArray())
      .map((row) =>
        JSON.stringify(row, (_key, value) =>
          value instanceof ArrayBuffer ? new TextDecoder("latin1").decode(value) : value,
        ),
      )
      .join("\n"),
  );

/** Within the object: an error that crosses to the test counts as one that nobody caught. */
const failure = (object: TestObject, call: (instance: TenantService) => Promise<unknown>) =>
  runInDurableObject(object.stub, (instance) =>
    call(instance as unknown as TenantService).then(
      () => null,
      (error: Error) => error.message,
    ),
  );

const review = (draft: DecisionDraft) => ({
  ...{ approvalId: draft.approvalId, keyId: REVIEWER.id, person: "rita" },
  ...{ ifMatch: draft.record.actionDigest, reason: "known to us" },
});

/** As it is judged again. */
const again = (draft: SubmitDraft, over: Partial<DecisionDraft["record"]>): SubmitDraft => ({
  ...{ ...draft, approvalId: newId("apr"), deliveryId: newId("dlv") },
  record: { ...draft.record, ...over },
});

const changedTo = (text: string) => ({
  ...{ payload: { text }, payloadDigest: digestOf(text) },
  ...{ actionDigest: digestOf(`a ${text}`), inputDigest: digestOf(`i ${text}`) },
});

describe("a large payload", () => {
  it("lies in the store, sealed, and its place and digest in the object", async () => {
    const object = await createObject();
    const { placed } = await large(object, "allow", { message: true });
    const [name = "", ...others] = await stored(object);
    expect(others).toEqual([]);
    const bytes = await ((await bucket.get(name)) as R2ObjectBody).arrayBuffer();
    const [row] = await rows(
      object,
      "SELECT place, payload, payload_digest, payload_bytes FROM decisions WHERE entry_idx = ?",
      placed.entry.index,
    );
    expect(row).toEqual({
      place: name.slice(storePrefix(object.log).length),
      payload: null,
      payload_digest: digestOf(new Uint8Array(bytes)),
      payload_bytes: bytes.byteLength,
    });
    expect(bytes.byteLength).toBeGreaterThan(PAYLOAD_BYTES_IN_OBJECT_MAX);
    for (const text of [new TextDecoder("latin1").decode(bytes), await everything(object)])
      expect(text).not.toContain("Zelda");
  });

  it("stays in the object up to a limit, and where there is no store", async () => {
    const object = await createObject();
    const small = await commitOf(object, "allow");
    await committed(object, small);
    await committed(object, { ...small, ...(await fitting(object, 0)), idempotency: null });
    expect(await stored(object)).toEqual([]);
    await committed(object, { ...small, ...(await fitting(object, 1)), idempotency: null });
    expect(await stored(object)).toHaveLength(1);
    const alone = sealing(object.stub as unknown as TenantService, object.log, {});
    const draft = await draftOf(object, "hold");
    expect((await alone.submit(draft)).kind).toBe("committed");
    expect(await stored(object)).toHaveLength(1);
    expect(await everything(object)).not.toContain("Zelda");
    expect((await object.tenant.heldAction(draft.approvalId))?.detail.action.payload).toEqual({ text: LONG });
  });

  /** An action whose sealed payload is so many bytes above the limit. */
  async function fitting(object: TestObject, above: number) {
    const draft = { ...(await commitOf(object, "allow")), input: "" };
    const { sealed } = await sealedSubmission(object.log, draft);
    const taken = sealed.payload.kind === "here" ? sealed.payload.sealed.byteLength : 0;
    return { ...draft, input: "x".repeat(PAYLOAD_BYTES_IN_OBJECT_MAX - taken + above) };
  }

  it("is sent as it was rendered, also by an object that has forgotten all", async () => {
    const object = await createObject();
    await dispatcher.script([{ status: "retry", httpStatus: 503, reason: "busy", retryAfterMs: 3_600_000 }]);
    const { draft } = await large(object, "allow", { message: true });
    await object.tenant.action(draft.actionId, 5_000, "attempted");
    await evictDurableObject(object.stub);
    await rows(object, "UPDATE deliveries SET due_at = 0");
    await runDurableObjectAlarm(object.stub);
    expect(await object.tenant.action(draft.actionId, 5_000)).toMatchObject({ status: "dispatched" });
    const orders = await dispatcher.orders();
    expect(orders.map(({ message }) => message.body)).toEqual([draft.message?.body, draft.message?.body]);
  });

  it("is read wherever an action is: page, lists, story, export, owed evaluation, facts", async () => {
    const object = await createObject();
    const held = await large(object, "hold");
    const deferred = await large(object, "defer");
    const owedDraft = await draftOf(object, "allow");
    const owed = { ...owedDraft, record: { ...owedDraft.record, unfinished: true, provisional: true } };
    await committed(object, owed);
    await object.tenant.putKey(AUTHOR, { ...REVIEWER, id: "key_facts", owner: "fay", scopes: ["facts"] });
    const forget = () => evictDurableObject(object.stub);
    await forget();
    expect((await object.tenant.heldAction(held.draft.approvalId))?.detail).toMatchObject({
      ...{ title: SECRET, action: { payload: { text: LONG } } },
    });
    await forget();
    expect(await object.tenant.approvals("pending")).toMatchObject([{ title: SECRET, tool: "crm.update" }]);
    expect((await object.tenant.story(held.draft.actionId))?.input).toBe(held.draft.input);
    await forget();
    const { entries, size } = await object.tenant.evidence(0, 100);
    expect(entries).toHaveLength(size);
    const inputs = entries.flatMap(({ evidence }) => (evidence === null ? [] : [evidence.input]));
    expect(inputs).toEqual([held, deferred].map(({ draft }) => draft.input).concat(owed.input));
    await forget();
    expect(await object.tenant.owedEvaluation(owed.actionId)).toMatchObject({ input: owed.input });
    await forget();
    const supplier = { actionId: deferred.draft.actionId, keyId: "key_facts", person: "fay" };
    expect(await object.tenant.deferredAction(supplier)).toMatchObject({ input: deferred.draft.input });
  });

  it("is not fetched for the story of an action that was judged more often than is fetched at once", async () => {
    const object = await createObject();
    await object.tenant.putKey(AUTHOR, { ...REVIEWER, id: "key_facts", owner: "fay", scopes: ["facts"] });
    const { draft } = await large(object, "defer");
    const { actionId } = draft;
    const supplier = { actionId, keyId: "key_facts", person: "fay" };
    for (let supplied = 0; supplied < 66; supplied++) {
      const deferred = await object.tenant.deferredAction(supplier);
      if (typeof deferred === "string") throw new Error(deferred);
      const facts = { ...supplier, entryIdx: deferred.entryIdx, text: "{}" };
      const judged = again(draft, { changed: changedTo(LONG) });
      expect(await object.tenant.supplyFacts(facts, judged)).toMatchObject({ kind: "judged" });
    }
    await evictDurableObject(object.stub);
    expect(await failure(object, (tenant) => tenant.story(actionId))).toBeNull();
    expect((await object.tenant.story(actionId))?.entries).toHaveLength(1 + 2 * 66);
  }, 60_000);

  it("is approved as it was shown, as changed or not, and the answer to the same key is the same", async () => {
    const object = await createObject();
    const draft = await draftOf(object, "hold", { key: "k", message: true });
    const changed = changedTo(`****${LONG}`);
    const { placed } = await committed(object, {
      ...draft,
      record: { ...draft.record, changed },
      changedInput: JSON.stringify({ changed: LONG }),
      message: null,
    });
    expect(placed.status).toBe("held");
    await evictDurableObject(object.stub);
    const shown = await object.tenant.heldAction(draft.approvalId);
    expect(shown?.detail.changed).toEqual({ payload: changed.payload, actionDigest: changed.actionDigest });
    const other = again(draft, { decision: "modify", changed: changedTo("other") });
    expect(await object.tenant.approve(review(draft), other)).toEqual({
      kind: "refused",
      why: "content_changed",
    });
    const approved = again(draft, { decision: "modify", changed });
    const result = await object.tenant.approve(review(draft), { ...approved, changedInput: "{}" });
    expect(result).toMatchObject({ kind: "decided", state: { record: { decision: "modify", changed } } });
    expect(await object.tenant.action(draft.actionId, 5_000)).toMatchObject({ status: "dispatched" });
    expect((await dispatcher.orders()).map(({ message }) => message.body)).toEqual([draft.message?.body]);
    await evictDurableObject(object.stub);
    expect(await object.tenant.submit({ ...draft, actionId: newId("act") })).toMatchObject({
      kind: "replayed",
      state: { id: draft.actionId, status: "held", record: { decision: "hold", changed } },
    });
  });

  it("is judged under the configuration in force, though that moved while something was fetched", async () => {
    const object = await createObject();
    const draft = await draftOf(object, "hold");
    const changed = changedTo(LONG);
    await committed(object, { ...draft, record: { ...draft.record, changed } });
    const commit = await sealedSubmission(object.log, again(draft, { decision: "modify", changed }));
    const tenant = object.stub as unknown as TenantService;
    const deciding = tenant.approve(review(draft), commit);
    await tenant.revokeKey(AUTHOR, REVIEWER.id);
    // Decided before the key was revoked, or not at all.
    const outcome = await deciding.then(({ kind }) => kind, String);
    const { entries } = await object.tenant.ledger(0, 100);
    const types = entries.map(({ text }) => JSON.parse(text).type as string);
    const [approval, revoked] = [types.indexOf("approval"), types.indexOf("key.revoked")];
    if (outcome === "decided") expect(approval).toBeLessThan(revoked);
    else expect(approval).toBe(-1);
  });
});

describe("what the gate seals", () => {
  it("is what the object opens, whatever it is, and nothing else: no other key, action, place or part", async () => {
    const object = await createObject();
    const base = await commitOf(object, "allow");
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), fc.nat(), async (text, at) => {
        const draft = { ...base, actionId: newId("act"), title: text, input: JSON.stringify({ text }) };
        const { sealed, actionId } = await sealSubmission({}, object.log, draft);
        const { key, place, brief, payload } = sealed;
        const context = (over: { action?: string; place?: string; part?: "brief" | "payload" } = {}) =>
          recordContext(object.log, over.action ?? actionId, over.place ?? place, over.part ?? "brief");
        expect(readBrief(decrypt(key, context(), brief)).title).toBe(text);
        if (payload.kind !== "here") throw new Error("it is small");
        for (const other of [
          context({ action: newId("act") }),
          context({ place: `${place}x` }),
          context({ part: "payload" }),
        ])
          expect(() => decrypt(key, other, brief)).toThrow();
        expect(() => decrypt(new ArrayBuffer(32), context(), brief)).toThrow();
        const damaged = new Uint8Array(payload.sealed.slice(0));
        damaged[at % damaged.length] = (damaged[at % damaged.length] as number) ^ 1;
        expect(() => decrypt(key, context({ part: "payload" }), damaged.buffer)).toThrow();
      }),
      { numRuns: 50 },
    );
  });

  it("has a key and a place of its own each time", async () => {
    const object = await createObject();
    const draft = await commitOf(object, "allow");
    const two = await Promise.all([1, 2].map(() => sealSubmission({}, object.log, draft)));
    expect(new Set(two.map(({ sealed }) => sealed.place)).size).toBe(2);
    expect(new Set(two.map(({ sealed }) => new Uint8Array(sealed.key).join())).size).toBe(2);
  });
});

describe("an erased payload", () => {
  it("is deleted from the store too, by request and by rule", async () => {
    const object = await createObject();
    const one = await large(object, "allow");
    const other = await large(object, "block");
    expect(await stored(object)).toHaveLength(2);
    const order = { reason: null, salt: SALT, subjects: false };
    expect(await object.tenant.erase(AUTHOR, one.draft.actionId, order)).toMatchObject({ kind: "erased" });
    await expect.poll(() => stored(object)).toHaveLength(1);
    expect(await object.tenant.action(one.draft.actionId, 0)).toMatchObject({ salt: null });
    await rows(object, "UPDATE actions SET created_at = ?", Date.now() - 40 * DAY_MS);
    const rule = { surface: "*", folder: null, dataClass: null, days: 30 };
    await object.tenant.putRetention(AUTHOR, [rule]);
    await runDurableObjectAlarm(object.stub);
    await expect.poll(() => stored(object)).toEqual([]);
    expect(await object.tenant.action(other.draft.actionId, 0)).toMatchObject({ salt: null });
    expect(await rows(object, "SELECT * FROM discarded")).toEqual([]);
  });

  it("is tried again where the store failed; it opens no more in any case", async () => {
    const object = await createObject();
    const { draft, placed } = await large(object, "allow");
    const [name = ""] = await stored(object);
    const kept = await ((await bucket.get(name)) as R2ObjectBody).arrayBuffer();
    await runInDurableObject(object.stub, (_, { storage: { sql } }) => {
      // As if the object had died between the transaction and the deletion.
      const [row] = sql.exec("SELECT place FROM decisions WHERE entry_idx = ?", placed.entry.index).toArray();
      sql.exec("INSERT INTO discarded VALUES (?)", String(row?.place));
    });
    const broken = { delete: () => Promise.reject(new Error("the store is down")) };
    const now = Date.now() + 2 * PAYLOAD_SWEEP_MS;
    const dueAt = await withPayloads(object, broken, async (payloads) => {
      await payloads.tidy(now);
      return payloads.dueAtMs();
    });
    expect(await stored(object)).toEqual([name]);
    expect(await rows(object, "SELECT COUNT(*) AS n FROM discarded")).toEqual([{ n: 1 }]);
    expect(dueAt).toBeGreaterThan(now);
    expect(dueAt).toBeLessThan(now + PAYLOAD_SWEEP_MS);
    await withPayloads(object, bucket as unknown as ObjectStore, (payloads) => payloads.tidy(dueAt ?? 0));
    expect(await stored(object)).toEqual([]);
    expect(await rows(object, "SELECT * FROM discarded")).toEqual([]);
    // Whoever kept the file has nothing: the key is gone with the erasure.
    await object.tenant.erase(AUTHOR, draft.actionId, { reason: null, salt: SALT, subjects: false });
    expect(await rows(object, "SELECT * FROM record_keys WHERE entry_idx = ?", placed.entry.index)).toEqual(
      [],
    );
    expect(kept.byteLength).toBeGreaterThan(0);
  });
});

describe("a commit that does not come", () => {
  const tidyAt = (object: TestObject, nowMs: number) =>
    withPayloads(object, bucket as unknown as ObjectStore, (payloads) => payloads.tidy(nowMs));

  it("leaves a payload that is swept a day later, and no other", async () => {
    const object = await createObject();
    const kept = await large(object, "hold");
    const stale = await draftOf(object, "allow");
    expect((await object.tenant.submit({ ...stale, revision: stale.revision - 1 })).kind).toBe("stale");
    // Stored, and the gate died.
    await sealedSubmission(object.log, await draftOf(object, "allow"));
    expect(await stored(object)).toHaveLength(3);
    await tidyAt(object, Date.now() + PAYLOAD_ORPHAN_MS - 60_000);
    expect(await stored(object)).toHaveLength(3);
    await tidyAt(object, Date.now() + PAYLOAD_ORPHAN_MS + PAYLOAD_SWEEP_MS);
    expect(await stored(object)).toHaveLength(1);
    await evictDurableObject(object.stub);
    expect((await object.tenant.heldAction(kept.draft.approvalId))?.detail.action.payload).toEqual({
      text: LONG,
    });
  });

  it("each name is looked at once", async () => {
    const object = await createObject();
    await large(object, "hold");
    const listed: (string | undefined)[] = [];
    const listing = {
      list: async (options: Parameters<ObjectStore["list"]>[0]) => {
        listed.push(options.startAfter);
        return bucket.list(options as R2ListOptions);
      },
    } as Partial<ObjectStore>;
    const [name] = await stored(object);
    for (const days of [3, 6]) {
      const at = Date.now() + days * DAY_MS;
      await withPayloads(object, listing, (payloads) => payloads.tidy(at));
    }
    expect(listed).toEqual([undefined, name]);
  });

  it.each([
    ["failed", false],
    ["failed, but persisted", true],
  ])(
    "since its put %s: a problem, nothing recorded, and the same key can be used again",
    async (_, persists) => {
      const object = await createObject();
      const { size } = await object.tenant.ledger(0, 1);
      const draft = await draftOf(object, "allow", { key: "k", message: true });
      const broken = {
        ARCHIVE: {
          put: async (name: string, bytes: Uint8Array) => {
            if (persists) await bucket.put(name, bytes);
            throw new Error("the store is down");
          },
        },
      };
      const gate = sealing(object.stub as unknown as TenantService, object.log, broken);
      await expect(gate.submit(draft)).rejects.toMatchObject({ code: "store_unavailable" });
      expect((await object.tenant.ledger(0, 1)).size).toBe(size);
      expect(await stored(object)).toHaveLength(persists ? 1 : 0);
      expect((await object.tenant.submit(draft)).kind).toBe("committed");
      expect(await object.tenant.action(draft.actionId, 5_000)).toMatchObject({ status: "dispatched" });
      await tidyAt(object, Date.now() + PAYLOAD_ORPHAN_MS + PAYLOAD_SWEEP_MS);
      expect(await stored(object)).toHaveLength(1);
    },
  );
});

describe("a store that does not give what was put", () => {
  it("is an error that says so, and what lies in the object is read as before", async () => {
    const object = await createObject();
    const { draft } = await large(object, "hold");
    const [name = ""] = await stored(object);
    const good = new Uint8Array(await ((await bucket.get(name)) as R2ObjectBody).arrayBuffer());
    const bad = good.slice();
    bad[100] = (bad[100] as number) ^ 1;
    const read = () => failure(object, (instance) => instance.heldAction(draft.approvalId));
    for (const change of [bad, good.slice(0, -1), new Uint8Array()]) {
      await bucket.put(name, change);
      await evictDurableObject(object.stub);
      expect(await read()).toBe(PAYLOAD_LOST);
    }
    await bucket.delete(name);
    expect(await read()).toBe(PAYLOAD_LOST);
    expect(await object.tenant.approvals("pending")).toMatchObject([{ title: SECRET }]);
    expect(await object.tenant.action(draft.actionId, 0)).toMatchObject({ status: "held" });
    const exported = async () =>
      (await object.tenant.evidence(0, 100)).entries.at(-1)?.evidence?.input ?? null;
    expect(await exported()).toBeNull();
    await bucket.put(name, good);
    expect(await exported()).toBe(draft.input);
    expect(await read()).toBeNull();
  });

  it("delays a message, which is sent when the store is back", async () => {
    const object = await createObject();
    const draft = await draftOf(object, "allow", { message: true });
    const commit = await sealedSubmission(object.log, draft);
    const [name = ""] = await stored(object);
    const good = await ((await bucket.get(name)) as R2ObjectBody).arrayBuffer();
    await bucket.delete(name);
    const tenant = object.stub as unknown as TenantService;
    expect((await tenant.submit(commit)).kind).toBe("committed");
    const delivery = () =>
      rows(object, "SELECT state, attempts, due_at > ? AS later FROM deliveries", Date.now());
    await expect.poll(delivery).toEqual([{ state: "queued", attempts: 0, later: 1 }]);
    expect(await dispatcher.orders()).toEqual([]);
    await bucket.put(name, good);
    await rows(object, "UPDATE deliveries SET due_at = 0");
    await runDurableObjectAlarm(object.stub);
    expect(await object.tenant.action(draft.actionId, 5_000)).toMatchObject({ status: "dispatched" });
    expect((await dispatcher.orders()).map(({ message }) => message.body)).toEqual([draft.message?.body]);
  });

  it("keeps nobody from calling an action off, denying it, and erasing it then", async () => {
    const object = await createObject();
    const order = { reason: null, salt: SALT, subjects: false };
    const tenant = object.stub as unknown as TenantService;
    for (const [decision, status] of [
      ["modify", "cancelled"],
      ["hold", "cancelled"],
      ["hold", "denied"],
    ] as const) {
      const draft = await draftOf(object, decision, { message: decision === "modify" });
      const record = { ...draft.record, changed: changedTo(LONG) };
      const before = new Set(await stored(object));
      const commit = await sealedSubmission(object.log, { ...draft, record });
      for (const name of await stored(object)) if (!before.has(name)) await bucket.delete(name);
      expect((await tenant.submit(commit)).kind).toBe("committed");
      const stop = (instance: TenantService) =>
        status === "denied" ? instance.deny(review(draft), SALT) : instance.cancel(draft.actionId, AUTHOR);
      // What would be told of it is lost; that it was stopped is not.
      expect(await failure(object, stop)).toBe(PAYLOAD_LOST);
      const found = await rows(object, "SELECT status FROM actions WHERE id = ?", draft.actionId);
      expect(found).toEqual([{ status }]);
      expect(await object.tenant.erase(AUTHOR, draft.actionId, order)).toMatchObject({ kind: "erased" });
    }
  });

  it("keeps nobody from erasing", async () => {
    const object = await createObject();
    const { draft } = await large(object, "allow");
    for (const name of await stored(object)) await bucket.delete(name);
    const order = { reason: null, salt: SALT, subjects: false };
    expect(await object.tenant.erase(AUTHOR, draft.actionId, order)).toMatchObject({ kind: "erased" });
    expect(await object.tenant.action(draft.actionId, 0)).toMatchObject({ salt: null });
  });
});

describe("a row that was given another's payload", () => {
  it("does not open, though the other's key came with it", async () => {
    const object = await createObject();
    const [one, other] = [await large(object, "allow"), await large(object, "allow")];
    const [a, b] = [one.placed.entry.index, other.placed.entry.index];
    for (const column of ["place", "sealed", "payload_digest", "payload_bytes"]) {
      await rows(object, "DROP INDEX IF EXISTS decisions_stored");
      const value = `(SELECT ${column} FROM decisions WHERE entry_idx = ?)`;
      await rows(object, `UPDATE decisions SET ${column} = ${value} WHERE entry_idx = ?`, a, b);
    }
    await rows(
      object,
      "UPDATE record_keys SET key = (SELECT key FROM record_keys WHERE entry_idx = ?) WHERE entry_idx = ?",
      a,
      b,
    );
    const opens = await runInDurableObject(object.stub, (_, { storage }) => {
      const sql = statements(storage.sql);
      try {
        const decision = findDecision(sql, b);
        return decision !== null && decision.brief !== null && readPayload(sql, decision) !== null;
      } catch {
        return false;
      }
    });
    expect(opens).toBe(false);
  });
});

/** A log of 600 small actions, whose first 256 entries are archived, and their payloads with them. */
describe("payloads of archived entries", () => {
  const ENTRIES = 600;
  const ARCHIVED = 256;
  let object: TestObject;
  const inputs = new Map<number, string>();
  let held: SubmitDraft;
  const inStore = () => rows(object, "SELECT entry_idx FROM decisions WHERE bundle IS NOT NULL ORDER BY 1");
  const exported = async (from = 0, limit = ARCHIVED) => {
    const found = new Map<number, string | null>();
    while (found.size < limit) {
      const { entries } = await object.tenant.evidence(from + found.size, limit - found.size);
      for (const { entry, evidence } of entries) found.set(entry.index, evidence?.input ?? null);
    }
    return [...found].filter(([index]) => inputs.has(index));
  };

  beforeAll(async () => {
    object = await createObject();
    held = { ...(await commitOf(object, "hold", { message: true })), input: inputOf("held") };
    inputs.set((await committed(object, held)).placed.entry.index, held.input);
    const { size } = await object.tenant.ledger(0, 1);
    for (let at = size; at < ENTRIES; at += 100) {
      const drafts = Array.from({ length: Math.min(100, ENTRIES - at) }, async (_, n) => {
        const draft = { ...(await commitOf(object, "allow")), input: inputOf(`${at + n}`) };
        const { placed } = await committed(object, draft);
        if (placed.entry.index < ARCHIVED) inputs.set(placed.entry.index, draft.input);
      });
      await Promise.all(drafts);
    }
    await object.tenant.checkpoint(ENTRIES, 20_000);
    for (let tries = 0; tries < 200 && (await inStore()).length < inputs.size; tries++)
      await new Promise((resolve) => setTimeout(resolve, 50));
  }, 60_000);

  const inputOf = (text: string) =>
    JSON.stringify({ action: { surface: "tool.call", payload: { text } }, context: {}, principal: {} });

  it("lie in one file, and are read from there", async () => {
    expect(await stored(object)).toHaveLength(1);
    expect((await inStore()).map(({ entry_idx }) => entry_idx)).toEqual(
      [...inputs.keys()].sort((a, b) => a - b),
    );
    expect(await rows(object, "SELECT COUNT(*) AS n FROM decisions WHERE payload IS NULL")).toEqual([
      { n: inputs.size },
    ]);
    await evictDurableObject(object.stub);
    expect(new Map(await exported())).toEqual(inputs);
    expect((await object.tenant.heldAction(held.approvalId))?.detail.action.payload).toEqual({
      text: "held",
    });
  });

  it("are lost one by one where the file was changed, and the others are not", async () => {
    const [name = ""] = await stored(object);
    const good = new Uint8Array(await ((await bucket.get(name)) as R2ObjectBody).arrayBuffer());
    const bad = good.slice();
    bad[bad.length - 1] = (bad.at(-1) as number) ^ 1;
    await bucket.put(name, bad);
    await evictDurableObject(object.stub);
    const found = await exported();
    expect(found.at(-1)?.[1]).toBeNull();
    expect(found.slice(0, -1)).toEqual([...inputs].sort(([a], [b]) => a - b).slice(0, -1));
    await bucket.put(name, good);
    expect(new Map(await exported())).toEqual(inputs);
  });

  it("are not moved twice, nor where the store fails, and one that was erased meanwhile not at all", async () => {
    const other = await createObject();
    const drafts = await Promise.all(Array.from({ length: 3 }, () => commitOf(other, "allow")));
    for (const draft of drafts) await committed(other, draft);
    const here = () => rows(other, "SELECT COUNT(*) AS n FROM decisions WHERE payload IS NOT NULL");
    const broken = { put: () => Promise.reject(new Error("the store is down")) };
    await withPayloads(other, broken, (payloads) => payloads.move(256));
    expect(await here()).toEqual([{ n: 3 }]);
    expect(await moved(other, [drafts[0]?.actionId ?? ""])).toBe(1);
    expect(await here()).toEqual([{ n: 0 }]);
    expect(await rows(other, "SELECT COUNT(*) AS n FROM decisions WHERE bundle IS NOT NULL")).toEqual([
      { n: 2 },
    ]);
    const page = await other.tenant.evidence(0, 100);
    const found = page.entries.flatMap(({ evidence }) => (evidence === null ? [] : [evidence.input]));
    expect(found).toEqual(drafts.slice(1).map(({ input }) => input));
  });

  it("leave no file behind where all of it was erased meanwhile", async () => {
    const other = await createObject();
    const draft = await commitOf(other, "allow");
    await committed(other, draft);
    expect(await moved(other, [draft.actionId])).toBe(1);
    expect(await stored(other)).toHaveLength(1);
    const now = Date.now() + 2 * PAYLOAD_SWEEP_MS;
    const store = { list: async () => ({ objects: [], truncated: false }), delete: remove };
    await withPayloads(other, store, (payloads) => payloads.tidy(now));
    expect(await stored(other)).toEqual([]);
  });

  const remove = (names: string[]) => bucket.delete(names);

  /** Moves what there is, twice, and erases these actions while it is put; gives the number of files. */
  const moved = (of: TestObject, erased: readonly string[]) =>
    runInDurableObject(of.stub, async (instance, { storage }) => {
      const puts: string[] = [];
      const store = {
        put: async (name: string, bytes: Uint8Array) => {
          puts.push(name);
          for (const id of erased)
            await instance.erase(AUTHOR, id, { reason: null, salt: SALT, subjects: false });
          return bucket.put(name, bytes);
        },
      } as unknown as ObjectStore;
      const payloads = new Payloads({
        ...{ sql: statements(storage.sql), store, log: () => of.log },
        transaction: (body) => storage.transactionSync(body),
      });
      await payloads.move(ARCHIVED);
      await payloads.move(ARCHIVED);
      return puts.length;
    });

  it("go with the last record that is erased", async () => {
    const order = { reason: null, salt: SALT, subjects: false };
    // The erasures' own entries make the log longer, so that more of it is archived.
    const [first = ""] = await stored(object);
    const actions = await rows(object, "SELECT action_id AS id FROM decisions WHERE bundle IS NOT NULL");
    await object.tenant.cancel(held.actionId, AUTHOR);
    for (const { id } of actions.slice(0, -1)) await object.tenant.erase(AUTHOR, String(id), order);
    expect(await stored(object)).toContain(first);
    expect((await exported()).filter(([, input]) => input !== null)).toHaveLength(1);
    await object.tenant.erase(AUTHOR, String(actions.at(-1)?.id), order);
    await expect.poll(() => stored(object)).not.toContain(first);
  }, 30_000);
});
