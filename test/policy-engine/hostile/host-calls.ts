/** Policies that misuse what the host gives them: pointers, lengths, amounts, order, return codes. */
import {
  type AdmittedModule,
  ANSWER_AT,
  answering,
  answeringThroughKernel,
  CLEAN,
  forever,
  HOST_IMPORTS,
  repeat,
  stopped,
} from "./module.ts";

const TRAP = "POLICY_TRAPPED";
const LIMIT = "POLICY_HOST_LIMIT";
const FUEL = "POLICY_OUT_OF_FUEL";
const LENGTH = CLEAN.length;
const write = (length = LENGTH, at = ANSWER_AT) =>
  `(call $output_write (i32.const ${at}) (i32.const ${length}))`;

/** `evaluate` with this code and nothing after it. */
const bare = (code: string, parts: { imports?: string; memory?: string; fields?: string } = {}) =>
  answering(`${code} (return (i32.const 0))`, parts);
const bareKernel = (code: string, locals = "") =>
  answeringThroughKernel(`${code} (return (i32.const 0))`, { locals });

const POINTERS = [
  stopped(
    "input_read outside memory",
    TRAP,
    answering("(call $input_read (i32.const 65530) (i32.const 100))"),
  ),
  stopped("input_read of 2^32 - 1 bytes", FUEL, answering("(call $input_read (i32.const 0) (i32.const -1))")),
  stopped(
    "input_read at a negative pointer",
    TRAP,
    answering("(call $input_read (i32.const -8) (i32.const 8))"),
  ),
  stopped("output_write outside memory", TRAP, bare(write(100, 65_500))),
  stopped("output_write whose end overflows", TRAP, bare(write(16, -8))),
  stopped(
    "error_write outside memory",
    TRAP,
    answering("(call $error_write (i32.const 65530) (i32.const 100))"),
  ),
  stopped(
    "error_write of 2^32 - 1 bytes",
    FUEL,
    answering("(call $error_write (i32.const 0) (i32.const -1))"),
  ),
];

const OUTPUT = [
  stopped("no output", "POLICY_NO_OUTPUT", bare("")),
  stopped("an output of no bytes", "POLICY_OUTPUT_INVALID", bare(write(0))),
  stopped("output twice", "POLICY_OUTPUT_TWICE", answering(write())),
  stopped("output twice, the first time nothing", "POLICY_OUTPUT_TWICE", answering(write(0))),
  stopped(
    "output through ours, then through the kernel",
    "POLICY_OUTPUT_TWICE",
    answeringThroughKernel("(call $k_answer)"),
  ),
  stopped(
    "output through the kernel twice",
    "POLICY_OUTPUT_TWICE",
    bareKernel("(call $k_answer) (call $k_answer)"),
  ),
  stopped(
    "output_set past the kernel's memory",
    TRAP,
    bareKernel("(call $k_output_set (i64.const 0x10000000000) (i64.const 15))"),
  ),
  stopped(
    "output_set of more than there is",
    TRAP,
    bareKernel("(call $k_output_set (call $k_alloc (i64.const 8)) (i64.const 0x7fffffffffffffff))"),
  ),
  stopped("an output of 64 KiB and one", "POLICY_OUTPUT_TOO_LARGE", bare(write(65_537, 0), { memory: "2" })),
  stopped("an output of 4 MiB", "POLICY_OUTPUT_TOO_LARGE", bare(write(0x400000, 0), { memory: "64" })),
  stopped(
    "output in the start function only",
    "POLICY_NO_OUTPUT",
    bare("", { fields: "(func $s (call $answer)) (start $s)" }),
  ),
  stopped(
    "output in configure only",
    "POLICY_NO_OUTPUT",
    bare("", { fields: '(func (export "configure") (result i32) (call $answer) (i32.const 0))' }),
  ),
  stopped("output, then a trap", TRAP, answering(`${write()} (unreachable)`)),
  stopped("output, then a loop", FUEL, answering(`${write()} (loop $l (br $l))`)),
];

const CODES = [1, -1, 256, 0x10000, -0x80000000].map((returns) =>
  stopped(`a clean verdict with return code ${returns}`, "POLICY_RETURN_CODE", answering("", { returns })),
);

