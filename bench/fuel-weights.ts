/**
 * Measures what kinds of WebAssembly work cost, in nanoseconds and in fuel: `node bench/fuel-weights.ts`. The cost table
 * in core/policy/wasm/profile.ts was chosen from it: no row of the last column should be over 3, but for loads that miss
 * every cache. Each kernel does one kind of work, made hard for the processor: chained, unpredictable. It runs in V8's
 * optimising tier and in its baseline tier, since a policy may be judged in either.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import initWabt from "wabt";
import { decode } from "../core/policy/wasm/decode.ts";
import { meter } from "../core/policy/wasm/meter.ts";
import { CHARGING_RULE, COSTS, LIMITS, STACK_WORDS } from "../core/policy/wasm/profile.ts";
import { Reader } from "../core/policy/wasm/reader.ts";
import { validate } from "../core/policy/wasm/validate.ts";

const TIERS = { optimised: "--no-liftoff", baseline: "--liftoff-only" };
const SAMPLES = 15;

interface Kernel {
  readonly name: string;
  /** Runs `rounds` times, `$i` counting down; `$x`, `$y` (i64) and `$p`, `$q` (i32) are free to use. */
  readonly body: string;
  readonly rounds: number;
  /** What the figure in the table stands for, counted in one round. */
  readonly count: number;
  /** Grows the memory itself; all others begin with 16 MiB. */
  readonly grows?: boolean;
  /** Not part of the mean: see docs/design/metering.md. */
  readonly apart?: boolean;
}

const times = (count: number, text: string | ((index: number) => string)): string =>
  Array.from({ length: count }, (_, index) => (typeof text === "string" ? text : text(index))).join("\n");
/** An unpredictable number in `$x`, by xorshift. */
const RANDOM = `(local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 13))))
  (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 7))))
  (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 17))))`;
const random = (mask: string) => `(i32.wrap_i64 (i64.and (local.get $x) (i64.const ${mask})))`;
const CASES = times(8, (index) => `(local.set $p (i32.xor (local.get $p) (i32.const ${index}))) (br $out))`);
const ALL_MEMORY = "0xfffff8";
const TWO_PAGES = "0x1fff8";

