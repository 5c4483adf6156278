/** The running gateway's log as a stranger has it over HTTP, read by Go's own packages alone: nothing of ours checks anything. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ENTRIES, type Tile, tilePath, tileWidth } from "../../core/ledger/tree/tiles.ts";
import { toolCall } from "../conformance/world.ts";
import { type Engine, startEngine } from "../harness/engine.ts";
import { createTestTenant, type TestTenant } from "../harness/tenant.ts";
import { buildOracle, type GoOracle, hasGo, tilesOf, writeTile } from "./oracle.ts";

/** Two tiles of entries, one of them full. */
const ACTIONS = 300;

describe.skipIf(!hasGo("the gateway's checkpoints, proofs and tiles"))("the gateway's log, to Go", () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-go-"));
  let go: GoOracle;
  let engine: Engine;
  let tenant: TestTenant;
  let vkeys: string[];
  let first: Checkpoint;
  let newest: Checkpoint;
  let entries: string[];

  interface Checkpoint {
    readonly note: string;
    readonly size: number;
    readonly root: string;
  }

  const get = async (path: string): Promise<Response> => {
    const headers = { authorization: `Bearer ${tenant.keys.auditor}` };
    const response = await fetch(`${engine.url}/v1/ledger/${path}`, { headers });
    expect(response.status, path).toBe(200);
    return response;
  };

  /** Only Go has opened it. */
  async function checkpoint(note: string): Promise<Checkpoint> {
    const [answer] = go.ask([{ op: "note", note, vkeys }]);
    const [origin, size, root = ""] = answer?.text?.split("\n") ?? [];
    expect([answer?.names, origin]).toEqual([[tenant.log], tenant.log]);
    return { note, size: Number(size), root };
  }

  async function readEntries(size: number): Promise<string[]> {
    const texts: string[] = [];
    for (let index = 0; tileWidth(0, index, size) > 0; index++) {
      const tile: Tile = { level: ENTRIES, index, width: tileWidth(0, index, size) };
      const bytes = Buffer.from(await (await get(tilePath(tile))).arrayBuffer());
      for (let at = 0; at < bytes.length; ) {
        const end = at + 2 + bytes.readUInt16BE(at);
        texts.push(bytes.toString("utf8", at + 2, end));
        at = end;
      }
    }
    return texts;
  }

  beforeAll(async () => {
    go = buildOracle(folder);
    engine = await startEngine({ stateDir: join(folder, "engine") });
    tenant = await createTestTenant({ url: engine.url, bootstrapToken: engine.secrets.BOOTSTRAP_TOKEN });
    const keys = `${engine.url}/.well-known/countersign-keys.json?log=${encodeURIComponent(tenant.log)}`;
    ({ vkeys } = (await (await fetch(keys)).json()) as { vkeys: string[] });
    first = await checkpoint(await (await get("checkpoint?wait=5")).text());
    const answers = await Promise.all(
      Array.from({ length: ACTIONS }, (_, n) => tenant.app.submit(toolCall({ n }))),
    );
    const last = Math.max(...answers.map(({ body }) => body.ledger?.index ?? -1));
    await get(`proof/${last}?wait=10`);
    newest = await checkpoint(await (await get("checkpoint")).text());
    entries = await readEntries(newest.size);
  }, 120_000);
  afterAll(async () => {
    await engine?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is signed, and as long as what was done", () => {
    expect(newest.size).toBeGreaterThan(ACTIONS);
    expect(entries).toHaveLength(newest.size);
    expect(JSON.parse(entries[0] ?? "")).toMatchObject({ index: 0, log: tenant.log });
  });

  it("proves where each entry stands, with one file each", async () => {
    const places = [0, 1, 127, 128, 255, 256, newest.size - 1];
    const proofs = await Promise.all(places.map(async (index) => (await get(`proof/${index}`)).text()));
    const requests = proofs.map((proof, at) => ({
      op: "tlog-proof" as const,
      proof,
      entry: entries[places[at] ?? -1] ?? "",
      vkeys,
    }));
    expect(go.ask(requests).map(({ ok, error }) => error ?? ok)).toEqual(places.map(() => true));
    const [wrong] = go.ask([{ ...(requests[0] as (typeof requests)[0]), entry: entries[1] ?? "" }]);
    expect(wrong?.ok).toBe(false);
  });

  it("proves that it has only grown", async () => {
    expect(first.size).toBeLessThan(newest.size);
    const path = (await (await get(`consistency?from=${first.size}&to=${newest.size}`)).text())
      .split("\n")
      .slice(0, -1);
    const request = {
      op: "consistency" as const,
      path,
      size: newest.size,
      root: newest.root,
      oldSize: first.size,
      oldRoot: first.root,
    };
    const answers = go.ask([request, { ...request, oldRoot: newest.root }]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, false]);
  });

  it("has tiles from which every entry can be proved", async () => {
    const dir = join(folder, "tiles");
    const tiles = tilesOf(newest.size);
    expect(tiles.map(tilePath)).toEqual([
      "tile/0/000",
      `tile/0/001.p/${newest.size - 256}`,
      "tile/1/000.p/1",
    ]);
    for (const tile of tiles)
      writeTile(dir, tile, new Uint8Array(await (await get(tilePath(tile))).arrayBuffer()));
    const { size, root } = newest;
    const indexes = entries.map((_, index) => index);
    const [answer] = go.ask([{ op: "tiles", dir, size, root, indexes, entries, oldSizes: [first.size] }]);
    expect([answer?.error, answer?.ok, answer?.inclusion?.length]).toEqual([undefined, true, size]);
    expect(answer?.roots).toEqual([first.root]);
  });
});
