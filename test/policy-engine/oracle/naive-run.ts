/** Fuel of a run by the second count. */
import type { CostTable } from "../../../core/policy/wasm/profile.ts";
import { decodePlainly } from "./decode.ts";
import { follow } from "./follow.ts";
import { NaiveFuel } from "./naive-fuel.ts";
import type { Trace } from "./trace.ts";

/** In the order of `tables`. `wasm` is the original module, which exports `evaluate`. */
export function naiveFuel(wasm: Uint8Array, trace: Trace, tables: readonly CostTable[]): bigint[] {
  const module = decodePlainly(wasm);
  const entry = module.exports.find(({ name }) => name === "evaluate")?.index ?? -1;
  return tables.map((costs) => {
    const naive = new NaiveFuel(module, costs);
    follow(trace, module, entry, naive);
    return BigInt(naive.total);
  });
}
