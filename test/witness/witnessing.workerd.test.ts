/**
 * The log's side: newest checkpoints brought to real witnesses over HTTP by the dispatcher's client, with the object's own
 * statements on SQLite. Only the clock is set.
 */
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { toBase64 } from "../../core/encoding.ts";
import { witnessedBy } from "../../core/ledger/tree/cosignature.ts";
import { type Note, parseNote } from "../../core/ledger/tree/note.ts";
import { verifyNoteSignature } from "../../core/ledger/tree/verify-signature.ts";
import { COSIGNED_KEPT, WITNESS_BACKOFF_MS, WITNESS_EVERY_MS } from "../../core/limits.ts";
import type { CosignResult, WitnessesService } from "../../core/witness.ts";
import { ADDED_IN_4_WITNESSES } from "../../durable-objects/schema.ts";
import { statements } from "../../durable-objects/statements.ts";
import { type WitnessConflict, Witnessing } from "../../durable-objects/witnessing.ts";
import { generateJwk } from "../dispatcher/order.ts";
import { type NoteSigner, noteSigner, noteSignerOf, type TestLog, testLog } from "../harness/log.ts";
import { startWitness, type TestWitness } from "../harness/witness.ts";
import { startWitnessClient, type WitnessClient } from "../harness/witness-client.ts";

const ORIGINS = Array.from({ length: 40 }, (_, index) => `gw.test/t/${index}`);
let signers: NoteSigner[];
let epochSigner: (origin: string) => NoteSigner;
let witnesses: TestWitness[];
let client: WitnessClient;
let next = 0;

beforeAll(async () => {
  signers = await Promise.all(ORIGINS.map(noteSigner));
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const raw = new Uint8Array((await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer);
  epochSigner = (origin) => noteSignerOf(origin, raw, pair.privateKey);
  const logs = Object.fromEntries(signers.map(({ key, vkey }) => [key.name, [vkey]]));
  const epochs = {
    "gw.test/e": [epochSigner("gw.test/e").vkey],
    "gw.test/e/epoch/*": [epochSigner("gw.test/e").vkey],
  };
  witnesses = await Promise.all(
    ["a.test/1", "b.test/1"].map(async (name) =>
      startWitness({ name, jwk: await generateJwk(), logs: { ...logs, ...epochs } }),
    ),
  );
  client = await startWitnessClient(witnesses, {
    ALLOWED_PRIVATE_ORIGINS: witnesses.map(({ origin }) => origin).join(","),
    WITNESS_QUORUM: "2",
  });
}, 60_000);
afterAll(async () => {
  await Promise.all([client, ...(witnesses ?? [])].map((one) => one?.stop()));
});
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_800_000_000_000 });
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

/** SQLite as the object's storage has it. */
function sqlStorage(): SqlStorage {
  const db = new DatabaseSync(":memory:");
  db.exec(`CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL); ${ADDED_IN_4_WITNESSES}`);
  const exec = (query: string, ...values: (string | number | null)[]) => {
    const rows = db.prepare(query).all(...values);
    return { toArray: () => rows, rowsWritten: 0 };
  };
  // As much of it as the statements use.
  return { exec } as unknown as SqlStorage;
}

interface Tenant {
  log: TestLog;
  signer: NoteSigner;
  readonly sql: ReturnType<typeof statements>;
  readonly witnessing: Witnessing;
  readonly conflicts: WitnessConflict[];
  /** Names of the witnesses that were asked, in order. */
  readonly asked: string[];
  readonly armed: () => number;
  grow(count: number): Promise<void>;
  /** The newest checkpoint that both cosigned. */
  witnessed(): Promise<{
    readonly size: number;
    readonly names: readonly string[];
    readonly lines: number;
  } | null>;
}

/** Wraps what is asked of one witness. */
type Ask = (name: string, ask: () => Promise<CosignResult>) => Promise<CosignResult>;

