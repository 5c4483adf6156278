/**
 * Ten thousand damaged modules: each is refused by a fault, or admitted, valid, and run to an end within its budget.
 * Nothing is thrown, and nothing that another engine holds malformed is let in.
 */
import { expect, it } from "vitest";
import { admit } from "../../core/policy/wasm/admit.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { ADMITTED } from "./hostile/all.ts";
import { AT_THE_LIMITS } from "./hostile/limits.ts";
import { MUTATIONS } from "./oracle/mutate.ts";
import { randomModule } from "./oracle/random-module.ts";
import { seeded } from "./oracle/seeded.ts";
import { treePolicies } from "./policies.ts";
import { INPUT_BYTES, NO_SETTINGS } from "./run.ts";

const MUTANTS = 10_000;
/** Of these, from the policies of the tree, which are a hundred times as large as the hostile ones. */
const FROM_TREE = 2_500;
const FUEL = 100_000;
/** Processor time. */
const CPU_MS_MAX = 1_000;

const tree = treePolicies.map(({ wasm }) => wasm as Uint8Array);
const hostile = [...Object.values(ADMITTED).flat(), ...AT_THE_LIMITS].map(({ bytes }) => bytes());
/** Without imports, whose names would else catch a great part of the damage. */
const random = Array.from({ length: 100 }, (_, seed) => randomModule(seed).policy);
const small = [...hostile.filter(({ length }) => length < 4_000), ...random];

function* mutants(): Generator<{ name: string; wasm: Uint8Array }> {
  for (let seed = 0; seed < MUTANTS; seed++) {
    const random = seeded(seed);
    const sources = seed < FROM_TREE ? tree : seed < FROM_TREE + 200 ? hostile : small;
    let wasm = random.of(sources);
    const mutation = random.of(MUTATIONS);
    wasm = mutation(wasm, random, random.of(sources));
    if (wasm.length > 0 && random.chance(5)) wasm = random.of(MUTATIONS.slice(0, 5))(wasm, random, wasm);
    yield { name: `mutant ${seed} (${mutation.name})`, wasm };
  }
}

it(`${MUTANTS} mutants`, { timeout: 120_000 }, async () => {
  const host = new PolicyHost(null);
  const seen = { refused: 0, admitted: 0, answered: 0 };
  for (const { name, wasm } of mutants()) {
    const started = process.cpuUsage();
    const result = admit(wasm, { memoryPages: 1 });
    if (!result.ok) {
      expect(result.fault.message, name).not.toBe("");
      expect(result.fault.offset ?? 0, name).toBeLessThanOrEqual(wasm.length);
      seen.refused++;
    } else {
      seen.admitted++;
      expect(WebAssembly.validate(wasm as Uint8Array<ArrayBuffer>), `${name}, as it came`).toBe(true);
      expect(WebAssembly.validate(result.value.wasm), `${name}, metered`).toBe(true);
      const policy = { ...result.value, module: compileWasm(result.value.wasm) };
      const outcome = await host.run(policy, NO_SETTINGS, INPUT_BYTES, FUEL);
      expect(outcome.fuel, name).toBeLessThanOrEqual(FUEL);
      expect(outcome.error === null, name).toBe(outcome.output !== null);
      if (outcome.error === null) seen.answered++;
    }
    const { user, system } = process.cpuUsage(started);
    expect((user + system) / 1_000, name).toBeLessThan(CPU_MS_MAX);
  }
  // Some damage is harmless and some not, or else the test would say nothing.
  expect(seen.refused).toBeGreaterThan(MUTANTS / 2);
  expect(seen.admitted).toBeGreaterThan(MUTANTS / 20);
  expect(seen.answered).toBeGreaterThan(MUTANTS / 100);
});
