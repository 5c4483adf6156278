/** A decoded module: all that is needed to write it again, and nothing of its bytes. */
import { EMPTY } from "./opcodes.ts";

export interface FunctionType {
  readonly params: readonly number[];
  /** EMPTY where there is none. */
  readonly result: number;
}

/** Of nothing, to nothing; stands for a type that validation has seen. */
export const NO_TYPE: FunctionType = { params: [], result: EMPTY };

export interface Import {
  readonly module: string;
  readonly name: string;
  readonly type: number;
  readonly offset: number;
}

export interface Global {
  readonly type: number;
  readonly mutable: boolean;
  /** Start value, as two's complement words; `high` is 0 for an i32. */
  readonly low: number;
  readonly high: number;
}

export const EXPORT_KIND = { function: 0, table: 1, memory: 2, global: 3 } as const;

export interface Export {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
  readonly offset: number;
}

export interface ElementSegment {
  readonly at: number;
  readonly functions: readonly number[];
}

export interface DataSegment {
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * All bodies' instructions, flat: one row each in parallel arrays, since an object each would cost more than all
 * other work. `a` and `b` hold the immediates:
 * block type | label | labels: first in `labels`, count without the default | function | type | local | global |
 * log2 of the alignment, offset | i32 | i64: low word, high word.
 */
export interface Code {
  count: number;
  readonly opcode: Uint16Array;
  readonly a: Int32Array;
  readonly b: Int32Array;
  /** Byte in the raw module, for faults. */
  readonly offset: Uint32Array;
  /** Of all br_table instructions; each one's default last. */
  readonly labels: number[];
  /** br_table instructions. */
  tables: number;
}

export interface Body {
  /** Rows in `Code`, the last being the body's own `end`. */
  readonly first: number;
  readonly last: number;
  /** Types of the declared locals, without the parameters. */
  readonly locals: Uint8Array;
}

export interface Limits {
  readonly min: number;
  readonly max: number | null;
}

export interface Module {
  readonly types: readonly FunctionType[];
  readonly imports: readonly Import[];
  /** By function defined here: its type index. */
  readonly functions: readonly number[];
  readonly table: Limits | null;
  readonly memory: Limits | null;
  readonly globals: readonly Global[];
  readonly exports: readonly Export[];
  readonly start: number | null;
  readonly elements: readonly ElementSegment[];
  readonly data: readonly DataSegment[];
  readonly code: Code;
  readonly bodies: readonly Body[];
  readonly codeBytes: number;
}

/** The type of a function in the index space of imports first, then definitions; undefined where there is none. */
export function typeOfFunction(module: Module, index: number): FunctionType | undefined {
  const imported = module.imports[index];
  const type = imported ? imported.type : module.functions[index - module.imports.length];
  return type === undefined ? undefined : module.types[type];
}
