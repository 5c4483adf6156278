/** Checkpoints and proofs as a stranger has them, over HTTP; and a log that was rewound, or whose keys were exchanged. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClient } from "../../cli/client.ts";
import { verifyEd25519 } from "../../core/dsse.ts";
import { fromBase64, fromUtf8, toBase64, toBase64Url, utf8 } from "../../core/encoding.ts";
import { importPrivateKey, importPublicKey, publicJwk, thumbprint } from "../../core/keys.ts";
import { readKeyFile } from "../../core/ledger/key-file.ts";
import { parseCheckpoint } from "../../core/ledger/tree/checkpoint.ts";
import {
  type Hash,
  isConsistent,
  isSame,
  leafHash,
  rootFromInclusion,
} from "../../core/ledger/tree/merkle.ts";
import { isSignedBy, type Note, type NoteKey, parseKey, parseNote } from "../../core/ledger/tree/note.ts";
import { parseTlogProof } from "../../core/ledger/tree/tlog-proof.ts";
import { trustedKey } from "../../core/ledger/trust.ts";
import { verifyLedger } from "../../core/ledger/verify.ts";
import { verifyCheckpoint } from "../../core/ledger/verify-checkpoint.ts";
import { verifyReceipt } from "../../core/ledger/verify-receipt.ts";
import { failedChecks } from "../core/ledger/log.ts";
import { generateJwk } from "../dispatcher/order.ts";
import { ROOT } from "../harness/bundle.ts";
import { type Engine, type EngineOptions, startEngine } from "../harness/engine.ts";
import { signEnvelope } from "../harness/envelope.ts";
import { createTestTenant, type TestTenant } from "../harness/tenant.ts";
import { toolCall } from "./world.ts";

/** The public halves of what the signer was given. */
const keysOf = (secrets: Engine["secrets"]) =>
  Promise.all(
    (["receipt", "checkpoint"] as const).map((use) => {
      const secret = use === "receipt" ? secrets.RECEIPT_SIGNING_KEY : secrets.CHECKPOINT_SIGNING_KEY;
      return trustedKey((JSON.parse(secret) as { x: string }).x, use);
    }),
  );

let stateDir: string;
let engine: Engine;
let tenant: TestTenant;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), "countersign-"));
});
afterEach(async () => {
  await engine.stop();
  rmSync(stateDir, { recursive: true, force: true });
});

async function start(options: Partial<EngineOptions> = {}): Promise<void> {
  engine = await startEngine({ stateDir, ...options });
}
const newTenant = async () => {
  tenant = await createTestTenant({ url: engine.url, bootstrapToken: engine.secrets.BOOTSTRAP_TOKEN });
};

const get = async (path: string, key = tenant.keys.auditor) =>
  fetch(new URL(path, engine.url), { headers: { authorization: `Bearer ${key}` } });
const text = async (path: string) => (await get(path)).text();
const verify = async (publicKey: Uint8Array, signature: Uint8Array, bytes: Uint8Array) =>
  verifyEd25519(await importPublicKey({ x: toBase64Url(publicKey) }), signature, bytes);

async function verifierKey(origin = tenant.log): Promise<NoteKey> {
  const path = `/.well-known/countersign-keys.json?log=${encodeURIComponent(origin)}`;
  const { vkeys } = (await (await fetch(new URL(path, engine.url))).json()) as { vkeys: string[] };
  return parseKey(vkeys[0] ?? "") as NoteKey;
}

/** Opens a checkpoint as anyone would: its signature first. */
async function opened(note: Note, origin = tenant.log) {
  expect(await isSignedBy(note, await verifierKey(origin), verify)).toBe(true);
  const checkpoint = parseCheckpoint(note.text);
  if (checkpoint?.origin !== origin) throw new Error("another log's checkpoint");
  return checkpoint;
}

