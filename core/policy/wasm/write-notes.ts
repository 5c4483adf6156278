/**
 * Which stores of a body are noted, and where. Each store's address is noted as soon as it is on the stack, before the value
 * that it gets: there it need not be moved out of the way. A local that was noted and has not been set since needs no second
 * note, wherever control must have come by the first.
 */
import { localGet, localTee, noteWrite } from "./inject.ts";
import type { Layout } from "./layout.ts";
import type { Body, Module } from "./model.ts";
import { IMMEDIATE, immediateOf, OP } from "./opcodes.ts";
import { granuleBits, WRITE_REACH } from "./profile.ts";
import { NO_ADDRESS } from "./validate-body.ts";
import type { Writer } from "./writer.ts";

/** Of the widest store. */
const STORE_BYTES_MAX = 8;

/** Below 0, so that it is no local's. */
const granuleKey = (layout: Layout, address: number): number =>
  -1 - Math.floor(address / 2 ** granuleBits(layout.memory?.initial ?? 0));

export class WriteNotes {
  readonly #module: Module;
  readonly #writes: Float64Array;
  /** An i32 local of ours. */
  readonly #scratch: number;
  readonly #indexOf: (local: number) => number;
  /** Locals noted on every way to here, and not set since; and granules that constants were noted in, as `granuleKey`. */
  #noted = new Set<number>();
  /** By open block: the same at its start, less what was set in it. */
  readonly #outer: Set<number>[] = [];

  /** `indexOf`: where one of the user's locals is in what is written. */
  constructor(module: Module, writes: Float64Array, scratch: number, indexOf: (local: number) => number) {
    this.#indexOf = indexOf;
    this.#module = module;
    this.#writes = writes;
    this.#scratch = scratch;
  }

  /** Whether any address is neither a local nor a constant. */
  needsScratch({ first, last }: Body): boolean {
    const { opcode } = this.#module.code;
    for (let row = first; row <= last; row++) {
      const op = opcode[row];
      if (this.#writes[row] !== NO_ADDRESS && op !== OP.localGet && op !== OP.localTee && op !== OP.i32Const)
        return true;
    }
    return false;
  }

  /** What is due behind a row that was just written. */
  after(out: Writer, layout: Layout, row: number, op: number): void {
    const { code } = this.#module;
    const local = code.a[row] as number; // in range; of what it is, the instruction says
    if (immediateOf[op] === IMMEDIATE.block) {
      this.#outer.push(new Set(this.#noted));
      // Its header may be come upon from its end, where other values are in the same locals.
      if (op === OP.loop) this.#noted.clear();
    } else if (op === OP.else) this.#noted = new Set(this.#outer.at(-1));
    else if (op === OP.end) this.#noted = this.#outer.pop() ?? new Set();
    else if (op === OP.localSet || op === OP.localTee) this.#forget(local);
    const offset = this.#writes[row] as number; // one for each row
    if (offset !== NO_ADDRESS) this.#note(out, layout, op, local, offset);
  }

  #forget(local: number): void {
    this.#noted.delete(local);
    for (const outer of this.#outer) outer.delete(local);
  }

  #note(out: Writer, layout: Layout, op: number, immediate: number, offset: number): void {
    const isNear = offset + STORE_BYTES_MAX <= WRITE_REACH;
    const isLocal = op === OP.localGet || op === OP.localTee;
    const isConstant = op === OP.i32Const;
    const known = isConstant
      ? granuleKey(layout, (immediate >>> 0) + offset)
      : isLocal && isNear
        ? immediate
        : null;
    if (known !== null) {
      if (this.#noted.has(known)) return;
      this.#noted.add(known);
    }
    if (!isLocal && !isConstant) {
      localTee(out, this.#scratch);
    }
    noteWrite(out, layout, () => {
      if (isConstant) {
        out.byte(OP.i32Const);
        out.i32((immediate + offset) | 0);
        return;
      }
      localGet(out, isLocal ? this.#indexOf(immediate) : this.#scratch);
      if (isNear) return;
      // Past 4 GiB it would wrap; but there is no memory there, so the store traps.
      out.byte(OP.i32Const);
      out.i32(offset | 0);
      out.byte(OP.i32Add);
    });
  }
}
