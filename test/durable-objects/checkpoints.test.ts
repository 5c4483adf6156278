/** The tree and its checkpoints in the tenant's object; the signer is a stand-in that does what the test says. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { fromBase64, toBase64, utf8 } from "../../core/encoding.ts";
import { epochStatement } from "../../core/epoch.ts";
import { type Digest, digestBytes } from "../../core/hash.ts";
import {
  type Hash,
  isConsistent,
  nodesOfAppend,
  type ReadNode,
  rootFromAround,
  rootFromInclusion,
  treeRoot,
} from "../../core/ledger/tree/merkle.ts";
import type { CheckpointResult } from "../../core/signing.ts";
import { AUTHOR, createObject, signer, submitted, type TestObject } from "./tenants.ts";

const hash = (base64: string): Hash => fromBase64(base64) as Hash;

/** The root over the object's entries by the definition, from their leaves. */
async function rootOf({ tenant }: TestObject, size: number): Promise<string> {
  const nodes = new Map<string, Hash>();
  const read: ReadNode = (level, index) => nodes.get(`${level}/${index}`) as Hash;
  for (const [index, leaf] of (await leavesOf(tenant)).slice(0, size).entries())
    for (const node of nodesOfAppend(index, leaf, read)) nodes.set(`${node.level}/${node.index}`, node.hash);
  return toBase64(treeRoot(size, read));
}

async function leavesOf(tenant: TestObject["tenant"]): Promise<Hash[]> {
  const leaves: Hash[] = [];
  for (;;) {
    const page = await tenant.ledger(leaves.length, 1_000);
    if (page.entries.length === 0) return leaves;
    leaves.push(...page.entries.map(({ leaf }) => digestBytes(leaf as Digest)));
  }
}

async function withEntries(entries: number): Promise<TestObject> {
  const object = await createObject();
  const { size } = await object.tenant.ledger(0, 1);
  for (let at = size; at < entries; at += 50)
    await Promise.all(Array.from({ length: Math.min(50, entries - at) }, () => submitted(object, "allow")));
  return object;
}