describe("a log", () => {
  it("has checkpoints, each of which extends the one before", async () => {
    await start();
    await newTenant();
    const first = await opened(parseNote(await text("/v1/ledger/checkpoint?wait=5")) as Note);
    await tenant.app.submit(toolCall({ n: 1 }));
    const answer = await tenant.app.submit(toolCall({ n: 2 }));
    const index = answer.body.ledger?.index ?? -1;
    await text(`/v1/ledger/proof/${index}?wait=5`);
    const second = await opened(parseNote(await text("/v1/ledger/checkpoint")) as Note);
    expect(second.size).toBeGreaterThan(first.size);
    const proof = (await text(`/v1/ledger/consistency?from=${first.size}&to=${second.size}`))
      .trim()
      .split("\n");
    const hashes = proof.map((line) => fromBase64(line) as Hash);
    expect(isConsistent(first.size, second.size, hashes, first.root, second.root)).toBe(true);
  });

  it("proves within two seconds that a receipt's entry stands in it", async () => {
    await start();
    await newTenant();
    const { body } = await tenant.app.submit(toolCall({ n: 1 }));
    const started = Date.now();
    const receipt = await tenant.app.expect<{ payload: string; proof: string; rotations: unknown[] }>(
      "GET",
      `/v1/receipts/${body.id}?proof=wait`,
    );
    expect(Date.now() - started).toBeLessThan(2_000);
    expect(receipt).toMatchObject({ ...body.receipt, rotations: [] });
    const statement = fromUtf8(fromBase64(receipt.payload) as Uint8Array);
    const entry = statement.slice('{"entry":'.length, statement.lastIndexOf(',"kind":'));
    const proof = parseTlogProof(receipt.proof);
    if (proof === null) throw new Error("no proof");
    const checkpoint = await opened(proof.checkpoint);
    const root = rootFromInclusion(proof.index, checkpoint.size, leafHash(entry), proof.path);
    expect(root !== null && isSame(root, checkpoint.root)).toBe(true);
  });

  it("serves tiles, those of one epoch for ever, and entries to auditors alone", async () => {
    await start();
    await newTenant();
    const { size } = await opened(parseNote(await text("/v1/ledger/checkpoint?wait=5")) as Note);
    const tile = await get(`/v1/ledger/tile/0/000.p/${size}`, tenant.keys.app);
    expect(tile.headers.get("cache-control")).not.toContain("immutable");
    const ofEpoch = await get(`/v1/ledger/epoch/1/tile/0/000.p/${size}`, tenant.keys.app);
    expect(ofEpoch.headers.get("cache-control")).toContain("immutable");
    expect(new Uint8Array(await ofEpoch.arrayBuffer())).toEqual(
      new Uint8Array(await tile.clone().arrayBuffer()),
    );
    expect((await get(`/v1/ledger/epoch/2/tile/0/000.p/${size}`)).status).toBe(404);
    expect(await text("/v1/ledger/epoch/1/checkpoint")).toBe(await text("/v1/ledger/checkpoint"));
    expect((await get("/v1/ledger/epoch/2/checkpoint")).status).toBe(404);
    const again = (etag: string | null) =>
      fetch(new URL(`/v1/ledger/tile/0/000.p/${size}`, engine.url), {
        headers: { authorization: `Bearer ${tenant.keys.app}`, "if-none-match": etag ?? "" },
      });
    expect((await again(tile.headers.get("etag"))).status).toBe(304);
    expect((await again('"another"')).status).toBe(200);
    const hashes = new Uint8Array(await tile.arrayBuffer());
    const entries = new Uint8Array(await (await get(`/v1/ledger/tile/entries/000.p/${size}`)).arrayBuffer());
    const length = ((entries[0] ?? 0) << 8) | (entries[1] ?? 0);
    expect(isSame(leafHash(entries.slice(2, 2 + length)), hashes.slice(0, 32))).toBe(true);
    expect((await get(`/v1/ledger/tile/entries/000.p/${size}`, tenant.keys.app)).status).toBe(403);
    for (const none of [
      "tile/0/000",
      "tile/0/001",
      "tile/9/000.p/1",
      "tile/x",
      "tile/0/0",
      "tile/0/000.p/256",
    ])
      expect([none, (await get(`/v1/ledger/${none}`)).status]).toEqual([none, 404]);
  });

  it.each([
    ["proof/x", 422],
    ["proof/999999", 404],
    ["consistency", 422],
    ["consistency?from=9&to=2", 422],
    ["consistency?from=0&to=99999", 422],
  ])("answers /v1/ledger/%s with %i", async (path, status) => {
    await start();
    await newTenant();
    await text("/v1/ledger/checkpoint?wait=5");
    const answer = await get(`/v1/ledger/${path}`);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "application/problem+json"]);
  });
});

