/**
 * Policies that leave a byte behind, one for each way of writing it: the host puts back only what the meter noted
 * (core/policy/wasm/write-notes.ts), so none may be missed. A call that finds its byte answers that nothing is wrong.
 */
import { type AdmittedModule, answering, repeat, stopped } from "./module.ts";

const P = "(local $p i32) (local $n i32)";

/** `write` leaves something other than 0 at `at`. */
const canary = (name: string, at: number, write: string, parts: Parameters<typeof answering>[1] = {}) =>
  stopped(
    `leaves a canary ${name}`,
    "POLICY_OUTPUT_INVALID",
    answering(
      `(if (i32.eqz (i32.load8_u (i32.const ${at}))) (then
         ${write}
         (call $output_write (i32.const 0) (i32.const 1)) (return (i32.const 0))))`,
      { locals: P, ...parts },
    ),
  );

const STORES = [
  "i32.store",
  "i64.store",
  "i32.store8",
  "i32.store16",
  "i64.store8",
  "i64.store16",
  "i64.store32",
];
const PAGE = 65_536;

export const CANARIES: readonly AdmittedModule[] = [
  ...STORES.map((store) =>
    canary(
      `by ${store}, in the last byte of a granule`,
      5119,
      `(${store} (i32.const 5119) (${store.slice(0, 3)}.const -1))`,
    ),
  ),
  ...STORES.map((store) =>
    canary(
      `by ${store}, at a local that is the last byte of a granule`,
      6143,
      `(local.set $p (i32.const 6143)) (${store} (local.get $p) (${store.slice(0, 3)}.const -1))`,
    ),
  ),
  canary("in the first byte of the next granule", 4099, "(i64.store (i32.const 4092) (i64.const -1))"),
  ...[0, 119, 120, 121, 128, 5000].map((offset) =>
    canary(
      `${offset} bytes behind its base, in the eighth byte of eight`,
      2047 + offset + 7,
      `(i64.store offset=${offset} (local.tee $p (i32.const 2047)) (i64.const -1))`,
    ),
  ),
  canary(
    "at the end of memory, behind a base of 0",
    PAGE - 1,
    `(i32.store8 offset=${PAGE - 1} (i32.const 0) (i32.const 1))`,
  ),
  canary(
    "where a local points that moved since it was noted",
    5 * 8192,
    `(loop $again
       (i32.store8 (local.get $p) (i32.const 1))
       (local.set $p (i32.add (local.get $p) (i32.const 8192)))
       (i32.store8 (local.get $p) (i32.const 1))
       (br_if $again (i32.lt_u (local.get $p) (i32.const ${5 * 8192}))))`,
  ),
  canary(
    "where a local pointed before its value was worked out",
    20_000,
    `(local.set $p (i32.const 20000))
     (i32.store8 (local.get $p) (i32.add (local.tee $p (i32.const 1)) (i32.const 1)))`,
  ),
  canary(
    "in the second arm, where only the first one notes",
    20_001,
    `(local.set $p (i32.const 20001))
     (if (local.get $n) (then (i32.store8 (local.get $p) (i32.const 1))) (else (i32.store8 (local.get $p) (i32.const 2))))`,
  ),
  canary(
    "behind an arm that was not taken",
    20_002,
    `(local.set $p (i32.const 20002))
     (if (local.get $n) (then (i32.store8 (local.get $p) (i32.const 1))))
     (i32.store8 (local.get $p) (i32.const 2))`,
  ),
  canary(
    "behind a block that was left before its store",
    20_003,
    `(local.set $p (i32.const 20003))
     (block (br_if 0 (i32.eqz (local.get $n))) (i32.store8 (local.get $p) (i32.const 1)))
     (i32.store8 (local.get $p) (i32.const 2))`,
  ),
  canary(
    "behind a block that moved what was noted before it",
    20_004,
    `(i32.store8 (local.get $p) (i32.const 1))
     (block (br_if 0 (local.get $n)) (local.set $p (i32.const 20004)))
     (i32.store8 (local.get $p) (i32.const 2))`,
  ),
  canary(
    "in the second round, at what the first one set",
    20_005,
    `(i32.store8 (local.get $p) (i32.const 1))
     (loop $again
       (i32.store8 (local.get $p) (i32.const 2))
       (local.set $p (i32.const 20005))
       (br_if $again (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 2))))`,
  ),
  canary(
    "at an address that an if answers",
    30_000,
    `(i32.store8 (if (result i32) (local.get $n) (then (i32.const 9)) (else (i32.const 30000))) (i32.const 1))`,
  ),
  canary(
    "at an address that a block answers by br_if",
    30_001,
    `(i32.store8 (block (result i32) (br_if 0 (i32.const 30001) (i32.eqz (local.get $n))) (drop) (i32.const 9)) (i32.const 1))`,
  ),
  canary(
    "at an address below what a block and a call answer",
    30_002,
    `(i32.store8 (i32.add (i32.const 30000) (i32.const 2))
       (block (result i32) (i32.store8 (i32.const 7) (i32.const 1)) (call $one (i32.const 1))))`,
    { fields: "(func $one (param i32) (result i32) (local.get 0))" },
  ),
  canary("in a function that calls itself", 30_003, "(call $deep (i32.const 30000))", {
    fields: `(func $deep (param $at i32) (local $to i32)
        (local.set $to (local.get $at))
        (if (i32.lt_u (local.get $at) (i32.const 30003)) (then (call $deep (i32.add (local.get $at) (i32.const 1)))))
        (i32.store8 (local.get $to) (i32.const 1)))`,
  }),
  canary(
    "by memory.fill over many granules",
    39_999,
    "(memory.fill (i32.const 10000) (i32.const 1) (i32.const 30000))",
  ),
  canary("by memory.fill of one byte", 10_239, "(memory.fill (i32.const 10239) (i32.const 1) (i32.const 1))"),
  canary(
    "by memory.fill of the whole memory's end",
    PAGE - 1,
    `(memory.fill (i32.const 2048) (i32.const 1) (i32.const ${PAGE - 2048}))`,
  ),
  canary("by memory.copy", 50_000, "(memory.copy (i32.const 49990) (i32.const 1024) (i32.const 15))"),
  canary("by input_read", 60_000, "(call $input_read (i32.const 60000) (call $input_length))"),
  canary(
    "by input_read, in a granule behind the first",
    51_200,
    "(call $input_read (i32.const 51190) (call $input_length))",
  ),
  canary(
    "in memory that the start function grew",
    3 * PAGE + 5,
    `(i32.store8 (i32.const ${3 * PAGE + 5}) (i32.const 1))`,
    {
      memory: "1 8",
      fields: "(func $s (drop (memory.grow (i32.const 3)))) (start $s)",
    },
  ),
  canary(
    "in the last byte of 5 pages",
    5 * PAGE - 1,
    `(i32.store8 (i32.const ${5 * PAGE - 1}) (i32.const 1))`,
    {
      memory: "5",
    },
  ),
  canary(
    "in the last byte of 16 pages",
    16 * PAGE - 1,
    `(i64.store (i32.const ${16 * PAGE - 8}) (i64.const -1))`,
    {
      memory: "16",
    },
  ),
  canary(
    "in every granule",
    65_000,
    repeat(64, (index) => `(i32.store8 (i32.const ${index * 1024 + 488}) (i32.const 1))`),
  ),
];
