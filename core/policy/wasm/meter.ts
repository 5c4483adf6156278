/** Fuel and stack accounting for a valid module. Pure and deterministic: same model, same bytes. */
import { type Charging, chargeBody, instructionCosts } from "./charge.ts";
import { encode } from "./encode.ts";
import { frameWords, planStack } from "./frames.ts";
import { layOut, type MemorySize } from "./layout.ts";
import { isLeaf } from "./leaves.ts";
import { type Module, typeOfFunction } from "./model.ts";
import type { ChargingRule, CostTable } from "./profile.ts";
import type { Validated } from "./validate.ts";

export interface MeterOptions {
  readonly costs: CostTable;
  readonly rule: ChargingRule;
  /** Null only where a test meters a module without memory. */
  readonly memory: MemorySize | null;
}

export interface Metered {
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** By body: the sum of its static charges, each counted once. */
  readonly fuel: readonly number[];
}

/** `validated`: what the validator found of the same module. */
export function meter(module: Module, validated: Validated, options: MeterOptions): Metered {
  const { heights, writes } = validated;
  const { costs, rule, memory } = options;
  const imported = module.imports.length;
  const charges = new Float64Array(module.code.count);
  const callCosts = new Float64Array(imported + module.bodies.length);
  const charging: Charging = { rule, costs: instructionCosts(costs), callCosts };
  const fuel: number[] = [];
  const words = frameWords(module, heights);
  const leaves = module.bodies.map(
    (_, index) => rule !== "segment" && isLeaf(module, index, words[index] ?? 0),
  );
  const stack = planStack(module, words);
  const chargeOf = (index: number): number => {
    const body = module.bodies[index];
    if (body === undefined) throw new RangeError(`no body ${index}`);
    const params = typeOfFunction(module, imported + index)?.params.length ?? 0; // validated
    const entry = costs.entry + costs.local * (params + body.locals.length);
    return chargeBody(charging, module.code, body, entry, charges);
  };
  // Leaves first, since all others are charged for them.
  for (const [index, body] of module.bodies.entries()) {
    if (!leaves[index]) continue;
    fuel[index] = callCosts[imported + index] = chargeOf(index);
    charges.fill(0, body.first, body.last + 1);
  }
  for (const index of module.bodies.keys()) if (!leaves[index]) fuel[index] = chargeOf(index);
  const wasm = encode(module, layOut(module, memory, callCosts, stack), { costs, charges, stack, writes });
  return { wasm, fuel };
}