describe("storage that was rewound", () => {
  it("gets no more checkpoints, an alert, and goes on in an epoch that an operator opens", async () => {
    const operator = await generateJwk();
    const vars = { signer: { EPOCH_KEYS: JSON.stringify([publicJwk(operator.x, "epoch")]) } };
    await start({ vars });
    const { secrets } = engine;
    await newTenant();
    const restart = async () => {
      await start({ vars, secrets });
      tenant = {
        ...tenant,
        app: createClient(engine.url, tenant.keys.app),
        admin: createClient(engine.url, tenant.keys.admin),
      };
    };
    await text("/v1/ledger/checkpoint?wait=5");
    await engine.kill("SIGTERM");
    const storage = join(stateDir, "storage");
    const gate = join(storage, "countersign-gate-TenantObject");
    cpSync(gate, join(stateDir, "backup"), { recursive: true });

    await restart();
    const lost = await tenant.app.submit(toolCall({ n: "lost" }));
    await text(`/v1/ledger/proof/${lost.body.ledger?.index}?wait=5`);
    const oldNote = await text("/v1/ledger/checkpoint");
    const old = await opened(parseNote(oldNote) as Note);
    const oldTile = await get("/v1/ledger/tile/0/000.p/2");
    await engine.kill("SIGTERM");
    rmSync(gate, { recursive: true });
    cpSync(join(stateDir, "backup"), gate, { recursive: true });

    await restart();
    const other = await tenant.app.submit(toolCall({ n: "other" }));
    // Longer than the log that was signed: only its history is another.
    await tenant.app.submit(toolCall({ n: "another" }));
    await tenant.app.submit(toolCall({ n: "third" }));
    expect(other.body.decision).toBe("allow");
    expect((await get(`/v1/ledger/proof/${other.body.ledger?.index}?wait=2`)).status).toBe(404);
    const alerts = await tenant.admin.expect<{ data: { kind: string; log: { signed: unknown } }[] }>(
      "GET",
      "/v1/alerts",
    );
    const signed = { size: old.size, root: toBase64(old.root) };
    expect(alerts.data.map(({ kind, log }) => [kind, log.signed])).toEqual([["log_fork", signed]]);

    const { log } = tenant;
    const keyFile = join(stateDir, "operator.jwk");
    const open = (...args: string[]) => {
      const env = { ...process.env, COUNTERSIGN_KEY: tenant.keys.admin, COUNTERSIGN_URL: engine.url };
      const cli = join(ROOT, "cli/countersign.mjs");
      const words = ["epoch", "--signing-key", keyFile, "--reason", "restored", ...args];
      return spawnSync(process.execPath, [cli, ...words], { encoding: "utf8", env });
    };
    writeFileSync(keyFile, JSON.stringify(await generateJwk()));
    expect(open("--yes")).toMatchObject({ status: 2, stderr: expect.stringContaining("epoch_refused") });
    writeFileSync(keyFile, JSON.stringify(operator));
    expect(open()).toMatchObject({ status: 1, stdout: expect.stringContaining("Nothing was done") });
    expect((await get("/v1/ledger/checkpoint?wait=1")).status).toBe(200);
    const { size } = await tenant.admin.expect<{ size: number }>("GET", "/v1/ledger/head");
    expect(open("--yes")).toMatchObject({ status: 0, stdout: expect.stringContaining("Epoch 2 is open") });
    expect(open("--yes")).toMatchObject({ status: 1, stdout: expect.stringContaining("nothing to open") });
    const note = parseNote(await text(`/v1/ledger/checkpoint?wait=5`)) as Note;
    const after = await opened(note, `${log}/epoch/2`);
    expect(after.size).toBeGreaterThan(size);

    // Nobody takes a tile of the one history for one of the other.
    const revalidated = await fetch(new URL("/v1/ledger/tile/0/000.p/2", engine.url), {
      headers: {
        authorization: `Bearer ${tenant.keys.auditor}`,
        "if-none-match": oldTile.headers.get("etag") ?? "",
      },
    });
    expect(revalidated.status).toBe(200);
    expect((await get("/v1/ledger/epoch/1/tile/0/000.p/2")).status).toBe(404);
    expect((await get("/v1/ledger/epoch/2/tile/0/000.p/2")).status).toBe(200);

    // What an auditor has of it: whoever trusts the operator has one history, whoever does not is told why there is none.
    const keys = await keysOf(secrets);
    const trusting = [...keys, await trustedKey(operator.x, "epoch")];
    const exported = await text("/v1/ledger/export");
    expect(failedChecks((await verifyLedger(utf8(exported), trusting)).report)).toEqual([]);
    const distrusting = (await verifyLedger(utf8(exported), keys)).report;
    expect(failedChecks(distrusting)).toEqual(["epochs", "checkpoint_signature"]);
    const receipt = utf8(
      await (await get(`/v1/receipts/${other.body.id}?proof=wait`, tenant.keys.app)).text(),
    );
    expect(failedChecks(await verifyReceipt(receipt, trusting, { requireProof: true }))).toEqual([]);
    expect(failedChecks(await verifyReceipt(receipt, keys))).toEqual(["epochs", "checkpoint_signature"]);
    const since = await verifyLedger(utf8(exported), trusting, { since: oldNote });
    expect(failedChecks(since.report)).toEqual(["since"]);

    // A checkpoint by itself, with the key file of its log and the operator's key.
    const alone = utf8(await text("/v1/ledger/checkpoint"));
    const root = await readKeyFile(utf8(await text("/v1/ledger/keys")));
    if (!root.ok) throw new Error(root.fault);
    const { keys: listed, ...statements } = root.value;
    const [operatorsKey] = trusting.filter(({ use }) => use === "epoch");
    const given = [...listed, ...(operatorsKey ? [operatorsKey] : [])];
    expect(failedChecks(await verifyCheckpoint(alone, given, { statements }))).toEqual([]);
    expect(failedChecks(await verifyCheckpoint(alone, given))).toEqual(["checkpoint_signature"]);
    expect(failedChecks(await verifyCheckpoint(alone, listed, { statements }))).toEqual([
      "checkpoint_signature",
    ]);
  }, 60_000);
});

