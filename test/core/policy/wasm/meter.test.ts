/**
 * Fuel and stack. Figures are counted by hand in the unit table: 1 for a function's entry and for each instruction, 0
 * for those that only shape control (nop, drop, block, loop, else, end, return, unreachable).
 */
import v8 from "node:v8";
import { describe, expect, it } from "vitest";
import { COST_CLASSES } from "../../../../core/policy/wasm/opcodes.ts";
import {
  COST_MAX,
  COSTS,
  LEAF_INSTRUCTIONS_MAX,
  LIMITS,
  STACK_WORDS,
  STATUS,
} from "../../../../core/policy/wasm/profile.ts";
import { admitted, instantiate, metered, policy, runUnit } from "./wasm.ts";

/** Repeats `code` n times. Each round: `code`, and 5 for local.get, i32.const, i32.sub, local.tee, br_if. Outside: 2. */
const repeated = (n: number, code: string): string => `(local.set $n (i32.const ${n}))
  (loop $again ${code} (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))`;
const N = "(local $n i32) (local $x i32)";

describe("fuel", () => {
  it.each<[string, number, string]>([
    ["entry and a constant", 2, "(i32.const 0)"],
    ["nothing for what only shapes control", 2, "(nop) (block (nop)) (block (result i32) (i32.const 0))"],
    [
      "code that is left by return, not what follows it",
      2,
      "(i32.const 0) (return) (drop (i32.add (i32.const 1)))",
    ],
    ["a loop's body in each round", 3 + 7 * 5 + 1, `${repeated(7, "")}(i32.const 0)`],
    [
      "an inner loop apart from the outer one",
      3 + 3 * 7 + 3 * 4 * 5 + 1,
      `${repeated(
        3,
        "(local.set $x (i32.const 4)) (loop $in (br_if $in (local.tee $x (i32.sub (local.get $x) (i32.const 1)))))",
      )}(i32.const 0)`,
    ],
    [
      "of an if the costlier arm, taken or not",
      1 + 2 + 4 + 1,
      "(if (i32.const 0) (then (drop (i32.add (i32.const 1) (i32.const 2)))  (drop (i32.const 3))) (else)) (i32.const 0)",
    ],
    [
      "an if without else, not taken",
      1 + 2 + 1 + 1,
      "(if (i32.const 0) (then (drop (i32.const 3)))) (i32.const 0)",
    ],
    [
      "of a switch the costliest case",
      1 + 2 + 3 + 1,
      `(block $end (block $c1 (block $c0 (br_table $c0 $c1 $end (i32.const 0)))
        (drop (i32.const 1)) (br $end)) (drop (i32.const 1)) (drop (i32.const 2)) (drop (i32.const 3))) (i32.const 0)`,
    ],
    [
      "a leaf by its caller, in the costliest way",
      1 + 1 + 1 + (1 + 2 + 3) + 1,
      "(call $leaf (i32.const 0)) (i32.const 0)",
    ],
    [
      "a function that calls, for itself",
      1 + 1 + 1 + 1 + 1 + (1 + 2 + 3) + 1,
      "(call $calls) (i32.const 0) ",
    ],
    [
      "a leaf through the table",
      1 + 2 + 1 + (1 + 2 + 3) + 1,
      "(call_indirect (param i32) (i32.const 0) (i32.const 0)) (i32.const 0)",
    ],
    [
      "a byte each of memory.fill",
      1 + 3 + 1 + 100 + 1,
      "(memory.fill (i32.const 0) (i32.const 1) (i32.const 100)) (i32.const 0)",
    ],
    [
      "a byte each of memory.copy",
      1 + 3 + 1 + 100 + 1,
      "(memory.copy (i32.const 0) (i32.const 1) (i32.const 100)) (i32.const 0)",
    ],
    ["a page each of memory.grow", 1 + 1 + 1 + 3, "(memory.grow (i32.const 3))"],
    ["memory.grow in vain, too", 1 + 1 + 1 + 9, "(memory.grow (i32.const 9))"],
  ])("is charged for %s", (_, fuel, code) => {
    const fields = `(table 1 1 funcref) (elem (i32.const 0) $leaf)
      (func $leaf (param i32) (if (local.get 0) (then (return))) (drop (i32.const 1)) (drop (i32.const 2)) (drop (i32.const 3)))
      (func $calls (call $leaf (i32.const 1)))`;
    const run = runUnit(policy(code, fields, N));
    expect(run).toMatchObject({ trap: null, status: STATUS.fine, fuel, stack: STACK_WORDS });
  });

  it.each<[string, string]>([
    ["a loop", `${repeated(50, "(drop (i32.mul (i32.const 3) (local.get $n)))")} (i32.const 0)`],
    ["calls", "(drop (call $f (i32.const 9))) (i32.const 0)"],
    ["a fill", "(memory.fill (i32.const 0) (i32.const 1) (i32.const 500)) (i32.const 0)"],
    ["a grow", "(drop (memory.grow (i32.const 1))) (i32.const 0)"],
  ])("of exactly N is enough for %s, and N - 1 is not", (_, code) => {
    const fields = `(func $f (param i32) (result i32) (if (result i32) (local.get 0)
      (then (call $f (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 0))))`;
    const { wasm } = admitted(policy(code, fields, N), 1);
    const full = instantiate(wasm).call("evaluate");
    expect(full).toMatchObject({
      trap: null,
      status: STATUS.fine,
      result: expect.any(Number),
      rc: full.result,
    });
    expect(instantiate(wasm).call("evaluate", full.fuel)).toEqual(full);
    const short = instantiate(wasm).call("evaluate", full.fuel - 1);
    expect(short).toMatchObject({ result: null, status: STATUS.outOfFuel, rc: -1 });
    expect(short.trap).toMatch(/unreachable/);
    expect(short.fuel).toBeLessThan(full.fuel);
  });

  it("is never taken for work that is not done", () => {
    const wasm = metered(policy("(memory.fill (i32.const 0) (i32.const 1) (i32.const 1000)) (i32.const 0)"));
    expect(instantiate(wasm).call("evaluate", 600)).toMatchObject({ status: STATUS.outOfFuel, fuel: 6 });
  });

  it("is compared unsigned: a whole 64 bits of it are not less than nothing", () => {
    const instance = instantiate(metered(policy("(i32.const 7)")));
    const gas = instance.exports.__cs_gas as WebAssembly.Global; // as the meter exports it
    (instance.exports.__cs_stack as WebAssembly.Global).value = STACK_WORDS;
    gas.value = -1n;
    expect((instance.exports.evaluate as () => number)()).toBe(7);
    expect(gas.value).toBe(-3n);
  });

  it("is not there before the host gives some", () => {
    const { exports } = instantiate(metered(policy("(i32.const 7)")));
    (exports.__cs_stack as WebAssembly.Global).value = STACK_WORDS;
    expect(exports.evaluate as () => number).toThrow(/unreachable/);
    expect((exports.__cs_status as WebAssembly.Global).value).toBe(STATUS.outOfFuel);
  });

  it("cannot overflow where a length is 2^32 - 1", () => {
    for (const code of [
      "(memory.fill (i32.const 0) (i32.const 1) (i32.const -1))",
      "(memory.copy (i32.const 0) (i32.const 1) (i32.const -1))",
      "(drop (memory.grow (i32.const -1)))",
    ]) {
      const run = instantiate(admitted(policy(`${code} (i32.const 0)`)).wasm).call("evaluate", 2 ** 31);
      expect(run.status).toBe(STATUS.outOfFuel);
    }
  });

  it("ends every cycle: nested loops under one br_table", () => {
    const code = `(loop $a (loop $b (loop $c
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_table $a $b $c $a (i32.rem_u (local.get $n) (i32.const 5)))))) (i32.const 0)`;
    const run = runUnit(policy(code, "", N), 10_000);
    expect(run.status).toBe(STATUS.outOfFuel);
    expect(run.fuel).toBeGreaterThan(9_900);
  });

  it("ends what recurs only through the table", () => {
    const fields = "(table 1 1 funcref) (elem (i32.const 0) $leaf) (func $leaf)";
    const run = runUnit(
      policy("(loop $l (call_indirect (i32.const 0)) (br $l)) (i32.const 0)", fields),
      10_000,
    );
    expect(run.status).toBe(STATUS.outOfFuel);
  });

  it("is charged before an if that is not taken", () => {
    const work = "(drop (i32.mul (i32.const 1) (i32.const 2)))".repeat(10);
    const run = runUnit(
      policy(`${repeated(10, `${work} (if (i32.const 0) (then (nop)))`)} (i32.const 0)`, "", N),
    );
    expect(run.fuel).toBe(3 + 10 * (30 + 2 + 5) + 1);
  });

  it("is charged for locals, which engines set to zero", () => {
    const many = policy("(call $f) (i32.const 0)", `(func $f (local ${"i64 ".repeat(400)}) (loop))`);
    const few = policy("(call $f) (i32.const 0)", "(func $f (local i64) (loop))");
    const fuelOf = (source: string) => instantiate(admitted(source).wasm).call("evaluate").fuel;
    expect(fuelOf(many) - fuelOf(few)).toBe(399 * COSTS.prod.local);
  });

  it("is charged for a host function's call and for the bytes it copies, also through the table", () => {
    const imports = `(import "countersign:host/env" "input_length" (func $length (result i32)))
      (import "countersign:host/env" "output_write" (func $write (param i32 i32)))
      (table 1 1 funcref) (elem (i32.const 0) $write)`;
    const host = { "countersign:host/env": { input_length: () => 5, output_write: () => undefined } };
    const fuelOf = (code: string) => {
      const source = `(module ${imports} (memory (export "memory") 1) (func (export "evaluate") (result i32) ${code}))`;
      return instantiate(admitted(source).wasm, host).call("evaluate").fuel;
    };
    const { hostCall, hostByte, instruction } = COSTS.prod;
    const plain = fuelOf("(i32.const 0)");
    expect(fuelOf("(call $length)") - plain).toBe(hostCall + instruction.call - instruction.constant);
    const write = (call: string, n: number) => fuelOf(`${call.replace("N", String(n))} (i32.const 0)`);
    for (const call of [
      "(call $write (i32.const 0) (i32.const N))",
      "(call_indirect (param i32 i32) (i32.const 0) (i32.const N) (i32.const 0))",
    ])
      expect(write(call, 1000) - write(call, 0)).toBe(1000 * hostByte);
  });

  it("is at least what runs, instruction for instruction", () => {
    const source = policy(
      `${repeated(
        40,
        `
        (block $out (block $b (block $a (br_table $a $b $out (i32.rem_u (local.get $n) (i32.const 4)))) (local.set $x (i32.const 5)) (br $out))
          (if (i32.and (local.get $n) (i32.const 1)) (then (local.set $x (call $f (local.get $n)))) (else (br $out)))
          (loop $in (br_if $in (i32.gt_s (local.tee $x (i32.sub (local.get $x) (i32.const 3))) (i32.const 0)))))`,
      )} (local.get $x)`,
      "(func $f (param i32) (result i32) (if (i32.gt_u (local.get 0) (i32.const 20)) (then (return (i32.const 1)))) (i32.mul (local.get 0) (i32.const 2)))",
      N,
    );
    const bound = instantiate(metered(source)).call("evaluate");
    const exact = instantiate(metered(source, COSTS.unit, "segment")).call("evaluate");
    expect(bound.result).toBe(exact.result);
    expect(bound.fuel).toBeGreaterThanOrEqual(exact.fuel);
    expect(bound.fuel).toBeLessThan(exact.fuel * 2);
  });
});

