/** The older part of a log, in an object store (Miniflare's R2), and read from there as if it were here. */
import { env, evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ALERT_SURFACE } from "../../core/alert.ts";
import { fromBase64, toBase64, toBase64Url, utf8 } from "../../core/encoding.ts";
import { epochStatement } from "../../core/epoch.ts";
import { type Digest, digestBytes, digestOf } from "../../core/hash.ts";
import { sealEntry } from "../../core/ledger/entry.ts";
import { type Hash, isConsistent, rootFromInclusion } from "../../core/ledger/tree/merkle.ts";
import {
  ENTRY_BYTES_MAX,
  NAME_CHARS_MAX,
  RETENTION_RULES_MAX,
  SEARCH_TILES_MAX,
  STORY_BUNDLES_MAX,
} from "../../core/limits.ts";
import { ENTRY_TOO_LARGE } from "../../core/tenant-errors.ts";
import type { ActionQuery } from "../../durable-objects/rpc.ts";
import type { Statements } from "../../durable-objects/statements.ts";
import { entryBundle } from "../../durable-objects/tree.ts";
import { AUTHOR, createObject, dispatcher, newId, signer, submitted, type TestObject } from "./tenants.ts";

const bucket = (env as unknown as { ARCHIVE: R2Bucket }).ARCHIVE;
const hash = (base64: string): Hash => fromBase64(base64) as Hash;
const SALT = toBase64Url(new Uint8Array(32));
const ENTRIES = 1_100;
/** All full tiles but the last: 256 entries stay, and what no checkpoint covers. */
const ARCHIVED = 768;

let object: TestObject;
const FIRST_BODY = '{"n":1}';
let firstAction = "";
let firstKey = "";

const rows = (sql: string): Promise<number> =>
  runInDurableObject(object.stub, (_, state) => state.storage.sql.exec<{ n: number }>(sql).one().n);
const eventually = async (check: () => Promise<boolean>) => {
  for (let tries = 0; tries < 100 && !(await check()); tries++)
    await new Promise((resolve) => setTimeout(resolve, 50));
};
const archived = () =>
  rows("SELECT COALESCE((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'archived_size'), 0) AS n");

beforeAll(async () => {
  object = await createObject();
  firstKey = "first";
  firstAction = (await submitted(object, "allow", { key: firstKey, body: FIRST_BODY })).commit.actionId;
  const { size } = await object.tenant.ledger(0, 1);
  for (let at = size; at < ENTRIES; at += 100)
    await Promise.all(Array.from({ length: Math.min(100, ENTRIES - at) }, () => submitted(object, "allow")));
  await object.tenant.checkpoint(ENTRIES, 20_000);
  await eventually(async () => (await archived()) === ARCHIVED);
}, 60_000);

