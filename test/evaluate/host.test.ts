/** The host: an outcome for everything that can happen, and the same one each time. */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { utf8 } from "../../core/encoding.ts";
import { digestOf } from "../../core/hash.ts";
import {
  FUEL_FAST,
  FUEL_FULL,
  HOST_CALLS_MAX,
  INPUT_TEXT_BYTES_KEPT,
  VERDICT_BYTES_MAX,
} from "../../core/limits.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import { Guest } from "../../worker/evaluate/guest.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { POOL_LIMITS } from "../../worker/evaluate/pool.ts";
import { assemble } from "../harness/wat.ts";
import { builtPolicy, inputWith, policyOf, runOf, settingsText, textOf } from "./policies.ts";

const DOOR = `
  (import "countersign:host/env" "input_length" (func $input_length (result i32)))
  (import "countersign:host/env" "input_read" (func $input_read (param i32 i32)))
  (import "countersign:host/env" "output_write" (func $output_write (param i32 i32)))
  (import "countersign:host/env" "error_write" (func $error_write (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "{\\"findings\\":[]}")`;
const evaluating = (code: string, more = "") =>
  policyOf(`${DOOR} ${more} (func (export "evaluate") (result i32) ${code})`);
/** Enough for every policy here that ends, and soon over. */
const FUEL = FUEL_FAST;
const ANSWER = "(call $output_write (i32.const 0) (i32.const 15))";

