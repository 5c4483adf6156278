/**
 * Where everything stands in the metered module. Ours is appended after what is the user's, never put before it, so
 * types and globals keep their index; functions move down by one where env.abort went, and every use is mapped.
 */
import { isAbort } from "./interface.ts";
import { EXPORT_KIND, type FunctionType, type Import, type Module } from "./model.ts";
import { I32 } from "./opcodes.ts";

export interface MemorySize {
  readonly initial: number;
  readonly maximum: number;
}

export type Helper = "copyCost" | "fillCost" | "hostCost" | "grow";

export interface Layout {
  readonly memory: MemorySize | null;
  readonly types: readonly FunctionType[];
  /** The user's imports without env.abort. */
  readonly imports: readonly Import[];
  /** By the user's function index: the index to call instead. Host functions become those that charge for them. */
  readonly functionOf: Uint32Array;
  /** The same for tables, exports and start, where no caller is charged for a leaf: it gets a function that charges. */
  readonly referenceOf: Uint32Array;
  /** Our functions in order. */
  readonly added: readonly Added[];
  /** New index of each helper; absent where the module has no memory. */
  readonly helpers: Readonly<Record<Helper, number>>;
  readonly gas: number;
  readonly stack: number;
  readonly status: number;
  readonly rc: number;
  /** Exports of the metered module, in order. */
  readonly exports: readonly { readonly name: string; readonly kind: number; readonly index: number }[];
}

export interface Added {
  readonly kind: "abort" | "host" | "leaf" | "entry" | Helper;
  readonly type: number;
  /** `host`: index of the import; `leaf`, `entry`: new index of the user's function. */
  readonly target: number;
  /** `leaf`: what its callers are charged. */
  readonly cost: number;
}

const HELPERS: readonly Helper[] = ["copyCost", "fillCost", "hostCost", "grow"];
/** Exported functions that get a wrapper which keeps the return code where the policy cannot reach it. */
const ENTRIES = new Set(["configure", "evaluate"]);

/** `callCosts`: by function, what a leaf's callers are charged; 0 for all others. */
export function layOut(module: Module, memory: MemorySize | null, callCosts: Float64Array): Layout {
  const types = [...module.types];
  const typeIndex = (params: readonly number[], result: number): number => {
    const found = types.findIndex(
      (type) =>
        type.result === result &&
        type.params.length === params.length &&
        type.params.join() === params.join(),
    );
    return found >= 0 ? found : types.push({ params, result }) - 1;
  };
  const imports = module.imports.filter((entry) => !isAbort(entry));
  const defined = imports.length;
  const firstAdded = defined + module.functions.length;
  const added: Added[] = [];
  const add = (row: Added): number => firstAdded + added.push(row) - 1;

  const functionOf = new Uint32Array(module.imports.length + module.functions.length);
  let kept = 0;
  for (const [index, entry] of module.imports.entries()) {
    functionOf[index] = isAbort(entry)
      ? add({ kind: "abort", type: entry.type, target: 0, cost: 0 })
      : add({ kind: "host", type: entry.type, target: kept++, cost: 0 });
  }
  for (const index of module.functions.keys()) functionOf[module.imports.length + index] = defined + index;

  const helpers = { copyCost: 0, fillCost: 0, hostCost: 0, grow: 0 };
  if (memory !== null)
    for (const kind of HELPERS)
      helpers[kind] = add({ kind, type: typeIndex([I32], I32), target: 0, cost: 0 });

  const referenceOf = functionOf.slice();
  for (const index of references(module)) {
    const cost = callCosts[index] ?? 0;
    const target = functionOf[index] ?? 0; // validated
    const type = module.functions[index - module.imports.length] ?? 0;
    if (cost > 0) referenceOf[index] = add({ kind: "leaf", type, target, cost });
  }

  const gas = module.globals.length;
  const [stack, status, rc] = [gas + 1, gas + 2, gas + 3];
  const mapped = module.exports.map(({ name, kind, index }) => {
    if (kind !== EXPORT_KIND.function) return { name, kind, index };
    const target = referenceOf[index] ?? 0; // validated
    if (name === "_start") return { name: "__cs_start", kind, index: target };
    if (!ENTRIES.has(name)) return { name, kind, index: target };
    return { name, kind, index: add({ kind: "entry", type: typeIndex([], I32), target, cost: 0 }) };
  });
  if (module.start !== null)
    mapped.push({ name: "__cs_start", kind: EXPORT_KIND.function, index: referenceOf[module.start] ?? 0 });
  const global = (name: string, index: number) => ({ name, kind: EXPORT_KIND.global, index });
  mapped.push(
    global("__cs_gas", gas),
    global("__cs_stack", stack),
    global("__cs_status", status),
    global("__cs_rc", rc),
  );
  for (const [index, { mutable }] of module.globals.entries())
    if (mutable) mapped.push(global(`__cs_g${index}`, index));

  return {
    memory,
    types,
    imports,
    functionOf,
    referenceOf,
    added,
    helpers,
    gas,
    stack,
    status,
    rc,
    exports: mapped,
  };
}

/** Functions that something else than a call leads to, each once, in order. */
function references({ elements, exports, start }: Module): number[] {
  const found = new Set<number>();
  for (const { functions } of elements) for (const index of functions) found.add(index);
  for (const { kind, index } of exports) if (kind === EXPORT_KIND.function) found.add(index);
  if (start !== null) found.add(start);
  return [...found].sort((a, b) => a - b);
}
