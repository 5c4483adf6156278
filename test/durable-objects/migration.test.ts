/** An object of the first release, brought up to today's tables when it wakes. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { digestOf } from "../../core/hash.ts";
import type { JsonObject } from "../../core/json.ts";
import { type EntryType, GENESIS, type StoredEntry, sealEntry } from "../../core/ledger/entry.ts";
import { BINDING_DEFAULTS } from "../../core/policy/binding.ts";
import { parseReceiptStatement, receiptStatement } from "../../core/receipt.ts";
import type { TenantService } from "../../durable-objects/rpc.ts";
import { SCHEMA_VERSION } from "../../durable-objects/schema.ts";
import { DDL_1 } from "./schema-1.ts";
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
    expect((await tenant.ledger(0, 100)).size).toBe(4);
    await evictDurableObject(stub);
    expect((await tenant.ledger(0, 100)).size).toBe(4);
    expect(await tenant.alerts()).toEqual([]);
    expect(await tenant.deleteTarget(AUTHOR, "none")).toBe(false);
  });
});