describe("what goes wrong has a rule of its own", () => {
  it.each([
    ["trap", "POLICY_TRAPPED", /^a trap on purpose at fixtures\/trap\/index\.ts:\d+:\d+$/],
    ["out-of-fuel", "POLICY_OUT_OF_FUEL", /^out of fuel$/],
    ["deep-recursion", "POLICY_STACK_EXCEEDED", /stack/],
    ["two-outputs", "POLICY_OUTPUT_TWICE", /second/],
    ["huge", "POLICY_OUTPUT_TOO_LARGE", /65551 bytes/],
    ["silent", "POLICY_NO_OUTPUT", /without an output/],
    ["returns-one", "POLICY_RETURN_CODE", /returned 1/],
    ["error-set", "POLICY_ERROR", /^an error on purpose$/],
  ])("%s: %s", async (name, error, detail) => {
    const host = new PolicyHost();
    const policy = builtPolicy(name);
    const run = (each: PolicyHost) => runOf(each, policy, inputWith({}), "{}", FUEL);
    const first = await run(host);
    expect(first).toMatchObject({ output: null, fuelLimit: FUEL, error });
    expect(first.detail).toMatch(detail);
    expect(first.fuel).toBeGreaterThan(0);
    expect(first.fuel).toBeLessThanOrEqual(FUEL);
    expect(await run(host)).toEqual(first);
    expect(await run(new PolicyHost(null))).toEqual(first);
  });

  it.each([
    ["an output outside the memory", "(call $output_write (i32.const 65535) (i32.const 2)) i32.const 0"],
    ["a negative pointer", "(call $output_write (i32.const -1) (i32.const 2)) i32.const 0"],
    ["an error outside the memory", "(call $error_write (i32.const 65536) (i32.const 1)) i32.const 0"],
    [
      "more input than there is",
      "(call $input_read (i32.const 0) (i32.add (call $input_length) (i32.const 1))) i32.const 0",
    ],
    ["input to a negative pointer", "(call $input_read (i32.const -1) (call $input_length)) i32.const 0"],
    ["input outside the memory", "(call $input_read (i32.const 65535) (call $input_length)) i32.const 0"],
    ["a load outside the memory", "(i32.load (i32.const 65533))"],
    ["a division by zero", "(i32.div_u (i32.const 1) (i32.const 0))"],
  ])("%s: POLICY_TRAPPED", async (_, code) => {
    const outcome = await runOf(new PolicyHost(), evaluating(code));
    expect(outcome).toMatchObject({ output: null, error: "POLICY_TRAPPED", detail: expect.any(String) });
  });

  it("a size of 4 GiB is charged for before it is looked at", async () => {
    const code = "(call $output_write (i32.const 0) (i32.const -1)) i32.const 0";
    expect(await runOf(new PolicyHost(), evaluating(code))).toMatchObject({ error: "POLICY_OUT_OF_FUEL" });
  });

  it("too many calls of the host: POLICY_HOST_LIMIT", async () => {
    const calling = (count: number) =>
      evaluating(
        `(local $left i32) (local.set $left (i32.const ${count}))
         (loop $again
           (drop (call $input_length))
           (local.set $left (i32.sub (local.get $left) (i32.const 1)))
           (br_if $again (local.get $left)))
         ${ANSWER} i32.const 0`,
      );
    expect(await runOf(new PolicyHost(), calling(HOST_CALLS_MAX))).toMatchObject({
      output: null,
      error: "POLICY_HOST_LIMIT",
    });
    expect(await runOf(new PolicyHost(), calling(HOST_CALLS_MAX - 1))).toMatchObject({ error: null });
  });

  it("an output of just the limit is none of these", async () => {
    const answering = (size: number) =>
      evaluating(`(call $output_write (i32.const 0) (i32.const ${size})) i32.const 0`);
    const outcome = await runOf(new PolicyHost(), answering(VERDICT_BYTES_MAX));
    expect(outcome).toMatchObject({ error: null, detail: null });
    expect(outcome.output?.length).toBe(VERDICT_BYTES_MAX);
  });

  it("no memory to give: POLICY_MEMORY_REFUSED", async () => {
    // What the meter leaves where memory.grow failed below the cap; the engine cannot be made to fail on demand.
    const wat = `(module (memory (export "memory") 1)
      (global $gas (export "__cs_gas") (mut i64) (i64.const 0))
      (global $stack (export "__cs_stack") (mut i32) (i32.const 0))
      (global $status (export "__cs_status") (mut i32) (i32.const 0))
      (global (export "__cs_written_low") (mut i32) (i32.const 0))
      (global (export "__cs_written_high") (mut i32) (i32.const 0))
      (func (export "__cs_save")) (func (export "__cs_restore"))
      (func (export "evaluate") (result i32) (global.set $status (i32.const 3)) unreachable))`;
    const policy = { execId: digestOf(wat), profileId: "p", module: compileWasm(assemble(wat)) };
    expect(await runOf(new PolicyHost(), policy)).toMatchObject({ error: "POLICY_MEMORY_REFUSED" });
  });

  it("a module that nothing meters does not run", async () => {
    const wasm = assemble(
      '(module (memory (export "memory") 1) (func (export "evaluate") (result i32) (loop (br 0)) unreachable))',
    );
    const policy = { execId: digestOf(wasm), profileId: "p", module: compileWasm(wasm) };
    expect(await runOf(new PolicyHost(), policy)).toMatchObject({
      error: "POLICY_TRAPPED",
      detail: "not a metered module",
      fuel: 0,
    });
  });

  it("a module that does not link is an outcome, too", async () => {
    const wasm = assemble('(module (import "env" "nope" (func)))');
    const policy = { execId: digestOf(wasm), profileId: "p", module: compileWasm(wasm) };
    expect(await runOf(new PolicyHost(), policy)).toMatchObject({
      error: "POLICY_TRAPPED",
      detail: expect.stringMatching(/^couldn't instantiate/),
    });
  });
});

describe("settings", () => {
  const refused = (detail: RegExp) => ({
    output: null,
    fuel: 0,
    error: "POLICY_SETTINGS_REFUSED",
    detail: expect.stringMatching(detail),
  });
  const configuring = (code: string) =>
    policyOf(`${DOOR} (func (export "configure") (result i32) ${code})
      (func (export "evaluate") (result i32) ${ANSWER} i32.const 0)`);

  it("are refused with the policy's own words", async () => {
    const outcome = await runOf(new PolicyHost(), builtPolicy("pii"), inputWith({}), '{"nope":1}');
    expect(outcome).toMatchObject(refused(/^configure: settings: unknown setting nope$/));
  });

  it.each([
    ["returns 2", "i32.const 2", /^configure: returned 2$/],
    ["traps", "unreachable", /^configure: unreachable$/],
    ["never ends", "(loop $again (br $again)) i32.const 0", /^configure: out of fuel$/],
    [
      "reports an error",
      "(call $error_write (i32.const 2) (i32.const 8)) i32.const 0",
      /^configure: findings$/,
    ],
  ])("are refused where configure %s", async (_, code, detail) => {
    expect(await runOf(new PolicyHost(), configuring(code))).toMatchObject(refused(detail));
  });

  it("are refused by a policy that reads none", async () => {
    const policy = evaluating(`${ANSWER} i32.const 0`);
    expect(await runOf(new PolicyHost(), policy, inputWith({}), "{}")).toMatchObject({ error: null });
    expect(await runOf(new PolicyHost(), policy, inputWith({}), '{"a":1}')).toMatchObject(
      refused(/takes no settings/),
    );
  });

  it("each have an instance of their own", async () => {
    const host = new PolicyHost();
    const policy = builtPolicy("redacts");
    const found = async (term: string) =>
      textOf(await runOf(host, policy, inputWith({ text: "one two" }), settingsText({ term })))?.includes(
        "TERM",
      );
    expect([await found("one"), await found("three"), await found("one"), await found("two")]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(host.kept.instances).toBe(3);
  });
});

describe("a start function", () => {
  const starting = (code: string) =>
    policyOf(`${DOOR} (global $at (mut i32) (i32.const 0)) (func $start ${code}) (start $start)
      (func (export "evaluate") (result i32)
        (call $output_write (i32.const 0) (global.get $at)) i32.const 0)`);

  it("has run before the first evaluation, once", async () => {
    const host = new PolicyHost();
    const policy = starting("(global.set $at (i32.add (global.get $at) (i32.const 15)))");
    for (let i = 0; i < 3; i++) expect(textOf(await runOf(host, policy))).toBe('{"findings":[]}');
  });

  it("is metered", async () => {
    expect(await runOf(new PolicyHost(), starting("(loop $again (br $again))"))).toMatchObject({
      error: "POLICY_TRAPPED",
      detail: "start: out of fuel",
    });
  });
});

describe("fuel", () => {
  it("just enough is enough, and one less is not", async () => {
    const host = new PolicyHost();
    const policy = builtPolicy("redacts");
    const input = inputWith({ text: "SSN 123-45-6789" });
    const settings = settingsText({ term: "SSN" });
    const { fuel, output } = await runOf(host, policy, input, settings);
    expect(await runOf(host, policy, input, settings, fuel)).toEqual({
      ...{ output, fuel, fuelLimit: fuel, error: null, detail: null },
    });
    expect(await runOf(host, policy, input, settings, fuel - 1)).toMatchObject({
      output: null,
      error: "POLICY_OUT_OF_FUEL",
    });
    expect(await runOf(host, policy, input, settings, 0)).toMatchObject({ error: "POLICY_OUT_OF_FUEL" });
  });

  it("of slow is in proportion to its rounds, and nothing is found before they are over", async () => {
    const host = new PolicyHost();
    const policy = builtPolicy("slow");
    const run = (rounds: number, limit = FUEL_FULL) =>
      runOf(host, policy, inputWith({ rounds, text: "forbidden-late" }), "{}", limit);
    const [none, ten, twenty] = await Promise.all([run(0), run(10), run(20)]);
    expect((twenty.fuel - ten.fuel) / (ten.fuel - none.fuel)).toBeCloseTo(1, 2);
    expect(textOf(ten)).toContain("FORBIDDEN_LATE");
    expect(await run(20, ten.fuel)).toMatchObject({ output: null, error: "POLICY_OUT_OF_FUEL" });
  });
});

describe("an input that comes as text", () => {
  const echoing = evaluating(
    `(call $input_read (i32.const 64) (call $input_length))
     (call $output_write (i32.const 64) (call $input_length)) i32.const 0`,
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    // Lone surrogates too.
    fc.array(fc.nat(0xffff), { maxLength: 50 }).map((units) => String.fromCharCode(...units)),
    fc.integer({ min: -1, max: 1 }).map((more) => "x".repeat(Math.floor(INPUT_TEXT_BYTES_KEPT / 3) + more)),
    fc.constant("\uffff".repeat(Math.floor(INPUT_TEXT_BYTES_KEPT / 3) - 50)),
  );

  it("is the same input as its bytes, whatever came before", async () => {
    const host = new PolicyHost();
    const run = async (input: Uint8Array | string) => host.run(echoing, "{}", input, FUEL);
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { minLength: 1, maxLength: 4 }), async (inputs) => {
        for (const input of inputs) {
          const outcome = await run(input);
          expect(outcome.error).toBeNull();
          expect(Buffer.compare(outcome.output ?? expect.fail(), utf8(input))).toBe(0);
          expect(outcome).toEqual(await run(utf8(input)));
        }
      }),
      { numRuns: 100 },
    );
  });

  it("is kept until there is an instance", async () => {
    const host = new PolicyHost();
    const inputs = ["first", "second, longer", ""];
    const outcomes = await Promise.all(inputs.map((input) => host.run(echoing, "{}", input, FUEL)));
    expect(outcomes.map(textOf)).toEqual(inputs);
  });
});

