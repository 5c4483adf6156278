/** Policies that trap, in their first call or before it. */
import { type AdmittedModule, answering, stopped } from "./module.ts";

const TRAP = "POLICY_TRAPPED";

const TRAPS = [
  stopped("unreachable", TRAP, answering("(unreachable)")),
  stopped(
    "code after unreachable",
    TRAP,
    answering("(unreachable) (drop (i32.add)) (br_if 0 (i64.eqz)) (drop (select))", {}),
  ),
  stopped("division by zero", TRAP, answering("(drop (i32.div_u (i32.const 1) (i32.const 0)))")),
  stopped("remainder by zero", TRAP, answering("(drop (i64.rem_s (i64.const 1) (i64.const 0)))")),
  stopped(
    "division that overflows",
    TRAP,
    answering("(drop (i64.div_s (i64.const 0x8000000000000000) (i64.const -1)))"),
  ),
  stopped(
    "call_indirect of an empty element",
    TRAP,
    answering("(call_indirect (i32.const 0))", { fields: "(table 1 1 funcref)" }),
  ),
  stopped(
    "call_indirect past the table",
    TRAP,
    answering("(call_indirect (i32.const 1))", { fields: "(table 1 1 funcref)" }),
  ),
  stopped(
    "call_indirect of another type",
    TRAP,
    answering("(call_indirect (i32.const 0))", {
      fields: "(table 1 1 funcref) (elem (i32.const 0) $f) (func $f (param i32))",
    }),
  ),
  stopped(
    "AssemblyScript's abort",
    TRAP,
    answering("(call $abort (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))", {
      imports: `(import "env" "abort" (func $abort (param i32 i32 i32 i32)))
        (import "countersign:host/env" "output_write" (func $output_write (param i32 i32)))`,
    }),
  ),
];

/** What goes wrong before the first call is a trap, whatever it is; `detail` says more. */
const START = [
  stopped(
    "a start function that loops",
    TRAP,
    answering("", { fields: "(func $s (loop $l (br $l))) (start $s)" }),
  ),
  stopped(
    "a start function that traps",
    TRAP,
    answering("", { fields: "(func $s (unreachable)) (start $s)" }),
  ),
  stopped(
    "a start function that recurses",
    TRAP,
    answering("", { fields: "(func $s (call $s)) (start $s)" }),
  ),
  stopped(
    "a _start that loops",
    TRAP,
    answering("", { fields: '(func (export "_start") (loop $l (br $l)))' }),
  ),
  stopped("a _start that traps", TRAP, answering("", { fields: '(func (export "_start") (unreachable))' })),
];

export const TRAPPING: readonly AdmittedModule[] = [...TRAPS, ...START];
