/** Fuel is what a second, naive count over another engine's trace of the original module says, to the unit. */
import { describe, expect, it } from "vitest";
import { COSTS } from "../../../core/policy/wasm/profile.ts";
import { assemble, wabtValidates } from "../../harness/wat.ts";
import { fuzzedModules, policiesOf } from "./binaryen.ts";
import { CASES } from "./cases.ts";
import { naiveFuel } from "./naive-run.ts";
import { type RandomModule, randomModule } from "./random-module.ts";
import { isStackEnd, meterWith, type Run, runMetered, runOriginal } from "./run-metered.ts";
import { hasInterpreter, traceOf, WASM_INTERP } from "./trace.ts";

const TABLES = [COSTS.unit, COSTS.prod];
/** Longer runs count for the comparison of results, but their trace would be too long. */
const TRACED_FUEL_MAX = 100_000n;
/** By the unit table. What runs longer is taken for endless. */
const ENDLESS = 2_000_000n;

const RANDOM_SEEDS = Array.from({ length: 250 }, (_, seed) => seed);
const FUZZER_SEEDS = Array.from({ length: 8 }, (_, seed) => seed);

if (!hasInterpreter) {
  const absence = `There is no ${WASM_INTERP}; \`apt-get install wabt\` brings it.`;
  if (process.env.CI) throw new Error(absence);
  console.warn(`SKIPPED: fuel against a second count. ${absence}`);
}
const itTraces = it.runIf(hasInterpreter);

describe("written by hand", () => {
  itTraces.each(Object.entries(CASES))("%s", (_, wat) => {
    const wasm = assemble(wat);
    const trace = traceOf(wasm);
    if (trace === null) throw new Error("no trace");
    const metered = TABLES.map((costs) => runMetered(meterWith(wasm, costs)).fuel);
    expect(metered).toEqual(naiveFuel(wasm, trace, TABLES));
  });
});

interface Tally {
  readonly compared: number;
  readonly trapped: number;
  readonly traced: number;
}

/** Compares each module as it is with what the meter makes of it, and its fuel with the second count. */
function compareAll(modules: readonly RandomModule[]): Tally {
  const tally = { compared: 0, trapped: 0, traced: 0 };
  for (const [index, { policy, open }] of modules.entries()) {
    const first = runMetered(meterWith(policy, COSTS.unit), ENDLESS);
    if (first.fuel > 0n && first.status === 1) continue;
    const original = runOriginal(open);
    const written = TABLES.map((costs) => meterWith(policy, costs));
    expect(written.every(wabtValidates), `validity of ${index}`).toBe(true);
    const metered = written.map((wasm) => runMetered(wasm));
    if ([original, ...metered].some(isStackEnd)) continue;
    for (const run of metered) {
      expect(visible(run), `module ${index}`).toEqual(visible(original));
      expect(Buffer.compare(run.memory, original.memory), `memory of ${index}`).toBe(0);
      expect(run.status, `status of ${index}`).toBe(0);
      // A trap ends the instance, whatever it had written.
      if (/^-?\d+$/.test(run.ending)) expect(run.stray, `stray write of ${index}`).toBeNull();
    }
    tally.compared++;
    const returned = /^-?\d+$/.test(original.ending);
    if (!returned) tally.trapped++;
    if (!hasInterpreter || first.fuel > TRACED_FUEL_MAX) continue;
    const trace = traceOf(policy);
    if (trace === null) continue;
    expect(trace.ending.startsWith("error"), `ending of ${index}: ${trace.ending}`).toBe(!returned);
    expect(
      metered.map(({ fuel }) => fuel),
      `fuel of ${index}`,
    ).toEqual(naiveFuel(policy, trace, TABLES));
    tally.traced++;
  }
  return tally;
}

const visible = ({ ending, globals }: Run) => ({ ending, globals });

const fuzzed = fuzzedModules(FUZZER_SEEDS);

it("modules of our own generator: same results, same fuel", () => {
  const { compared, trapped, traced } = compareAll(RANDOM_SEEDS.map(randomModule));
  expect(compared).toBeGreaterThan(0.9 * RANDOM_SEEDS.length);
  expect(trapped).toBeGreaterThan(0.02 * RANDOM_SEEDS.length);
  if (hasInterpreter) expect(traced).toBeGreaterThan(0.9 * RANDOM_SEEDS.length);
}, 120_000);

it("modules of Binaryen's fuzzer: same results, same fuel", async () => {
  const modules = (await fuzzed).flatMap(policiesOf);
  expect(modules.length).toBeGreaterThan(4 * FUZZER_SEEDS.length);
  const { compared, trapped, traced } = compareAll(modules);
  expect(compared).toBeGreaterThan(0.9 * modules.length);
  expect(trapped).toBeGreaterThan(0.05 * modules.length);
  if (hasInterpreter) expect(traced).toBeGreaterThan(0.8 * modules.length);
}, 120_000);
