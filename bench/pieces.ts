/** Where Countersign's own time goes: each step of a clearing run many times inside workerd, timed from outside. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUILTIN_READER } from "../core/policy/reader.ts";
import { SMALL_BUNDLE } from "../test/harness/small-bundle.ts";
import { median } from "./stats.ts";
import { type BenchWorker, cpuMs, startBenchWorker } from "./workerd.ts";

/** How often a step runs within one request: some 10 to 30 ms of work. */
const COUNTS = {
  key: 1000,
  parse: 500,
  action: 500,
  input: 500,
  policies: 500,
  judge: 300,
  judgement: 300,
  digest: 500,
  commitment: 500,
  seal: 500,
  call: 200,
  message: 200,
  statements: 100,
  durable: 50,
  service: 200,
  sign: 100,
  signature: 200,
  statement: 300,
  answer: 500,
} as const;
export type Piece = keyof typeof COUNTS;

/** Microseconds of one run of each step, medians over the rounds. `cpu`: of workerd alone, whatever else ran. */
export type Pieces = ReadonlyMap<Piece, { readonly wallUs: number; readonly cpuUs: number }>;

export async function measurePieces(rounds: number): Promise<Pieces> {
  const stateDir = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const worker = await startBenchWorker("pieces", stateDir);
  const names = Object.keys(COUNTS) as Piece[];
  const runs = new Map(names.map((piece) => [piece, { wall: [] as number[], cpu: [] as number[] }]));
  try {
    for (let round = -1; round < rounds; round++) {
      for (const piece of names) {
        // What a request with no run takes is not the step's.
        const base = await time(worker, piece, 0);
        const whole = await time(worker, piece, COUNTS[piece]);
        // The first round warms up.
        if (round < 0) continue;
        runs.get(piece)?.wall.push(((whole.wallMs - base.wallMs) * 1000) / COUNTS[piece]);
        runs.get(piece)?.cpu.push(((whole.cpuMs - base.cpuMs) * 1000) / COUNTS[piece]);
      }
    }
  } finally {
    await worker.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
  return new Map(
    [...runs].map(([piece, { wall, cpu }]) => [piece, { wallUs: median(wall), cpuUs: median(cpu) }]),
  );
}

async function time({ port, pid }: BenchWorker, piece: Piece, count: number) {
  const cpuBefore = cpuMs(pid);
  const start = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/${piece}?count=${count}`, {
    method: "POST",
    body: JSON.stringify([{ policy: `builtin:${BUILTIN_READER}`, settings: {} }, ...SMALL_BUNDLE]),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${piece}: ${response.status} ${text}`);
  return { wallMs: performance.now() - start, cpuMs: cpuMs(pid) - cpuBefore };
}