describe("a policy that counts its calls", () => {
  it("always counts to one", async () => {
    const host = new PolicyHost();
    const outcomes = [];
    for (let i = 0; i < 50; i++) outcomes.push(await runOf(host, builtPolicy("counter")));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect(outcomes[0]).toMatchObject({ error: null });
    expect(textOf(outcomes[0] ?? expect.fail())).toBe('{"findings":[]}');
    expect(host.kept.instances).toBe(1);
  });

  it("would count on, were nothing restored", async () => {
    const host = new PolicyHost();
    const counting = evaluating(
      `(global.set $n (i32.add (global.get $n) (i32.const 1)))
       (i32.store8 (i32.const 100) (i32.add (i32.load8_u (i32.const 100)) (global.get $n)))
       (call $output_write (i32.const 100) (i32.const 1)) i32.const 0`,
      "(global $n (mut i32) (i32.const 0))",
    );
    for (let i = 0; i < 3; i++) expect((await runOf(host, counting)).output).toEqual(Uint8Array.of(1));
    // Without the host's restore, a raw instance of the same module does.
    const raw = new WebAssembly.Instance(counting.module, {
      "countersign:host/env": Object.fromEntries(
        ["input_length", "input_read", "output_write", "error_write"].map((name) => [name, () => 0]),
      ),
    }).exports as { memory: WebAssembly.Memory; evaluate(): number } & Record<string, WebAssembly.Global>;
    for (let i = 0; i < 2; i++) {
      (raw.__cs_gas as WebAssembly.Global).value = 1_000_000n;
      (raw.__cs_stack as WebAssembly.Global).value = 1000;
      raw.evaluate();
    }
    expect(new Uint8Array(raw.memory.buffer)[100]).toBe(3);
  });
});

