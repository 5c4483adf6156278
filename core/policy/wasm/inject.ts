/** The code that the meter adds. Text form in the comments; fuel and costs are unsigned 64-bit. */
import type { Added, Layout } from "./layout.ts";
import { EMPTY, I32, I64, OP } from "./opcodes.ts";
import { type CostTable, IMPORTS, RC_PENDING, STATUS } from "./profile.ts";
import type { Writer } from "./writer.ts";

function globalGet(out: Writer, index: number): void {
  out.byte(OP.globalGet);
  out.u32(index);
}

function globalSet(out: Writer, index: number): void {
  out.byte(OP.globalSet);
  out.u32(index);
}

/** `if (i32.const status) (global.set $status) unreachable end`, taken where the operand is not zero. */
function trapIf(out: Writer, layout: Layout, status: number): void {
  out.byte(OP.if);
  out.byte(EMPTY);
  out.byte(OP.i32Const);
  out.i32(status);
  globalSet(out, layout.status);
  out.byte(OP.unreachable);
  out.byte(OP.end);
}

/** Traps where less than `cost` is left, else takes it. Fuel is never taken for work that is not done. */
export function charge(out: Writer, layout: Layout, cost: number): void {
  globalGet(out, layout.gas);
  out.byte(OP.i64Const);
  out.natural(cost);
  out.byte(OP.i64LtU);
  trapIf(out, layout, STATUS.outOfFuel);
  globalGet(out, layout.gas);
  out.byte(OP.i64Const);
  out.natural(cost);
  out.byte(OP.i64Sub);
  globalSet(out, layout.gas);
}

/** Takes a frame's words from the stack budget; `leaveFrame` gives them back. */
export function enterFrame(out: Writer, layout: Layout, words: number): void {
  globalGet(out, layout.stack);
  out.byte(OP.i32Const);
  out.i32(words);
  out.byte(OP.i32LtU);
  trapIf(out, layout, STATUS.stackExceeded);
  moveStack(out, layout, words, OP.i32Sub);
}

export function leaveFrame(out: Writer, layout: Layout, words: number): void {
  moveStack(out, layout, words, OP.i32Add);
}

function moveStack(out: Writer, layout: Layout, words: number, operation: number): void {
  globalGet(out, layout.stack);
  out.byte(OP.i32Const);
  out.i32(words);
  out.byte(operation);
  globalSet(out, layout.stack);
}

/** Charges local 0 (an i32, unsigned) times `cost`, by way of the i64 local `scratch`: cannot overflow. */
function chargeTimes(out: Writer, layout: Layout, cost: number, scratch: number): void {
  out.raw([OP.localGet, 0, OP.i64ExtendI32U, OP.i64Const]);
  out.natural(cost);
  out.raw([OP.i64Mul, OP.localTee, scratch]);
  globalGet(out, layout.gas);
  out.byte(OP.i64GtU);
  trapIf(out, layout, STATUS.outOfFuel);
  globalGet(out, layout.gas);
  out.raw([OP.localGet, scratch, OP.i64Sub]);
  globalSet(out, layout.gas);
}

function call(out: Writer, index: number): void {
  out.byte(OP.call);
  out.u32(index);
}

/** The body of one of our functions, with its locals. */
export function writeAdded(out: Writer, layout: Layout, costs: CostTable, added: Added): void {
  switch (added.kind) {
    case "abort":
      out.raw([0, OP.unreachable]);
      break;
    case "host":
      writeHostCall(out, layout, costs, added.target);
      break;
    case "leaf": {
      out.byte(0);
      charge(out, layout, added.cost);
      for (const param of layout.types[added.type]?.params.keys() ?? []) out.raw([OP.localGet, param]);
      call(out, added.target);
      break;
    }
    case "entry":
      out.raw([0, OP.i32Const]);
      out.i32(RC_PENDING);
      globalSet(out, layout.rc);
      call(out, added.target);
      globalSet(out, layout.rc);
      globalGet(out, layout.rc);
      break;
    case "grow":
      writeGrow(out, layout, costs);
      break;
    default: {
      // (i32) -> i32: charges for so many bytes and hands the number on, so that it can stand before the instruction.
      const byByte = { copyCost: costs.copyByte, fillCost: costs.fillByte, hostCost: costs.hostByte };
      out.raw([1, 1, I64]);
      chargeTimes(out, layout, byByte[added.kind], 1);
      out.raw([OP.localGet, 0]);
    }
  }
  out.byte(OP.end);
}

function writeHostCall(out: Writer, layout: Layout, costs: CostTable, index: number): void {
  const entry = layout.imports[index];
  if (entry === undefined) throw new RangeError(`no import ${index}`);
  const bytes = IMPORTS[entry.module]?.[entry.name]?.bytes ?? null;
  out.byte(0);
  if (costs.hostCall > 0) charge(out, layout, costs.hostCall);
  for (const param of layout.types[entry.type]?.params.keys() ?? []) {
    out.raw([OP.localGet, param]);
    if (param === bytes && costs.hostByte > 0) call(out, layout.helpers.hostCost);
  }
  call(out, index);
}

/**
 * memory.grow, charged. Where it fails although the module's maximum allows it, the host was short of memory: that
 * must not become an answer of the policy, which could be another one elsewhere.
 */
function writeGrow(out: Writer, layout: Layout, costs: CostTable): void {
  const [delta, scratch, before] = [0, 1, 2];
  out.raw([2, 1, I64, 1, I32]);
  chargeTimes(out, layout, costs.growPage, scratch);
  out.raw([OP.localGet, delta, OP.memoryGrow, 0, OP.localTee, before, OP.i32Const]);
  out.i32(-1);
  out.raw([OP.i32Eq, OP.if, EMPTY, OP.memorySize, 0, OP.i64ExtendI32U]);
  out.raw([OP.localGet, delta, OP.i64ExtendI32U, OP.i64Add, OP.i64Const]);
  out.natural(layout.memory?.maximum ?? 0);
  out.byte(OP.i64LeU);
  trapIf(out, layout, STATUS.hostLimit);
  out.raw([OP.end, OP.localGet, before]);
}
