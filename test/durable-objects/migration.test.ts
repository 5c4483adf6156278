/** An object of the first release, brought up to today's tables when it wakes. */

import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { createCipheriv } from "node:crypto";
import { describe, expect, it } from "vitest";
import { digestOf } from "../../core/hash.ts";
import type { JsonObject } from "../../core/json.ts";
import { type EntryType, GENESIS, type StoredEntry, sealEntry } from "../../core/ledger/entry.ts";
import { BINDING_DEFAULTS } from "../../core/policy/binding.ts";
import { parseReceiptStatement, receiptStatement } from "../../core/receipt.ts";
import { packParts } from "../../core/sealed-record.ts";
import type { TenantService } from "../../durable-objects/rpc.ts";
import { SCHEMA_VERSION } from "../../durable-objects/schema.ts";
import { DDL_1 } from "./schema-1.ts";
import { DDL_3 } from "./schema-3.ts";
import { DDL_4 } from "./schema-4.ts";
import { ADMIN, AUTHOR, createObject, namedObject, newId } from "./tenants.ts";

const BUNDLE = digestOf("bundle");
const ACTION = newId("act");
const FOLDER_ID = newId("sub");

/** A log of version 1: a tenant, two bindings, and a decision, whose entry had fewer members than today's. */
function entriesOf1(): StoredEntry[] {
  const entries: StoredEntry[] = [];
  const add = (type: EntryType, subject: string, body: JsonObject) => {
    const index = entries.length;
    const prev = entries.at(-1)?.leaf ?? GENESIS;
    const common = { v: 1, log: "test/old", index, prev, time: "2026-01-31T12:00:00.000Z" } as const;
    entries.push(sealEntry({ ...common, type, actor: { kind: "key", id: ADMIN.id }, subject, body }));
  };
  add("tenant.created", "old", {});
  for (const folder of [null, FOLDER_ID]) {
    const binding = { surface: "tool.call", folder, bundle: BUNDLE, mode: "enforce", config_revision: 1 };
    add("binding.put", "tool.call", binding);
  }
  const commitments = { action: BUNDLE, input: BUNDLE, message: null };
  const decided = { surface: "tool.call", decision: "block", mode: "enforce", would_decide: null };
  add("decision", ACTION, { ...decided, rules: [], policies: [], target: null, commitments });
  add("delivery", ACTION, { action: ACTION, attempt: 1, result: "refused" });
  return entries;
}

const FINDING = { policy: "pii", rule: "US_SSN", severity: "block", observed: false };
const RECORD_1 = {
  ...{ decision: "block", mode: "enforce", wouldDecide: null, findings: [FINDING], bundles: [BUNDLE] },
  ...{ engine: "old", actionDigest: BUNDLE, inputDigest: BUNDLE, target: null },
};

async function createOldObject() {
  const stub = namedObject(newId("req"));
  await runInDurableObject(stub, (_, { storage: { sql } }) => {
    sql.exec(DDL_1);
    for (const [name, value] of Object.entries({
      ...{ schema_version: "1", tenant: "old", tenant_name: "Old", log: "test/old" },
      ...{ config_revision: "3", swept_at: String(Date.now()) },
    })) {
      sql.exec("INSERT INTO meta VALUES (?, ?)", name, value);
    }
    for (const { index, leaf, text } of entriesOf1())
      sql.exec("INSERT INTO entries VALUES (?, ?, ?)", index, leaf, text);
    sql.exec("INSERT INTO keys VALUES (?, ?, 0, NULL)", ADMIN.id, JSON.stringify(ADMIN));
    sql.exec("INSERT INTO bundles VALUES (?, ?, 0)", BUNDLE, '{"name":"b","version":"1","policies":[]}');
    sql.exec("INSERT INTO subjects VALUES ('folder', 'acme', ?)", FOLDER_ID);
    for (const folder of [null, "acme"]) {
      const binding = { surface: "tool.call", folder, bundle: BUNDLE, mode: "enforce" };
      sql.exec("INSERT INTO bindings VALUES ('tool.call', ?, ?)", folder ?? "", JSON.stringify(binding));
    }
    const action = [ACTION, 3, "blocked", "tool.call", ADMIN.id, "ada", null, null, null, 1, 1];
    sql.exec("INSERT INTO actions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", ...action);
    sql.exec(
      "INSERT INTO decisions VALUES (3, ?, 'c2FsdA', ?, '{}', NULL)",
      ACTION,
      JSON.stringify(RECORD_1),
    );
  });
  return { stub, tenant: stub as unknown as TenantService };
}

