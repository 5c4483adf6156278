/** The ledger by itself: decisions a second, what a large action costs, what an entry takes on disk, and how long proofs take. */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "../core/encoding.ts";
import { sha256 } from "../core/hash.ts";
import type { Statements } from "../durable-objects/statements.ts";
import { Tree } from "../durable-objects/tree.ts";
import { Client, type Route } from "./client.ts";
import { median } from "./stats.ts";
import { cpuMs, startBenchWorker } from "./workerd.ts";

const ARMS = ["noop", "insert", "single", "submit", "receipt"] as const;
export type EvidenceArm = (typeof ARMS)[number];
export const EVIDENCE_ARMS: Readonly<Record<EvidenceArm, string>> = {
  noop: "an empty call of an object",
  insert: "one bare insert of the action",
  single: "a submission, one transaction a request",
  submit: "a submission, as the tenant's object commits it",
  receipt: "the same with its receipt signed; proofs follow by checkpoint",
};
/** What a large action is measured by. */
const SIZE_ARMS = ["noop", "submit", "seal", "whole"] as const;
export type SizeArm = (typeof SIZE_ARMS)[number];
const LARGE = 64 * 1024;
const SMALL = 512;

export interface EvidenceFigures {
  /** Requests a second, medians of the rounds. */
  readonly rates: readonly {
    readonly clients: number;
    readonly rate: Readonly<Record<EvidenceArm, number>>;
  }[];
  /** CPU of workerd for one request with a small and with a large action, microseconds, and the empty call with the same. */
  readonly sizes: readonly {
    readonly arm: SizeArm;
    readonly smallUs: number;
    readonly largeUs: number;
  }[];
  readonly bytesPerEntry: number;
  readonly proofs: readonly {
    readonly size: number;
    readonly inclusionUs: number;
    readonly consistencyUs: number;
  }[];
}

export interface EvidencePlan {
  readonly rounds: number;
  readonly sliceMs: number;
  readonly sizes: readonly number[];
}

export async function measureEvidence({ rounds, sliceMs, sizes }: EvidencePlan): Promise<EvidenceFigures> {
  const stateDir = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const worker = await startBenchWorker("evidence", stateDir);
  const route = (path: string): Route => ({
    ...{
      port: worker.port,
      path,
      headers: { "content-type": "application/json" },
      body: "{}",
      uniqueKeys: false,
    },
  });
  const slice = async (path: string, clients: number) => {
    const client = await Client.open(route(path), clients);
    const before = cpuMs(worker.pid);
    const { latenciesMs, elapsedMs } = await client.run(sliceMs);
    client.close();
    const cpuUs = ((cpuMs(worker.pid) - before) * 1000) / latenciesMs.length;
    return { rate: (latenciesMs.length * 1000) / elapsedMs, cpuUs };
  };
  try {
    await fetch(`http://127.0.0.1:${worker.port}/create`, { method: "POST" });
    for (const arm of ARMS) await slice(`/${arm}`, 8);
    const rates = [];
    for (const clients of [1, 64]) {
      const runs = new Map(ARMS.map((arm) => [arm, [] as number[]]));
      for (let round = 0; round < rounds; round++)
        for (const arm of ARMS) runs.get(arm)?.push((await slice(`/${arm}`, clients)).rate);
      const rate = Object.fromEntries(ARMS.map((arm) => [arm, median(runs.get(arm) ?? [])]));
      rates.push({ clients, rate: rate as Record<EvidenceArm, number> });
    }
    const sizesOf = [];
    for (const arm of SIZE_ARMS) {
      const small: number[] = [];
      const large: number[] = [];
      for (let round = 0; round < rounds; round++) {
        small.push((await slice(`/${arm}?bytes=${SMALL}`, 8)).cpuUs);
        large.push((await slice(`/${arm}?bytes=${LARGE}`, 8)).cpuUs);
      }
      sizesOf.push({ arm, smallUs: median(small), largeUs: median(large) });
    }
    return {
      rates,
      sizes: sizesOf,
      bytesPerEntry: await growth(worker.port, stateDir, slice),
      proofs: sizes.map(timeProofs),
    };
  } finally {
    await worker.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

/** Of the object's files, between two sizes of the log. */
async function growth(
  port: number,
  stateDir: string,
  slice: (path: string, clients: number) => Promise<unknown>,
): Promise<number> {
  const measure = async () => {
    const { size } = (await (await fetch(`http://127.0.0.1:${port}/size`, { method: "POST" })).json()) as {
      size: number;
    };
    return { size, bytes: folderBytes(join(stateDir, "storage", "bench-evidence-Unsigned")) };
  };
  const before = await measure();
  for (let at = 0; at < 4; at++) await slice("/submit", 64);
  const after = await measure();
  return (after.bytes - before.bytes) / (after.size - before.size);
}

const folderBytes = (folder: string): number =>
  readdirSync(folder)
    // The write-ahead log is as long as its longest so far.
    .filter((name) => name.endsWith(".sqlite"))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

const PROOFS = 200;

/** The object's own tree over so many entries, its tiles in memory. */
function timeProofs(size: number) {
  const tree = treeOf(size);
  const places = Array.from({ length: PROOFS }, (_, at) => Math.floor(((at * 0.618034) % 1) * size));
  const time = (prove: (place: number) => unknown) => {
    for (const place of places.slice(0, 20)) prove(place);
    const start = performance.now();
    for (const place of places) prove(place);
    return ((performance.now() - start) * 1000) / PROOFS;
  };
  return {
    size,
    inclusionUs: time((place) => tree.inclusion(place, size)),
    consistencyUs: time((place) => tree.consistency(place, size)),
  };
}

function treeOf(size: number): Tree {
  const tiles = new Map<string, Uint8Array>();
  const meta = new Map<string, string>();
  const sql = {
    meta: (name: string) => meta.get(name) ?? null,
    setMeta: (name: string, value: string) => void meta.set(name, value),
    tile: (level: number, idx: number) => tiles.get(`${level}/${idx}`) ?? null,
    putTile: (level: number, idx: number, hashes: Uint8Array) => void tiles.set(`${level}/${idx}`, hashes),
    leavesFrom: (from: number, limit: number) =>
      Array.from({ length: Math.min(limit, size - from) }, (_, at) => ({
        leaf: `sha256:${toHex(sha256(String(from + at)))}`,
      })),
  };
  const tree = new Tree(sql as unknown as Statements);
  while (!tree.grow());
  return tree;
}