describe("a long log", () => {
  it("keeps its last part in the object, and the rest in the store, tile by tile", async () => {
    expect(await archived()).toBe(ARCHIVED);
    expect(await rows("SELECT COUNT(*) AS n FROM entries")).toBe(ENTRIES - ARCHIVED);
    expect(await rows("SELECT COUNT(*) AS n FROM tiles WHERE level = 0")).toBe(2);
    const { objects } = await bucket.list({ prefix: `${object.log}/` });
    const names = objects.map(({ key }) => key.slice(object.log.length + 1));
    expect(names).toEqual(
      [0, 1, 2].flatMap((n) => [`tile/0/00${n}`]).concat([0, 1, 2].map((n) => `tile/entries/00${n}`)),
    );
  });

  it("reads as before: page by page, from the first entry to the last", async () => {
    const texts: string[] = [];
    for (;;) {
      const { entries } = await object.tenant.ledger(texts.length, 300);
      if (entries.length === 0) break;
      texts.push(...entries.map(({ text }) => text));
    }
    expect(texts).toHaveLength(ENTRIES);
    expect(texts.map((text) => JSON.parse(text).index)).toEqual(
      Array.from({ length: ENTRIES }, (_, at) => at),
    );
    const bundle = (await object.tenant.tile(-1, 0, 256))?.bytes;
    expect(new TextDecoder().decode(bundle?.slice(2, 2 + (texts[0]?.length ?? 0)))).toBe(texts[0]);
  });

  it("proves what is archived, and that it extends what it was", async () => {
    const checkpoint = await object.tenant.checkpoint(ENTRIES, 5_000);
    const { size = 0, root = "" } = checkpoint ?? {};
    for (const index of [0, 255, 256, 700, 768, ENTRIES - 1]) {
      const path = (await object.tenant.inclusion(index, size)) ?? [];
      const [entry] = (await object.tenant.ledger(index, 1)).entries;
      const leaf = digestBytes(entry?.leaf as Digest);
      expect([index, toBase64(rootFromInclusion(index, size, leaf, path.map(hash)) as Hash)]).toEqual([
        index,
        root,
      ]);
    }
    const proof = (await object.tenant.consistency(300, size)) ?? [];
    const [older] = await object.tenant.checkpoints(1, size, 1);
    const consistent = (await object.tenant.consistency(older?.size ?? 0, size)) ?? [];
    expect(proof.length).toBeGreaterThan(0);
    expect(
      isConsistent(older?.size ?? 0, size, consistent.map(hash), hash(older?.root ?? ""), hash(root)),
    ).toBe(true);
  });

  it("answers for an action whose entry is archived, also to the same key again", async () => {
    expect((await object.tenant.action(firstAction, 0))?.entry.index).toBeLessThan(256);
    const again = await object.tenant.replay({ scope: "test", key: firstKey }, digestOf(FIRST_BODY));
    expect(again).toMatchObject({ kind: "replayed", state: { id: firstAction } });
    const story = await object.tenant.story(firstAction);
    expect(story?.entries.map(({ entry }) => entry.index)).toEqual([story?.state.entry.index]);
  });

  it("goes on as one log: entries follow, and are archived in turn", async () => {
    for (let at = 0; at < 300; at += 100)
      await Promise.all(Array.from({ length: 100 }, () => submitted(object, "allow")));
    await object.tenant.checkpoint(ENTRIES + 300, 20_000);
    await eventually(async () => (await archived()) === 1_024);
    expect(await archived()).toBe(1_024);
  }, 30_000);

  it("does not believe what was changed in the store", async () => {
    const key = `${object.log}/tile/entries/000`;
    const good = new Uint8Array(await ((await bucket.get(key)) as R2ObjectBody).arrayBuffer());
    const bad = good.slice();
    bad[40] = (bad[40] as number) ^ 1;
    for (const change of [bad, good.slice(0, -1), new Uint8Array(), new Uint8Array([0xff, 0xff, 1])]) {
      await bucket.put(key, change);
      await forget();
      expect(await readFirst()).toContain("it was changed in the archive");
    }
    await bucket.put(key, good);
    expect((await object.tenant.ledger(0, 10)).entries).toHaveLength(10);
    await bucket.delete(key);
    await forget();
    expect(await readFirst()).toContain("it is not in the archive");
    await bucket.put(key, good);
  });
});

/** What was fetched is gone with the object's memory. */
const forget = () => evictDurableObject(object.stub);

/** Within the object: an error that crosses to the test counts as one that nobody caught. */
const readFirst = () =>
  runInDurableObject(object.stub, (instance) =>
    instance.ledger(0, 10).then(
      ({ entries }) => `${entries.length} entries`,
      (error: Error) => error.message,
    ),
  );

describe("an epoch", () => {
  it("archives below a name of its own, and reads what was archived before", async () => {
    const log = await createObject();
    const fill = async (entries: number) => {
      const { size } = await log.tenant.ledger(0, 1);
      for (let at = size; at < entries; at += 100)
        await Promise.all(Array.from({ length: 100 }, () => submitted(log, "allow")));
      return (await log.tenant.ledger(0, 1)).size;
    };
    const keys = async () =>
      (await bucket.list({ prefix: `${log.log}/` })).objects.map(({ key }) => key.slice(log.log.length + 1));
    await log.tenant.checkpoint(await fill(600), 20_000);
    await eventually(async () => (await keys()).includes("tile/entries/000"));
    // Of the history that was given up, and that an operator may still go back to.
    await bucket.put(`${log.log}/tile/0/001`, "given up");

    const signed = { size: 9_000, root: toBase64(new Uint8Array(32)) };
    await signer.scriptCheckpoints([{ answer: { kind: "fork", epoch: 1, ...signed } }]);
    expect(await log.tenant.checkpoint(await fill(1_000), 1_000)).toBeNull();
    const times = { reason: "restored", time: "2026-01-02T00:00:00.000Z" };
    const text = epochStatement({ log: log.log, epoch: 2, old: signed, base: signed, ...times });
    await log.tenant.openEpoch(AUTHOR, { payloadType: "", payload: toBase64(utf8(text)), signatures: [] });
    await log.tenant.checkpoint(await fill(1_000), 20_000);
    await eventually(async () => (await keys()).includes("epoch/2/tile/entries/001"));
    expect(await (await bucket.get(`${log.log}/tile/0/001`))?.text()).toBe("given up");
    const { entries } = await log.tenant.ledger(0, 512);
    expect(entries.map(({ index }) => index)).toEqual(Array.from({ length: 512 }, (_, at) => at));
  }, 60_000);
});

