/**
 * The admitted hostile modules in workerd, under the gateway's own host: the same rule, fuel and output as in Node, to the
 * byte; the same each time; never for long; and the process goes on.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FUEL_FULL } from "../../../core/limits.ts";
import type { RunOutcome } from "../../../core/policy/verdict.ts";
import { compileWasm } from "../../../policy-plugins/tools/wasm-module.ts";
import { PolicyHost, type RunnableModule } from "../../../worker/evaluate/host.ts";
import { assemble } from "../../harness/wat.ts";
import { ADMITTED } from "../hostile/all.ts";
import { answering, CLEAN } from "../hostile/module.ts";
import { admitted, decisionOn, INPUT_BYTES, NO_SETTINGS, verdictFor } from "../run.ts";
import { startWorkerd, type Workerd } from "./start.ts";

/** Processor time of workerd for one answer. */
const CPU_MS_MAX = 1_000;
const RUNS = 2;
const FUEL_AFTER = 100_000;

const modules = Object.values(ADMITTED)
  .flat()
  .map(({ name, bytes, rule }, index) => ({ name, rule, index, policy: admitted(bytes()) }));
const harmless = { index: modules.length, policy: admitted(assemble(answering(""))) };

let workerd: Workerd;
beforeAll(async () => {
  workerd = await startWorkerd([...modules, harmless].map(({ policy }) => policy.wasm));
}, 60_000);
afterAll(() => workerd.stop());

async function ask(index: number, fuel: number): Promise<RunOutcome> {
  const response = await fetch(`${workerd.url}/${index}?fuel=${fuel}`, { method: "POST", body: INPUT_BYTES });
  expect(response.status).toBe(200);
  const { output, ...rest } = (await response.json()) as RunOutcome & { output: number[] | null };
  return { ...rest, output: output && Uint8Array.from(output) };
}

const inNode = async (
  policy: Omit<RunnableModule, "module"> & { wasm: Uint8Array<ArrayBuffer> },
  fuel: number,
) =>
  new PolicyHost(null).run({ ...policy, module: compileWasm(policy.wasm) }, NO_SETTINGS, INPUT_BYTES, fuel);

/** Where a trap happened, and what a policy wrote, is worded by the engine. */
const withoutDetail = ({ detail: _, ...outcome }: RunOutcome) => outcome;

describe("in workerd", () => {
  it("a policy that is not hostile answers", async () => {
    const { output, error } = await ask(harmless.index, FUEL_FULL);
    expect(error).toBeNull();
    expect(new TextDecoder().decode(output ?? new Uint8Array())).toBe(CLEAN);
  });

  it.each(modules)("$name: $rule", async ({ rule, index, policy }) => {
    const started = workerd.cpuMs();
    const outcome = await ask(index, FUEL_FULL);
    expect(workerd.cpuMs() - started).toBeLessThan(CPU_MS_MAX);
    const runnable = { ...policy, module: compileWasm(policy.wasm) };
    const verdict = verdictFor(runnable, outcome);
    expect(verdict.error).toBe(rule);
    expect(decisionOn(verdict, "block").outcome).toBe("block");
    const again = withoutDetail(await inNode(policy, FUEL_AFTER));
    for (let run = 0; run < RUNS; run++) {
      expect(withoutDetail(await ask(index, FUEL_AFTER))).toEqual(again);
    }
    expect(workerd.isAlive()).toBe(true);
  });
});