describe("a checkpoint", () => {
  it("comes by itself within a second, and covers every entry", async () => {
    const object = await withEntries(5);
    const started = Date.now();
    const checkpoint = await object.tenant.checkpoint(5, 5_000);
    expect(Date.now() - started).toBeLessThan(1_000);
    expect(checkpoint).toMatchObject({ size: 5, root: await rootOf(object, 5) });
  });

  it("of the same entries is not asked for twice", async () => {
    const object = await withEntries(4);
    await object.tenant.checkpoint(4, 5_000);
    await signer.scriptCheckpoints([]);
    await runDurableObjectAlarm(object.stub);
    await runDurableObjectAlarm(object.stub);
    expect(await signer.checkpoints()).toEqual([]);
  });

  it("is made by the alarm where the process died before", async () => {
    const object = await withEntries(6);
    await evictDurableObject(object.stub);
    await runDurableObjectAlarm(object.stub);
    expect(await object.tenant.checkpoint(6, 0)).toMatchObject({ size: 6 });
  });

  it("waits for a signer that is down, and comes when it is back", async () => {
    await signer.setDown(true);
    const object = await withEntries(4);
    expect(await object.tenant.checkpoint(4, 600)).toBeNull();
    await signer.setDown(false);
    await runDurableObjectAlarm(object.stub);
    expect(await object.tenant.checkpoint(4, 0)).toMatchObject({ size: 4 });
  });

  it("starts from what the signer signed last, where the answer to that was lost", async () => {
    const object = await withEntries(4);
    const { root, size } = (await object.tenant.checkpoint(4, 5_000)) ?? { root: "", size: 0 };
    await submitted(object, "allow");
    await submitted(object, "allow");
    await runInDurableObject(object.stub, (_, state) => state.storage.sql.exec("DELETE FROM checkpoints"));
    await signer.scriptCheckpoints([{ answer: { kind: "conflict", size, root } satisfies CheckpointResult }]);
    expect(await object.tenant.checkpoint(6, 5_000)).toMatchObject({ size: 6 });
    const asked = await signer.checkpoints();
    expect(asked.map(({ oldSize }) => oldSize)).toEqual([0, 4]);
    const { proof = [], root: newer = "" } = asked[1] ?? {};
    expect(isConsistent(4, 6, proof.map(hash), hash(root), hash(newer))).toBe(true);
  });

  it("that the signer refuses is an alert, once, and there is none until an epoch is opened", async () => {
    const object = await withEntries(4);
    const signed = { size: 9, root: toBase64(new Uint8Array(32)) };
    await signer.scriptCheckpoints([{ answer: { kind: "fork", epoch: 1, ...signed } }]);
    expect(await object.tenant.checkpoint(4, 1_000)).toBeNull();
    await submitted(object, "allow");
    await runDurableObjectAlarm(object.stub);
    await runDurableObjectAlarm(object.stub);
    const alerts = await object.tenant.alerts();
    expect(alerts.map(({ facts }) => [facts.kind, facts.log?.signed])).toEqual([["log_fork", signed]]);
    const { fork } = await object.tenant.logStatus();
    expect(fork).toMatchObject({ epoch: 1, signed });
    expect(await signer.checkpoints()).toHaveLength(1);

    const statementOf = (log: string) => {
      const text = epochStatement({
        ...{ log, epoch: 2, reason: "restored", time: "2026-01-02T00:00:00.000Z" },
        old: signed,
        base: { size: 4, root: signed.root },
      });
      return { payloadType: "", payload: toBase64(utf8(text)), signatures: [] };
    };
    // Signed by the operator all the same, and opened by the signer, but not here.
    expect(await object.tenant.openEpoch(AUTHOR, statementOf(`${object.log}x`))).toMatchObject({
      kind: "refused",
    });
    expect(await object.tenant.logStatus()).toMatchObject({ epoch: 1, epochs: [] });
    const statement = statementOf(object.log);
    expect(await object.tenant.openEpoch(AUTHOR, statement)).toEqual({ kind: "opened", epoch: 2 });
    expect(await object.tenant.openEpoch(AUTHOR, statement)).toEqual({ kind: "opened", epoch: 2 });
    const { size } = await object.tenant.ledger(0, 1);
    expect(await object.tenant.checkpoint(size, 5_000)).toMatchObject({ size });
    expect(await object.tenant.logStatus()).toMatchObject({ fork: null, epoch: 2, epochs: [statement] });
    const { entries } = await object.tenant.ledger(0, 100);
    expect(entries.filter(({ text }) => text.includes('"type":"epoch.opened"'))).toHaveLength(1);
  });
});

const DAY_MS = 24 * 3600 * 1000;

describe("keys that the signer changed", () => {
  const keys = (receipt: string, checkpoint: string) => ({ keys: { receipt, checkpoint } });

  it("are entered with the statement of both", async () => {
    const object = await withEntries(4);
    await object.tenant.checkpoint(4, 5_000);
    await signer.scriptCheckpoints([keys("r2", "c1"), keys("r2", "c1")]);
    await submitted(object, "allow");
    await object.tenant.checkpoint(6, 5_000);
    const { entries } = await object.tenant.ledger(5, 10);
    const { type, subject, body } = JSON.parse(entries[0]?.text ?? "{}");
    expect([type, subject, body.use, body.old, body.new]).toEqual([
      "key.rotated",
      "r2",
      "receipt",
      "r1",
      "r2",
    ]);
    expect((await object.tenant.logStatus()).rotations).toHaveLength(1);
    expect(entries).toHaveLength(1);
  });

  it("are entered once, also where an older signer answers once more meanwhile", async () => {
    const object = await withEntries(4);
    await object.tenant.checkpoint(4, 5_000);
    // As while a new version of the signer is rolled out, or one was taken back.
    await signer.scriptCheckpoints([keys("r2", "c1"), keys("r1", "c1"), ...Array(5).fill(keys("r2", "c1"))]);
    await submitted(object, "allow");
    await object.tenant.checkpoint(7, 5_000);
    await submitted(object, "allow");
    await object.tenant.checkpoint(8, 5_000);
    await signer.scriptCheckpoints([]);
    // The two statements would name two indexes, of which nobody could say which holds.
    expect((await object.tenant.logStatus()).rotations).toHaveLength(1);
    const { entries } = await object.tenant.ledger(4, 10);
    const types = entries.map(({ text }) => JSON.parse(text).type);
    expect(types.filter((type) => type === "key.rotated")).toHaveLength(1);
  });

  it("are met by a log that nothing is entered in, within a day", async () => {
    const object = await withEntries(4);
    await object.tenant.checkpoint(4, 5_000);
    await signer.scriptCheckpoints([keys("r2", "c1"), keys("r2", "c1"), keys("r2", "c1")]);
    await runDurableObjectAlarm(object.stub);
    expect((await object.tenant.logStatus()).rotations).toHaveLength(0);
    await runInDurableObject(object.stub, (_, state) =>
      state.storage.sql.exec("UPDATE meta SET value = ? WHERE name = 'keys_heard_at'", Date.now() - DAY_MS),
    );
    await evictDurableObject(object.stub);
    await runDurableObjectAlarm(object.stub);
    await object.tenant.checkpoint(5, 5_000);
    expect((await object.tenant.logStatus()).rotations).toHaveLength(1);
    await signer.scriptCheckpoints([]);
    await runDurableObjectAlarm(object.stub);
    expect(await signer.checkpoints()).toEqual([]);
  });

  it("and that no statement leads to are an alert", async () => {
    const object = await withEntries(4);
    await object.tenant.checkpoint(4, 5_000);
    await signer.scriptCheckpoints([keys("r1", "c9"), keys("r1", "c9")]);
    await submitted(object, "allow");
    await object.tenant.checkpoint(5, 5_000);
    await object.tenant.checkpoint(6, 5_000);
    const alerts = await object.tenant.alerts();
    expect(alerts.map(({ facts }) => [facts.kind, facts.log?.name])).toEqual([["key_unvouched", "c9"]]);
  });
});

