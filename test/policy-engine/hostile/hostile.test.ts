/** Every hostile module is refused for the reason named, or runs to the engine rule named: never to an answer, and never for long. */
import { describe, expect, it } from "vitest";
import { FUEL_FULL } from "../../../core/limits.ts";
import { admit } from "../../../core/policy/wasm/admit.ts";
import { compileWasm } from "../../../policy-plugins/tools/wasm-module.ts";
import { PolicyHost } from "../../../worker/evaluate/host.ts";
import { assemble, wabtValidates } from "../../harness/wat.ts";
import { admitted, decisionOn, INPUT_BYTES, NO_SETTINGS, runnable, verdictFor } from "../run.ts";
import { ADMITTED, REFUSED } from "./all.ts";
import { withCustomSections } from "./encoding.ts";
import { AT_THE_LIMITS } from "./limits.ts";
import { ANSWER_AT, answering, answeringThroughKernel, CLEAN, repeat } from "./module.ts";

/**
 * Of one admission or one run with the largest budget: processor time of this process, all threads, so that what else the
 * machine does counts for little. The slowest takes a third of it.
 */
const CPU_MS_MAX = 1_000;

/** After these an instance may be anything, and is never used again. */
const ENDS_BY_TRAP: ReadonlySet<string> = new Set([
  "POLICY_TRAPPED",
  "POLICY_OUT_OF_FUEL",
  "POLICY_STACK_EXCEEDED",
  "POLICY_HOST_LIMIT",
  "POLICY_OUTPUT_TWICE",
  "POLICY_OUTPUT_TOO_LARGE",
]);

/** Since then. */
function cpuMs(then: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(then);
  return (user + system) / 1_000;
}
/** Runs after the first, each of which must be the same. Fewer fuel units: what differs would differ early. */
const RUNS_AFTER = 3;
const FUEL_AFTER = 100_000;

