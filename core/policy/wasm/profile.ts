/**
 * The profile: what a policy module may be, and what its work costs. Whatever changes a verdict or a fuel figure is
 * part of PROFILE_ID, which stands in every receipt. Reasons and measurements: docs/design/metering.md.
 */
import { canonicalJson } from "../../canonical-json.ts";
import { sha256Hex } from "../../hash.ts";
import {
  FINDINGS_MAX,
  FUEL_CONFIGURE,
  FUEL_FULL,
  HOST_ALLOC_BYTES_MAX,
  HOST_CALLS_MAX,
  READING_BYTES_MAX,
  VERDICT_BYTES_MAX,
} from "../../limits.ts";
import { COST_CLASSES, type CostClass, costClassOf, I32, I64, immediateOf, REFUSED } from "./opcodes.ts";

/** Changes whenever the same module comes out of the meter as other bytes. */
export const INJECTOR_VERSION = 2;

export const LIMITS = {
  /** Our largest policy is 26 KB. A compiler's whole standard library stays below. */
  RAW_BYTES_MAX: 1024 * 1024,
  /** The meter adds a quarter to ordinary code, but ten times its size to loops of three bytes. */
  METERED_BYTES_MAX: 4 * 1024 * 1024,
  TYPES_MAX: 512,
  /** AssemblyScript policies have below 200. */
  FUNCTIONS_MAX: 5_000,
  /** There are 20 names, each taken once. More are read only to say which one is not known; so with exports. */
  IMPORTS_MAX: 1_024,
  EXPORTS_MAX: 1_024,
  GLOBALS_MAX: 256,
  /** Largest seen: 8. Many parameters make every frame, and what an engine compiles for a call, large. */
  PARAMS_MAX: 32,
  /** Declared in one function, its parameters not counted. Largest seen, unoptimised: 27. */
  LOCALS_MAX: 512,
  /** Over all functions: a type with many parameters costs two bytes a function, and an engine far more. */
  PARAMS_TOTAL_MAX: 20_000,
  /** Over all functions: 50,000 locals fit into five bytes of a module. */
  LOCALS_TOTAL_MAX: 50_000,
  FUNCTION_BYTES_MAX: 128 * 1024,
  /** Largest seen: below 20. Engines recurse or allocate for each level. */
  NESTING_MAX: 256,
  BR_TABLE_MAX: 1_024,
  BR_TABLE_TOTAL_MAX: 16_384,
  INSTRUCTIONS_MAX: 500_000,
  /**
   * Locals and operands at each branch, label, block and call, over all functions. An engine's baseline compiler takes up to
   * 32 ns for each: without a bound, 768 KB kept it busy for 47 s, with no fuel to stop it.
   */
  MERGED_WORDS_MAX: 4 * 1024 * 1024,
  TABLE_ELEMENTS_MAX: 4_096,
  ELEMENT_SEGMENTS_MAX: 1_024,
  /** Over all segments. Each is written when an instance is made, which costs no fuel: 1,000,000 of them took 0.3 s. */
  ELEMENTS_TOTAL_MAX: 8_192,
  DATA_SEGMENTS_MAX: 1_024,
  /** At the start, 4 MiB: what the host restores after each call is in proportion to it. */
  MEMORY_INITIAL_PAGES_MAX: 64,
  /**
   * 4 MiB, sixteen times the longest request. Forced onto every module, so that growing fails at the same page everywhere.
   * In four times as much, loads that miss every cache make a unit of fuel six to nine times as slow.
   */
  MEMORY_PAGES_MAX: 64,
} as const;

export const PAGE_BYTES = 65_536;

/**
 * How deep calls may nest, in words: a frame is parameters, locals, greatest operand height and FRAME_WORDS. The
 * native stack of the worst engine tier ends at 118,500 words of large frames, so ours ends first by a factor of five
 * and a verdict never depends on the engine's.
 */
export const STACK_WORDS = 24_576;
/** A frame without locals or operands still has a return address, saved registers and an engine's own slots. */
export const FRAME_WORDS = 8;

/**
 * Up to here a function without loops and calls is a leaf, charged by its callers (leaves.ts). Large ones would make
 * callers that seldom call them pay for them in every round; the words are far below what STACK_WORDS leaves free.
 */
export const LEAF_INSTRUCTIONS_MAX = 128;
export const LEAF_FRAME_WORDS_MAX = 64;

/**
 * The metered module notes where it writes, by granules of its memory: one bit each. The host puts back what may have been
 * written, and no more (worker/evaluate/memory.ts).
 */
export const GRANULES = 64;
/** Below, putting one back costs no less. */
const GRANULE_BITS_MIN = 10;
/** log2 of a granule's bytes, for a memory of so many pages at the start. */
export const granuleBits = (initialPages: number): number =>
  GRANULE_BITS_MIN + Math.ceil(Math.log2(Math.max(initialPages, 1)));
/** A store at a small offset is noted as one to its base, so a noted granule reaches so far into the next one. */
export const WRITE_REACH = 128;

/** Values of `__cs_status`. */
export const STATUS = { fine: 0, outOfFuel: 1, stackExceeded: 2, hostLimit: 3 } as const;
/** Value of `__cs_rc` until a call has returned. */
export const RC_PENDING = -1;

/** What a policy may import: by module and name its parameters and result (null: none). */
interface ImportRow {
  readonly params: readonly number[];
  readonly result: number | null;
  /** Index of the parameter that counts the bytes that the host copies; the one before says from or to where. */
  readonly bytes: number | null;
  /** Whether the host copies them into the policy's memory. */
  readonly writes: boolean;
}
const row = (
  params: readonly number[],
  result: number | null,
  bytes: number | null = null,
  writes = false,
): ImportRow => ({ params, result, bytes, writes });
const table = <T>(rows: Record<string, T>): Readonly<Record<string, T>> =>
  Object.assign(Object.create(null), rows); // no lookup may reach Object.prototype