async function migratedObject() {
  const object = await createOldObject();
  await evictDurableObject(object.stub);
  return object;
}

describe("an object of version 1", () => {
  it("has the tables of one made today, and says so", async () => {
    const [old, fresh] = [await migratedObject(), await createObject()];
    const tables = (object: Pick<typeof old, "stub">) =>
      runInDurableObject(object.stub, (_, { storage: { sql } }) =>
        sql
          .exec<{ name: string }>(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'index') AND name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY name",
          )
          .toArray()
          .map(({ name }) => ({
            name,
            columns: sql
              .exec('SELECT name, type, "notnull", pk FROM pragma_table_info(?) ORDER BY name', name)
              .toArray(),
          })),
      );
    expect(await tables(old)).toEqual(await tables(fresh));
    const version = await runInDurableObject(old.stub, (_, { storage: { sql } }) =>
      sql.exec("SELECT value FROM meta WHERE name = 'schema_version'").toArray(),
    );
    expect(version).toEqual([{ value: String(SCHEMA_VERSION) }]);
  });

  it("keeps its bindings, with what a binding has that says nothing else", async () => {
    const { tenant } = await migratedObject();
    const { folder: _, mode: __, ...rest } = BINDING_DEFAULTS;
    const binding = { ...rest, surface: "tool.call", bundle: BUNDLE, mode: "enforce" };
    expect(await tenant.configSince(null)).toMatchObject({
      revision: 3,
      bindings: [
        { ...binding, folder: null },
        { ...binding, folder: "acme" },
      ],
    });
  });

  it("has their history, so that the next binding can be rolled back to them", async () => {
    const { stub, tenant } = await migratedObject();
    const history = await runInDurableObject(stub, (_, { storage: { sql } }) =>
      sql.exec("SELECT folder, entry_idx FROM binding_history ORDER BY seq").toArray(),
    );
    expect(history).toEqual([
      { folder: "", entry_idx: 1 },
      { folder: "acme", entry_idx: 2 },
    ]);
    const observing = {
      ...BINDING_DEFAULTS,
      surface: "tool.call",
      folder: "acme",
      bundle: BUNDLE,
      mode: "observe",
    } as const;
    await tenant.putBinding(AUTHOR, observing);
    expect(await tenant.rollbackBinding(AUTHOR, "tool.call", "acme")).toMatchObject({ mode: "enforce" });
  });

  it("tells the story of its old actions", async () => {
    const { tenant } = await migratedObject();
    const story = await tenant.story(ACTION);
    expect(story?.entries.map(({ entry }) => entry.index)).toEqual([3, 4]);
  });

  it("tells of its old decisions, and their entries still make a receipt", async () => {
    const { tenant } = await migratedObject();
    const state = await tenant.action(ACTION, 0);
    expect(state).toMatchObject({
      status: "blocked",
      late: null,
      record: {
        ...RECORD_1,
        findings: [{ ...FINDING, settled: false }],
        obligations: [],
        provisional: false,
        unfinished: false,
        changed: null,
      },
    });
    if (state === null) throw new Error("the action is gone");
    const statement = parseReceiptStatement(
      new TextEncoder().encode(receiptStatement("denial_proof", state.entry)),
    );
    expect(statement.ok).toBe(true);
  });

  it("is migrated once, and goes on", async () => {
    const { stub, tenant } = await migratedObject();
    expect((await tenant.ledger(0, 100)).size).toBe(5);
    await evictDurableObject(stub);
    expect((await tenant.ledger(0, 100)).size).toBe(5);
    expect(await tenant.alerts()).toEqual([]);
    expect(await tenant.deleteTarget(AUTHOR, "none")).toBe(false);
  });
});

/** Tables and indexes as they are declared, but for comments and white space. */
const tablesOf = (stub: ReturnType<typeof namedObject>) =>
  runInDurableObject(stub, (_, { storage: { sql } }) =>
    sql
      .exec(
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY type, name",
      )
      .toArray()
      .map((row) => ({
        ...row,
        sql: String(row.sql)
          .replace(/--[^\n]*/g, "")
          .replace(/\s+/g, " "),
      })),
  );