describe("a receipt key that was exchanged", () => {
  it("is followed by an entry and a statement that both keys signed", async () => {
    await start();
    const { secrets } = engine;
    await newTenant();
    const { body } = await tenant.app.submit(toolCall({ n: 1 }));
    await text(`/v1/ledger/proof/${body.ledger?.index}?wait=5`);
    await engine.kill("SIGTERM");

    const next = await generateJwk();
    await start({
      secrets: { ...secrets, RECEIPT_SIGNING_KEY: JSON.stringify(next) },
      vars: { signer: { RECEIPT_SIGNING_KEY_BEFORE: secrets.RECEIPT_SIGNING_KEY } },
    });
    const app = createClient(engine.url, tenant.keys.app);
    const later = await app.submit(toolCall({ n: 2 }));
    expect(later.body.receipt?.signatures[0]?.keyid).toBe(thumbprint(next.x));
    await text(`/v1/ledger/proof/${(later.body.ledger?.index ?? 0) + 1}?wait=5`);
    const { rotations } = await app.expect<{ rotations: { payload: string }[] }>(
      "GET",
      `/v1/receipts/${body.id}`,
    );
    const statement = JSON.parse(fromUtf8(fromBase64(rotations[0]?.payload ?? "") as Uint8Array));
    const old = JSON.parse(secrets.RECEIPT_SIGNING_KEY) as { x: string };
    expect(statement).toMatchObject({
      use: "receipt",
      log: tenant.log,
      old: { x: old.x },
      new: { x: next.x },
    });
    expect(statement.index).toBeGreaterThan(body.ledger?.index ?? 0);

    // Who has the keys of before alone goes on from them: to the newer key, and no further back with the older one.
    const keys = await keysOf(secrets);
    expect(failedChecks((await verifyLedger(utf8(await text("/v1/ledger/export")), keys)).report)).toEqual(
      [],
    );
    for (const id of [body.id, later.body.id]) {
      const receipt = utf8(await (await get(`/v1/receipts/${id}?proof=wait`, tenant.keys.app)).text());
      expect(failedChecks(await verifyReceipt(receipt, keys, { requireProof: true }))).toEqual([]);
    }

    // The older key as it is listed by now is good for nothing but what lies below the rotation.
    const rootAt = async (path: string) => {
      const root = await readKeyFile(utf8(await text(path)));
      if (!root.ok) throw new Error(root.fault);
      const { keys, ...statements } = root.value;
      return { keys, statements };
    };
    const published = await rootAt("/.well-known/countersign-keys.json");
    const ofLog = await rootAt("/v1/ledger/keys");
    expect([published, ofLog].map(({ keys }) => keys.map(({ successor }) => successor))).toEqual(
      Array(2).fill([null, null, thumbprint(next.x)]),
    );
    const withOlder = {
      id: thumbprint(old.x),
      key: await importPrivateKey(JSON.parse(secrets.RECEIPT_SIGNING_KEY)),
    };
    const last = await app.submit(toolCall({ n: 3 }));
    const statementOf = ({ receipt }: { receipt?: { payload: string } | null }) =>
      fromUtf8(fromBase64(receipt?.payload ?? "") as Uint8Array);
    for (const [about, { keys, statements }, failed] of [
      [body, published, ["rotations"]],
      [body, ofLog, []],
      // As whoever has stolen the older key would make it.
      [last.body, published, ["rotations"]],
      [last.body, ofLog, ["rotations"]],
    ] as const) {
      const bare = await signEnvelope("receipt", statementOf(about), withOlder);
      const report = await verifyReceipt(utf8(JSON.stringify(bare)), keys, { statements });
      expect(failedChecks(report)).toEqual(failed);
    }
  });
});
