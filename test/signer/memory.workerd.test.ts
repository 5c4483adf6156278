/** The signer's memory of what it last signed of each log, in a real workerd. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Envelope, envelopeOf, PAYLOAD_TYPES, preAuthEncoding, verifyEd25519 } from "../../core/dsse.ts";
import { fromBase64, toBase64, utf8 } from "../../core/encoding.ts";
import { epochStatement } from "../../core/epoch.ts";
import { importPublicKey, type PrivateJwk, publicJwk, thumbprint } from "../../core/keys.ts";
import { parseCheckpoint } from "../../core/ledger/tree/checkpoint.ts";
import {
  consistencyProof,
  type Hash,
  leafHash,
  nodesOfAppend,
  type ReadNode,
  treeRoot,
} from "../../core/ledger/tree/merkle.ts";
import { isSignedBy, parseNote, SIGNATURE_TYPE } from "../../core/ledger/tree/note.ts";
import { parseRotationStatement } from "../../core/rotation.ts";
import type { CheckpointResult, EpochResult, RotationRequest } from "../../core/signing.ts";
import { generateJwk, random32, signWith } from "../dispatcher/order.ts";
import { startWorkers } from "../dispatcher/workers.ts";

let workers: Awaited<ReturnType<typeof startWorkers>>;
let checkpointKey: PrivateJwk;
let receiptKey: PrivateJwk;
let receiptKeyBefore: PrivateJwk;
let operatorKey: PrivateJwk;
let logs = 0;
const newLog = () => `gw.test/t/log${++logs}`;

beforeAll(async () => {
  [checkpointKey, receiptKey, receiptKeyBefore, operatorKey] = await Promise.all([
    generateJwk(),
    generateJwk(),
    generateJwk(),
    generateJwk(),
  ]);
  const secrets = {
    RECEIPT_SIGNING_KEY: JSON.stringify(receiptKey),
    RECEIPT_SIGNING_KEY_BEFORE: JSON.stringify(receiptKeyBefore),
    CHECKPOINT_SIGNING_KEY: JSON.stringify(checkpointKey),
    EPOCH_KEYS: JSON.stringify([publicJwk(operatorKey.x, "epoch")]),
    SEALING_KEY: random32(),
  };
  workers = await startWorkers(secrets, "http://127.0.0.1:9");
}, 60_000);
afterAll(() => workers?.stop());

/** A history: its leaves are the texts `name0`, `name1`, …, of which the first `shared` are those of every history. */
function history(name: string, shared = 0) {
  const nodes = new Map<string, Hash>();
  const read: ReadNode = (level, index) => nodes.get(`${level}/${index}`) as Hash;
  for (let index = 0; index < 40; index++) {
    const leaf = leafHash(`${index < shared ? "" : name}${index}`);
    for (const node of nodesOfAppend(index, leaf, read)) nodes.set(`${node.level}/${node.index}`, node.hash);
  }
  const root = (size: number) => toBase64(treeRoot(size, read));
  return {
    root,
    at: (log: string, size: number, oldSize: number) => ({
      log,
      size,
      root: root(size),
      oldSize,
      proof: oldSize <= size ? consistencyProof(oldSize, size, read).map(toBase64) : [],
    }),
  };
}

const sign = (request: unknown) => workers.call<CheckpointResult>("SIGNER", "checkpoint", request);
const verify = async (publicKey: Uint8Array, signature: Uint8Array, bytes: Uint8Array) =>
  verifyEd25519(await importPublicKey({ x: toUrl(publicKey) }), signature, bytes);
const toUrl = (bytes: Uint8Array) =>
  toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const noteKey = (name: string) => ({
  name,
  type: SIGNATURE_TYPE.ed25519,
  publicKey: fromBase64(`${checkpointKey.x.replaceAll("-", "+").replaceAll("_", "/")}=`) as Uint8Array,
});

const kinds = async (...requests: readonly unknown[]) => {
  const results: string[] = [];
  for (const request of requests) results.push((await sign(request)).kind);
  return results;
};