describe("an instance", () => {
  const made = async (name: string, settings = "{}") => {
    const guest = await Guest.create(builtPolicy(name).module, settings);
    return guest.ok ? guest.value : expect.fail(guest.fault.detail);
  };

  it("is after each call what it was before, and what a new one is", async () => {
    const settings = settingsText({ term: "secret" });
    const guest = await made("redacts", settings);
    const state = digestOf(guest.state());
    for (const text of ["nothing", "a secret", "x".repeat(5000), "secret ".repeat(500)]) {
      expect(guest.evaluate(inputWith({ text }), FUEL_FULL)).toMatchObject({ error: null });
      expect(guest.reusable).toBe(true);
      expect(digestOf(guest.state())).toBe(state);
    }
    expect(digestOf((await made("redacts", settings)).state())).toBe(state);
    expect(digestOf((await made("redacts", settingsText({ term: "other" }))).state())).not.toBe(state);
  });

  it("keeps nothing of the action", async () => {
    const guest = await made("redacts", settingsText({ term: "6789" }));
    expect(guest.evaluate(inputWith({ text: "CANARY 123-45-6789" }), FUEL_FULL).error).toBeNull();
    expect(Buffer.from(guest.state()).includes("CANARY")).toBe(false);
  });

  it.each([
    ["that trapped", "trap", inputWith({})],
    ["that ran out of fuel", "out-of-fuel", inputWith({})],
    ["whose memory grew", "redacts", inputWith({ text: "x".repeat(200_000) })],
  ])("%s is not used again", async (_, name, input) => {
    const guest = await made(name, name === "redacts" ? settingsText({ term: "6789" }) : "{}");
    guest.evaluate(input, FUEL);
    expect(guest.reusable).toBe(false);
  });

  it.each(["silent", "returns-one", "error-set"])("of %s is, since it returned", async (name) => {
    const guest = await made(name);
    const state = digestOf(guest.state());
    expect(guest.evaluate(inputWith({}), FUEL_FULL).error).not.toBeNull();
    expect([guest.reusable, digestOf(guest.state())]).toEqual([true, state]);
  });
});