async function tenant(
  ask: Ask = (_, real) => real(),
  over: Partial<WitnessesService> = {},
  onConflict: () => void = () => undefined,
): Promise<Tenant> {
  const sql = statements(sqlStorage());
  const conflicts: WitnessConflict[] = [];
  const asked: string[] = [];
  let armed = 0;
  let note: string | null = null;
  const self: Tenant = {
    log: testLog(0),
    signer: signers[next++] as NoteSigner,
    sql,
    conflicts,
    asked,
    armed: () => armed,
    witnessing: new Witnessing({
      sql,
      transaction: (body) => body(),
      witnesses: {
        list: () => client.list(),
        quorum: () => client.quorum(),
        addCheckpoint(name, request) {
          asked.push(name);
          return ask(name, () => client.addCheckpoint(name, request));
        },
        ...over,
      },
      newest: () => note,
      consistency: (from, to) => self.log.consistency(from, to),
      conflict(found) {
        conflicts.push(found);
        onConflict();
      },
      arm: () => void armed++,
    }),
    async grow(count) {
      const from = self.log.size;
      self.log.append(...Array.from({ length: count }, (_, index) => `grown ${from + index}`));
      note = await self.log.checkpoint(self.log.size, self.signer);
    },
    async witnessed() {
      const row = sql.newestCosigned(2);
      if (row === null) return null;
      const cosigned = parseNote(row.note) as Note;
      const policy = { quorum: 2, witnesses: witnesses.map(({ key }) => key) };
      const { names, enough } = await witnessedBy(cosigned, policy, verifyNoteSignature);
      expect(enough).toBe(true);
      return { size: row.size, names, lines: cosigned.signatures.length };
    },
  };
  return self;
}

const BOTH = ["a.test/1", "b.test/1"];

describe("the newest checkpoint", () => {
  it("is brought to every witness, and kept with our signature and theirs", async () => {
    const one = await tenant();
    await one.witnessing.drain();
    expect(one.asked).toEqual([]);
    await one.grow(7);
    await one.witnessing.drain();
    expect(await one.witnessed()).toEqual({ size: 7, names: BOTH, lines: 3 });
    expect(one.sql.witnesses()).toMatchObject([
      { name: "a.test/1", origin: one.signer.key.name, size: 7, failures: 0, cosigned_at: Date.now() },
      { name: "b.test/1", size: 7 },
    ]);
    expect(one.witnessing.nextAtMs()).toBe(null);
    expect(one.conflicts).toEqual([]);
  });

  it("is brought at most every ten seconds, then the one that is the newest by then", async () => {
    const one = await tenant();
    for (let round = 1; round <= 3; round++) {
      await one.grow(5);
      await one.witnessing.drain();
      expect((await one.witnessed())?.size).toBe(15 * (round - 1) + 5);
      await one.grow(5);
      await one.witnessing.drain();
      await one.grow(5);
      await one.witnessing.drain();
      expect(one.asked).toHaveLength(2 * round);
      // The alarm that brings the rest.
      expect(one.witnessing.nextAtMs()).toBe(Date.now() + WITNESS_EVERY_MS);
      pass(WITNESS_EVERY_MS - 1);
      await one.witnessing.drain();
      expect(one.asked).toHaveLength(2 * round);
      pass(1);
    }
  });

  it("is asked for once, however often it is begun", async () => {
    const one = await tenant();
    await one.grow(3);
    for (let time = 0; time < 5; time++) one.witnessing.begin();
    await Promise.all([one.witnessing.drain(), one.witnessing.drain()]);
    expect([...one.asked].sort()).toEqual(BOTH);
    expect(one.armed()).toBe(1);
  });

  it("is not asked for again where nothing is new", async () => {
    const one = await tenant();
    await one.grow(3);
    await one.witnessing.drain();
    pass(24 * 3600 * 1000);
    await one.witnessing.drain();
    expect(one.asked).toHaveLength(2);
  });

  it("of many is kept up to a bound", async () => {
    const one = await tenant();
    for (let size = 1; size <= COSIGNED_KEPT + 10; size++) {
      one.sql.putCosigned({ origin: "o", size, note: "n", witnesses: 1 });
      one.sql.forgetCosigned(COSIGNED_KEPT);
    }
    expect(one.sql.cosigned("o", 10)).toBe(null);
    expect(one.sql.cosigned("o", 11)).not.toBe(null);
    expect([one.sql.newestCosigned(1)?.size, one.sql.newestCosigned(2)]).toEqual([COSIGNED_KEPT + 10, null]);
  });
});

