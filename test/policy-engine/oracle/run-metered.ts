/** Modules without imports, run in V8: as they are, and as the meter makes them under either cost table. */
import { decode } from "../../../core/policy/wasm/decode.ts";
import { meter } from "../../../core/policy/wasm/meter.ts";
import {
  CHARGING_RULE,
  type CostTable,
  granuleBits,
  PAGE_BYTES,
  STACK_WORDS,
  STATUS,
  WRITE_REACH,
} from "../../../core/policy/wasm/profile.ts";
import { Reader } from "../../../core/policy/wasm/reader.ts";
import { memoryOf, validate } from "../../../core/policy/wasm/validate.ts";
import { compileWasm } from "../../../policy-plugins/tools/wasm-module.ts";

/** What can be seen of a run. Two of these are equal where the runs were. */
export interface Run {
  /** The return value, or the engine's words for the trap. */
  readonly ending: string;
  /** Of each mutable global, in their order. */
  readonly globals: readonly (number | bigint)[];
  readonly memory: Uint8Array;
}

export interface MeteredRun extends Run {
  readonly fuel: bigint;
  readonly status: number;
  /** Where a byte was changed in a granule that was not noted; null where all were, or where the host would not know. */
  readonly stray: number | null;
}

export const PLENTY = 1n << 60n;

/** The same steps as `admit` without its look at imports and exports, with a cost table of one's own. */
export function meterWith(wasm: Uint8Array, costs: CostTable): Uint8Array<ArrayBuffer> {
  const { module } = decode(new Reader(wasm));
  const validated = validate(module);
  return meter(module, validated, { costs, rule: CHARGING_RULE, memory: memoryOf(module, 0) }).wasm;
}

/** `wasm` exports its mutable globals as g0, g1, … beside memory and `evaluate`. */
export function runOriginal(wasm: Uint8Array): Run {
  const { exports } = new WebAssembly.Instance(compileWasm(wasm));
  return look(exports, "g");
}

export function runMetered(wasm: Uint8Array<ArrayBuffer>, fuel = PLENTY): MeteredRun {
  const { exports } = new WebAssembly.Instance(compileWasm(wasm));
  const global = (name: string) => exports[name] as WebAssembly.Global;
  const before = new Uint8Array((exports.memory as WebAssembly.Memory).buffer).slice();
  global("__cs_gas").value = fuel;
  global("__cs_stack").value = STACK_WORDS;
  const run = look(exports, "__cs_g");
  return {
    ...run,
    fuel: fuel - (global("__cs_gas").value as bigint),
    status: global("__cs_status").value as number,
    stray: strayWrite(
      before,
      run.memory,
      global("__cs_written_low").value,
      global("__cs_written_high").value,
    ),
  };
}

/** The first byte that differs and would not be put back; null where the memory grew: then the instance is thrown away. */
function strayWrite(before: Uint8Array, after: Uint8Array, low: number, high: number): number | null {
  if (before.length !== after.length) return null;
  const bytes = 2 ** granuleBits(before.length / PAGE_BYTES);
  const isNoted = (granule: number) => (((granule < 32 ? low : high) >>> (granule % 32)) & 1) === 1;
  for (let at = 0; at < after.length; at++) {
    if (after[at] === before[at]) continue;
    const granule = Math.floor(at / bytes);
    const reaches = granule > 0 && at % bytes < WRITE_REACH && isNoted(granule - 1);
    if (!isNoted(granule) && !reaches) return at;
  }
  return null;
}

/** True where the run ended because the profile's stack, or the engine's own, did: only one of two runs may do so. */
export const isStackEnd = (run: Run & { status?: number }): boolean =>
  run.status === STATUS.stackExceeded || run.ending.includes("call stack");

function look(exports: WebAssembly.Exports, prefix: string): Run {
  let ending: string;
  try {
    ending = String((exports.evaluate as () => number)());
  } catch (error) {
    ending = error instanceof Error ? error.message : String(error);
  }
  const numbered = Object.keys(exports)
    .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
    .sort((a, b) => Number(a.slice(prefix.length)) - Number(b.slice(prefix.length)));
  return {
    ending,
    globals: numbered.map((name) => (exports[name] as WebAssembly.Global).value as number | bigint),
    memory: new Uint8Array((exports.memory as WebAssembly.Memory).buffer),
  };
}