const ERRORS = [
  stopped(
    "an error beside a verdict",
    "POLICY_ERROR",
    answering("(call $error_write (i32.const 0) (i32.const 4))"),
  ),
  stopped(
    "an empty error beside a verdict",
    "POLICY_ERROR",
    answering("(call $error_write (i32.const 0) (i32.const 0))"),
  ),
  stopped(
    "a verdict, then an error",
    "POLICY_ERROR",
    bare(`${write()} (call $error_write (i32.const 0) (i32.const 4))`),
  ),
  stopped(
    "error_set beside a verdict",
    "POLICY_ERROR",
    answeringThroughKernel("(call $k_error_set (call $k_alloc (i64.const 4)))"),
  ),
];

/** The host's functions where the policy's own are expected. */
const ELSEWHERE = [
  stopped(
    "evaluate is the host's input_length",
    "POLICY_RETURN_CODE",
    `(module ${HOST_IMPORTS} (memory (export "memory") 1) (export "evaluate" (func $input_length)))`,
  ),
  stopped(
    "output_write through the table, in a loop",
    "POLICY_OUTPUT_TWICE",
    answering(
      forever(`(call_indirect (param i32 i32) (i32.const ${ANSWER_AT}) (i32.const ${LENGTH}) (i32.const 0))`),
      {
        fields: "(table 1 1 funcref) (elem (i32.const 0) $output_write)",
      },
    ),
  ),
  stopped(
    "input_length through the table, in a loop",
    LIMIT,
    answering(forever("(drop (call_indirect (result i32) (i32.const 0)))"), {
      fields: "(table 1 1 funcref) (elem (i32.const 0) $input_length)",
    }),
  ),
];

const AMOUNTS = [
  stopped(
    "a hundred thousand host calls and one",
    LIMIT,
    answering(
      `(loop $l (drop (call $input_length)) (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $l (i32.lt_u (local.get $n) (i32.const 100001))))`,
      { locals: "(local $n i32)" },
    ),
  ),
  stopped(
    "input_read of more than the input",
    TRAP,
    answering("(call $input_read (i32.const 0) (i32.add (call $input_length) (i32.const 1)))"),
  ),
  stopped(
    "input_read of all the input in a loop",
    LIMIT,
    answering(forever("(call $input_read (i32.const 0) (call $input_length))")),
  ),
  stopped(
    "error_write of 60 KiB in a loop",
    FUEL,
    answering(forever("(call $error_write (i32.const 0) (i32.const 61440))")),
  ),
];

const REFUSED = "POLICY_SETTINGS_REFUSED";
const CONFIGURE = [
  stopped(
    "settings refused",
    REFUSED,
    answering("", { fields: '(func (export "configure") (result i32) (i32.const 1))' }),
  ),
  stopped(
    "an error from configure",
    REFUSED,
    answering("", {
      fields:
        '(func (export "configure") (result i32) (call $error_write (i32.const 0) (i32.const 4)) (i32.const 0))',
    }),
  ),
  stopped(
    "a trap in configure",
    REFUSED,
    answering("", { fields: '(func (export "configure") (result i32) (unreachable))' }),
  ),
  stopped(
    "a loop in configure",
    REFUSED,
    answering("", { fields: '(func (export "configure") (result i32) (loop $l (br $l)) (i32.const 0))' }),
  ),
  stopped(
    "recursion in configure",
    REFUSED,
    answering("", { fields: '(func $c (export "configure") (result i32) (call $c))' }),
  ),
  stopped(
    "evaluate is configure, and answers the second time",
    "POLICY_OUTPUT_INVALID",
    answering(
      `(if (i32.eqz (global.get $calls)) (then (global.set $calls (i32.const 1)) (return (i32.const 0))))
       (if (i32.eq (global.get $calls) (i32.const 1)) (then (global.set $calls (i32.const 2)) ${write(3)} (return (i32.const 0))))`,
      { fields: '(global $calls (mut i32) (i32.const 0)) (export "configure" (func $evaluate))' },
    ),
  ),
];

/** Each is admitted as the manifest's memory is: what counts is that its own error never becomes an answer. */
export const HOST_CALLS: readonly AdmittedModule[] = [
  ...POINTERS,
  ...OUTPUT,
  ...CODES,
  ...ERRORS,
  ...AMOUNTS,
  ...ELSEWHERE,
  ...CONFIGURE,
  stopped(
    "a thousand findings' worth of repeated writes",
    "POLICY_OUTPUT_TWICE",
    bare(repeat(1000, write(1))),
  ),
];
