/** Who follows docs/witnesses.md has a witness that cosigns the gateway's own checkpoints. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Json } from "../../core/json.ts";
import { parsePrivateJwk } from "../../core/keys.ts";
import { witnessedBy } from "../../core/ledger/tree/cosignature.ts";
import { type Note, parseNote } from "../../core/ledger/tree/note.ts";
import { verifyNoteSignature } from "../../core/ledger/tree/verify-signature.ts";
import { type Engine, startEngine } from "../harness/engine.ts";
import { createTestTenant, type TestTenant } from "../harness/tenant.ts";
import { startWitness } from "../harness/witness.ts";
import { readWorkerConfig } from "../harness/worker-config.ts";
import { ROOT, readPage, tableRows } from "./pages.ts";
import { isStep, runBlocks } from "./shell.ts";

const page = readPage("docs/witnesses.md");
const folder = mkdtempSync(join(tmpdir(), "countersign-witness-docs-"));
let engine: Engine;
let tenant: TestTenant;

beforeAll(async () => {
  engine = await startEngine({ stateDir: join(folder, "engine") });
  tenant = await createTestTenant({ url: engine.url, bootstrapToken: engine.secrets.BOOTSTRAP_TOKEN });
});
afterAll(async () => {
  await engine?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it("its key and logs make a witness of the gateway's checkpoints", async () => {
  const clone = join(folder, "clone");
  mkdirSync(join(clone, ".countersign"), { recursive: true });
  writeFileSync(join(clone, ".countersign", "demo.json"), JSON.stringify({ log: tenant.log }));
  const run = await runBlocks(page.blocks.filter(isStep), clone, { ...process.env, GATE_URL: engine.url });
  expect([run.code, run.errors]).toEqual([0, ""]);
  const read = (name: string) => JSON.parse(readFileSync(join(clone, name), "utf8")) as Json;

  const jwk = parsePrivateJwk(read("witness-signing-key.json"));
  if (jwk === null) expect.fail("the page makes no private key");
  const logs = read("logs.json") as unknown as Record<string, string[]>;
  expect(Object.keys(logs)).toEqual([tenant.log, `${tenant.log}/epoch/*`]);
  const witness = await startWitness({ jwk, logs });
  try {
    const response = await fetch(`${engine.url}/v1/ledger/checkpoint?wait=5`, {
      headers: { authorization: `Bearer ${tenant.keys.auditor}` },
    });
    const note = await response.text();
    const answer = await witness.add(0, [], note);
    expect(answer.status).toBe(200);
    const cosigned = parseNote(note + answer.text) as Note;
    const policy = { quorum: 1, witnesses: [witness.key] };
    expect(await witnessedBy(cosigned, policy, verifyNoteSignature)).toEqual({
      names: [witness.key.name],
      enough: true,
    });
  } finally {
    await witness.stop();
  }
});

const variables = (heading: string) => tableRows(page, heading, "variable").map(([name = ""]) => name);

it("it names every variable of a witness, and the dispatcher's about witnesses", () => {
  const witness = Object.keys(readWorkerConfig(join(ROOT, "wrangler.witness.toml")).vars);
  expect(variables("## Run one").sort()).toEqual(
    [...witness.map((name) => `\`${name}\``), "`WITNESS_SIGNING_KEY` (secret)"].sort(),
  );
  const dispatcher = Object.keys(readWorkerConfig(join(ROOT, "wrangler.dispatcher.toml")).vars);
  expect(variables("## Configure the gateway")).toEqual(
    dispatcher.filter((name) => name.startsWith("WITNESS")).map((name) => `\`${name}\``),
  );
});
