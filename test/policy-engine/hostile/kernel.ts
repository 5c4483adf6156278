/** Policies that misuse the functions of Extism's kernel: addresses, blocks, amounts. */
import { type AdmittedModule, answeringThroughKernel, forever, stopped } from "./module.ts";

const TRAP = "POLICY_TRAPPED";
const LIMIT = "POLICY_HOST_LIMIT";

/** `evaluate` with this code and nothing after it. */
const bareKernel = (code: string, locals = "") =>
  answeringThroughKernel(`${code} (return (i32.const 0))`, { locals });

const BLOCKS = [
  stopped(
    "alloc of 4 MiB and one byte",
    LIMIT,
    answeringThroughKernel("(drop (call $k_alloc (i64.const 0x400001)))"),
  ),
  stopped(
    "alloc of 4 MiB, then of one byte",
    LIMIT,
    answeringThroughKernel(
      "(drop (call $k_alloc (i64.const 0x400000))) (drop (call $k_alloc (i64.const 1)))",
    ),
  ),
  stopped(
    "alloc of 2^40 bytes",
    LIMIT,
    answeringThroughKernel("(drop (call $k_alloc (i64.const 0x10000000000)))"),
  ),
  stopped("alloc of 2^64 - 1 bytes", LIMIT, answeringThroughKernel("(drop (call $k_alloc (i64.const -1)))")),
  stopped(
    "alloc of 2^63 bytes",
    LIMIT,
    answeringThroughKernel("(drop (call $k_alloc (i64.const 0x8000000000000000)))"),
  ),
  stopped(
    "alloc of 1 MiB in a loop",
    LIMIT,
    answeringThroughKernel(forever("(drop (call $k_alloc (i64.const 0x100000)))")),
  ),
  stopped(
    "alloc and free of 1 MiB in a loop",
    LIMIT,
    answeringThroughKernel(forever("(call $k_free (call $k_alloc (i64.const 0x100000)))")),
  ),
  stopped(
    "alloc of nothing in a loop",
    LIMIT,
    answeringThroughKernel(forever("(drop (call $k_alloc (i64.const 0)))")),
  ),
];

const ADDRESSES = [
  stopped(
    "the byte behind the input",
    TRAP,
    answeringThroughKernel("(drop (call $k_input_load_u8 (call $k_input_length)))"),
  ),
  stopped(
    "eight bytes at the input's last",
    TRAP,
    answeringThroughKernel("(drop (call $k_input_load_u64 (i64.sub (call $k_input_length) (i64.const 1))))"),
  ),
  stopped(
    "input at 2^63 - 1",
    TRAP,
    answeringThroughKernel("(drop (call $k_input_load_u64 (i64.const 0x7fffffffffffffff)))"),
  ),
  stopped("input at -1", TRAP, answeringThroughKernel("(drop (call $k_input_load_u8 (i64.const -1)))")),
  stopped(
    "a block that is freed",
    TRAP,
    answeringThroughKernel(
      `(local.set $at (call $k_alloc (i64.const 8))) (call $k_free (local.get $at))
     (drop (call $k_load_u8 (local.get $at)))`,
      { locals: "(local $at i64)" },
    ),
  ),
  stopped(
    "from one block into the next",
    TRAP,
    answeringThroughKernel(
      `(local.set $at (call $k_alloc (i64.const 8))) (drop (call $k_alloc (i64.const 8)))
     (drop (call $k_load_u64 (i64.add (local.get $at) (i64.const 4))))`,
      { locals: "(local $at i64)" },
    ),
  ),
  stopped(
    "an error at an address that nobody allocated",
    TRAP,
    answeringThroughKernel("(call $k_error_set (i64.const 77))"),
  ),
  stopped(
    "an output that ends outside its block",
    TRAP,
    bareKernel("(call $k_output_set (call $k_alloc (i64.const 8)) (i64.const 9))"),
  ),
  stopped(
    "an output of nothing, of no block",
    "POLICY_OUTPUT_INVALID",
    bareKernel("(call $k_output_set (i64.const 0) (i64.const 0))"),
  ),
  stopped(
    "a block freed twice",
    "POLICY_NO_OUTPUT",
    bareKernel(
      "(local.set $at (call $k_alloc (i64.const 8))) (call $k_free (local.get $at)) (call $k_free (local.get $at)) (call $k_free (i64.const -1))",
      "(local $at i64)",
    ),
  ),
  stopped(
    "an output of 2^64 - 1 bytes",
    TRAP,
    bareKernel("(call $k_output_set (call $k_alloc (i64.const 8)) (i64.const -1))"),
  ),
  stopped(
    "addresses that nobody allocated",
    TRAP,
    answeringThroughKernel("(call $k_store_u64 (i64.const 0) (i64.const -1))"),
  ),
  stopped(
    "load_u8 past the kernel's memory",
    TRAP,
    answeringThroughKernel("(drop (call $k_load_u8 (i64.const 0x10000000000)))"),
  ),
  stopped("load_u64 at 2^64 - 1", TRAP, answeringThroughKernel("(drop (call $k_load_u64 (i64.const -1)))")),
  stopped(
    "store_u8 past the kernel's memory",
    TRAP,
    answeringThroughKernel("(call $k_store_u8 (i64.const 0x10000000000) (i32.const 1))"),
  ),
  stopped(
    "store_u64 at 2^64 - 1",
    TRAP,
    answeringThroughKernel("(call $k_store_u64 (i64.const -1) (i64.const 1))"),
  ),
];

export const KERNEL: readonly AdmittedModule[] = [...BLOCKS, ...ADDRESSES];