describe("cost tables", () => {
  it.each(Object.entries(COSTS))("%s: whole numbers, and no cycle for nothing", (_, costs) => {
    const { instruction, ...rest } = costs;
    expect(Object.keys(instruction).sort()).toEqual([...COST_CLASSES].sort());
    for (const cost of [...Object.values(instruction), rest.entry, rest.local]) {
      expect(Number.isInteger(cost) && cost >= 0 && cost <= COST_MAX).toBe(true);
    }
    for (const cost of [
      costs.entry,
      instruction.branch,
      instruction.switch,
      instruction.call,
      instruction.callIndirect,
    ])
      expect(cost).toBeGreaterThan(0);
  });

  it("keep the cost of a whole body exact in a double", () =>
    expect((LIMITS.FUNCTION_BYTES_MAX / 2) * LEAF_INSTRUCTIONS_MAX * COST_MAX).toBeLessThan(2 ** 53));
});

describe("the stack", () => {
  const deep = (body: string, type = "(param i32) (result i32)") =>
    policy("(call $f (i32.const 1000000))", `(func $f ${type} ${body})`);
  const RECURSE =
    "(if (result i32) (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 0)))";

  it.each<[string, string]>([
    ["small frames", deep(RECURSE)],
    ["500 locals", deep(`(local ${"i64 ".repeat(500)}) ${RECURSE}`)],
    [
      "high operands",
      deep(`${"(i64.const 1)".repeat(300)} ${RECURSE} (local.set 0) ${"(drop)".repeat(300)} (local.get 0)`),
    ],
  ])("ends recursion with %s, long before the engine's own", (_, source) => {
    const run = instantiate(metered(source)).call("evaluate");
    expect(run).toMatchObject({ status: STATUS.stackExceeded, rc: -1 });
    expect(run.trap).toMatch(/unreachable/);
  });

  it("counts parameters, locals, operands and 8 words a frame", () => {
    // evaluate: 8 + 1 operand; $f: 8 + 1 parameter + 3 locals + 2 operands.
    const source = policy(
      "(call $f (i32.const 1))",
      `(func $f (param i32) (result i32) (local i32 i64 i64)
      (if (local.get 0) (then (drop (call $f (i32.sub (local.get 0) (i32.const 1)))))) (i32.const 0))`,
    );
    const instance = instantiate(metered(source));
    expect(instance.call("evaluate", 1_000, 9 + 2 * 14)).toMatchObject({ result: 0, stack: 9 + 2 * 14 });
    expect(instance.call("evaluate", 1_000, 9 + 2 * 14 - 1)).toMatchObject({ status: STATUS.stackExceeded });
  });

  it.each<[string, string]>([
    ["falls off the end", "(call $g) (local.get 0)"],
    ["returns", "(call $g) (return (local.get 0))"],
    [
      "returns from within blocks and loops",
      "(block (loop (call $g) (if (local.get 0) (then (block (return (local.get 0))))))) (i32.const 0)",
    ],
    ["branches to its own label", "(call $g) (br 0 (local.get 0))"],
    ["branches to its own label from within", "(block (call $g) (loop (br 2 (local.get 0)))) (i32.const 0)"],
    ["does so by br_if", "(call $g) (br_if 0 (local.get 0) (i32.const 1)) (drop) (i32.const 0)"],
    ["does so by br_table", "(call $g) (block (result i32) (br_table 1 1 1 (local.get 0) (i32.const 0)))"],
  ])("is given back where a function %s", (_, code) => {
    // Called far more often than the stack has words. $f and $g recur as far as anyone can tell.
    const source = policy(
      `(loop $again
         (local.set 1 (call $f (i32.const 3)))
         (br_if $again (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const ${STACK_WORDS}))))
       (local.get 1)`,
      `(func $g (if (i32.const 0) (then (drop (call $f (i32.const 0)))))) (func $f (param i32) (result i32) ${code})`,
      "(local i32 i32)",
    );
    expect(instantiate(metered(source)).call("evaluate")).toMatchObject({ result: 3, trap: null });
  });

  it("is looked at once for a chain of calls that cannot come round", () => {
    // evaluate: 9; $f: 8 + 1 operand; $g: 8 + 2 locals; a leaf: 8 + 1 operand. $h is deeper, but nothing calls it.
    const source = policy(
      "(call $f)",
      `(func $f (result i32) (call $g) (i32.const 0))
       (func $g (local i64 i64) (loop) (drop (call $leaf)))
       (func $leaf (result i32) (i32.const 1))
       (func $h (local i64 i64 i64 i64) (call $g))`,
    );
    const instance = instantiate(metered(source));
    const words = 9 + 9 + (10 + 1) + 9;
    expect(instance.call("evaluate", 1_000, words)).toMatchObject({ result: 0, stack: words });
    expect(instance.call("evaluate", 1_000, words - 1)).toMatchObject({
      status: STATUS.stackExceeded,
      fuel: 0,
    });
  });

  it("is looked at where calls come round, with what each of them needs beside", () => {
    // $f: 8 + 1 parameter + 2 operands, and below it $wide: 8 + 100 locals.
    const source = (count: number) =>
      policy(
        `(call $f (i32.const ${count}))`,
        `(func $f (param i32) (result i32) (call $wide)
           (if (result i32) (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 0))))
         (func $wide (local ${"i64 ".repeat(100)}) (loop))`,
      );
    const run = (count: number, words: number) =>
      instantiate(metered(source(count))).call("evaluate", 1_000_000, words);
    const words = (count: number) => 9 + 11 * (count + 1) + 108;
    for (const count of [0, 1, 50]) {
      expect(run(count, words(count))).toMatchObject({ result: 0 });
      expect(run(count, words(count) - 1)).toMatchObject({ status: STATUS.stackExceeded });
    }
  });

  it.each<[string, string]>([
    ["by itself", "(call_indirect (type $t) (local.get 0) (i32.const 0))"],
    ["by way of one that does not look", "(call $between (local.get 0))"],
    [
      "after others of its type",
      "(drop (call_indirect (type $t) (local.get 0) (i32.const 1))) (call_indirect (type $t) (local.get 0) (i32.const 0))",
    ],
  ])("is looked at where a call through the table comes round: %s", (_, call) => {
    const source = policy(
      `(loop $again
         (drop (call $f (i32.const 500)))
         (br_if $again (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 100))))
       (call $f (global.get $depth))`,
      `(type $t (func (param i32) (result i32)))
       (global $depth (mut i32) (i32.const 500))
       (table 2 2 funcref) (elem (i32.const 0) $f $other)
       (func $other (param i32) (result i32) (local.get 0))
       (func $between (param i32) (result i32) (call_indirect (type $t) (local.get 0) (i32.const 0)))
       (func $f (param i32) (result i32)
         (if (i32.eqz (local.get 0)) (then (return (i32.const 7))))
         (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
         ${call})`,
      "(local i32)",
    );
    const instance = instantiate(metered(source));
    expect(instance.call("evaluate")).toMatchObject({ result: 7, trap: null });
    // As deep as the words go, and not as the engine's own stack does.
    (instance.exports.__cs_g0 as WebAssembly.Global).value = 1_000_000;
    expect(instance.call("evaluate")).toMatchObject({ status: STATUS.stackExceeded });
  });

  it("is not touched by code after unreachable", () => {
    const source = policy(
      "(call $f) (i32.const 0)",
      "(func $g (loop)) (func $f (block (br 0) (drop (i32.add)) (br_if 0 (i64.eqz)) (return) (unreachable)) (call $g))",
    );
    expect(instantiate(metered(source)).call("evaluate")).toMatchObject({ result: 0, stack: STACK_WORDS });
  });
});

