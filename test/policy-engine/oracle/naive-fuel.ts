/**
 * The second count: what a run should have cost by docs/design/metering.md, from the trace of another engine and without
 * the meter. Only the figures of the cost table are the meter's own.
 */
import type { CostTable } from "../../../core/policy/wasm/profile.ts";
import type { Decoded, FunctionBody, Instruction } from "./decode.ts";
import type { Visitor } from "./follow.ts";
import { isLeaf } from "./leaves.ts";
import { type BodyCosts, costsOfBody } from "./ways.ts";

type Class = keyof CostTable["instruction"];

/** First match counts. */
const CLASSES: readonly (readonly [RegExp, Class])[] = [
  [/^(unreachable|nop|block|loop|else|end|return|drop)$/, "free"],
  [/^(if|br|br_if)$/, "branch"],
  [/^br_table$/, "switch"],
  [/^call$/, "call"],
  [/^call_indirect$/, "callIndirect"],
  [/^select$/, "select"],
  [/^local\./, "local"],
  [/^global\./, "global"],
  [/\.const$/, "constant"],
  [/^memory\.size$/, "memorySize"],
  [/^memory\.grow$/, "memoryGrow"],
  [/^memory\.(copy|fill)$/, "memoryBulk"],
  [/\.load/, "load"],
  [/\.store/, "store"],
  [/\.mul$/, "multiply"],
  [/\.(div|rem)_[su]$/, "divide"],
  [/\.rot[lr]$/, "rotate"],
  [/^i(32|64)\./, "arithmetic"],
];

function classCost({ name }: Instruction, costs: CostTable): number {
  const found = CLASSES.find(([pattern]) => pattern.test(name));
  if (found === undefined) throw new Error(`${name} is of no class`);
  return costs.instruction[found[1]];
}

export class NaiveFuel implements Visitor {
  total = 0;
  readonly #costs: CostTable;
  readonly #bodies: readonly BodyCosts[];
  readonly #leaves: readonly boolean[];
  readonly #imports: number;

  constructor(module: Decoded, costs: CostTable) {
    this.#costs = costs;
    this.#imports = module.imports.length;
    const leaves = module.functions.map((body) => isLeaf(module, body));
    const costsOf = (body: FunctionBody, costOf: (instruction: Instruction) => number): BodyCosts => {
      const params = module.types[body.type]?.params.length ?? 0;
      const locals = body.locals.reduce((count, [run]) => count + run, params);
      const { entry, loops } = costsOfBody(body, costOf);
      return { entry: costs.entry + costs.local * locals + entry, loops };
    };
    const plain = (instruction: Instruction) => classCost(instruction, costs);
    const ofLeaves = module.functions.map((body, index) => (leaves[index] ? costsOf(body, plain).entry : 0));
    const withLeaves = (instruction: Instruction) => {
      const called =
        instruction.name === "call" ? (ofLeaves[(instruction.args[0] ?? 0) - this.#imports] ?? 0) : 0;
      return plain(instruction) + called;
    };
    this.#leaves = leaves;
    this.#bodies = module.functions.map((body) => costsOf(body, withLeaves));
  }

  /** A leaf's caller has paid for it already. */
  entered(functionIndex: number, isCalledByName: boolean): void {
    const index = functionIndex - this.#imports;
    if (isCalledByName && this.#leaves[index]) return;
    this.total += this.#bodies[index]?.entry ?? Number.NaN;
  }

  looped(functionIndex: number, place: number): void {
    this.total += this.#bodies[functionIndex - this.#imports]?.loops.get(place) ?? Number.NaN;
  }

  ran({ name }: Instruction, lastOperand: number): void {
    const { copyByte, fillByte, growPage } = this.#costs;
    if (name === "memory.copy") this.total += copyByte * lastOperand;
    else if (name === "memory.fill") this.total += fillByte * lastOperand;
    else if (name === "memory.grow") this.total += growPage * lastOperand;
  }
}