describe("the tree", () => {
  it("proves each entry, each earlier size and each range, over the edge of a tile", async () => {
    const SIZE = 300;
    const object = await withEntries(SIZE);
    const { root = "" } = (await object.tenant.checkpoint(SIZE, 10_000)) ?? {};
    expect(root).toBe(await rootOf(object, SIZE));
    const leaves = await leavesOf(object.tenant);
    for (const index of [0, 1, 2, 127, 128, 255, 256, 257, 299]) {
      const path = (await object.tenant.inclusion(index, SIZE)) ?? [];
      expect(toBase64(rootFromInclusion(index, SIZE, leaves[index] as Hash, path.map(hash)) as Hash)).toBe(
        root,
      );
    }
    for (const older of [1, 2, 3, 128, 255, 256, 257, 299]) {
      const olderRoot = await rootOf(object, older);
      const proof = (await object.tenant.consistency(older, SIZE)) ?? [];
      expect(isConsistent(older, SIZE, proof.map(hash), hash(olderRoot), hash(root))).toBe(true);
    }
    for (const [from, to] of [
      [0, 299],
      [0, 0],
      [5, 260],
      [255, 256],
      [256, 299],
      [299, 299],
    ] as const) {
      const around = await object.tenant.range(from, to, SIZE);
      if (around === null) throw new Error("no range");
      const got = rootFromAround(from, leaves.slice(from, to + 1), SIZE, {
        left: around.left.map(hash),
        right: around.right.map(hash),
      });
      expect([from, to, toBase64(got as Hash)]).toEqual([from, to, root]);
    }
    expect(await object.tenant.inclusion(SIZE, SIZE)).toBeNull();
    expect(await object.tenant.inclusion(0, SIZE + 1)).toBeNull();
    expect(await object.tenant.consistency(5, SIZE + 1)).toBeNull();
    expect(await object.tenant.range(0, SIZE, SIZE)).toBeNull();
    expect((await object.tenant.tile(0, 0, 256))?.bytes?.length).toBe(256 * 32);
    expect((await object.tenant.tile(0, 1, 44))?.bytes?.length).toBe(44 * 32);
    expect(await object.tenant.tile(0, 1, 45)).toBeNull();
    expect((await object.tenant.tile(1, 0, 1))?.bytes?.length).toBe(32);
    const bundle = (await object.tenant.tile(-1, 1, 44))?.bytes ?? new Uint8Array();
    const { entries } = await object.tenant.ledger(256, 44);
    const expected = entries.map(({ text }) => text);
    const got: string[] = [];
    for (let at = 0; at < bundle.length; ) {
      const length = ((bundle[at] as number) << 8) | (bundle[at + 1] as number);
      got.push(new TextDecoder().decode(bundle.subarray(at + 2, at + 2 + length)));
      at += 2 + length;
    }
    expect(got).toEqual(expected);
  }, 60_000);
});