describe("memory.grow", () => {
  it("fails at the module's maximum, and nowhere before", () => {
    const source = policy("(drop (memory.grow (i32.const 3))) (memory.grow (i32.const 1))");
    expect(instantiate(metered(source)).call("evaluate")).toMatchObject({ result: -1, status: STATUS.fine });
    const fits = policy("(drop (memory.grow (i32.const 2))) (memory.grow (i32.const 1))");
    expect(instantiate(metered(fits)).call("evaluate")).toMatchObject({ result: 3, status: STATUS.fine });
  });

  it("traps as the host's fault where the engine gives less than the module may have", () => {
    const { wasm } = admitted(
      '(module (memory (export "memory") 1) (func (export "evaluate") (result i32) (memory.grow (i32.const 9))))',
    );
    try {
      v8.setFlagsFromString("--wasm-max-mem-pages=4");
      expect(instantiate(wasm).call("evaluate")).toMatchObject({
        result: null,
        status: STATUS.hostLimit,
        rc: -1,
      });
    } finally {
      v8.setFlagsFromString("--wasm-max-mem-pages=65536");
    }
    expect(instantiate(wasm).call("evaluate")).toMatchObject({ result: 1, status: STATUS.fine });
  });

  it("is capped at 64 pages where a module declares more, or nothing", () => {
    for (const limits of ["1", "1 65536"]) {
      const source = `(module (memory (export "memory") ${limits}) (func (export "evaluate") (result i32)
        (drop (memory.grow (i32.const 63))) (memory.grow (i32.const 1))))`;
      expect(instantiate(metered(source)).call("evaluate")).toMatchObject({
        result: -1,
        status: STATUS.fine,
      });
    }
  });
});