describe("a checkpoint", () => {
  it("is a note under the log's name, signed with the checkpoint key", async () => {
    const log = newLog();
    const one = history("a");
    const result = await sign(one.at(log, 7, 0));
    if (result.kind !== "signed") throw new Error(result.kind);
    const note = parseNote(result.note);
    if (note === null) throw new Error("no note");
    expect(parseCheckpoint(note.text)).toMatchObject({ origin: log, size: 7 });
    expect(await isSignedBy(note, noteKey(log), verify)).toBe(true);
    expect(result).toMatchObject({
      epoch: 1,
      keys: { receipt: thumbprint(receiptKey.x), checkpoint: thumbprint(checkpointKey.x) },
    });
  });

  it("is signed where it extends the last one, and the same one again", async () => {
    const log = newLog();
    const { at } = history("a");
    expect(
      await kinds(at(log, 3, 0), at(log, 10, 3), at(log, 10, 3), at(log, 10, 10), at(log, 11, 10)),
    ).toEqual(Array(5).fill("signed"));
  });

  it("names what was signed last to one who starts from elsewhere", async () => {
    const log = newLog();
    const { at, root } = history("a");
    await sign(at(log, 5, 0));
    expect(await sign(at(log, 9, 2))).toEqual({ kind: "conflict", size: 5, root: root(5) });
    expect(await kinds(at(log, 9, 5))).toEqual(["signed"]);
  });

  it("of a shorter, another or a rewritten history is refused, and stays so", async () => {
    const log = newLog();
    const [one, other] = [history("a", 4), history("b", 4)];
    await sign(one.at(log, 8, 0));
    const forked = { kind: "fork", epoch: 1, size: 8, root: one.root(8) };
    expect(await sign(one.at(log, 6, 0))).toEqual(forked);
    expect(await sign(other.at(log, 8, 8))).toEqual(forked);
    expect(await sign(other.at(log, 12, 8))).toEqual(forked);
    expect(await sign({ ...other.at(log, 12, 8), proof: [] })).toEqual(forked);
    expect(await sign(one.at(log, 12, 8))).toMatchObject({ kind: "signed" });
  });

  it("is signed for one of two that come at once", async () => {
    const log = newLog();
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, index) => sign(history(`h${index}`).at(log, 5, 0))),
    );
    expect(results.filter(({ kind }) => kind === "signed")).toHaveLength(1);
    expect(results.filter(({ kind }) => kind === "fork")).toHaveLength(7);
  });

  it.each([
    ["no object", null],
    ["an origin with a space", { log: "a b" }],
    ["a log that is another one's epoch", { log: "gw.test/t/log1/epoch/2" }],
    ["no entries", { size: 0 }],
    ["a short root", { root: "AAAA" }],
    ["a proof of other things", { proof: ["x"] }],
    ["an endless proof", { proof: Array(129).fill(toBase64(new Uint8Array(32))) }],
    ["more members", { more: 1 }],
  ])("of %s is none", async (_, change) => {
    const good = history("a").at(newLog(), 5, 0);
    await expect(sign(change === null ? null : { ...good, ...change })).rejects.toThrow("Not signed");
  });
});

describe("an epoch", () => {
  const open = (statement: Envelope) => workers.call<EpochResult>("SIGNER", "openEpoch", statement);
  const statementFor = (log: string, epoch: number, old: [number, string], base: [number, string]) =>
    epochStatement({
      log,
      epoch,
      old: { size: old[0], root: old[1] },
      base: { size: base[0], root: base[1] },
      reason: "restored from the backup of Friday",
      time: "2026-11-21T10:00:00.000Z",
    });
  const signedBy = async (key: PrivateJwk, statement: string) => {
    const bytes = preAuthEncoding(PAYLOAD_TYPES.epoch, utf8(statement));
    const signing = await crypto.subtle.importKey("jwk", { ...key }, "Ed25519", false, ["sign"]);
    const sig = toBase64(new Uint8Array(await crypto.subtle.sign("Ed25519", signing, bytes)));
    return envelopeOf("epoch", statement, { keyid: thumbprint(key.x), sig });
  };

  it("lets a rewound log go on, from the tree that the operator names, under an origin of its own", async () => {
    const log = newLog();
    const [one, other] = [history("a", 4), history("b", 4)];
    await sign(one.at(log, 8, 0));
    const statement = await signedBy(operatorKey, statementFor(log, 2, [8, one.root(8)], [5, other.root(5)]));
    expect(await open(statement)).toEqual({ kind: "opened", epoch: 2 });
    expect(await open(statement)).toEqual({ kind: "opened", epoch: 2 });
    const result = await sign(other.at(log, 9, 5));
    expect(result).toMatchObject({ kind: "signed", epoch: 2 });
    expect(result.kind === "signed" && result.note.startsWith(`${log}/epoch/2\n9\n`)).toBe(true);
    expect(await kinds(one.at(log, 12, 8))).toEqual(["conflict"]);
    expect(await kinds(one.at(log, 12, 9))).toEqual(["fork"]);
  });

  it("is opened anew as long as nothing was signed in it: who asked may have died before the answer came", async () => {
    const log = newLog();
    const [one, other] = [history("a", 4), history("b", 4)];
    await sign(one.at(log, 8, 0));
    const from = (size: number, old = one.root(8)) =>
      signedBy(operatorKey, statementFor(log, 2, [8, old], [size, other.root(size)]));
    const lost = await from(5);
    expect(await open(lost)).toEqual({ kind: "opened", epoch: 2 });
    // Another time, and a log that has gone on: another statement.
    expect(await open(await from(7, other.root(8)))).toMatchObject({ kind: "refused" });
    expect(await open(await from(6))).toEqual({ kind: "opened", epoch: 2 });
    expect(await sign(other.at(log, 6, 6))).toMatchObject({ kind: "signed", epoch: 2 });
    expect(await open(await from(7))).toMatchObject({ kind: "refused" });
    expect(await open(lost)).toMatchObject({ kind: "refused" });
    expect(await kinds(other.at(log, 9, 6))).toEqual(["signed"]);
    expect(await open(lost)).toMatchObject({ kind: "refused" });
  });

  it("is not opened by another key, for another tree, out of turn, or by what is signed as something else", async () => {
    const log = newLog();
    const [one, other] = [history("a"), history("b")];
    await sign(one.at(log, 8, 0));
    const good = statementFor(log, 2, [8, one.root(8)], [5, other.root(5)]);
    const refusals = [
      await signedBy(receiptKey, good),
      await signedBy(operatorKey, statementFor(log, 2, [7, one.root(7)], [5, other.root(5)])),
      await signedBy(operatorKey, statementFor(log, 3, [8, one.root(8)], [5, other.root(5)])),
      await signWith(operatorKey)("receipt", good),
      { ...(await signedBy(operatorKey, good)), payload: toBase64(utf8(good.replace("Friday", "Monday"))) },
      { payloadType: PAYLOAD_TYPES.epoch } as Envelope,
    ];
    for (const refused of refusals) expect(await open(refused)).toMatchObject({ kind: "refused" });
    expect(await kinds(other.at(log, 9, 5))).toEqual(["conflict"]);
  });
});

