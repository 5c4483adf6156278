/**
 * Where everything stands in the metered module. Ours is appended after what is the user's, never put before it, so
 * types and globals keep their index; functions move down by one where env.abort went, and every use is mapped.
 */
import type { StackPlan } from "./frames.ts";
import { isAbort } from "./interface.ts";
import { EXPORT_KIND, type FunctionType, type Import, type Module, NO_TYPE } from "./model.ts";
import { EMPTY, I32 } from "./opcodes.ts";

export interface MemorySize {
  readonly initial: number;
  readonly maximum: number;
}

export type Helper = "copy" | "fill" | "hostCost" | "grow";

export interface Layout {
  readonly memory: MemorySize | null;
  readonly types: readonly FunctionType[];
  /** The user's imports without env.abort. */
  readonly imports: readonly Import[];
  /** By the user's function index: the index to call instead. Host functions become those that charge for them. */
  readonly functionOf: Uint32Array;
  /** The same for tables, exports and start, where no caller is charged for a leaf: it gets a function that charges. */
  readonly referenceOf: Uint32Array;
  /** By body: its type, in `types`. */
  readonly bodyTypes: readonly number[];
  /** Our functions in order. */
  readonly added: readonly Added[];
  /** New index of each helper; absent where the module has no memory. */
  readonly helpers: Readonly<Record<Helper, number>>;
  readonly gas: number;
  readonly stack: number;
  readonly status: number;
  readonly rc: number;
  /** Bits of the granules written so far: of an i64, and what it comes to, as two numbers that cost a host nothing to read. */
  readonly written: number;
  readonly writtenLow: number;
  readonly writtenHigh: number;
  /** The user's mutable globals; behind ours, in the same order, stands a copy of each. */
  readonly saved: readonly { readonly index: number; readonly copy: number }[];
  /** Exports of the metered module, in order. */
  readonly exports: readonly { readonly name: string; readonly kind: number; readonly index: number }[];
}

export interface Added {
  readonly kind: "abort" | "host" | "leaf" | "told" | "entry" | "start" | "save" | "restore" | Helper;
  readonly type: number;
  /** `host`: index of the import; else new index of what it calls. */
  readonly target: number;
  /** `leaf`: what its callers are charged; `entry`, `start`: words of the stack that it needs. */
  readonly cost: number;
}

const HELPERS: readonly Helper[] = ["copy", "fill", "hostCost", "grow"];
/** Exported functions that get a wrapper which keeps the return code where the policy cannot reach it. */
const ENTRIES = new Set(["configure", "evaluate"]);

const isBulk = (kind: Helper): boolean => kind === "copy" || kind === "fill";

/** What is told how many words are left takes them behind its own parameters. */
const told = ({ params, result }: FunctionType): FunctionType => ({ params: [...params, I32], result });

/** `callCosts`: by function, what a leaf's callers are charged; 0 for all others. */
export function layOut(
  module: Module,
  memory: MemorySize | null,
  callCosts: Float64Array,
  stack: StackPlan,
): Layout {
  const types = [...module.types];
  const typeIndex = ({ params, result }: FunctionType): number => {
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

  const bodyTypes = module.functions.map((type, index) =>
    stack.frames[index] ? typeIndex(told(types[type] ?? NO_TYPE)) : type,
  );

  const helpers = { copy: 0, fill: 0, hostCost: 0, grow: 0 };
  const bulk = () => typeIndex({ params: [I32, I32, I32], result: EMPTY });
  if (memory !== null)
    for (const kind of HELPERS)
      helpers[kind] = add({
        kind,
        type: isBulk(kind) ? bulk() : typeIndex({ params: [I32], result: I32 }),
        target: 0,
        cost: 0,
      });

  const referenceOf = functionOf.slice();
  for (const index of references(module)) {
    const cost = callCosts[index] ?? 0;
    const target = functionOf[index] ?? 0; // validated
    const type = module.functions[index - module.imports.length] ?? 0;
    if (cost > 0) referenceOf[index] = add({ kind: "leaf", type, target, cost });
    else if (stack.frames[index - module.imports.length])
      referenceOf[index] = add({ kind: "told", type, target, cost });
  }

  const gas = module.globals.length;
  const [left, status, rc, written, writtenLow, writtenHigh] = [1, 2, 3, 4, 5, 6].map(
    (behind) => gas + behind,
  ) as [number, number, number, number, number, number];
  const start =
    module.start === null ? [] : [{ name: "_start", kind: EXPORT_KIND.function, index: module.start }];
  const mapped = [...module.exports, ...start].map(({ name, kind, index }) => {
    if (kind !== EXPORT_KIND.function) return { name, kind, index };
    const target = referenceOf[index] ?? 0; // validated
    const cost = stack.deepest[index - module.imports.length] ?? 0;
    const isEntry = ENTRIES.has(name);
    const type = typeIndex({ params: [], result: isEntry ? I32 : EMPTY });
    return {
      name: isEntry ? name : "__cs_start",
      kind,
      index: add({ kind: isEntry ? "entry" : "start", type, target, cost }),
    };
  });
  const global = (name: string, index: number) => ({ name, kind: EXPORT_KIND.global, index });
  mapped.push(
    global("__cs_gas", gas),
    global("__cs_stack", left),
    global("__cs_status", status),
    global("__cs_rc", rc),
    global("__cs_written_low", writtenLow),
    global("__cs_written_high", writtenHigh),
  );
  const mutable = [...module.globals.keys()].filter((index) => module.globals[index]?.mutable);
  const saved = mutable.map((index, at) => ({ index, copy: writtenHigh + 1 + at }));
  for (const index of mutable) mapped.push(global(`__cs_g${index}`, index));
  for (const what of ["save", "restore"] as const) {
    const index = add({ kind: what, type: typeIndex({ params: [], result: EMPTY }), target: 0, cost: 0 });
    mapped.push({ name: `__cs_${what}`, kind: EXPORT_KIND.function, index });
  }

  return {
    memory,
    types,
    imports,
    functionOf,
    referenceOf,
    bodyTypes,
    added,
    helpers,
    gas,
    stack: left,
    status,
    rc,
    written,
    writtenLow,
    writtenHigh,
    saved,
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
