/** The whole gate over HTTP, with the policies of the build and with published ones; and publishing, end to end. */
import type { Client } from "../cli/client.ts";
import { ARMS, type Arm, type Arms, startArms } from "./arms.ts";
import { compare, warmUp } from "./compare.ts";
import { modulesBySize } from "./engine-plan.ts";
import type { GroupResult, RatioRow, TimeRow } from "./engine-report.ts";
import { manifestOf, publish } from "./publish.ts";
import { median, quartiles } from "./stats.ts";
import { withMark } from "./wasm/sections.ts";
import { cpuMs } from "./workerd.ts";

const GOALS: Readonly<Partial<Record<Arm, number>>> = { gate: 1.1, loaded: 1.3 };
const TITLE = "The whole gate over HTTP, 2.7 KB, one client";

export async function measureGate(
  quick: boolean,
): Promise<{ title: string; result: GroupResult; note: string }> {
  const arms = await startArms(undefined);
  try {
    await warmUp(arms, quick ? 3000 : 12_000);
    const plan = { clients: 1, rounds: quick ? 6 : 40, sliceMs: quick ? 300 : 500 };
    const { summaries, p50Ratios, cpuUs, cpuRatios } = await compare(arms, plan);
    const p50Us = (arm: Arm) => (summaries.get(arm)?.p50Ms ?? Number.NaN) * 1000;
    const ratios = (Object.keys(GOALS) as Arm[]).map(
      (arm): RatioRow => ({
        ...{ group: TITLE, what: `${arm === "gate" ? "built-in policies" : "loaded policies"} / bare, p50` },
        ...{ us: p50Us(arm), againstUs: p50Us("bare"), goal: GOALS[arm] ?? null },
        ratio: p50Ratios.get(arm) ?? [Number.NaN, Number.NaN, Number.NaN],
        cpuRatio: cpuRatios.get(arm) ?? Number.NaN,
      }),
    );
    const times = await measurePublishing(arms, quick ? 3 : 15);
    const p999 = (Object.keys(GOALS) as Arm[]).map(
      (arm) =>
        `${arm} ${((summaries.get(arm)?.p999Ms ?? Number.NaN) / (summaries.get("bare")?.p999Ms ?? 1)).toFixed(2)}`,
    );
    const cpu = [...cpuUs].map(([arm, us]) => `${ARMS[arm]} ${us.toFixed(0)}`);
    return {
      title: TITLE,
      result: { ratios, times },
      note: `p99.9 by the bare route's: ${p999.join(", ")}. CPU of one request, us: ${cpu.join("; ")}.`,
    };
  } finally {
    await arms.stop();
  }
}

/** `POST /v1/policies` of modules that the tenant does not have: base64 in JSON, admitted, tried in an isolate, stored. */
async function measurePublishing({ gate }: Arms, rounds: number): Promise<TimeRow[]> {
  const modules = modulesBySize();
  const samples = modules.map(() => ({ wall: [] as number[], cpu: [] as number[] }));
  // The first round warms up.
  for (let round = -1; round < rounds; round++) {
    for (const [index, wasm] of modules.entries()) {
      const { wallUs, cpuUs } = await timeOne(gate.tenant.admin, gate.pid, withMark(wasm, `${round}`));
      if (round < 0) continue;
      samples[index]?.wall.push(wallUs);
      samples[index]?.cpu.push(cpuUs);
    }
  }
  return modules.map((wasm, index) => ({
    ...{ group: TITLE, what: `POST /v1/policies, ${(wasm.length / 1000).toFixed(0)} KB` },
    wallUs: quartiles(samples[index]?.wall ?? []),
    cpuUs: median(samples[index]?.cpu ?? []),
  }));
}

async function timeOne(admin: Client, pid: number, wasm: Uint8Array) {
  const cpuBefore = cpuMs(pid);
  const start = performance.now();
  await publish(admin, { ...manifestOf("pii"), name: "bench" }, wasm);
  return { wallUs: (performance.now() - start) * 1000, cpuUs: (cpuMs(pid) - cpuBefore) * 1000 };
}
