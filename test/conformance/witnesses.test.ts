/**
 * A gateway with two witnesses, each a Worker of its own: proofs come with their cosignatures, and where all of the gateway is set
 * back, its signer too, the witnesses are those who notice.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createClient } from "../../cli/client.ts";
import { fromBase64, fromUtf8 } from "../../core/encoding.ts";
import { parseCheckpoint } from "../../core/ledger/tree/checkpoint.ts";
import { witnessedBy } from "../../core/ledger/tree/cosignature.ts";
import { isSame, leafHash, rootFromInclusion } from "../../core/ledger/tree/merkle.ts";
import { isSignedBy, type NoteKey, parseKey } from "../../core/ledger/tree/note.ts";
import { parseTlogProof } from "../../core/ledger/tree/tlog-proof.ts";
import { verifyNoteSignature } from "../../core/ledger/tree/verify-signature.ts";
import { WITNESS_EVERY_MS } from "../../core/limits.ts";
import { generateJwk } from "../dispatcher/order.ts";
import { type Engine, startEngine } from "../harness/engine.ts";
import { createTestTenant, type TestTenant } from "../harness/tenant.ts";
import { startWitness, type TestWitness } from "../harness/witness.ts";
import { toolCall } from "./world.ts";

/** One round that was missed, the next, and a busy machine. */
const ROUND_MS = 2 * WITNESS_EVERY_MS + 10_000;
const POLL = { timeout: ROUND_MS, interval: 200 };

let stateDir: string;
let engine: Engine;
let tenant: TestTenant;
let logKey: NoteKey;
let witnesses: TestWitness[];

beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "countersign-"));
  engine = await startEngine({ stateDir });
  tenant = await createTestTenant({ url: engine.url, bootstrapToken: engine.secrets.BOOTSTRAP_TOKEN });
  const keys = `${engine.url}/.well-known/countersign-keys.json?log=${encodeURIComponent(tenant.log)}`;
  const { vkeys } = (await (await fetch(keys)).json()) as { vkeys: string[] };
  logKey = parseKey(vkeys[0] ?? "") as NoteKey;
  witnesses = await Promise.all(
    ["a.test/1", "b.test/1"].map(async (name) =>
      startWitness({ name, jwk: await generateJwk(), logs: { [tenant.log]: vkeys } }),
    ),
  );
  await engine.kill("SIGTERM");
  await start();
}, 60_000);
afterEach(async () => {
  await engine?.stop();
  await Promise.all((witnesses ?? []).map((witness) => witness.stop()));
  rmSync(stateDir, { recursive: true, force: true });
});

/** The same gateway, on what its storage holds now. */
async function start(): Promise<void> {
  const { secrets } = engine;
  const dispatcher = {
    WITNESSES: JSON.stringify(witnesses.map(({ url, vkey }) => ({ url, vkey }))),
    WITNESS_QUORUM: "2",
  };
  engine = await startEngine({
    stateDir,
    secrets,
    vars: { dispatcher },
    allowedPrivateOrigins: witnesses.map(({ origin }) => origin),
  });
  const client = (key: string) => createClient(engine.url, key);
  tenant = { ...tenant, app: client(tenant.keys.app), admin: client(tenant.keys.admin) };
}

interface Proven {
  readonly index: number;
  /** Those whose cosignature the proof's checkpoint has. */
  readonly names: readonly string[];
  /** What the gateway says of them. */
  readonly cosignatures: unknown;
}

/** Opens an action's receipt as a stranger would who has the log's key and those of the witnesses. */
async function prove(actionId: string, query = ""): Promise<Proven> {
  const receipt = await tenant.app.expect<{ payload: string; proof: string; cosignatures: unknown }>(
    "GET",
    `/v1/receipts/${actionId}${query}`,
  );
  const statement = fromUtf8(fromBase64(receipt.payload) as Uint8Array);
  const entry = statement.slice('{"entry":'.length, statement.lastIndexOf(',"kind":'));
  const proof = parseTlogProof(receipt.proof);
  const checkpoint = proof && parseCheckpoint(proof.checkpoint.text);
  if (proof === null || checkpoint === null) throw new Error("the receipt has no proof");
  expect(await isSignedBy(proof.checkpoint, logKey, verifyNoteSignature)).toBe(true);
  const root = rootFromInclusion(proof.index, checkpoint.size, leafHash(entry), proof.path);
  expect(root !== null && isSame(root, checkpoint.root)).toBe(true);
  const policy = { quorum: 2, witnesses: witnesses.map(({ key }) => key) };
  const { names } = await witnessedBy(proof.checkpoint, policy, verifyNoteSignature);
  return { index: proof.index, names, cosignatures: receipt.cosignatures };
}