describe("what is still to be done about an archived entry", () => {
  const archivedAt = (of: TestObject) =>
    runInDurableObject(
      of.stub,
      (_, state) =>
        state.storage.sql
          .exec<{ n: number }>(
            "SELECT COALESCE((SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'archived_size'), 0) AS n",
          )
          .one().n,
    );

  /** A log whose first entries are archived: a held action, and an alert whose first attempt failed. */
  async function withOldWork() {
    const old = await createObject();
    // Two that take alerts: each is sent on the proof of an entry of its own.
    for (const name of ["hook/a", "hook/b"]) {
      const config = { url: `https://${name.replace("/", ".")}.example/` };
      const target = { name, kind: "webhook", config, surfaces: [ALERT_SURFACE] };
      await old.tenant.putTarget(AUTHOR, target, "sealed", SALT);
    }
    const held = await submitted(old, "hold");
    await old.tenant.checkpoint(5, 5_000);
    // A key that no statement leads to is an alert.
    await signer.scriptCheckpoints([{ keys: { receipt: "r1", checkpoint: "c9" } }]);
    const busy = { status: "retry", httpStatus: 503, reason: "busy", retryAfterMs: 3_600_000 } as const;
    await dispatcher.script([busy, busy]);
    await submitted(old, "allow");
    await old.tenant.checkpoint(6, 5_000);
    const attempts = async () => (await old.tenant.alerts())[0]?.deliveries.map((one) => one.attempts) ?? [];
    await eventually(async () => (await attempts()).join() === "1,1");
    // The stand-in goes on with the key that it began with.
    for (let at = 0; at < 800; at += 100)
      await Promise.all(Array.from({ length: 100 }, () => submitted(old, "allow")));
    const { size } = await old.tenant.ledger(0, 1);
    await old.tenant.checkpoint(size, 20_000);
    await eventually(async () => (await archivedAt(old)) >= 256);
    await evictDurableObject(old.stub);
    expect(await archivedAt(old)).toBeGreaterThanOrEqual(256);
    return { old, held };
  }

  it("is done: alerts are listed and sent again, the held action is denied", async () => {
    const { old, held } = await withOldWork();
    const waiting = { status: "queued", attempts: 1 };
    expect((await old.tenant.alerts()).at(-1)?.deliveries).toMatchObject([waiting, waiting]);
    await runInDurableObject(old.stub, (_, state) =>
      state.storage.sql.exec("UPDATE deliveries SET due_at = 0"),
    );
    await runDurableObjectAlarm(old.stub);
    const sent = { status: "delivered", attempts: 2 };
    expect((await old.tenant.alerts()).at(-1)?.deliveries).toMatchObject([sent, sent]);
    const decision = {
      approvalId: held.commit.approvalId,
      keyId: "key_reviewer",
      person: "rita",
      reason: "no",
    };
    const denied = await old.tenant.deny({ ...decision, ifMatch: held.commit.record.actionDigest }, SALT);
    expect(denied).toMatchObject({ kind: "decided", state: { status: "denied" } });
  }, 60_000);

  it("does not keep the object from waking, where it died in the middle of an attempt", async () => {
    const { old } = await withOldWork();
    await runInDurableObject(old.stub, (_, state) =>
      state.storage.sql.exec(
        "UPDATE deliveries SET state = 'sending', attempts = 2 WHERE state = 'queued';" +
          "INSERT INTO attempts (delivery_id, number, started_at) SELECT id, 2, 0 FROM deliveries WHERE state = 'sending'",
      ),
    );
    await evictDurableObject(old.stub);
    expect((await old.tenant.ledger(0, 1)).entries).toHaveLength(1);
    await runDurableObjectAlarm(old.stub);
    const sent = { status: "delivered", attempts: 3 };
    expect((await old.tenant.alerts()).at(-1)?.deliveries).toMatchObject([sent, sent]);
  }, 60_000);
});