const KERNELS: readonly Kernel[] = [
  kernel("locals", 64, "(local.set $y (local.get $x)) (local.set $x (local.get $y))", 32, 20_000),
  kernel(
    "addition, chained",
    64,
    "(local.set $x (i64.add (i64.xor (local.get $x) (i64.const 3)) (local.get $y)))",
    64,
    20_000,
  ),
  kernel(
    "rotation, chained",
    64,
    "(local.set $x (i64.rotl (i64.xor (local.get $x) (i64.const 3)) (local.get $y)))",
    64,
    20_000,
  ),
  kernel("multiplication, chained", 64, "(local.set $x (i64.mul (local.get $x) (local.get $y)))", 64, 20_000),
  kernel(
    "division, 64 bits",
    32,
    "(local.set $x (i64.div_u (i64.const -3) (i64.or (local.get $x) (i64.const 3))))",
    32,
    10_000,
  ),
  kernel(
    "remainder, 32 bits",
    32,
    "(local.set $p (i32.rem_s (i32.const -3) (i32.or (local.get $p) (i32.const 3))))",
    32,
    10_000,
  ),
  kernel(
    "select, unpredictable",
    1,
    `${RANDOM} ${times(16, (n) => `(local.set $p (select (local.get $p) (local.get $q) (i32.and (i32.wrap_i64 (local.get $x)) (i32.const ${1 << n}))))`)}`,
    16,
    50_000,
  ),
  kernel("globals", 32, "(global.set $g (i64.add (global.get $g) (local.get $x)))", 32, 20_000),
  kernel(
    "load, in cache",
    32,
    "(local.set $p (i32.load offset=64 (i32.and (local.get $p) (i32.const 1023))))",
    32,
    20_000,
  ),
  kernel(
    "load, chained, anywhere in 128 KiB",
    1,
    `${RANDOM} (local.set $x (i64.xor (local.get $x) (i64.load ${random(TWO_PAGES)})))`,
    1,
    300_000,
  ),
  {
    ...kernel(
      "load after load that miss every cache",
      32,
      "(local.set $p (i32.load offset=1048576 (local.get $p)))",
      32,
      10_000,
    ),
    apart: true,
  },
  kernel(
    "store, in cache",
    32,
    "(i64.store offset=64 (i32.and (i32.wrap_i64 (local.get $x)) (i32.const 1023)) (local.get $x))",
    32,
    20_000,
  ),
  kernel(
    "store, anywhere in 16 MiB",
    1,
    `${RANDOM} (i64.store ${random(ALL_MEMORY)} (i64.const 0))`,
    1,
    300_000,
  ),
  kernel("empty loop", 1, "", 1, 1_000_000),
  kernel(
    "branch, unpredictable",
    1,
    `${RANDOM} ${times(8, (n) => `(if (i32.and (i32.wrap_i64 (local.get $x)) (i32.const ${1 << (n + 3)})) (then (local.set $p (i32.mul (local.get $p) (local.get $q)))) (else (i32.store (i32.const 8) (local.get $p))))`)}`,
    8,
    50_000,
  ),
  kernel(
    "br_table, unpredictable",
    1,
    `${RANDOM} (block $out ${times(8, (n) => `(block $c${n}`)} (br_table ${times(8, (n) => `$c${n}`)} $out ${random("7")})) ${CASES}`,
    1,
    200_000,
  ),
  kernel("call, recursive", 1, "(local.set $p (call $deep (i32.const 100)))", 101, 2_000),
  kernel("call of 500 locals", 1, "(call $many (local.get $p)) (local.set $p)", 1, 20_000),
  kernel(
    "call_indirect, unpredictable",
    1,
    `${RANDOM} (local.set $p (call_indirect (type $t) (local.get $p) ${random("7")}))`,
    1,
    200_000,
  ),
  kernel("memory.size", 16, "(local.set $p (i32.add (local.get $p) (memory.size)))", 16, 20_000),
  kernel(
    "memory.copy of 16 bytes",
    8,
    "(memory.copy (i32.const 4096) (i32.const 64) (local.get $q))",
    8,
    10_000,
  ),
  kernel(
    "memory.fill of 16 bytes",
    8,
    "(memory.fill (i32.const 4096) (i32.const 64) (local.get $q))",
    8,
    10_000,
  ),
  kernel(
    "memory.copy of 4 MiB, for each byte",
    1,
    "(memory.copy (i32.const 8388608) (i32.const 0) (i32.const 4194304))",
    4_194_304,
    4,
  ),
  kernel(
    "memory.fill of 4 MiB, for each byte",
    1,
    "(memory.fill (i32.const 0) (i32.const 1) (i32.const 4194304))",
    4_194_304,
    4,
  ),
  kernel("memory.grow in vain", 4, "(drop (memory.grow (i32.const 1)))", 4, 2_000),
  {
    ...kernel(
      "memory.grow by a page, and writing it",
      1,
      `(local.set $p (i32.shl (memory.grow (i32.const 1)) (i32.const 16)))
      ${times(16, (n) => `(i64.store offset=${n * 4096} (local.get $p) (local.get $x))`)}`,
      1,
      190,
    ),
    grows: true,
  },
  kernel("host call", 8, "(local.set $p (call $input_length))", 8, 20_000),
  kernel(
    "host call, for each of 1,024 bytes",
    8,
    "(call $input_read (i32.const 64) (i32.const 1024))",
    8192,
    2_000,
  ),
  kernel("kernel call", 8, "(local.set $x (call $load_u64 (i64.const 8)))", 8, 20_000),
];

function kernel(name: string, unroll: number, step: string, count: number, rounds: number): Kernel {
  return { name, body: times(unroll, step), count, rounds };
}

const moduleOf = ({ body, rounds, grows }: Kernel) => `(module
  (import "countersign:host/env" "input_length" (func $input_length (result i32)))
  (import "countersign:host/env" "input_read" (func $input_read (param i32 i32)))
  (import "extism:host/env" "load_u64" (func $load_u64 (param i64) (result i64)))
  (memory (export "memory") 64 256)
  (type $t (func (param i32) (result i32)))
  (table 8 8 funcref) (elem (i32.const 0) $f $t1 $f $t2 $t1 $t2 $f $t1)
  (data (i32.const 0) "\\15\\7c\\4a\\7f\\b9\\79\\37\\9e\\1d\\dd\\6c\\4f\\91\\f4\\45\\25")
  (global $g (mut i64) (i64.const 1))
  (func $f (param i32) (result i32) (loop (result i32) (i32.add (local.get 0) (i32.const 1))))
  (func $t1 (param i32) (result i32) (loop (result i32) (i32.sub (local.get 0) (i32.const 1))))
  (func $t2 (param i32) (result i32) (loop (result i32) (i32.xor (local.get 0) (i32.const 1))))
  (func $deep (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (call $deep (i32.sub (local.get 0) (i32.const 1))) (i32.const 1)))
      (else (i32.const 0))))
  (func $many (param i32) (result i32) (local ${times(500, "i64")})
    (if (i32.eq (local.get 0) (i32.const 77777)) (then
      ${times(500, (n) => `(local.set ${n + 1} (i64.load (i32.const ${n * 8})))`)}
      (loop $l ${times(500, (n) => `(i64.store (i32.const ${n * 8}) (local.get ${((n * 7) % 500) + 1}))`)}
        (br_if $l (i32.load (i32.const 0))))))
    (i32.add (local.get 0) (i32.const 1)))
  (func (export "evaluate") (result i32)
    (local $i i32) (local $x i64) (local $y i64) (local $p i32) (local $q i32)
    (local.set $i (i32.const ${rounds}))
    (local.set $x (i64.load (i32.const 0))) (local.set $y (i64.load (i32.const 8))) (local.set $q (i32.const 16))
    ${grows ? "" : "(drop (memory.grow (i32.const 192)))"}
    (loop $again ${body}
      (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
    (i32.store (i32.const 32) (local.get $p)) (i64.store (i32.const 40) (i64.add (local.get $x) (local.get $y)))
    (i32.const 0)))`;

// The types of Workers, which this repository is checked with, declare the constructor abstract.
const compile = (wasm: Uint8Array): WebAssembly.Module => Reflect.construct(WebAssembly.Module, [wasm]);

function instantiate(module: WebAssembly.Module): { [name: string]: unknown } {
  const input = new Uint8Array(1024);
  const memory = (): WebAssembly.Memory => instance.exports.memory as WebAssembly.Memory; // every kernel exports it
  const instance = new WebAssembly.Instance(module, {
    "countersign:host/env": {
      input_length: () => input.length,
      input_read: (at: number, size: number) =>
        new Uint8Array(memory().buffer, at, size).set(input.subarray(0, size)),
    },
    "extism:host/env": { load_u64: (at: bigint) => at },
  });
  return instance.exports;
}

interface Row {
  readonly name: string;
  readonly ns: number;
  readonly nsPerFuel: number;
  readonly apart: boolean;
}

function measure(entry: Kernel, raw: Uint8Array): Row {
  const { module } = decode(new Reader(raw));
  const validated = validate(module);
  const memory = { initial: LIMITS.MEMORY_INITIAL_PAGES_MAX, maximum: LIMITS.MEMORY_PAGES_MAX };
  const { wasm } = meter(module, validated, { costs: COSTS.prod, rule: CHARGING_RULE, memory });
  const metered = instantiate(compile(wasm));
  const gas = metered.__cs_gas as WebAssembly.Global; // as the meter exports it
  const limit = 10n ** 15n;
  gas.value = limit;
  (metered.__cs_stack as WebAssembly.Global).value = STACK_WORDS;
  (metered.evaluate as () => number)();
  const growing = entry.grows ? 0n : 192n * BigInt(COSTS.prod.growPage);
  const fuel = Number(limit - gas.value - growing);
  const compiled = compile(raw);
  const samples = Array.from({ length: SAMPLES }, () => {
    const run = prepare(instantiate(compiled), entry);
    const begin = process.hrtime.bigint();
    run();
    return Number(process.hrtime.bigint() - begin);
  });
  // The least disturbed one: what other programs on the machine add is no cost of the kernel.
  const total = Math.min(...samples);
  return {
    name: entry.name,
    ns: total / (entry.rounds * entry.count),
    nsPerFuel: total / fuel,
    apart: entry.apart === true,
  };
}

/** One cycle through the first word of every 64 bytes, in an order that no prefetcher guesses (Sattolo's shuffle). */
function chain(words: Uint32Array): void {
  const order = Uint32Array.from({ length: words.length / 16 }, (_, index) => index);
  let state = 1;
  for (let last = order.length - 1; last > 0; last--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % last;
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  for (const [index, line] of order.entries())
    words[line * 16] = (order[(index + 1) % order.length] ?? 0) * 64;
}

/** Grows the memory and touches all of it, once, so that only the kernel's own work is timed. */
function prepare({ memory, evaluate }: { [name: string]: unknown }, { grows }: Kernel): () => number {
  if (!grows) {
    (memory as WebAssembly.Memory).grow(192);
    const words = new Uint32Array((memory as WebAssembly.Memory).buffer);
    words.fill(0, 16);
    chain(words.subarray(0x40000));
  }
  return evaluate as () => number; // as every kernel exports them
}

function print(tier: string, rows: readonly Row[]): void {
  const counted = rows.filter(({ apart }) => !apart);
  const mean = counted.reduce((sum, { nsPerFuel }) => sum + nsPerFuel, 0) / counted.length;
  console.log(`\n${tier}: mean ${mean.toFixed(3)} ns per fuel\n`);
  console.log("| work | ns each | ns per fuel | of the mean |\n|---|---:|---:|---:|");
  for (const { name, ns, nsPerFuel } of rows)
    console.log(
      `| ${name} | ${ns.toFixed(ns < 1 ? 3 : 1)} | ${nsPerFuel.toFixed(3)} | ${(nsPerFuel / mean).toFixed(2)} |`,
    );
}

const tier = process.argv[2];
if (tier === undefined) {
  // Assembled here: the assembler is WebAssembly, too, and would be slow in the tiers' own processes.
  const wabt = await initWabt();
  const modules = KERNELS.map((entry) =>
    Buffer.from(
      wabt.parseWat(entry.name, moduleOf(entry), { bulk_memory: true }).toBinary({}).buffer,
    ).toString("base64"),
  );
  for (const [name, flag] of Object.entries(TIERS))
    spawnSync(process.execPath, [flag, import.meta.filename, name], {
      input: modules.join("\n"),
      stdio: ["pipe", "inherit", "inherit"],
    });
} else {
  const modules = readFileSync(0, "utf8").split("\n");
  print(
    tier,
    KERNELS.map((entry, index) =>
      measure(entry, new Uint8Array(Buffer.from(modules[index] ?? "", "base64"))),
    ),
  );
}