describe.each(Object.entries(REFUSED))("refused: %s", (_, modules) => {
  it.each(modules)("$name: $refused", ({ bytes, refused }) => {
    const wasm = bytes();
    const started = process.cpuUsage();
    const result = admit(wasm, { memoryPages: 2 });
    expect(cpuMs(started)).toBeLessThan(CPU_MS_MAX);
    expect(result.ok ? "admitted" : result.fault.code).toBe(refused);
    if (result.ok) return;
    expect(result.fault.message).toMatch(/^[A-Za-z\d].{5}/);
    expect(result.fault.advice).toMatch(/^[A-Za-z`\d].{5}/);
    expect(result.fault.offset ?? 0).toBeLessThanOrEqual(wasm.length);
  });
});

describe.each(Object.entries(ADMITTED))("stopped: %s", (_, modules) => {
  it.each(modules)("$name: $rule", async ({ bytes, rule }) => {
    const host = new PolicyHost();
    const policy = runnable(bytes());
    const started = process.cpuUsage();
    const outcome = await host.run(policy, NO_SETTINGS, INPUT_BYTES, FUEL_FULL);
    expect(cpuMs(started)).toBeLessThan(CPU_MS_MAX);
    const verdict = verdictFor(policy, outcome);
    expect(verdict).toMatchObject({ error: rule, findings: [], obligations: [] });
    expect(verdict.fuel).toBeLessThanOrEqual(FUEL_FULL);
    expect(decisionOn(verdict, "block").outcome).toBe("block");
    expect(decisionOn(verdict, "hold").outcome).toMatch(/^(hold|block)$/);

    if (ENDS_BY_TRAP.has(rule)) expect(host.kept.instances).toBe(0);

    // With a smaller budget, in the pool's instance, and in one of its own: always the same.
    const fresh = await new PolicyHost(null).run(policy, NO_SETTINGS, INPUT_BYTES, FUEL_AFTER);
    expect(decisionOn(verdictFor(policy, fresh), "block").outcome).not.toBe("allow");
    for (let run = 0; run < RUNS_AFTER; run++) {
      expect(await host.run(policy, NO_SETTINGS, INPUT_BYTES, FUEL_AFTER)).toEqual(fresh);
    }
  });
});

describe("the modules beside them are admitted and answer", () => {
  it("a policy that is not hostile passes by the same way", async () => {
    const policy = runnable(assemble(answering("")));
    const outcome = await new PolicyHost().run(policy, NO_SETTINGS, INPUT_BYTES, FUEL_FULL);
    const verdict = verdictFor(policy, outcome);
    expect(verdict).toMatchObject({ error: null, findings: [] });
    expect(decisionOn(verdict, "block").outcome).toBe("allow");
  });

  it.each(AT_THE_LIMITS)("$name", ({ bytes }) => {
    const started = process.cpuUsage();
    const { wasm } = admitted(bytes(), 2);
    compileWasm(wasm);
    expect(cpuMs(started)).toBeLessThan(CPU_MS_MAX);
    expect(wabtValidates(wasm)).toBe(true);
  });

  it.each([
    ["4 MiB of kernel memory", answeringThroughKernel("(drop (call $k_alloc (i64.const 0x400000)))")],
    [
      "a hundred thousand host calls",
      answering(
        `(loop $l (drop (call $input_length)) (local.set $n (i32.add (local.get $n) (i32.const 1)))
          (br_if $l (i32.lt_u (local.get $n) (i32.const 99999))))`,
        { locals: "(local $n i32)" },
      ),
    ],
    ["an output of 64 KiB", answering("", { answer: CLEAN.padEnd(65_536), memory: "2" })],
  ])("%s are within the limits", async (_, wat) => {
    const policy = runnable(assemble(wat));
    const outcome = await new PolicyHost().run(policy, NO_SETTINGS, INPUT_BYTES, FUEL_FULL);
    expect(verdictFor(policy, outcome).error).toBeNull();
  });

  it("custom sections change nothing", () => {
    const bare = admitted(withCustomSections(0));
    for (const count of [1, 1_000]) {
      const flooded = admitted(withCustomSections(count));
      expect(flooded.execId).toBe(bare.execId);
      expect(flooded.wasm).toEqual(bare.wasm);
    }
  });

  it.each([
    ["overlapping, downwards", "(memory.copy (i32.const 1023) (i32.const 1024) (i32.const 100))", 1023],
    ["overlapping, upwards", "(memory.copy (i32.const 1030) (i32.const 1024) (i32.const 100))", 1030],
  ])("memory.copy %s", async (_, copy, at) => {
    const write = `(call $output_write (i32.const ${at}) (i32.const ${CLEAN.length})) (return (i32.const 0))`;
    const policy = runnable(assemble(answering(`${copy} ${write}`)));
    const outcome = await new PolicyHost().run(policy, NO_SETTINGS, INPUT_BYTES, FUEL_FULL);
    expect(verdictFor(policy, outcome)).toMatchObject({ error: null });
  });
});

describe("fuel", () => {
  const spending = (rounds: number) =>
    answering(
      `(loop $l (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $l (i32.lt_u (local.get $n) (i32.const ${rounds}))))
       (memory.fill (i32.const 4096) (i32.const 7) (i32.const 999))`,
      { locals: "(local $n i32)" },
    );

  it.each([1, 2, 1_000])("of exactly what %i rounds need is enough, and one less is not", async (rounds) => {
    const policy = runnable(assemble(spending(rounds)));
    const run = (fuel: number) => new PolicyHost(null).run(policy, NO_SETTINGS, INPUT_BYTES, fuel);
    const { fuel: needed, error } = await run(FUEL_FULL);
    expect(error).toBeNull();
    expect(await run(needed)).toMatchObject({ error: null, fuel: needed });
    const short = await run(needed - 1);
    expect(short).toMatchObject({ error: "POLICY_OUT_OF_FUEL", output: null });
    // What could not be paid for was not done, and is not charged.
    expect(short.fuel).toBeLessThan(needed);
    expect(await run(0)).toMatchObject({ error: "POLICY_OUT_OF_FUEL", fuel: 0 });
  });

  it("grows in proportion to the rounds", async () => {
    const used = async (rounds: number) => {
      const policy = runnable(assemble(spending(rounds)));
      return (await new PolicyHost(null).run(policy, NO_SETTINGS, INPUT_BYTES, FUEL_FULL)).fuel;
    };
    const [one = 0, two = 0, thousand = 0] = [await used(1), await used(2), await used(1_000)];
    expect(two - one).toBeGreaterThan(0);
    expect(thousand - one).toBe(999 * (two - one));
  });

  it("is the same for the same policy, however it is named or padded", async () => {
    const source = assemble(answering(repeat(20, `(drop (i32.load8_u (i32.const ${ANSWER_AT})))`)));
    const used = [];
    for (const bytes of [source, new Uint8Array([...source, 0, 5, 4, 0x6e, 0x61, 0x6d, 0x65])]) {
      used.push((await new PolicyHost(null).run(runnable(bytes), NO_SETTINGS, INPUT_BYTES, FUEL_FULL)).fuel);
    }
    expect(used[0]).toBe(used[1]);
  });
});

it("what every admitted module became is valid for wabt, too", () => {
  for (const { name, bytes } of Object.values(ADMITTED).flat()) {
    expect(wabtValidates(admitted(bytes()).wasm), name).toBe(true);
  }
});