describe("an entry that no bundle can hold", () => {
  it("is not made: what would lead to it is refused, and nothing of it is stored", async () => {
    const rules = Array.from({ length: RETENTION_RULES_MAX }, (_, at) => ({
      ...{ surface: "*", folder: null, days: 1 },
      dataClass: `${at}`.padEnd(NAME_CHARS_MAX, "x"),
    }));
    const small = await createObject();
    const { size } = await small.tenant.ledger(0, 1);
    const refused = await runInDurableObject(small.stub, (instance) =>
      instance.putRetention(AUTHOR, rules).catch((error: Error) => error.message),
    );
    expect(refused).toBe(ENTRY_TOO_LARGE);
    expect(await small.tenant.retention()).toEqual([]);
    expect((await small.tenant.ledger(0, 1)).size).toBe(size);
    await small.tenant.putRetention(AUTHOR, rules.slice(0, 100));
  });

  it("and one of an earlier release is not archived, since it could not be read again", () => {
    const bundleOf = (text: string) => {
      const sql = { entriesFrom: () => [{ idx: 0, leaf: "", text }] } as unknown as Statements;
      return entryBundle(sql, { level: -1, index: 0, width: 1 });
    };
    expect(bundleOf("x".repeat(ENTRY_BYTES_MAX))).toHaveLength(2 + ENTRY_BYTES_MAX);
    expect(() => bundleOf("x".repeat(ENTRY_BYTES_MAX + 1))).toThrow("entry 0");
  });
});

