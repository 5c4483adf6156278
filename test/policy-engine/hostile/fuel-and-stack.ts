/** Policies that would run for ever, recurse, or make one instruction cost much. */
import { EMPTY, END, policyWithCode, u32 } from "../../harness/wasm-bytes.ts";
import { type AdmittedModule, answering, forever, repeat, stopped } from "./module.ts";

const FUEL = "POLICY_OUT_OF_FUEL";
const STACK = "POLICY_STACK_EXCEEDED";
const TRAP = "POLICY_TRAPPED";

/** Calls `$f` for ever and drops nothing. */
const calling = (fields: string, locals = "") => answering(forever("(call $f)"), { fields, locals });

const LOOPS = [
  stopped("an empty loop", FUEL, answering("(loop $l (br $l))")),
  stopped("a loop through br_if", FUEL, answering("(loop $l (br_if $l (i32.const 1)))")),
  stopped("a loop through br_table", FUEL, answering("(loop $l (br_table $l $l $l (i32.const 1)))")),
  stopped(
    "a loop through br_table's default",
    FUEL,
    answering("(block $b (loop $l (br_table $b $b $l (i32.const 0xffffffff))))"),
  ),
  stopped(
    "a loop left and entered again from a loop around it",
    FUEL,
    answering("(loop $outer (block $b (loop $inner (br_if $b (i32.const 1)) (br $inner))) (br $outer))"),
  ),
  stopped(
    "a loop whose way back leads through a block and an else",
    FUEL,
    answering("(loop $l (block (if (i32.const 0) (then nop) (else (br $l)))))"),
  ),
  stopped(
    "nested loops merged under one br_table",
    FUEL,
    answering(
      `(loop $a (loop $b (loop $c
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_table $a $b $c $a (i32.rem_u (local.get $n) (i32.const 5))))))`,
      { locals: "(local $n i32)" },
    ),
  ),
  stopped(
    "work before an if that is never taken",
    FUEL,
    answering(
      forever(`${repeat(200, "(drop (i64.mul (i64.const 3) (i64.const 5)))")} (if (i32.const 0) (then nop))`),
    ),
  ),
  stopped("an if without else", FUEL, answering("(loop $l (if (i32.const 1) (then (br $l))))")),
  stopped(
    "a loop in unreachable code beside one that runs",
    FUEL,
    answering("(block $over (br $over) (loop $dead (br $dead))) (loop $l (br $l))"),
  ),
  stopped(
    "a br_table with 1,024 targets in a loop",
    FUEL,
    answering(
      `(loop $l (block $b (br_table ${repeat(1024, (i) => (i % 2 ? "$b" : "$l"))} $l (i32.const 1023))) (br $l))`,
    ),
  ),
  stopped("250 loops in one another, the innermost going on with the outermost", FUEL, () =>
    policyWithCode([
      ...Array(250).fill([0x03, EMPTY]).flat(),
      0x0c,
      ...u32(249),
      ...Array(250).fill(END),
      0x41,
      0,
    ]),
  ),
];

const CALLS = [
  stopped("a call in a loop", FUEL, calling("(func $f)")),
  stopped(
    "call_indirect in a loop",
    FUEL,
    answering(forever("(call_indirect (i32.const 0))"), {
      fields: "(table 1 1 funcref) (elem (i32.const 0) $f) (func $f)",
    }),
  ),
  stopped("500 locals to be zeroed in every call", FUEL, calling(`(func $f (local ${repeat(500, "i64")}))`)),
  stopped(
    "br to the function's label in every call",
    FUEL,
    calling("(func $f (block (br 1)) (unreachable))"),
  ),
  stopped("return in every call", FUEL, calling("(func $f (block (loop (return))) (unreachable))")),
  stopped(
    "br_if and br_table to the function's label, in turn",
    FUEL,
    answering(
      forever(`(local.set $n (i32.add (local.get $n) (i32.const 1)))
        (drop (call $f (i32.and (local.get $n) (i32.const 3))))`),
      {
        locals: "(local $n i32)",
        fields: `(func $f (param i32) (result i32)
          (block $b (br_if 1 (i32.const 7) (i32.eqz (local.get 0))) drop
            (if (i32.eq (local.get 0) (i32.const 1)) (then (return (i32.const 8)))))
          (i32.const 9) (br_table 0 0 0 (local.get 0)))`,
      },
    ),
  ),
];

