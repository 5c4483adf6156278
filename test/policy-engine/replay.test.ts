/** Recorded evaluations replay to the same bytes and the same fuel, in other processes, on kept and fresh instances, in any order. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

/** The measure of docs/design/replay.md. */
const COUNT = Number(process.env.COUNTERSIGN_REPLAY_COUNT ?? 100_000);
/** On an instance of its own each takes ten times as long, so that an ordinary run takes a sample. */
const COLD = Math.min(COUNT, Number(process.env.COUNTERSIGN_REPLAY_COLD ?? 5_000));
const SEED = Number(process.env.COUNTERSIGN_REPLAY_SEED ?? 20260131);
const TIMEOUT_MS = 60_000 + COUNT * 10 + COLD * 20;

const folder = mkdtempSync(join(tmpdir(), "countersign-replay-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function run<T>(script: string, ...args: (string | number)[]): Promise<T> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--max-old-space-size=3072", join(import.meta.dirname, script), ...args.map(String)],
    { maxBuffer: 16 * 1024 * 1024 },
  );
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "null") as T;
}

interface Recorded {
  readonly decisions: number;
  readonly evaluations: number;
  readonly outcomes: Readonly<Record<string, number>>;
}
interface Compared {
  readonly compared: number;
  readonly differences: number;
}
interface InNode {
  readonly statuses: {
    readonly counts: Readonly<Record<string, number>>;
    readonly notMatching: readonly unknown[];
  };
  readonly evaluations: number;
  readonly shuffled: Compared;
  readonly cold: Compared;
}
type InWorkerd = Readonly<Record<"warm" | "cold", Compared>>;

let recorded: Recorded;
let inNode: InNode;
let inWorkerd: InWorkerd;
beforeAll(async () => {
  recorded = await run<Recorded>("record-process.ts", folder, COUNT, SEED);
  [inNode, inWorkerd] = await Promise.all([
    run<InNode>("replay-process.ts", folder, COLD, SEED),
    run<InWorkerd>("replay-workerd-process.ts", folder, COLD, SEED),
  ]);
  // So that a longer run's figures are seen.
  if (process.env.COUNTERSIGN_REPLAY_COUNT || process.env.COUNTERSIGN_REPLAY_COLD)
    console.log(JSON.stringify({ recorded, inNode, inWorkerd }, null, 1));
}, TIMEOUT_MS);

it("records decisions of every kind", () => {
  expect(recorded.evaluations).toBeGreaterThanOrEqual(COUNT);
  expect(Object.keys(recorded.outcomes).sort()).toEqual(["allow", "block", "hold", "modify"]);
});

it("matches decision by decision, in another process", () => {
  expect(inNode.statuses.notMatching).toEqual([]);
  expect(inNode.statuses.counts).toEqual({ MATCH: recorded.decisions });
});

it("matches evaluation by evaluation, in any order", () => {
  expect(inNode.evaluations).toBe(recorded.evaluations);
  expect(inNode.shuffled).toMatchObject({ compared: recorded.evaluations, differences: 0 });
});

it("matches on instances that nothing ran on before", () => {
  expect(inNode.cold).toMatchObject({ compared: COLD, differences: 0 });
});

it("matches in workerd, on kept instances and fresh ones", () => {
  expect(inWorkerd.warm).toMatchObject({ compared: recorded.evaluations, differences: 0 });
  expect(inWorkerd.cold).toMatchObject({ compared: COLD, differences: 0 });
});