describe("a rotation", () => {
  const rotate = (request: Partial<RotationRequest> & { readonly log: string }) =>
    workers.call<Envelope | null>("SIGNER", "rotation", {
      use: "receipt",
      old: thumbprint(receiptKeyBefore.x),
      index: 12,
      time: "2026-11-21T10:00:00.000Z",
      ...request,
    });
  const one = history("a");
  /** A log whose checkpoint signed last has `size` entries. */
  const logOf = async (size: number) => {
    const log = newLog();
    expect(await kinds(one.at(log, size, 0))).toEqual(["signed"]);
    return log;
  };
  const indexOf = (envelope: Envelope | null) => {
    const parsed = parseRotationStatement(fromBase64(envelope?.payload ?? "") as Uint8Array);
    return parsed.ok ? parsed.value.index : parsed.fault;
  };

  it("is signed by the key before and by the present one", async () => {
    const envelope = await rotate({ log: await logOf(12) });
    const payload = fromBase64(envelope?.payload ?? "") as Uint8Array;
    const parsed = parseRotationStatement(payload);
    expect(parsed).toMatchObject({
      ok: true,
      value: { use: "receipt", index: 12, old: { x: receiptKeyBefore.x }, new: { x: receiptKey.x } },
    });
    const signed = preAuthEncoding(PAYLOAD_TYPES.rotation, payload);
    const by = await Promise.all(
      [receiptKeyBefore, receiptKey].map(async ({ x }, index) =>
        verifyEd25519(
          await importPublicKey({ x }),
          fromBase64(envelope?.signatures[index]?.sig ?? "") as Uint8Array,
          signed,
        ),
      ),
    );
    expect(by).toEqual([true, true]);
  });

  it("is not made of a key that the signer does not have", async () => {
    const log = await logOf(12);
    expect(await rotate({ log, old: thumbprint(operatorKey.x) })).toBeNull();
    expect(await rotate({ log, use: "checkpoint", old: thumbprint(checkpointKey.x) })).toBeNull();
    await expect(rotate({ log, use: "epoch" as "receipt" })).rejects.toThrow("Not signed");
  });

  it("ends the older key where the log was signed last, and nowhere else", async () => {
    const log = await logOf(12);
    for (const index of [0, 11, 13, 1_000_000])
      await expect(rotate({ log, index })).rejects.toThrow("the checkpoint signed last");
    await expect(rotate({ log: newLog(), index: 12 })).rejects.toThrow("the checkpoint signed last");
    expect(indexOf(await rotate({ log, index: 12 }))).toBe(12);
  });

  it("ends it there also when it is asked for once more, later", async () => {
    const log = await logOf(12);
    expect(indexOf(await rotate({ log, index: 12 }))).toBe(12);
    expect(await kinds(one.at(log, 20, 12))).toEqual(["signed"]);
    expect(indexOf(await rotate({ log, index: 20 }))).toBe(12);
    expect(indexOf(await rotate({ log, index: 7 }))).toBe(12);
  });

  it("lists both keys meanwhile, the older one with its successor", async () => {
    const keys = await workers.keys();
    const listed = keys.map(({ kid, countersign_successor }) => [kid, countersign_successor]);
    expect(listed).toEqual([
      [thumbprint(receiptKey.x), undefined],
      [thumbprint(checkpointKey.x), undefined],
      [thumbprint(receiptKeyBefore.x), thumbprint(receiptKey.x)],
    ]);
  });
});
