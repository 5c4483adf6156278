/** Steps inside one workerd, measured from outside in turn: many runs a request, less a request with none. */
import { median } from "./stats.ts";
import { type BenchWorker, cpuMs } from "./workerd.ts";

/** Microseconds of one run, by round. `cpu`: of workerd's threads alone, whatever else the machine did. */
export interface Samples {
  readonly wallUs: number[];
  readonly cpuUs: number[];
}
export type StepSamples = ReadonlyMap<string, Samples>;

export interface StepPlan {
  readonly rounds: number;
  /** Of work in one request. */
  readonly sliceMs: number;
  /** Before any round, each step: V8 optimises what runs often. */
  readonly warmUpMs: number;
}

export interface StepOf {
  /** What tables call it. */
  readonly name: string;
  readonly step: string;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** Runs at most in one request; for steps that leave something behind. */
  readonly countMax?: number;
}

export async function namesOf({ port }: BenchWorker): Promise<readonly string[]> {
  const response = await fetch(`http://127.0.0.1:${port}/`);
  if (!response.ok) throw new Error(`The Worker cannot make its steps: ${await response.text()}`);
  return (await response.json()) as string[];
}

/** One group of steps that are compared with each other. */
export async function measureSteps(
  worker: BenchWorker,
  steps: readonly StepOf[],
  plan: StepPlan,
): Promise<StepSamples> {
  const counts = new Map<string, number>();
  for (const step of steps) counts.set(step.name, await calibrate(worker, step, plan));
  const runs = new Map(steps.map(({ name }) => [name, { bases: [] as Cost[], wholes: [] as Cost[] }]));
  for (let round = 0; round < plan.rounds; round++) {
    // Each round starts elsewhere, and every other one goes backwards: no step always follows the same one.
    const at = round % steps.length;
    const turned = [...steps.slice(at), ...steps.slice(0, at)];
    for (const step of round % 2 === 0 ? turned : turned.reverse()) {
      const run = runs.get(step.name);
      run?.bases.push(await request(worker, step, 0));
      run?.wholes.push(await request(worker, step, counts.get(step.name) ?? 1));
    }
  }
  return new Map([...runs].map(([name, run]) => [name, samplesOf(run, counts.get(name) ?? 1)]));
}

interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** What a request without a run costs is taken from all rounds: one that was held up would make the work negative. */
function samplesOf({ bases, wholes }: { bases: Cost[]; wholes: Cost[] }, count: number): Samples {
  const us = (of: (cost: Cost) => number): number[] => {
    const base = median(bases.map(of));
    return wholes.map((whole) => ((of(whole) - base) * 1000) / count);
  };
  return { wallUs: us(({ wallMs }) => wallMs), cpuUs: us(({ cpuMs }) => cpuMs) };
}

/** How often a step runs in a slice, once it is warm. */
async function calibrate(worker: BenchWorker, step: StepOf, plan: StepPlan): Promise<number> {
  const { countMax = Number.POSITIVE_INFINITY } = step;
  let count = 1;
  let spentMs = 0;
  let onceMs = Number.POSITIVE_INFINITY;
  do {
    const { wallMs } = await request(worker, step, count);
    spentMs += wallMs;
    onceMs = Math.min(onceMs, wallMs / count);
    const next = Math.max(1, Math.round(plan.sliceMs / onceMs));
    count = Math.min(countMax, next, count * 10);
  } while (spentMs < plan.warmUpMs && countMax > count);
  return count;
}

async function request({ port, pid }: BenchWorker, { step, body }: StepOf, count: number): Promise<Cost> {
  const cpuBefore = cpuMs(pid);
  const start = performance.now();
  const response = await fetch(`http://127.0.0.1:${port}/?step=${encodeURIComponent(step)}&count=${count}`, {
    method: "POST",
    body: body ?? null,
  });
  const text = await response.text();
  const wallMs = performance.now() - start;
  if (!response.ok) throw new Error(`${step}: ${response.status} ${text}`);
  return { wallMs, cpuMs: cpuMs(pid) - cpuBefore };
}
