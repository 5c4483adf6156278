/** Fuel and stack accounting for a valid module. Pure and deterministic: same model, same bytes. */
import { type Charging, chargeBody, instructionCosts } from "./charge.ts";
import { encode } from "./encode.ts";
import { layOut, type MemorySize } from "./layout.ts";
import { frameWords, isLeaf } from "./leaves.ts";
import { type Module, typeOfFunction } from "./model.ts";
import type { ChargingRule, CostTable } from "./profile.ts";

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

/** `heights`: by body, the greatest number of operands at once, as the validator found. */
export function meter(module: Module, heights: readonly number[], options: MeterOptions): Metered {
  const { costs, rule, memory } = options;
  const imported = module.imports.length;
  const charges = new Float64Array(module.code.count);
  const callCosts = new Float64Array(imported + module.bodies.length);
  const charging: Charging = { rule, costs: instructionCosts(costs), callCosts };
  const fuel: number[] = [];
  const frames = frameWords(module, heights);
  const chargeOf = (index: number): number => {
    const body = module.bodies[index];
    if (body === undefined) throw new RangeError(`no body ${index}`);
    const params = typeOfFunction(module, imported + index)?.params.length ?? 0; // validated
    const entry = costs.entry + costs.local * (params + body.locals.length);
    return chargeBody(charging, module.code, body, entry, charges);
  };
  // Leaves first, since all others are charged for them.
  for (const [index, body] of module.bodies.entries()) {
    if (rule === "segment" || !isLeaf(module, index, frames[index] ?? 0)) continue;
    fuel[index] = callCosts[imported + index] = chargeOf(index);
    charges.fill(0, body.first, body.last + 1);
    frames[index] = 0;
  }
  for (const index of module.bodies.keys()) if (frames[index] !== 0) fuel[index] = chargeOf(index);
  const wasm = encode(module, layOut(module, memory, callCosts), { costs, charges, frames });
  return { wasm, fuel };
}