const act = async (n: string): Promise<string> => (await tenant.app.submit(toolCall({ n }))).body.id;
const WAIT = "?proof=wait";

const indexOf = async (actionId: string) =>
  (await tenant.app.expect<{ ledger: { index: number } }>("GET", `/v1/actions/${actionId}`)).ledger.index;

interface Status {
  readonly witnesses: readonly {
    readonly name: string;
    readonly failures: number;
    readonly contradicts: unknown;
  }[];
}
const status = async () => (await tenant.admin.expect<Status>("GET", "/v1/ledger/status")).witnesses;
interface Alert {
  readonly kind: string;
  readonly log: { readonly found: { readonly size: number }; readonly name: string } | null;
}
const alertList = async () => (await tenant.admin.expect<{ data: Alert[] }>("GET", "/v1/alerts")).data;
const alerts = async () => (await alertList()).map(({ kind }) => kind);

const BOTH = ["a.test/1", "b.test/1"];

it(
  "proves entries under checkpoints that both witnesses cosigned",
  async () => {
    const id = await act("first");
    expect(await prove(id, WAIT)).toMatchObject({ names: BOTH, cosignatures: { wanted: 2, found: 2 } });
    expect((await status()).map(({ name, failures }) => [name, failures])).toEqual(
      BOTH.map((name) => [name, 0]),
    );
    expect(await alerts()).toEqual([]);
  },
  ROUND_MS,
);

it(
  "goes on without a witness that is gone, with proofs that the other one cosigned",
  async () => {
    await witnesses[0]?.stop();
    const id = await act("alone");
    await expect
      .poll(async () => (await status()).map(({ failures }) => failures > 0), POLL)
      .toEqual([true, false]);
    // Two were asked for: what there is comes, but late, and says so.
    const begun = Date.now();
    expect(await prove(id, WAIT)).toMatchObject({
      names: ["b.test/1"],
      cosignatures: { wanted: 2, found: 1 },
    });
    expect(Date.now() - begun).toBeGreaterThan(14_000);
    expect(await alerts()).toEqual([]);
  },
  2 * ROUND_MS,
);

it(
  "that is set back as a whole, signer and all, is told by its witnesses, and not cosigned again",
  async () => {
    await engine.kill("SIGTERM");
    const storage = join(stateDir, "storage");
    cpSync(storage, join(stateDir, "backup"), { recursive: true });
    await start();
    const lost = await act("lost");
    expect(await prove(lost, WAIT)).toMatchObject({ names: BOTH });

    await engine.kill("SIGTERM");
    rmSync(storage, { recursive: true });
    cpSync(join(stateDir, "backup"), storage, { recursive: true });
    await start();
    const other = await act("other");
    // The signer was set back too, so it signs.
    await tenant.app.expect("GET", `/v1/ledger/proof/${await indexOf(other)}?wait=5`);
    expect(await prove(other)).toMatchObject({ names: [], cosignatures: { wanted: 2, found: 0 } });
    await expect.poll(async () => (await alerts()).includes("witness_conflict"), POLL).toBe(true);
    await expect
      .poll(
        async () =>
          (await status()).every(({ contradicts }) => contradicts !== null && contradicts !== false),
        POLL,
      )
      .toBe(true);
    expect((await prove(other)).names).toEqual([]);
    // Entered, and sent where somebody takes alerts: which tree the witness had seen, and what is wrong with ours.
    for (const { kind, log } of await alertList())
      expect([kind, log]).toEqual([
        "witness_conflict",
        {
          signed: null,
          found: { size: expect.any(Number), root: expect.any(String) },
          name: expect.stringMatching(/^[ab]\.test\/1$/),
          witnessed: expect.any(Number),
          why: expect.stringMatching(/^(ahead|root|proof)$/),
        },
      ]);
  },
  4 * ROUND_MS,
);