describe("a witness that knows another size than we think", () => {
  it("is proved to from there, where our record of it was lost", async () => {
    const one = await tenant();
    await one.grow(9);
    await one.witnessing.drain();
    one.sql.deleteWitness("a.test/1");
    await one.grow(4);
    pass(WITNESS_EVERY_MS);
    await one.witnessing.drain();
    expect(one.asked.filter((name) => name === "a.test/1")).toHaveLength(3);
    expect(await one.witnessed()).toEqual({ size: 13, names: BOTH, lines: 3 });
  });

  it("is proved to from there, where its answer was lost", async () => {
    let isLost = true;
    const one = await tenant(async (name, real) => {
      const result = await real();
      if (name !== "b.test/1" || !isLost) return result;
      isLost = false;
      throw new Error("the dispatcher died");
    });
    await one.grow(6);
    await one.witnessing.drain();
    expect(one.sql.newestCosigned(2)).toBe(null);
    await one.grow(6);
    pass(WITNESS_EVERY_MS);
    await one.witnessing.drain();
    expect(await one.witnessed()).toEqual({ size: 12, names: BOTH, lines: 3 });
    expect(one.conflicts).toEqual([]);
  });

  it("and had cosigned this very checkpoint, cosigns it again, and counts once", async () => {
    const one = await tenant();
    await one.grow(9);
    await one.witnessing.drain();
    one.sql.deleteWitness("a.test/1");
    pass(WITNESS_EVERY_MS);
    await one.witnessing.drain();
    expect(await one.witnessed()).toEqual({ size: 9, names: BOTH, lines: 3 });
    expect(one.sql.newestCosigned(2)?.witnesses).toBe(2);
  });

  it("and names another one each time is given up for now", async () => {
    let size = 0;
    const one = await tenant(async (name, real) =>
      name === "a.test/1" ? { kind: "conflict", size: ++size } : real(),
    );
    await one.grow(9);
    await one.witnessing.drain();
    expect(one.asked.filter((name) => name === "a.test/1")).toHaveLength(3);
    expect(one.sql.witness("a.test/1")).toMatchObject({ failures: 1, size: 0, conflict: null });
    expect([one.conflicts, one.sql.witness("b.test/1")?.size]).toEqual([[], 9]);
  });
});

