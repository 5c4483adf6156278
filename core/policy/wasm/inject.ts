/** The code that the meter adds. Text form in the comments; fuel and costs are unsigned 64-bit. */
import type { Frame } from "./frames.ts";
import type { Added, Layout } from "./layout.ts";
import { EMPTY, I32, I64, OP, PREFIX_FC } from "./opcodes.ts";
import { type CostTable, granuleBits, IMPORTS, RC_PENDING, STATUS } from "./profile.ts";
import type { Writer } from "./writer.ts";

function globalGet(out: Writer, index: number): void {
  out.byte(OP.globalGet);
  out.u32(index);
}

function globalSet(out: Writer, index: number): void {
  out.byte(OP.globalSet);
  out.u32(index);
}

export function localGet(out: Writer, index: number): void {
  out.byte(OP.localGet);
  out.u32(index);
}

export function localTee(out: Writer, index: number): void {
  out.byte(OP.localTee);
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

/** Traps where fewer words are left than the i32 on the stack says. */
function checkStack(out: Writer, layout: Layout, needed: number): void {
  out.byte(OP.i32Const);
  out.i32(needed);
  out.byte(OP.i32LtU);
  trapIf(out, layout, STATUS.stackExceeded);
}

/** At the entry of a function that is told in its local `left` how many words there are. */
export function enterFrame(out: Writer, layout: Layout, { needed }: Frame, left: number): void {
  if (needed === 0) return;
  localGet(out, left);
  checkStack(out, layout, needed);
}

/** Pushes what a callee of that function is told. */
export function tellCallee(out: Writer, { words }: Frame, left: number): void {
  localGet(out, left);
  out.byte(OP.i32Const);
  out.i32(words);
  out.byte(OP.i32Sub);
}

/** The same where the callee is not known, so that it has no parameter for it: it finds it in `__cs_stack`. */
export function tellTable(out: Writer, layout: Layout, frame: Frame, left: number): void {
  tellCallee(out, frame, left);
  globalSet(out, layout.stack);
}

/** From an address on the stack to its granule's number. Past the last one it is that of another: shifts take it modulo 64. */
function toGranule(out: Writer, layout: Layout): void {
  out.byte(OP.i32Const);
  out.i32(granuleBits(layout.memory?.initial ?? 0));
  out.raw([OP.i32ShrU, OP.i64ExtendI32U]);
}

/** Notes a write of at most WRITE_REACH bytes at what `pushAddress` leaves on the stack. */
export function noteWrite(out: Writer, layout: Layout, pushAddress: () => void): void {
  globalGet(out, layout.written);
  out.raw([OP.i64Const, 1]);
  pushAddress();
  toGranule(out, layout);
  out.raw([OP.i64Shl, OP.i64Or]);
  globalSet(out, layout.written);
}

/** Notes a write to all of a range; `at` and `size` are i32 locals. Of one that leaves the memory nothing is of use: it traps. */
function noteRange(out: Writer, layout: Layout, at: number, size: number): void {
  globalGet(out, layout.written);
  out.raw([OP.i64Const, ...MINUS_ONE, OP.localGet, at]);
  toGranule(out, layout);
  out.raw([OP.i64Shl, OP.i64Const, ...MINUS_ONE, OP.i64Const, 63]);
  out.raw([OP.localGet, at, OP.localGet, size, OP.i32Add, OP.i32Const, 1, OP.i32Sub]);
  toGranule(out, layout);
  out.raw([OP.i64Sub, OP.i64ShrU, OP.i64And, OP.i64Or]);
  globalSet(out, layout.written);
}
const MINUS_ONE = [0x7f];

/** Charges the i32 local `count`, unsigned, times `cost`, by way of the i64 local `scratch`: cannot overflow. */
function chargeTimes(out: Writer, layout: Layout, cost: number, count: number, scratch: number): void {
  out.raw([OP.localGet, count, OP.i64ExtendI32U, OP.i64Const]);
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
    case "told":
      out.byte(0);
      for (const param of layout.types[added.type]?.params.keys() ?? []) localGet(out, param);
      globalGet(out, layout.stack);
      call(out, added.target);
      break;
    case "save":
    case "restore":
      out.byte(0);
      for (const { index, copy } of layout.saved) {
        globalGet(out, added.kind === "save" ? index : copy);
        globalSet(out, added.kind === "save" ? copy : index);
      }
      break;
    case "start":
      out.byte(0);
      globalGet(out, layout.stack);
      checkStack(out, layout, added.cost);
      call(out, added.target);
      break;
    case "entry":
      out.byte(0);
      globalGet(out, layout.stack);
      checkStack(out, layout, added.cost);
      out.raw([OP.i64Const, 0]);
      globalSet(out, layout.written);
      out.byte(OP.i32Const);
      out.i32(RC_PENDING);
      globalSet(out, layout.rc);
      call(out, added.target);
      globalSet(out, layout.rc);
      globalGet(out, layout.written);
      out.byte(OP.i32WrapI64);
      globalSet(out, layout.writtenLow);
      globalGet(out, layout.written);
      out.raw([OP.i64Const, 32, OP.i64ShrU, OP.i32WrapI64]);
      globalSet(out, layout.writtenHigh);
      globalGet(out, layout.rc);
      break;
    case "grow":
      writeGrow(out, layout, costs);
      break;
    case "copy":
      writeBulk(out, layout, costs.copyByte, [0x0a, 0, 0]);
      break;
    case "fill":
      writeBulk(out, layout, costs.fillByte, [0x0b, 0]);
      break;
    default:
      // (i32) -> i32: charges for so many bytes and hands the number on, so that it can stand before a call.
      out.raw([1, 1, I64]);
      chargeTimes(out, layout, costs.hostByte, 0, 1);
      out.raw([OP.localGet, 0]);
  }
  out.byte(OP.end);
}

