/** One of the user's bodies, with what the meter adds to it. */
import type { StackPlan } from "./frames.ts";
import { charge, enterFrame, tellCallee, tellTable } from "./inject.ts";
import type { Layout } from "./layout.ts";
import { type Body, type Module, NO_TYPE } from "./model.ts";
import { I32, IMMEDIATE, immediateOf, OP } from "./opcodes.ts";
import type { CostTable } from "./profile.ts";
import { WriteNotes } from "./write-notes.ts";
import type { Writer } from "./writer.ts";

/** What the meter has decided about the user's code. */
export interface Plan {
  readonly costs: CostTable;
  /** By row of the code: fuel due before it. */
  readonly charges: Float64Array;
  readonly stack: StackPlan;
  /** By row of the code: as Validated has it. */
  readonly writes: Float64Array;
}

export class BodyWriter {
  readonly #out: Writer;
  readonly #module: Module;
  readonly #layout: Layout;
  readonly #plan: Plan;
  readonly #body: Body;
  readonly #frame: StackPlan["frames"][number];
  /** Of the user's own. Behind them stands what is left of the stack, where the function is told. */
  readonly #params: number;
  readonly #notes: WriteNotes;
  /** Types of the declared locals, ours last. */
  readonly locals: readonly number[];

  constructor(out: Writer, module: Module, layout: Layout, plan: Plan, index: number, body: Body) {
    this.#out = out;
    this.#module = module;
    this.#layout = layout;
    this.#plan = plan;
    this.#body = body;
    this.#frame = plan.stack.frames[index] ?? null;
    this.#params = (module.types[module.functions[index] ?? 0] ?? NO_TYPE).params.length; // validated
    const scratch = this.#indexOf(this.#params + body.locals.length);
    this.#notes = new WriteNotes(module, plan.writes, scratch, (local) => this.#indexOf(local));
    this.locals = [...body.locals, ...(this.#notes.needsScratch(body) ? [I32] : [])];
  }

  /** Where one of the user's locals is. */
  #indexOf(local: number): number {
    return this.#frame !== null && local >= this.#params ? local + 1 : local;
  }

  write(): void {
    const { first, last } = this.#body;
    const { charges } = this.#plan;
    const out = this.#out;
    const layout = this.#layout;
    for (let row = first; row <= last; row++) {
      const due = charges[row] as number; // one for each row
      if (due > 0) charge(out, layout, due);
      if (row === first && this.#frame !== null) enterFrame(out, layout, this.#frame, this.#params);
      const op = this.#module.code.opcode[row] as number; // in range, as are all rows of a body
      this.#instruction(row, op);
      this.#notes.after(out, layout, row, op);
    }
  }

  #instruction(row: number, op: number): void {
    const { code } = this.#module;
    const a = code.a[row] as number; // in range
    const out = this.#out;
    if (op === OP.call) {
      const callee = this.#plan.stack.frames[a - this.#module.imports.length];
      if (callee && this.#frame !== null) tellCallee(out, this.#frame, this.#params);
      out.byte(op);
      out.u32(this.#layout.functionOf[a] ?? 0); // validated
      return;
    }
    if (op === OP.memoryGrow || op >= 0x100) {
      const helper = op === OP.memoryGrow ? "grow" : op === OP.memoryCopy ? "copy" : "fill";
      out.byte(OP.call);
      out.u32(this.#layout.helpers[helper]);
      return;
    }
    if (op === OP.callIndirect && this.#plan.stack.isTold[a] === true && this.#frame !== null)
      tellTable(out, this.#layout, this.#frame, this.#params);
    out.byte(op);
    switch (immediateOf[op]) {
      case IMMEDIATE.none:
        return;
      case IMMEDIATE.block:
        out.byte(a);
        return;
      case IMMEDIATE.labels: {
        const count = code.b[row] as number; // in range
        out.u32(count);
        for (let label = 0; label <= count; label++) out.u32(code.labels[a + label] as number); // as counted
        return;
      }
      case IMMEDIATE.indirect:
        out.u32(a);
        out.byte(0);
        return;
      case IMMEDIATE.memory:
        out.u32(a);
        out.u32(code.b[row] as number); // in range
        return;
      case IMMEDIATE.zero:
        out.byte(0);
        return;
      case IMMEDIATE.i32:
        out.i32(a);
        return;
      case IMMEDIATE.i64:
        out.i64(a, code.b[row] as number); // in range
        return;
      case IMMEDIATE.local:
        out.u32(this.#indexOf(a));
        return;
      default:
        out.u32(a);
    }
  }
}