/** An object of the release before sealed records: an action that a person approved, one that was answered late, one in the queue. */
describe("an object of version 3", () => {
  const SECRET = "Zelda Quux";
  const [APPROVED, SENT, WAITING] = [newId("act"), newId("act"), newId("act")];
  const [TASK, QUEUED] = [newId("apr"), newId("apr")];
  const digest = (text: string) => digestOf(text);
  const ANSWER = { status: 200, body: `{"of":"${SECRET}"}` };

  const recordOf = (decision: string, n: number) => ({
    ...{ decision, mode: "enforce", wouldDecide: null, obligations: [], fuel: 7, provisional: false },
    ...{ unfinished: false, bundles: [BUNDLE], engine: "old", target: null, changed: null },
    findings: [{ ...FINDING, severity: "warn", pointer: `/${SECRET}`, settled: false }],
    actionDigest: digest(`action ${n}`),
    inputDigest: digest(`input ${n}`),
  });
  const inputOf = (n: number) =>
    JSON.stringify({
      action: {
        ...{ surface: "tool.call", tool: "crm.update", payload: { to: "Zelda@Example.com", n, who: SECRET } },
        resource: { folder: "ward", data_class: "phi" },
      },
      context: {},
      principal: { key: ADMIN.id, owner: "ada", agent: null, user: "mina", roles: [], folder: "acme" },
    });

  async function oldObject() {
    const stub = namedObject(newId("req"));
    await runInDurableObject(stub, (_, { storage: { sql } }) => {
      const insert = (table: string, row: Record<string, string | number | null>) =>
        sql.exec(
          `INSERT INTO ${table} (${Object.keys(row).join(", ")}) VALUES (${Object.keys(row)
            .map(() => "?")
            .join(", ")})`,
          ...Object.values(row),
        );
      sql.exec(DDL_3);
      const meta = { schema_version: "3", tenant: "old", tenant_name: "Old", log: "test/old" };
      for (const [name, value] of Object.entries({
        ...meta,
        config_revision: "3",
        swept_at: String(Date.now()),
      }))
        insert("meta", { name, value });
      insert("keys", { id: ADMIN.id, record: JSON.stringify(ADMIN), created_at: 0 });
      let prev = GENESIS;
      let index = 0;
      const enter = (type: EntryType, subject: string, body: JsonObject): number => {
        const common = { v: 1, log: "test/old", index, prev, time: "2026-01-31T12:00:00.000Z" } as const;
        const entry = sealEntry({ ...common, type, actor: { kind: "key", id: ADMIN.id }, subject, body });
        insert("entries", { idx: index, leaf: entry.leaf, text: entry.text });
        prev = entry.leaf;
        return index++;
      };
      const decide = (actionId: string, decision: string): number => {
        const rules = [
          { policy: "pii", rule: decision === "hold" ? "TERM" : "LATER", severity: "warn", count: 1 },
        ];
        const at = enter("decision", actionId, { decision, rules });
        insert("decisions", {
          ...{
            entry_idx: at,
            action_id: actionId,
            salt: "c2FsdA",
            record: JSON.stringify(recordOf(decision, at)),
          },
          ...{ input: inputOf(at), verdicts: JSON.stringify({ decision: [SECRET], shadow: null }) },
          ...{ changed_input: null, discharged: JSON.stringify([SECRET]), message: null },
        });
        return at;
      };
      const act = (id: string, entry_idx: number, status: string) =>
        insert("actions", {
          ...{ id, entry_idx, status, surface: "tool.call", key_id: ADMIN.id, owner: "ada", agent: null },
          ...{ user: "mina", outcome: null, created_at: 1, updated_at: 1 },
        });
      const hold = (
        id: string,
        action_id: string,
        entry_idx: number,
        over: Record<string, string | number | null>,
      ) =>
        insert("approvals", {
          ...{ id, action_id, entry_idx, title: SECRET, created_at: 1, expires_at: Date.now() + 1e9 },
          ...{
            status: "pending",
            action_digest: digest(`action ${entry_idx}`),
            decided_at: null,
            decided_by: null,
          },
          ...{ reason: null, ...over },
        });
      enter("tenant.created", "old", {});
      const held = decide(APPROVED, "hold");
      const approval = enter("approval", APPROVED, { approval: TASK, decision: "approved" });
      act(APPROVED, decide(APPROVED, "allow"), "approved");
      hold(TASK, APPROVED, held, { status: "approved", decided_at: 2, decided_by: "rita", reason: SECRET });
      insert("evidence", { entry_idx: approval, salt: "c2FsdA", text: SECRET });
      insert("evidence", {
        entry_idx: enter("target.put", "hook/crm", {}),
        salt: "c2FsdA",
        text: '{"config":{}}',
      });
      const sent = decide(SENT, "allow");
      act(SENT, sent, "allowed");
      insert("idempotency", {
        ...{ scope: "test", key: "k", fingerprint: digest("body"), action_id: SENT, entry_idx: sent },
        ...{ answer: JSON.stringify(ANSWER), created_at: Date.now() },
      });
      const waits = decide(WAITING, "hold");
      act(WAITING, waits, "held");
      hold(QUEUED, WAITING, waits, {});
    });
    await evictDurableObject(stub);
    return { stub, tenant: stub as unknown as TenantService };
  }

  it("has the tables of one made today, and nothing of its texts in plain", async () => {
    const { stub } = await oldObject();
    const fresh = await createObject();
    expect(await tablesOf(stub)).toEqual(await tablesOf(fresh.stub));
    const all = await runInDurableObject(stub, (_, { storage: { sql } }) =>
      ["decisions", "evidence", "idempotency", "approvals", "actions", "terms"].flatMap((table) =>
        sql
          .exec(`SELECT * FROM ${table}`)
          .toArray()
          .map((row) =>
            Object.values(row).map((value) =>
              value instanceof ArrayBuffer ? new TextDecoder("latin1").decode(value) : value,
            ),
          ),
      ),
    );
    expect(all.length).toBeGreaterThan(10);
    expect(JSON.stringify(all)).not.toMatch(/Zelda|zelda@|c2FsdA/);
  });

  it("reads everything as before", async () => {
    const { tenant } = await oldObject();
    expect(await tenant.action(APPROVED, 0)).toMatchObject({
      ...{ status: "approved", salt: "c2FsdA", erasedAtMs: null },
      record: recordOf("allow", 3),
    });
    expect((await tenant.heldAction(TASK))?.detail).toMatchObject({
      ...{
        title: SECRET,
        reason: SECRET,
        status: "approved",
        decidedBy: "rita",
        actionDigest: digest("action 1"),
      },
      action: { payload: { who: SECRET } },
    });
    expect((await tenant.heldAction(QUEUED))?.detail).toMatchObject({
      title: SECRET,
      status: "pending",
      reason: null,
    });
    expect((await tenant.evidence(1, 1)).entries).toMatchObject([
      {
        evidence: {
          salt: "c2FsdA",
          input: inputOf(1),
          verdicts: { decision: [SECRET] },
          discharged: [SECRET],
        },
      },
    ]);
    const replayed = await tenant.replay({ scope: "test", key: "k" }, digest("body"));
    expect(replayed).toMatchObject({ kind: "replayed", answer: ANSWER });
    expect(await tenant.replay({ scope: "test", key: "k" }, digest("another"))).toEqual({ kind: "conflict" });
  });

  it("finds its actions, and erases and keeps them by rule", async () => {
    const { stub, tenant } = await oldObject();
    const ALL = {
      status: null,
      surface: null,
      decision: null,
      agent: null,
      user: null,
      rule: null,
      recipient: null,
    };
    const find = async (query: Partial<typeof ALL> | Record<string, string>) =>
      (
        await tenant.search({
          ...ALL,
          sinceMs: null,
          untilMs: null,
          of: null,
          before: null,
          limit: 10,
          ...query,
        })
      ).actions.map(({ id }) => id);
    expect(await find({})).toEqual([WAITING, SENT, APPROVED]);
    expect(await find({ recipient: "zelda@example.com" })).toEqual([WAITING, SENT, APPROVED]);
    expect(await find({ rule: "LATER" })).toEqual([SENT, APPROVED]);
    expect(await find({ rule: "TERM", decision: "allow" })).toEqual([APPROVED]);
    const order = { reason: null, salt: "c2FsdA", subjects: false };
    expect((await tenant.erase(AUTHOR, APPROVED, order)).kind).toBe("erased");
    expect(await tenant.heldAction(TASK)).toBeNull();
    await tenant.putRetention(AUTHOR, [{ surface: "*", folder: "ward", dataClass: "phi", days: 1 }]);
    await runDurableObjectAlarm(stub);
    expect((await tenant.action(SENT, 0))?.salt).toBeNull();
    expect((await tenant.action(WAITING, 0))?.salt).toBe("c2FsdA");
    expect(await tenant.replay({ scope: "test", key: "k" }, digest("body"))).toMatchObject({ answer: null });
  });
});

