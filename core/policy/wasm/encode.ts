/** Model and layout to bytes: the metered module. Nothing is copied from the raw bytes but data segments. */
import { BodyWriter, type Plan } from "./encode-body.ts";
import { writeAdded } from "./inject.ts";
import type { Layout } from "./layout.ts";
import type { FunctionType, Module } from "./model.ts";
import { EMPTY, FUNCREF, I32, I64, OP } from "./opcodes.ts";
import { RC_PENDING } from "./profile.ts";
import { Writer } from "./writer.ts";

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
  const functionTypes = [...layout.bodyTypes, ...layout.added.map(({ type }) => type)];
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
  out.section(6, () => writeGlobals(out, module, layout));
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

function writeGlobals(out: Writer, module: Module, { saved }: Layout): void {
  const ours = [
    { type: I64, low: 0 }, // fuel: none, so that work before the host has given some traps
    { type: I32, low: 0 }, // stack
    { type: I32, low: 0 }, // status
    { type: I32, low: RC_PENDING },
    { type: I64, low: 0 }, // granules written, and the same in two halves
    { type: I32, low: 0 },
    { type: I32, low: 0 },
    ...saved.map(({ index }) => ({ type: module.globals[index]?.type ?? I32, low: 0 })), // one of them
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
      const writer = new BodyWriter(out, module, layout, plan, index, body);
      writeLocals(out, writer.locals);
      writer.write();
    });
  for (const added of layout.added) out.sized(() => writeAdded(out, layout, plan.costs, added));
}

/** Runs of one type, as few as possible, however the author's compiler split them. */
function writeLocals(out: Writer, locals: Iterable<number>): void {
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