const RECURSION = [
  stopped(
    "recursion of the smallest frames",
    STACK,
    answering("(call $f)", { fields: "(func $f (call $f))" }),
  ),
  stopped(
    "two functions calling each other",
    STACK,
    answering("(call $a)", { fields: "(func $a (call $b)) (func $b (call $a))" }),
  ),
  stopped(
    "recursion through the table",
    STACK,
    answering("(call $f)", {
      fields: "(table 2 2 funcref) (elem (i32.const 1) $f) (func $f (call_indirect (i32.const 1)))",
    }),
  ),
  stopped(
    "recursion with 500 locals",
    STACK,
    answering("(call $f)", { fields: `(func $f (local ${repeat(500, "i64")}) (call $f))` }),
  ),
  stopped(
    "recursion with 32 parameters",
    STACK,
    answering(`(call $f ${repeat(32, "(i64.const 1)")})`, {
      fields: `(func $f (param ${repeat(32, "i64")}) (call $f ${repeat(32, (i) => `(local.get ${i})`)}))`,
    }),
  ),
  stopped(
    "recursion with 500 operands on the stack",
    STACK,
    answering("(call $f)", {
      fields: `(func $f ${repeat(500, "(i64.const 1)")} (call $f) ${repeat(500, "(drop)")})`,
    }),
  ),
  stopped(
    "recursion under a loop in each frame",
    STACK,
    answering("(call $f)", { fields: "(func $f (loop $l (call $f) (br $l)))" }),
  ),
  stopped(
    "recursion with a call of the host in each frame",
    STACK,
    answering("(call $f)", { fields: "(func $f (drop (call $input_length)) (call $f))" }),
  ),
  stopped("evaluate calls itself", STACK, answering("(drop (call $evaluate))")),
  stopped(
    "evaluate calls itself through the table",
    STACK,
    answering("(drop (call_indirect (result i32) (i32.const 0)))", {
      fields: "(table 1 1 funcref) (elem (i32.const 0) $evaluate)",
    }),
  ),
];

const MEMORY = [
  stopped("memory.grow in a loop", FUEL, answering(forever("(drop (memory.grow (i32.const 1)))"))),
  stopped("memory.grow by nothing in a loop", FUEL, answering(forever("(drop (memory.grow (i32.const 0)))"))),
  stopped(
    "memory.grow by 2^32 - 1 in a loop",
    FUEL,
    answering(forever("(drop (memory.grow (i32.const -1)))")),
  ),
  stopped(
    "memory.fill of all memory in a loop",
    FUEL,
    answering(forever("(memory.fill (i32.const 0) (i32.const 1) (i32.const 0x400000))"), { memory: "64" }),
  ),
  stopped(
    "memory.copy of all memory in a loop",
    FUEL,
    answering(forever("(memory.copy (i32.const 1) (i32.const 0) (i32.const 0x3fffff))"), { memory: "64" }),
  ),
  stopped(
    "memory.fill of nothing in a loop",
    FUEL,
    answering(forever("(memory.fill (i32.const 0) (i32.const 1) (i32.const 0))")),
  ),
  stopped(
    "memory.fill past the end",
    TRAP,
    answering("(memory.fill (i32.const 65000) (i32.const 1) (i32.const 1000))"),
  ),
  stopped(
    "memory.copy past the end",
    TRAP,
    answering("(memory.copy (i32.const 65000) (i32.const 0) (i32.const 1000))"),
  ),
  stopped("a load past the end", TRAP, answering("(drop (i32.load (i32.const 65533)))")),
  stopped(
    "a load whose offset overflows",
    TRAP,
    answering("(drop (i64.load offset=0xffffffff (i32.const -1)))"),
  ),
  stopped("a store past the end", TRAP, answering("(i64.store8 (i32.const 65536) (i64.const 1))")),
];

export const FUEL_AND_STACK: readonly AdmittedModule[] = [...LOOPS, ...CALLS, ...RECURSION, ...MEMORY];