export const OUR_MODULE = "countersign:host/env";
export const KERNEL_MODULE = "extism:host/env";

export const IMPORTS: Readonly<Record<string, Readonly<Record<string, ImportRow>>>> = table({
  [OUR_MODULE]: table({
    input_length: row([], I32),
    input_read: row([I32, I32], null, 1, true),
    output_write: row([I32, I32], null, 1),
    error_write: row([I32, I32], null, 1),
    part_length: row([I32], I32),
    part_read: row([I32, I32, I32], null, 2, true),
    reading_write: row([I32, I32], null, 1),
  }),
  [KERNEL_MODULE]: table({
    input_length: row([], I64),
    input_load_u8: row([I64], I32),
    input_load_u64: row([I64], I64),
    length: row([I64], I64),
    alloc: row([I64], I64),
    free: row([I64], null),
    load_u8: row([I64], I32),
    load_u64: row([I64], I64),
    store_u8: row([I64, I32], null),
    store_u64: row([I64, I64], null),
    output_set: row([I64, I64], null),
    error_set: row([I64], null),
  }),
});

/** The one import that is no host function: calls of it become a trap. */
export const ABORT = { module: "env", name: "abort", params: [I32, I32, I32, I32] } as const;

/** Fuel for each kind of work. Integers from 0 to COST_MAX. */
export interface CostTable {
  /** A function's entry. */
  readonly entry: number;
  /** Each parameter and local at entry: engines write zeroes to them. */
  readonly local: number;
  readonly instruction: Readonly<Record<CostClass, number>>;
  /** Dynamic: for each byte that memory.copy and memory.fill touch, and each page that memory.grow asks for. */
  readonly copyByte: number;
  readonly fillByte: number;
  readonly growPage: number;
  /** A call of a host function, beside that of the call instruction; and each byte that it copies. */
  readonly hostCall: number;
  readonly hostByte: number;
}

/** A body has at most 2^16 calls, of leaves of at most 2^7 instructions: a static sum stays below 2^37, exact in a double. */
export const COST_MAX = 10_000;

export const COSTS: { readonly unit: CostTable; readonly prod: CostTable } = {
  /** Wasmtime's table, so that an independent count can be compared with ours. */
  unit: {
    entry: 1,
    local: 0,
    instruction: {
      free: 0,
      local: 1,
      constant: 1,
      global: 1,
      select: 1,
      arithmetic: 1,
      multiply: 1,
      divide: 1,
      rotate: 1,
      load: 1,
      store: 1,
      branch: 1,
      switch: 1,
      call: 1,
      callIndirect: 1,
      memorySize: 1,
      memoryGrow: 1,
      memoryBulk: 1,
    },
    copyByte: 1,
    fillByte: 1,
    growPage: 1,
    hostCall: 0,
    hostByte: 0,
  },
  /** From bench/fuel-weights.ts. One unit is 0.06 to 0.08 ns in the mean of its kernels. */
  prod: {
    entry: 8,
    local: 1,
    instruction: {
      free: 0,
      local: 1,
      constant: 1,
      global: 3,
      select: 2,
      arithmetic: 2,
      multiply: 4,
      divide: 20,
      // A call of the runtime in V8's baseline tier.
      rotate: 20,
      // A chain of loads waits five cycles for each where one of additions waits one.
      load: 24,
      store: 8,
      branch: 6,
      switch: 24,
      call: 8,
      callIndirect: 30,
      memorySize: 4,
      // V8 makes a new buffer each time, also where nothing is asked for: 214 to 391 ns.
      memoryGrow: 3_000,
      memoryBulk: 40,
    },
    copyByte: 1,
    fillByte: 1,
    growPage: 300_000,
    hostCall: 500,
    hostByte: 1,
  },
};

/**
 * Where fuel is charged.
 * - `path`: at each function's entry and in each loop's header, what the costliest way through the body costs outside
 *   inner loops.
 * - `segment`: wherever control can come or go, exactly what runs. For measurement only: it takes more time.
 */
export type ChargingRule = "path" | "segment";
export const CHARGING_RULE: ChargingRule = "path";

/** By opcode accepted: what it is charged as. */
const opcodes = Object.fromEntries(
  [...immediateOf.keys()]
    .filter((opcode) => immediateOf[opcode] !== REFUSED)
    .map((opcode) => [opcode, COST_CLASSES[costClassOf[opcode] ?? 0] ?? null]),
);

export const PROFILE_ID: string = `countersign-wasm/1:${sha256Hex(
  canonicalJson({
    injector_version: INJECTOR_VERSION,
    charging_rule: CHARGING_RULE,
    limits: { ...LIMITS, STACK_WORDS, FRAME_WORDS, LEAF_INSTRUCTIONS_MAX, LEAF_FRAME_WORDS_MAX },
    costs: { ...COSTS.prod, instruction: { ...COSTS.prod.instruction } },
    imports: Object.fromEntries(
      Object.entries(IMPORTS).map(([module, names]) => [
        module,
        Object.fromEntries(
          Object.entries(names).map(([name, { params, result, bytes }]) => [name, { params, result, bytes }]),
        ),
      ]),
    ),
    opcodes,
    // Not the meter's, but a verdict depends on each: whether settings were taken, a host call stopped, an answer read.
    host: {
      FINDINGS_MAX,
      FUEL_CONFIGURE,
      FUEL_FULL,
      HOST_ALLOC_BYTES_MAX,
      HOST_CALLS_MAX,
      READING_BYTES_MAX,
      VERDICT_BYTES_MAX,
    },
  }),
)}`;