describe("the pool", () => {
  const input = inputWith({ text: "123-45-6789" });
  const isWarm = (host: PolicyHost, settings: string) =>
    !(host.run(builtPolicy("redacts"), settings, input, FUEL_FULL) instanceof Promise);
  const settingsOf = (method: string) => settingsText({ redact: method, term: "6789" });
  const SETTINGS = settingsOf("mask");

  it("answers at once where an instance is at hand", async () => {
    const host = new PolicyHost();
    expect(isWarm(host, SETTINGS)).toBe(false);
    await runOf(host, builtPolicy("redacts"), input, SETTINGS);
    expect(isWarm(host, SETTINGS)).toBe(true);
  });

  it("serves many at once, all with the same answer, and keeps one instance", async () => {
    const host = new PolicyHost();
    const policy = builtPolicy("counter");
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => runOf(host, policy)));
    expect(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size).toBe(1);
    expect(host.kept.instances).toBe(1);
  });

  it("throws away what trapped or grew, and goes on", async () => {
    const host = new PolicyHost();
    const grown = inputWith({ text: "x".repeat(200_000) });
    const policy = builtPolicy("redacts");
    await runOf(host, policy, input, SETTINGS);
    expect(await runOf(host, policy, grown, SETTINGS)).toEqual(
      await runOf(new PolicyHost(null), policy, grown, SETTINGS),
    );
    expect(host.kept.instances).toBe(0);
    expect(host.kept.byteLength).toBeLessThan(65_536);
    expect(await runOf(host, policy, input, SETTINGS)).toEqual(
      await runOf(new PolicyHost(null), policy, input, SETTINGS),
    );
    expect(host.kept.instances).toBe(1);
    expect(await runOf(host, policy, input, SETTINGS, 10)).toMatchObject({ error: "POLICY_OUT_OF_FUEL" });
    expect(host.kept.instances).toBe(0);
  });

  it("makes the next one from what configure left, without its fuel being spent again", async () => {
    const create = vi.spyOn(Guest, "create");
    const host = new PolicyHost();
    const policy =
      policyOf(`${DOOR} (global $g (mut i64) (i64.const 1)) (data (i32.const 100) "cleared by configure")
      (func (export "configure") (result i32)
        (memory.fill (i32.const 100) (i32.const 0) (i32.const 32)) (drop (memory.grow (i32.const 2)))
        (i32.store (i32.const 140000) (i32.const 7)) (global.set $g (i64.const 9)) i32.const 0)
      (func (export "evaluate") (result i32)
        (i32.store (i32.const 60000) (i32.const 1)) (global.set $g (i64.const 3)) unreachable)`);
    const first = await runOf(host, policy);
    for (let turn = 0; turn < 3; turn++) expect(await runOf(host, policy)).toEqual(first);
    expect(create).toHaveBeenCalledTimes(1);
    create.mockRestore();
    const guest = await Guest.create(policy.module, "{}");
    if (!guest.ok) expect.fail(guest.fault.detail);
    const configured = digestOf(guest.value.state());
    guest.value.evaluate(inputWith({}), FUEL);
    const next = await Guest.again(policy.module, guest.value.configured);
    if (!next.ok) expect.fail(next.fault.detail);
    expect(digestOf(next.value.state())).toBe(configured);
    expect(digestOf(guest.value.state())).not.toBe(configured);
  });

  it("puts out the instance that was not used for longest", async () => {
    const host = new PolicyHost({ ...POOL_LIMITS, instancesMax: 2 });
    const policy = builtPolicy("redacts");
    for (const method of ["mask", "remove", "mask", "replace"])
      await runOf(host, policy, input, settingsOf(method));
    expect(host.kept.instances).toBe(2);
    expect(["mask", "replace"].map((method) => isWarm(host, settingsOf(method)))).toEqual([true, true]);
    expect(isWarm(host, settingsOf("remove"))).toBe(false);
  });

  it("holds no more bytes than it may", async () => {
    const one = new PolicyHost();
    await runOf(one, builtPolicy("redacts"), input, SETTINGS);
    const { byteLength } = one.kept;
    // Two pages, and a copy of those of their bytes that are not zero.
    expect(byteLength).toBeGreaterThan(2 * 65_536);
    expect(byteLength).toBeLessThan(4 * 65_536);
    const host = new PolicyHost({ ...POOL_LIMITS, bytesMax: 2 * byteLength - 1 });
    for (const method of ["mask", "remove", "replace"])
      await runOf(host, builtPolicy("redacts"), input, settingsOf(method));
    expect(host.kept.instances).toBe(1);
    const none = new PolicyHost({ ...POOL_LIMITS, bytesMax: byteLength - 1 });
    expect(await runOf(none, builtPolicy("redacts"), input, SETTINGS)).toMatchObject({ error: null });
    expect(none.kept.instances).toBe(0);
  });

  it("tells modules of the same settings apart", async () => {
    const host = new PolicyHost();
    const answers = [];
    for (const name of ["counter", "silent", "counter", "silent"])
      answers.push((await runOf(host, builtPolicy(name))).error);
    expect(answers).toEqual([null, "POLICY_NO_OUTPUT", null, "POLICY_NO_OUTPUT"]);
    expect(host.kept.instances).toBe(2);
  });
});