/** An object of the release before payloads apart: a held action, one that was changed, and one that was erased. */
describe("an object of version 4", () => {
  const SECRET = "Zelda Quux";
  const [HELD, CHANGED, GONE] = [newId("act"), newId("act"), newId("act")];
  const TASK = newId("apr");
  const CHANGED_TO = { payload: { who: "****" }, actionDigest: digestOf("ca"), inputDigest: digestOf("ci") };
  const FINDING_4 = { ...FINDING, severity: "warn", pointer: `/${SECRET}`, settled: false };
  const ANSWER = { status: 200, body: `{"of":"${SECRET}"}` };
  const PLAIN = {
    ...{ mode: "enforce", wouldDecide: null, fuel: 7, provisional: false, unfinished: false },
    ...{ bundles: [BUNDLE], engine: "old", target: null },
  };
  const ownOf = (changed: typeof CHANGED_TO | null) => ({
    ...{ findings: [FINDING_4], obligations: [], changed },
    ...{ actionDigest: digestOf("a"), inputDigest: digestOf("i") },
  });
  const input = JSON.stringify({
    action: { surface: "tool.call", tool: "crm.update", target: "hook/crm", payload: { who: SECRET } },
    ...{ context: {}, principal: { key: ADMIN.id, owner: "ada", roles: [] } },
  });

  /** As version 4 sealed: one ciphertext, log, entry and kind beside it. */
  function seal4(key: Uint8Array, entryIdx: number, kind: string, parts: readonly (string | null)[]) {
    const nonce = crypto.getRandomValues(new Uint8Array(12));
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    cipher.setAAD(new TextEncoder().encode(`test/old\n${entryIdx}\n${kind}`));
    const sealed = [nonce, cipher.update(packParts(parts)), cipher.final(), cipher.getAuthTag()];
    return new Uint8Array(sealed.flatMap((part) => [...part]));
  }

  const keys = new Map<number, Uint8Array>();

  async function oldObject() {
    const stub = namedObject(newId("req"));
    await runInDurableObject(stub, (_, { storage: { sql } }) => {
      const insert = (table: string, row: Record<string, string | number | null | Uint8Array>) =>
        sql.exec(
          `INSERT INTO ${table} (${Object.keys(row).join(", ")}) VALUES (${Object.keys(row)
            .map(() => "?")
            .join(", ")})`,
          ...Object.values(row),
        );
      sql.exec(DDL_4);
      const meta = { schema_version: "4", tenant: "old", tenant_name: "Old", log: "test/old" };
      const swept = { config_revision: "3", swept_at: String(Date.now()) };
      for (const [name, value] of Object.entries({ ...meta, ...swept })) insert("meta", { name, value });
      insert("keys", { id: ADMIN.id, record: JSON.stringify(ADMIN), created_at: 0 });
      let prev = GENESIS;
      for (const [index, subject] of ["old", HELD, CHANGED, GONE].entries()) {
        const common = { v: 1, log: "test/old", index, prev, time: "2026-01-31T12:00:00.000Z" } as const;
        const type = index === 0 ? "tenant.created" : "decision";
        const entry = sealEntry({ ...common, type, actor: { kind: "key", id: ADMIN.id }, subject, body: {} });
        insert("entries", { idx: index, leaf: entry.leaf, text: entry.text });
        prev = entry.leaf;
      }
      const decide = (id: string, idx: number, decision: string, changed: typeof CHANGED_TO | null) => {
        const key = crypto.getRandomValues(new Uint8Array(32));
        keys.set(idx, key);
        insert("record_keys", { entry_idx: idx, key });
        const parts = [JSON.stringify(ownOf(changed)), "c2FsdA", input, changed && input];
        const rest = [
          JSON.stringify({ decision: [SECRET], shadow: null }),
          null,
          null,
          SECRET,
          digestOf("b"),
        ];
        const sealed = seal4(key, idx, "decision", [...parts, ...rest]);
        const record = JSON.stringify({ ...PLAIN, decision });
        insert("decisions", { entry_idx: idx, action_id: id, record, sealed, erased_idx: null });
      };
      const act = (id: string, idx: number, status: string, decision: string) =>
        insert("actions", {
          ...{
            id,
            entry_idx: idx,
            status,
            surface: "tool.call",
            key_id: ADMIN.id,
            owner: "ada",
            agent: null,
          },
          ...{ user: null, outcome: null, created_at: 1, updated_at: 1, seq: idx, decision },
        });
      decide(HELD, 1, "hold", null);
      decide(CHANGED, 2, "modify", CHANGED_TO);
      act(HELD, 1, "held", "hold");
      act(CHANGED, 2, "allowed", "modify");
      act(GONE, 3, "blocked", "block");
      const erased = { record: JSON.stringify({ ...PLAIN, decision: "block", findings: [] }), sealed: null };
      insert("decisions", { entry_idx: 3, action_id: GONE, ...erased, erased_idx: 3 });
      insert("approvals", {
        ...{ id: TASK, action_id: HELD, entry_idx: 1, status: "pending", created_at: 1 },
        expires_at: Date.now() + 1e9,
      });
      const answer = seal4(keys.get(2) as Uint8Array, 2, "answer", [JSON.stringify(ANSWER)]);
      const used = { scope: "test", key: "k", action_id: CHANGED, entry_idx: 2, created_at: Date.now() };
      insert("idempotency", { ...used, answer });
    });
    await evictDurableObject(stub);
    return { stub, tenant: stub as unknown as TenantService };
  }

  it("has the tables of one made today", async () => {
    const { stub } = await oldObject();
    expect(await tablesOf(stub)).toEqual(await tablesOf((await createObject()).stub));
  });

  it("reads everything as before, under the keys that it had", async () => {
    const { stub, tenant } = await oldObject();
    expect(await tenant.approvals("pending")).toMatchObject([
      { id: TASK, title: SECRET, tool: "crm.update", target: "hook/crm" },
    ]);
    expect((await tenant.heldAction(TASK))?.detail).toMatchObject({
      ...{ title: SECRET, changed: null, action: { payload: { who: SECRET } } },
      ...{ actionDigest: digestOf("a"), findings: [FINDING_4] },
    });
    const state = await tenant.action(CHANGED, 0);
    expect(state).toMatchObject({ salt: "c2FsdA", record: { ...PLAIN, ...ownOf(CHANGED_TO) } });
    expect((await tenant.evidence(2, 1)).entries).toMatchObject([
      { evidence: { input, changedInput: input, verdicts: { decision: [SECRET] }, discharged: null } },
    ]);
    const replayed = await tenant.replay({ scope: "test", key: "k" }, digestOf("b"));
    expect(replayed).toMatchObject({ kind: "replayed", answer: ANSWER });
    expect(await tenant.action(GONE, 0)).toMatchObject({ salt: null, record: { decision: "block" } });
    const left = await runInDurableObject(stub, (_, { storage: { sql } }) =>
      sql.exec<{ entry_idx: number; key: ArrayBuffer }>("SELECT * FROM record_keys").toArray(),
    );
    expect(left.map(({ entry_idx, key }) => [entry_idx, new Uint8Array(key)])).toEqual([...keys]);
  });

  it("erases what it had sealed", async () => {
    const { tenant } = await oldObject();
    const order = { reason: null, salt: "c2FsdA", subjects: false };
    expect(await tenant.erase(AUTHOR, CHANGED, order)).toMatchObject({ kind: "erased" });
    expect(await tenant.action(CHANGED, 0)).toMatchObject({ salt: null });
    expect((await tenant.evidence(2, 1)).entries).toMatchObject([{ evidence: null }]);
  });
});