describe("a log of many bundles", () => {
  const LONG = 40_000;
  const timeOf = (index: number) => Date.UTC(2026, 0, 1) + index * 1000;
  const QUERY: ActionQuery = {
    ...{ status: null, surface: null, decision: null, agent: null, user: null, rule: null, recipient: null },
    ...{ of: null, before: null, limit: 10, sinceMs: null, untilMs: null },
  };
  let long: TestObject;
  let spread = "";
  let gets: string[] = [];
  let restore = () => {};

  beforeAll(async () => {
    long = await createObject();
    const { commit, placed } = await submitted(long, "allow");
    spread = commit.actionId;
    const { entries } = await long.tenant.ledger(placed.entry.index, 1);
    await runInDurableObject(long.stub, (_, state) => {
      let prev = entries[0]?.leaf as Digest;
      for (let index = placed.entry.index + 1; index < LONG; index++) {
        const entry = JSON.parse(entries[0]?.text ?? "{}");
        const time = new Date(timeOf(index)).toISOString();
        const sealed = sealEntry({ ...entry, index, prev, time, subject: newId("act") });
        state.storage.sql.exec("INSERT INTO entries VALUES (?, ?, ?)", index, sealed.leaf, sealed.text);
        prev = sealed.leaf;
      }
      // Every 400th, from 300 on, is one that failed: a hundred, each in a bundle of its own.
      state.storage.sql.exec(
        "INSERT INTO actions (id, entry_idx, status, surface, key_id, owner, created_at, updated_at, seq, decision) SELECT 'act_' || idx, idx, IIF(idx % 400 = 300, 'failed', 'allowed'), 'tool.call', 'k', 'ada', ? + idx * 1000, 0, idx, 'allow' FROM entries WHERE idx > ?",
        timeOf(0),
        placed.entry.index,
      );
      // All that is told of one action is spread over sixty bundles, of another over ninety.
      state.storage.sql.exec(
        `INSERT INTO entries_of_actions SELECT '${spread}', idx FROM entries WHERE idx % 600 = 500 AND idx < 36000`,
      );
      state.storage.sql.exec(
        "INSERT INTO entries_of_actions SELECT 'act_300', idx FROM entries WHERE idx % 400 = 100 AND idx < 36000",
      );
      state.storage.sql.exec(
        "INSERT INTO decisions (entry_idx, action_id, record, place, erased_idx, payload_bytes) SELECT 300, 'act_300', record, 'none', 300, 0 FROM decisions WHERE entry_idx = ?",
        placed.entry.index,
      );
    });
    // Each checkpoint archives a part of it.
    await eventually(async () => {
      await submitted(long, "allow");
      const { size } = await long.tenant.ledger(0, 1);
      await long.tenant.checkpoint(size, 20_000);
      return runInDurableObject(
        long.stub,
        (_, state) =>
          state.storage.sql.exec("SELECT 1 FROM entries WHERE idx = 39000").toArray().length === 0,
      );
    });
    const store = Object.getPrototypeOf(bucket) as { get: (key: string) => unknown };
    const { get } = store;
    store.get = function counted(this: unknown, key: string) {
      gets.push(key.slice(long.log.length + 1));
      return get.call(this, key);
    };
    restore = () => {
      store.get = get;
    };
  }, 90_000);
  afterAll(() => restore());
  /** With nothing in memory. */
  beforeEach(async () => {
    await evictDurableObject(long.stub);
    gets = [];
  });
  const found = (query: Partial<ActionQuery>) => long.tenant.search({ ...QUERY, ...query });
  const ids = async (query: Partial<ActionQuery>) => (await found(query)).actions.map(({ id }) => id);
  const bundles = () => gets.filter((key) => key.startsWith("tile/entries/"));

  it("finds the actions of a time without reading the log", async () => {
    expect(await ids({ sinceMs: timeOf(9_000), untilMs: timeOf(31_003) })).toEqual(
      Array.from({ length: 10 }, (_, n) => `act_${31_002 - n}`),
    );
    expect(await ids({ sinceMs: timeOf(31_001), untilMs: timeOf(31_003) })).toEqual([
      "act_31002",
      "act_31001",
    ]);
    expect(bundles()).toEqual([]);
    expect(gets.length).toBeLessThanOrEqual(2);
  });

  it("says of what it found where it stands, by the tree's hashes alone, each fetched once", async () => {
    const { actions, next } = await found({ status: "failed", limit: 40, before: 38_000 });
    expect(actions).toHaveLength(40);
    expect(bundles()).toEqual([]);
    // A tile for each action, and those above them.
    expect(new Set(gets).size).toBe(gets.length);
    expect(gets.length).toBeLessThanOrEqual(40 + 1);
    const before = gets.length;
    await found({ status: "failed", limit: 40, before: 38_000 });
    expect(gets).toHaveLength(before);
    const { index = 0, leaf = "" } = actions[7]?.entry ?? {};
    expect((await long.tenant.ledger(index, 1)).entries[0]).toMatchObject({ index, leaf });
    expect(next).toBe(actions.at(-1)?.entry.index);
  });

  it("ends a page where more would have to be fetched than a page may, and goes on from there", async () => {
    const pages: number[] = [];
    const all: string[] = [];
    for (let before: number | null = 39_000; before !== null; ) {
      gets = [];
      const page = await found({ status: "failed", limit: 1_000, before });
      expect(gets.length).toBeLessThanOrEqual(SEARCH_TILES_MAX + 2);
      if (page.actions.length > 0) pages.push(page.actions.length);
      all.push(...page.actions.map(({ id }) => id));
      before = page.next;
    }
    expect(pages[0]).toBe(SEARCH_TILES_MAX);
    expect(all).toEqual(Array.from({ length: 97 }, (_, n) => `act_${38_700 - 400 * n}`));
  });

  it("tells a story that is spread over many bundles, each fetched once", async () => {
    const story = await long.tenant.story(spread);
    expect(story?.entries).toHaveLength(61);
    expect(story?.truncated).toBe(false);
    expect(story?.entries.map(({ entry }) => entry.index)).toEqual(
      story?.entries.map(({ entry }) => (JSON.parse(entry.text) as { index: number }).index),
    );
    expect(new Set(gets).size).toBe(gets.length);
    expect(bundles()).toHaveLength(61);
  });

  it("lists alerts whose entries are archived, the newest of as many bundles as are read at once", async () => {
    const alerts = Array.from({ length: STORY_BUNDLES_MAX + 3 }, (_, n) => 300 * (n + 1));
    await runInDurableObject(long.stub, (_, { storage: { sql } }) => {
      for (const at of alerts)
        sql.exec(
          "INSERT INTO alerts (id, action_id, kind, entry_idx, created_at) VALUES (?, ?, 'late_block', ?, ?)",
          ...[`alr_${at}`, `act_${at}`, at, at],
        );
    });
    const listed = await long.tenant.alerts();
    expect(listed.map(({ entry }) => entry.index)).toEqual(alerts.toReversed().slice(0, STORY_BUNDLES_MAX));
    expect(bundles()).toHaveLength(STORY_BUNDLES_MAX);
  });

  it("and says where it tells a part of one alone, since the rest is in too many", async () => {
    const story = await long.tenant.story("act_300");
    expect(story?.truncated).toBe(true);
    expect(bundles()).toHaveLength(STORY_BUNDLES_MAX);
    // Two of them lie in one.
    expect(story?.entries).toHaveLength(STORY_BUNDLES_MAX + 1);
  });
});
