/** Runs the arms in turn, in short slices over many rounds, so that the machine's noise hits all of them alike. */
import { ARMS, type Arm, type Arms } from "./arms.ts";
import { Client } from "./client.ts";
import { median, quartiles, type Summary, summarise } from "./stats.ts";
import { cpuMs } from "./workerd.ts";

export interface Plan {
  readonly clients: number;
  readonly rounds: number;
  /** Of the arms whose ratio is asked for; the floors get a third of it. */
  readonly sliceMs: number;
}

export interface Comparison {
  readonly plan: Plan;
  readonly summaries: ReadonlyMap<Arm, Summary>;
  /** Quartiles over the rounds of one arm's p50 by the bare route's. */
  readonly p50Ratios: ReadonlyMap<Arm, readonly [number, number, number]>;
  /** Of workerd for one request, and by the bare route's: medians over the rounds. */
  readonly cpuUs: ReadonlyMap<Arm, number>;
  readonly cpuRatios: ReadonlyMap<Arm, number>;
}

interface Measured {
  readonly latenciesMs: number[];
  readonly p50s: number[];
  readonly cpuUs: number[];
  elapsedMs: number;
}

const MAIN: ReadonlySet<Arm> = new Set(["gate", "loaded", "bare", "against"]);

const WARM_UP_CLIENTS = 16;

/** Until V8 has optimised what each request runs, which takes thousands of them. */
export async function warmUp(arms: Arms, durationMs: number): Promise<void> {
  for (const [arm, route] of arms.routes) {
    const client = await Client.open(route, WARM_UP_CLIENTS);
    await client.run(MAIN.has(arm) ? durationMs : durationMs / 4);
    client.close();
  }
}

export async function compare(arms: Arms, plan: Plan): Promise<Comparison> {
  const measured = new Map<Arm, Measured>();
  for (const arm of arms.routes.keys())
    measured.set(arm, { latenciesMs: [], p50s: [], cpuUs: [], elapsedMs: 0 });
  const order = [...arms.routes];
  for (let round = 0; round < plan.rounds; round++) {
    // Each round starts elsewhere, and every other one goes backwards: no arm always follows the same one.
    const turned = [...order.slice(round % order.length), ...order.slice(0, round % order.length)];
    for (const [arm, route] of round % 2 === 0 ? turned : turned.reverse()) {
      const client = await Client.open(route, plan.clients);
      const cpuBefore = cpuMs(route.pid);
      const slice = await client.run(MAIN.has(arm) ? plan.sliceMs : plan.sliceMs / 3);
      const cpu = cpuMs(route.pid) - cpuBefore;
      client.close();
      const into = measured.get(arm);
      if (!into) continue;
      for (const latency of slice.latenciesMs) into.latenciesMs.push(latency);
      into.elapsedMs += slice.elapsedMs;
      into.cpuUs.push((cpu * 1000) / slice.latenciesMs.length);
      into.p50s.push(summarise(slice.latenciesMs, slice.elapsedMs).p50Ms);
    }
  }
  return conclude(plan, measured);
}

function conclude(plan: Plan, measured: ReadonlyMap<Arm, Measured>): Comparison {
  const bare = measured.get("bare");
  const byBare = (of: readonly number[], bares: readonly number[] = []): number[] =>
    of.map((value, round) => value / (bares[round] ?? Number.NaN));
  const known = (Object.keys(ARMS) as Arm[]).flatMap((arm) => {
    const found = measured.get(arm);
    return found ? [[arm, found] as const] : [];
  });
  return {
    plan,
    summaries: new Map(
      known.map(([arm, { latenciesMs, elapsedMs }]) => [arm, summarise(latenciesMs, elapsedMs)]),
    ),
    p50Ratios: new Map(known.map(([arm, { p50s }]) => [arm, quartiles(byBare(p50s, bare?.p50s))])),
    cpuUs: new Map(known.map(([arm, { cpuUs }]) => [arm, median(cpuUs)])),
    cpuRatios: new Map(known.map(([arm, { cpuUs }]) => [arm, median(byBare(cpuUs, bare?.cpuUs))])),
  };
}