describe("a witness that cosigned another history", () => {
  const forked = (size: number): TestLog => {
    const fork = testLog(3, "grown");
    fork.append(...Array.from({ length: size - 3 }, (_, index) => `another ${index}`));
    return fork;
  };

  it.each([
    ["is longer than ours", 20, "ahead"],
    ["is of our length", 9, "root"],
    ["is shorter than ours", 5, "proof"],
  ] as const)("that %s is told once, until it cosigns again", async (_, theirs, why) => {
    const one = await tenant();
    const fork = forked(theirs);
    const note = await fork.checkpoint(theirs, one.signer);
    await client.addCheckpoint("a.test/1", { oldSize: 0, proof: [], note });
    await one.grow(9);
    await one.witnessing.drain();
    const root = toBase64(one.log.root(9));
    const conflict = {
      witness: "a.test/1",
      origin: one.signer.key.name,
      size: 9,
      root,
      witnessed: theirs,
      why,
    };
    expect(one.conflicts).toEqual([conflict]);
    // The other one has no part in it.
    expect(one.sql.witness("b.test/1")?.size).toBe(9);
    for (let round = 0; round < 5; round++) {
      await one.grow(1);
      pass(WITNESS_BACKOFF_MS.at(-1) ?? 0);
      await one.witnessing.drain();
    }
    expect(one.conflicts).toHaveLength(1);
    expect(one.sql.witness("a.test/1")?.failures).toBe(6);
    expect(one.sql.newestCosigned(1)).toMatchObject({ size: 14, witnesses: 1 });
  });

  it("cosigns the next epoch, and may contradict that one anew", async () => {
    const one = await tenant();
    one.signer = epochSigner("gw.test/e");
    const first = forked(6);
    await client.addCheckpoint("a.test/1", {
      oldSize: 0,
      proof: [],
      note: await first.checkpoint(6, one.signer),
    });
    await one.grow(9);
    await one.witnessing.drain();
    expect(one.conflicts).toHaveLength(1);

    one.signer = epochSigner("gw.test/e/epoch/2");
    await one.grow(0);
    pass(WITNESS_EVERY_MS);
    await one.witnessing.drain();
    expect(await one.witnessed()).toEqual({ size: 9, names: BOTH, lines: 3 });
    expect(one.sql.witness("a.test/1")).toMatchObject({
      origin: "gw.test/e/epoch/2",
      size: 9,
      conflict: null,
    });

    one.log = forked(11);
    await one.grow(0);
    pass(WITNESS_EVERY_MS);
    await one.witnessing.drain();
    expect(
      one.conflicts
        .slice(1)
        .map(({ witness, why }) => [witness, why])
        .sort(),
    ).toEqual([
      ["a.test/1", "proof"],
      ["b.test/1", "proof"],
    ]);
  });

  it("is none where we have gone on meanwhile, and somebody else brought it that", async () => {
    const one = await tenant(async (name, real) => {
      if (name === "a.test/1" && one.log.size === 9) {
        await one.grow(3);
        const note = await one.log.checkpoint(12, one.signer);
        await client.addCheckpoint(name, { oldSize: 0, proof: [], note });
      }
      return real();
    });
    await one.grow(9);
    await one.witnessing.drain();
    expect(one.conflicts).toEqual([]);
    pass(WITNESS_EVERY_MS);
    await one.witnessing.drain();
    expect(await one.witnessed()).toEqual({ size: 12, names: BOTH, lines: 3 });
  });
});

describe("the newest witnessed checkpoint", () => {
  it("is one that as many cosigned as the deployment asks for, though others be newer", async () => {
    let isDown = false;
    const one = await tenant(async (name, real) =>
      name === "a.test/1" && isDown ? { kind: "unreachable", reason: "down" } : real(),
    );
    expect(one.witnessing.witnessed(0)).toBe(null);
    await one.grow(6);
    await one.witnessing.drain();
    isDown = true;
    await one.grow(6);
    pass(WITNESS_EVERY_MS);
    await one.witnessing.drain();
    expect(one.sql.newestCosigned(1)?.size).toBe(12);
    expect(one.witnessing.witnessed(6)).toMatchObject({ size: 6 });
    expect(one.witnessing.witnessed(7)).toBe(null);
  });

  it("is any that was cosigned, where the deployment asks for none", async () => {
    const one = await tenant((name, real) => (name === "a.test/1" ? Promise.reject(new Error()) : real()), {
      quorum: async () => 0,
    });
    await one.grow(6);
    await one.witnessing.drain();
    expect(one.witnessing.witnessed(6)?.note).toContain("\u2014 b.test/1 ");
  });

  it("is never one of an epoch that was given up", async () => {
    const one = await tenant();
    one.signer = epochSigner("gw.test/e/epoch/7");
    await one.grow(6);
    await one.witnessing.drain();
    one.signer = epochSigner("gw.test/e/epoch/8");
    one.log = testLog(0);
    await one.grow(2);
    expect(one.witnessing.witnessed(0)).toBe(null);
    pass(WITNESS_EVERY_MS);
    await one.witnessing.drain();
    expect(one.witnessing.witnessed(0)).toMatchObject({ size: 2 });
  });
});

