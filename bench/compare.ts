/** Runs the arms in turn, in short slices over many rounds, so that the machine's noise hits all of them alike. */
import { ARMS, type Arm, type Arms } from "./arms.ts";
import { Client } from "./client.ts";
import { quartiles, type Summary, summarise } from "./stats.ts";

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
}

interface Measured {
  readonly latenciesMs: number[];
  readonly p50s: number[];
  elapsedMs: number;
}

const MAIN: ReadonlySet<Arm> = new Set(["gate", "bare", "against"]);

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
  for (const arm of arms.routes.keys()) measured.set(arm, { latenciesMs: [], p50s: [], elapsedMs: 0 });
  const order = [...arms.routes];
  for (let round = 0; round < plan.rounds; round++) {
    // Each round starts elsewhere, and every other one goes backwards: no arm always follows the same one.
    const turned = [...order.slice(round % order.length), ...order.slice(0, round % order.length)];
    for (const [arm, route] of round % 2 === 0 ? turned : turned.reverse()) {
      const client = await Client.open(route, plan.clients);
      const slice = await client.run(MAIN.has(arm) ? plan.sliceMs : plan.sliceMs / 3);
      client.close();
      const into = measured.get(arm);
      if (!into) continue;
      for (const latency of slice.latenciesMs) into.latenciesMs.push(latency);
      into.elapsedMs += slice.elapsedMs;
      into.p50s.push(summarise(slice.latenciesMs, slice.elapsedMs).p50Ms);
    }
  }
  return conclude(plan, measured);
}

function conclude(plan: Plan, measured: ReadonlyMap<Arm, Measured>): Comparison {
  const bareP50s = measured.get("bare")?.p50s ?? [];
  const known = (Object.keys(ARMS) as Arm[]).flatMap((arm) => {
    const found = measured.get(arm);
    return found ? [[arm, found] as const] : [];
  });
  return {
    plan,
    summaries: new Map(
      known.map(([arm, { latenciesMs, elapsedMs }]) => [arm, summarise(latenciesMs, elapsedMs)]),
    ),
    p50Ratios: new Map(
      known.map(([arm, { p50s }]) => [
        arm,
        quartiles(p50s.map((p50, round) => p50 / (bareP50s[round] ?? Number.NaN))),
      ]),
    ),
  };
}
