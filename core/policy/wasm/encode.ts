/** Model and layout to bytes: the metered module. Nothing is copied from the raw bytes but data segments. */
import { charge, enterFrame, leaveFrame, writeAdded } from "./inject.ts";
import type { Layout } from "./layout.ts";
import type { Body, FunctionType, Module } from "./model.ts";
import { EMPTY, FUNCREF, I32, I64, IMMEDIATE, immediateOf, OP, PREFIX_FC } from "./opcodes.ts";
import { type CostTable, RC_PENDING } from "./profile.ts";
import { Writer } from "./writer.ts";

/** What the meter has decided about the user's code. */
export interface Plan {
  readonly costs: CostTable;
  /** By row of the code: fuel due before it. */
  readonly charges: Float64Array;
  /** By body: words of a frame; 0 where none are counted. */
  readonly frames: readonly number[];
}

export function encode(module: Module, layout: Layout, plan: Plan): Uint8Array<ArrayBuffer> {
  const out = new Writer(module.codeBytes * 3 + 65_536);
  out.raw([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  out.section(1, () => out.vector(layout.types, (type) => writeType(out, type)));
  if (layout.imports.length > 0)
    out.section(2, () =>
      out.vector(layout.imports, (entry) => {
        out.name(entry.module);
        out.name(entry.name);
        out.byte(0);
        out.u32(entry.type);
      }),
    );
  const functionTypes = [...module.functions, ...layout.added.map(({ type }) => type)];
  out.section(3, () => out.vector(functionTypes, (type) => out.u32(type)));
  const { table } = module;
  if (table !== null)
    out.section(4, () => {
      // No instruction grows a table, so its size is its maximum.
      out.raw([1, FUNCREF, 1]);
      out.u32(table.min);
      out.u32(table.min);
    });
  const { memory } = layout;
  if (memory !== null)
    out.section(5, () => {
      out.raw([1, 1]);
      out.u32(memory.initial);
      out.u32(memory.maximum);
    });
  out.section(6, () => writeGlobals(out, module));
  out.section(7, () =>
    out.vector(layout.exports, ({ name, kind, index }) => {
      out.name(name);
      out.byte(kind);
      out.u32(index);
    }),
  );
  if (module.elements.length > 0) out.section(9, () => writeElements(out, module, layout));
  out.section(10, () => writeCode(out, module, layout, plan));
  if (module.data.length > 0)
    out.section(11, () =>
      out.vector(module.data, ({ at, bytes }) => {
        out.byte(0);
        writeOffset(out, at);
        out.u32(bytes.length);
        out.raw(bytes);
      }),
    );
  return out.result();
}

function writeType(out: Writer, { params, result }: FunctionType): void {
  out.byte(0x60);
  out.vector(params, (type) => out.byte(type));
  out.vector(result === EMPTY ? [] : [result], (type) => out.byte(type));
}

function writeGlobals(out: Writer, module: Module): void {
  const ours = [
    { type: I64, low: 0 }, // fuel: none, so that work before the host has given some traps
    { type: I32, low: 0 }, // stack
    { type: I32, low: 0 }, // status
    { type: I32, low: RC_PENDING },
  ].map((global) => ({ ...global, mutable: true, high: 0 }));
  out.vector([...module.globals, ...ours], ({ type, mutable, low, high }) => {
    out.raw([type, mutable ? 1 : 0]);
    out.byte(type === I32 ? OP.i32Const : OP.i64Const);
    if (type === I32) out.i32(low);
    else out.i64(low, high);
    out.byte(OP.end);
  });
}

function writeOffset(out: Writer, at: number): void {
  out.byte(OP.i32Const);
  out.i32(at);
  out.byte(OP.end);
}

function writeElements(out: Writer, module: Module, { referenceOf }: Layout): void {
  out.vector(module.elements, ({ at, functions }) => {
    out.byte(0);
    writeOffset(out, at);
    out.vector(functions, (index) => out.u32(referenceOf[index] ?? 0)); // validated
  });
}

function writeCode(out: Writer, module: Module, layout: Layout, plan: Plan): void {
  out.u32(module.bodies.length + layout.added.length);
  for (const [index, body] of module.bodies.entries())
    out.sized(() => {
      writeLocals(out, body.locals);
      const result = module.types[module.functions[index] ?? 0]?.result ?? EMPTY; // validated
      writeBody(out, module, layout, plan, body, plan.frames[index] ?? 0, result);
    });
  for (const added of layout.added) out.sized(() => writeAdded(out, layout, plan.costs, added));
}

/** Runs of one type, as few as possible, however the author's compiler split them. */
function writeLocals(out: Writer, locals: Uint8Array): void {
  const runs: { type: number; count: number }[] = [];
  for (const type of locals) {
    const last = runs.at(-1);
    if (last?.type === type) last.count++;
    else runs.push({ type, count: 1 });
  }
  out.vector(runs, ({ type, count }) => {
    out.u32(count);
    out.byte(type);
  });
}

/**
 * One body. Where a frame is counted, the user's code stands in one block, and `return` becomes a branch to its end,
 * as every branch to the body's own label already is: so each way out passes the place where the words are given back.
 */
function writeBody(
  out: Writer,
  module: Module,
  layout: Layout,
  { charges }: Plan,
  body: Body,
  frame: number,
  result: number,
): void {
  const { code } = module;
  const entry = charges[body.first] ?? 0;
  if (entry > 0) charge(out, layout, entry);
  if (frame > 0) {
    enterFrame(out, layout, frame);
    out.byte(OP.block);
    out.byte(result);
  }
  let depth = 0;
  for (let row = body.first; row <= body.last; row++) {
    const due = charges[row] as number; // one for each row
    if (due > 0 && row !== body.first) charge(out, layout, due);
    const op = code.opcode[row] as number; // in range, as are all rows of a body
    if (immediateOf[op] === IMMEDIATE.block) depth++;
    else if (op === OP.end) depth--;
    if (op === OP.return && frame > 0) {
      out.byte(OP.br);
      out.u32(depth);
    } else writeInstruction(out, module, layout, row, op);
  }
  if (frame > 0) {
    leaveFrame(out, layout, frame);
    out.byte(OP.end);
  }
}

function writeInstruction(out: Writer, module: Module, layout: Layout, row: number, op: number): void {
  const { code } = module;
  const a = code.a[row] as number; // in range
  if (op === OP.call) {
    out.byte(op);
    out.u32(layout.functionOf[a] ?? 0); // validated
    return;
  }
  if (op === OP.memoryGrow || op >= 0x100) {
    const helper = op === OP.memoryGrow ? "grow" : op === OP.memoryCopy ? "copyCost" : "fillCost";
    out.byte(OP.call);
    out.u32(layout.helpers[helper]);
    if (op === OP.memoryGrow) return;
    out.byte(PREFIX_FC);
    out.raw(op === OP.memoryCopy ? [0x0a, 0, 0] : [0x0b, 0]);
    return;
  }
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
    default:
      out.u32(a);
  }
}
