/**
 * Policies that keep something for later. The first call of each ends with the rule named; a call that saw anything
 * of an earlier one would answer that nothing is wrong.
 */
import {
  type AdmittedModule,
  answering,
  answeringThroughKernel,
  CLEAN,
  HOST_IMPORTS,
  KERNEL_IMPORTS,
  stopped,
} from "./module.ts";

const INVALID = "POLICY_OUTPUT_INVALID";
const spoil = "(call $output_write (i32.const 0) (i32.const 1)) (return (i32.const 0))";
/** Answers rubbish unless `seen`, and leaves a trace for the next call. */
const remembers = (seen: string, leave: string) => `(if (i32.eqz ${seen}) (then ${leave} ${spoil}))`;

export const BETWEEN_CALLS: readonly AdmittedModule[] = [
  stopped(
    "counts its calls in an i32 global",
    INVALID,
    answering(remembers("(global.get $calls)", "(global.set $calls (i32.const 1))"), {
      fields: "(global $calls (mut i32) (i32.const 0))",
    }),
  ),
  stopped(
    "counts its calls in the last of 200 i64 globals",
    INVALID,
    answering(
      remembers(
        "(i64.ne (global.get $last) (i64.const 0x8000000000000001))",
        "(global.set $last (i64.const 0x8000000000000000))",
      ),
      {
        fields: `${"(global (mut i64) (i64.const 1))".repeat(199)}
          (global $last (mut i64) (i64.const 0x8000000000000001))`,
      },
    ),
  ),
  stopped(
    "leaves a canary in memory",
    INVALID,
    answering(remembers("(i32.load (i32.const 4096))", "(i32.store (i32.const 4096) (i32.const 0xcafe))")),
  ),
  stopped(
    "leaves a canary in the last byte of memory",
    INVALID,
    answering(remembers("(i32.load8_u (i32.const 65535))", "(i32.store8 (i32.const 65535) (i32.const 1))")),
  ),
  stopped(
    "leaves a canary in memory that it grew",
    INVALID,
    answering(
      `(drop (memory.grow (i32.const 1)))
       ${remembers("(i32.load (i32.const 70000))", "(i32.store (i32.const 70000) (i32.const 0xcafe))")}`,
    ),
  ),
  stopped(
    "leaves memory grown",
    INVALID,
    answering(
      remembers("(i32.gt_u (memory.size) (global.get $first))", "(drop (memory.grow (i32.const 1)))"),
      {
        fields:
          "(global $first (mut i32) (i32.const 0)) (func $s (global.set $first (memory.size))) (start $s)",
      },
    ),
  ),
  stopped(
    "overwrites its own data",
    INVALID,
    answering(
      `(if (i32.eq (i32.load8_u (i32.const 1024)) (i32.const 110)) (then
      (memory.copy (i32.const 1024) (i32.const 2048) (i32.const ${CLEAN.length})) ${spoil}))`,
      {
        // "n" is where "null" begins.
        answer: "null           ",
        fields: `(data (i32.const 2048) "{\\22findings\\22:[]}")`,
      },
    ),
  ),
  stopped(
    "leaves the input of an earlier call in memory",
    INVALID,
    answering(
      `(if (i32.eqz (i32.load8_u (i32.const 8192))) (then
         (call $input_read (i32.const 8192) (call $input_length)) ${spoil}))`,
    ),
  ),
  stopped(
    "leaves an output behind",
    INVALID,
    answering(
      `(if (i32.eqz (i32.load (i32.const 4096))) (then (i32.store (i32.const 4096) (i32.const 1)) ${spoil}))`,
    ),
  ),
  stopped(
    "leaves a canary in the kernel's memory",
    INVALID,
    answeringThroughKernel(
      `(local.set $at (call $k_alloc (i64.const 64)))
       ${remembers("(call $k_load_u8 (local.get $at))", "(call $k_store_u8 (local.get $at) (i32.const 1))")}`,
      { locals: "(local $at i64)" },
    ),
  ),
  stopped(
    "compares addresses that the kernel gives",
    INVALID,
    answering(
      `(local.set $at (call $k_alloc (i64.const 64)))
       (if (i64.eqz (global.get $first)) (then (global.set $first (local.get $at))))
       (if (i64.eq (global.get $first) (local.get $at)) (then ${spoil}))`,
      {
        imports: HOST_IMPORTS + KERNEL_IMPORTS,
        fields: "(global $first (mut i64) (i64.const 0))",
        locals: "(local $at i64)",
      },
    ),
  ),
  stopped(
    "looks for the kernel's block of an earlier call",
    INVALID,
    answeringThroughKernel(
      remembers(
        "(i32.wrap_i64 (call $k_length (i64.const 0x100000000)))",
        "(drop (call $k_alloc (i64.const 8)))",
      ),
    ),
  ),
  stopped(
    "hopes for another first address from the kernel",
    INVALID,
    answeringThroughKernel(
      `(if (i64.eq (call $k_alloc (i64.const 8)) (i64.const 0x100000000)) (then ${spoil}))`,
    ),
  ),
  stopped(
    "traps at first, and answers later",
    "POLICY_TRAPPED",
    answering("(if (i32.eqz (global.get $n)) (then (global.set $n (i32.const 1)) (unreachable)))", {
      fields: "(global $n (mut i32) (i32.const 0))",
    }),
  ),
  stopped(
    "burns its fuel at first, and answers later",
    "POLICY_OUT_OF_FUEL",
    answering("(if (i32.eqz (global.get $n)) (then (global.set $n (i32.const 1)) (loop $l (br $l))))", {
      fields: "(global $n (mut i32) (i32.const 0))",
    }),
  ),
  stopped(
    "counts in configure and evaluate",
    INVALID,
    answering(`(if (i32.lt_u (global.get $n) (i32.const 2)) (then (global.set $n (i32.const 2)) ${spoil}))`, {
      fields: `(global $n (mut i32) (i32.const 0))
        (func (export "configure") (result i32)
          (global.set $n (i32.add (global.get $n) (i32.const 1)))
          (i32.const 0))`,
    }),
  ),
  stopped(
    "refuses at first by its return code",
    "POLICY_RETURN_CODE",
    answering(
      `(if (i32.eqz (global.get $n)) (then (global.set $n (i32.const 1)) (call $answer) (return (i32.const 1))))`,
      {
        fields: "(global $n (mut i32) (i32.const 0))",
      },
    ),
  ),
];