/** memory.copy or memory.fill, charged by its bytes. */
function writeBulk(out: Writer, layout: Layout, costOfByte: number, instruction: readonly number[]): void {
  const [at, source, size, scratch] = [0, 1, 2, 3];
  out.raw([1, 1, I64]);
  chargeTimes(out, layout, costOfByte, size, scratch);
  noteRange(out, layout, at, size);
  out.raw([OP.localGet, at, OP.localGet, source, OP.localGet, size, PREFIX_FC, ...instruction]);
}

function writeHostCall(out: Writer, layout: Layout, costs: CostTable, index: number): void {
  const entry = layout.imports[index];
  if (entry === undefined) throw new RangeError(`no import ${index}`);
  const { bytes = null, writes = false } = IMPORTS[entry.module]?.[entry.name] ?? {};
  out.byte(0);
  if (costs.hostCall > 0) charge(out, layout, costs.hostCall);
  for (const param of layout.types[entry.type]?.params.keys() ?? []) {
    out.raw([OP.localGet, param]);
    if (param === bytes && costs.hostByte > 0) call(out, layout.helpers.hostCost);
  }
  call(out, index);
  if (writes && bytes !== null) noteRange(out, layout, bytes - 1, bytes);
}

/**
 * memory.grow, charged. Where it fails although the module's maximum allows it, the host was short of memory: that
 * must not become an answer of the policy, which could be another one elsewhere.
 */
function writeGrow(out: Writer, layout: Layout, costs: CostTable): void {
  const [delta, scratch, before] = [0, 1, 2];
  out.raw([2, 1, I64, 1, I32]);
  chargeTimes(out, layout, costs.growPage, delta, scratch);
  out.raw([OP.localGet, delta, OP.memoryGrow, 0, OP.localTee, before, OP.i32Const]);
  out.i32(-1);
  out.raw([OP.i32Eq, OP.if, EMPTY, OP.memorySize, 0, OP.i64ExtendI32U]);
  out.raw([OP.localGet, delta, OP.i64ExtendI32U, OP.i64Add, OP.i64Const]);
  out.natural(layout.memory?.maximum ?? 0);
  out.byte(OP.i64LeU);
  trapIf(out, layout, STATUS.hostLimit);
  out.raw([OP.end, OP.localGet, before]);
}