describe("a witness that fails", () => {
  it("is asked later and later, holds up nobody, and is back when it is", async () => {
    let isDown = true;
    const one = await tenant(async (name, real) =>
      name === "a.test/1" && isDown ? { kind: "unreachable", reason: "down" } : real(),
    );
    const waits: number[] = [];
    for (let round = 0; round < WITNESS_BACKOFF_MS.length + 2; round++) {
      await one.grow(2);
      const before = one.asked.length;
      await one.witnessing.drain();
      expect(one.asked.slice(before).sort()).toEqual(BOTH);
      expect(one.sql.newestCosigned(1)?.size).toBe(one.log.size);
      const wait = (one.sql.witness("a.test/1")?.due_at ?? 0) - Date.now();
      waits.push(wait);
      pass(wait);
    }
    const last = WITNESS_BACKOFF_MS.at(-1) ?? 0;
    expect(waits).toEqual([...WITNESS_BACKOFF_MS, last, last]);
    isDown = false;
    await one.witnessing.drain();
    expect(one.sql.witness("a.test/1")).toMatchObject({ failures: 0, size: one.log.size });
    expect(await one.witnessed()).toMatchObject({ names: BOTH });
    expect(one.conflicts).toEqual([]);
  });

  it("together with the list of them is not the end of it", async () => {
    let isDown = true;
    const one = await tenant(undefined, {
      list: () => (isDown ? Promise.reject(new Error("no dispatcher")) : client.list()),
    });
    await one.grow(2);
    await one.witnessing.drain();
    expect(one.asked).toEqual([]);
    isDown = false;
    pass(WITNESS_EVERY_MS);
    await one.witnessing.drain();
    expect(await one.witnessed()).toMatchObject({ size: 2 });
  });

  it("and whose conflict cannot be entered does not keep the alarm busy, nor the others from being asked", async () => {
    const fault = () => {
      throw new Error("the object's storage is full");
    };
    const one = await tenant(
      async (name, real) => (name === "a.test/1" ? { kind: "conflict", size: 99 } : real()),
      {},
      fault,
    );
    await one.grow(4);
    await one.witnessing.drain();
    expect(one.sql.witness("b.test/1")?.size).toBe(4);
    expect(one.witnessing.nextAtMs()).toBe(Date.now() + WITNESS_EVERY_MS);
    await one.witnessing.drain();
    expect(one.asked).toHaveLength(2);
    pass(WITNESS_EVERY_MS);
    await one.witnessing.drain();
    expect(one.asked).toHaveLength(3);
  });

  it("by our own fault, as where a proof cannot be read, leaves checkpoints alone", async () => {
    const one = await tenant();
    await one.grow(4);
    await one.witnessing.drain();
    await one.grow(4);
    pass(WITNESS_EVERY_MS);
    one.log.consistency = () => {
      throw new Error("couldn't read a node");
    };
    await one.witnessing.drain();
    expect(one.sql.witnesses().map(({ size, failures }) => [size, failures])).toEqual([
      [4, 1],
      [4, 1],
    ]);
  });
});

it("a witness that is no longer configured is forgotten, and a new one is brought everything", async () => {
  let names = ["a.test/1"];
  const one = await tenant(undefined, {
    list: async () => (await client.list()).filter(({ name }) => names.includes(name)),
  });
  await one.grow(4);
  await one.witnessing.drain();
  expect(one.sql.witnesses().map(({ name }) => name)).toEqual(["a.test/1"]);
  names = ["b.test/1"];
  pass(WITNESS_EVERY_MS);
  await one.witnessing.drain();
  expect(one.sql.witnesses().map(({ name, size }) => [name, size])).toEqual([["b.test/1", 4]]);
  expect(await one.witnessed()).toEqual({ size: 4, names: BOTH, lines: 3 });
});
