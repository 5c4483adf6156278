/**
 * The instructions that a policy may use: the integer part of WebAssembly 1.0, with sign extension,
 * memory.copy and memory.fill. https://webassembly.github.io/spec/core/binary/instructions.html
 */
import type { ModuleFaultCode } from "./fault.ts";

export const I32 = 0x7f;
export const I64 = 0x7e;
/** Known so that they can be refused by name. */
export const F32 = 0x7d;
export const F64 = 0x7c;
export const FUNCREF = 0x70;
/** The block type without a result, and in signatures: no value. */
export const EMPTY = 0x40;

/** What follows an opcode. */
export const IMMEDIATE = {
  none: 0,
  /** Block type. */
  block: 1,
  /** Label, counted outwards. */
  label: 2,
  /** Vector of labels and a default. */
  labels: 3,
  /** Index of a function, local, global. */
  func: 4,
  /** Type index, table index. */
  indirect: 5,
  local: 6,
  global: 7,
  /** Alignment and offset. */
  memory: 8,
  /** One zero byte (memory.size, memory.grow, memory.fill) or two (memory.copy). */
  zero: 9,
  zeroes: 10,
  i32: 11,
  i64: 12,
} as const;

/** What an instruction is charged as; a cost table has one figure for each. */
export const COST_CLASSES = [
  "free",
  "local",
  "constant",
  "global",
  "select",
  "arithmetic",
  "multiply",
  "divide",
  "rotate",
  "load",
  "store",
  "branch",
  "switch",
  "call",
  "callIndirect",
  "memorySize",
  "memoryGrow",
  "memoryBulk",
] as const;
export type CostClass = (typeof COST_CLASSES)[number];

export const OP = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  drop: 0x1a,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  memorySize: 0x3f,
  memoryGrow: 0x40,
  i32Const: 0x41,
  i64Const: 0x42,
  i32Eq: 0x46,
  i64LtU: 0x54,
  i64GtU: 0x56,
  i64LeU: 0x58,
  i32LtU: 0x49,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32ShrU: 0x76,
  i64Add: 0x7c,
  i64Sub: 0x7d,
  i64Mul: 0x7e,
  i64And: 0x83,
  i64Or: 0x84,
  i64Shl: 0x86,
  i64ShrU: 0x88,
  i32WrapI64: 0xa7,
  i64ExtendI32U: 0xad,
  /** 0xfc 0x0a and 0xfc 0x0b: the prefix becomes 0x100. */
  memoryCopy: 0x10a,
  memoryFill: 0x10b,
} as const;

/** The prefix byte of opcodes from 0x100 on, as they stand in a decoded body. */
export const PREFIX_FC = 0xfc;
export const OPCODES_END = 0x10c;

/** By opcode: its immediates; 0xff where the opcode is refused. */
export const immediateOf = new Uint8Array(OPCODES_END).fill(0xff);
export const REFUSED = 0xff;
/**
 * By opcode, for instructions whose type is the same everywhere: the operands (top of the stack first) and the
 * result, EMPTY where there is none. `isPlain` tells them from those that the validator knows by name.
 */
export const isPlain = new Uint8Array(OPCODES_END);
export const operand1Of = new Uint8Array(OPCODES_END).fill(EMPTY);
export const operand2Of = new Uint8Array(OPCODES_END).fill(EMPTY);
export const operand3Of = new Uint8Array(OPCODES_END).fill(EMPTY);
export const resultOf = new Uint8Array(OPCODES_END).fill(EMPTY);
/** By opcode: log2 of the natural alignment of a load or store. */
export const alignmentOf = new Uint8Array(OPCODES_END);
/** By opcode: 1 for the stores. Its address is the operand below the top one. */
export const isStore = new Uint8Array(OPCODES_END);
/** By opcode: index into COST_CLASSES. */
export const costClassOf = new Uint8Array(OPCODES_END);
const nameOf: string[] = [];

type Immediate = keyof typeof IMMEDIATE;

function define(opcode: number, name: string, cost: CostClass, immediate: Immediate = "none"): void {
  nameOf[opcode] = name;
  immediateOf[opcode] = IMMEDIATE[immediate];
  costClassOf[opcode] = COST_CLASSES.indexOf(cost);
}

/** `operands` as in the specification, the top of the stack last. */
function defineTyped(
  opcode: number,
  name: string,
  cost: CostClass,
  operands: readonly number[],
  result: number,
  immediate: Immediate = "none",
): void {
  define(opcode, name, cost, immediate);
  const [top = EMPTY, second = EMPTY, third = EMPTY] = [...operands].reverse();
  isPlain[opcode] = 1;
  operand1Of[opcode] = top;
  operand2Of[opcode] = second;
  operand3Of[opcode] = third;
  resultOf[opcode] = result;
}

define(0x00, "unreachable", "free");
define(0x01, "nop", "free");
isPlain[0x01] = 1;
define(0x02, "block", "free", "block");
define(0x03, "loop", "free", "block");
define(0x04, "if", "branch", "block");
define(0x05, "else", "free");
define(0x0b, "end", "free");
define(0x0c, "br", "branch", "label");
define(0x0d, "br_if", "branch", "label");
define(0x0e, "br_table", "switch", "labels");
define(0x0f, "return", "free");
define(0x10, "call", "call", "func");
define(0x11, "call_indirect", "callIndirect", "indirect");
define(0x1a, "drop", "free");
define(0x1b, "select", "select");
define(0x20, "local.get", "local", "local");
define(0x21, "local.set", "local", "local");
define(0x22, "local.tee", "local", "local");
define(0x23, "global.get", "global", "global");
define(0x24, "global.set", "global", "global");

/** Opcode, name, log2 of its width in bytes. */
const LOADS: readonly (readonly [number, string, number])[] = [
  [0x28, "i32.load", 2],
  [0x29, "i64.load", 3],
  [0x2c, "i32.load8_s", 0],
  [0x2d, "i32.load8_u", 0],
  [0x2e, "i32.load16_s", 1],
  [0x2f, "i32.load16_u", 1],
  [0x30, "i64.load8_s", 0],
  [0x31, "i64.load8_u", 0],
  [0x32, "i64.load16_s", 1],
  [0x33, "i64.load16_u", 1],
  [0x34, "i64.load32_s", 2],
  [0x35, "i64.load32_u", 2],
];
const STORES: typeof LOADS = [
  [0x36, "i32.store", 2],
  [0x37, "i64.store", 3],
  [0x3a, "i32.store8", 0],
  [0x3b, "i32.store16", 1],
  [0x3c, "i64.store8", 0],
  [0x3d, "i64.store16", 1],
  [0x3e, "i64.store32", 2],
];
const typeOf = (name: string): number => (name.startsWith("i64") ? I64 : I32);

for (const [opcode, name, alignment] of LOADS) {
  defineTyped(opcode, name, "load", [I32], typeOf(name), "memory");
  alignmentOf[opcode] = alignment;
}
for (const [opcode, name, alignment] of STORES) {
  defineTyped(opcode, name, "store", [I32, typeOf(name)], EMPTY, "memory");
  alignmentOf[opcode] = alignment;
  isStore[opcode] = 1;
}
defineTyped(0x3f, "memory.size", "memorySize", [], I32, "zero");
defineTyped(0x40, "memory.grow", "memoryGrow", [I32], I32, "zero");
defineTyped(0x41, "i32.const", "constant", [], I32, "i32");
defineTyped(0x42, "i64.const", "constant", [], I64, "i64");
defineTyped(0x10a, "memory.copy", "memoryBulk", [I32, I32, I32], EMPTY, "zeroes");
defineTyped(0x10b, "memory.fill", "memoryBulk", [I32, I32, I32], EMPTY, "zero");

const COMPARISONS = ["eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s", "ge_u"];
const BITS = ["clz", "ctz", "popcnt"];
const OPERATIONS = "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr".split(" ");
const costOf = (operation: string): CostClass =>
  operation === "mul"
    ? "multiply"
    : /^(div|rem)/.test(operation)
      ? "divide"
      : /^rot/.test(operation)
        ? "rotate"
        : "arithmetic";

for (const [type, prefix, eqz, bits] of [
  [I32, "i32", 0x45, 0x67],
  [I64, "i64", 0x50, 0x79],
] as const) {
  defineTyped(eqz, `${prefix}.eqz`, "arithmetic", [type], I32);
  for (const [index, name] of COMPARISONS.entries())
    defineTyped(eqz + 1 + index, `${prefix}.${name}`, "arithmetic", [type, type], I32);
  for (const [index, name] of BITS.entries())
    defineTyped(bits + index, `${prefix}.${name}`, "arithmetic", [type], type);
  for (const [index, name] of OPERATIONS.entries())
    defineTyped(bits + 3 + index, `${prefix}.${name}`, costOf(name), [type, type], type);
}
defineTyped(0xa7, "i32.wrap_i64", "arithmetic", [I64], I32);
defineTyped(0xac, "i64.extend_i32_s", "arithmetic", [I32], I64);
defineTyped(0xad, "i64.extend_i32_u", "arithmetic", [I32], I64);
defineTyped(0xc0, "i32.extend8_s", "arithmetic", [I32], I32);
defineTyped(0xc1, "i32.extend16_s", "arithmetic", [I32], I32);
defineTyped(0xc2, "i64.extend8_s", "arithmetic", [I64], I64);
defineTyped(0xc3, "i64.extend16_s", "arithmetic", [I64], I64);
defineTyped(0xc4, "i64.extend32_s", "arithmetic", [I64], I64);

export const opcodeName = (opcode: number): string => nameOf[opcode] ?? hexOf(opcode);

function hexOf(opcode: number): string {
  const hex = (byte: number) => `0x${byte.toString(16).padStart(2, "0")}`;
  return opcode < 0x100 ? hex(opcode) : `${hex(PREFIX_FC)} ${hex(opcode - 0x100)}`;
}

/** First opcode, last, why it is refused. What no row names is unknown. */
const REFUSALS: readonly (readonly [number, number, ModuleFaultCode])[] = [
  [0x06, 0x0a, "EXCEPTIONS"],
  [0x12, 0x13, "TAIL_CALL"],
  [0x14, 0x14, "REFERENCE_TYPES"],
  [0x15, 0x15, "TAIL_CALL"],
  [0x18, 0x19, "EXCEPTIONS"],
  [0x1c, 0x1c, "REFERENCE_TYPES"],
  [0x1f, 0x1f, "EXCEPTIONS"],
  [0x25, 0x26, "TABLE_WRITE"],
  [0x2a, 0x2b, "FLOAT"],
  [0x38, 0x39, "FLOAT"],
  [0x43, 0x44, "FLOAT"],
  [0x5b, 0x66, "FLOAT"],
  [0x8b, 0xa6, "FLOAT"],
  [0xa8, 0xab, "FLOAT"],
  [0xae, 0xbf, "FLOAT"],
  [0xd0, 0xd6, "REFERENCE_TYPES"],
  [0xfb, 0xfb, "GC"],
  [0xfd, 0xfd, "SIMD"],
  [0xfe, 0xfe, "ATOMICS"],
  [0x100, 0x107, "FLOAT"],
  [0x108, 0x109, "PASSIVE_SEGMENT"],
  [0x10c, 0x111, "TABLE_WRITE"],
];

export const refusalOf = (opcode: number): ModuleFaultCode =>
  REFUSALS.find(([first, last]) => opcode >= first && opcode <= last)?.[2] ?? "UNKNOWN_OPCODE";

/** Why a byte that should be a value type is not accepted as one. */
export function typeRefusalOf(byte: number): ModuleFaultCode {
  if (byte === F32 || byte === F64) return "FLOAT";
  if (byte === 0x7b) return "SIMD";
  if (byte === FUNCREF || byte === 0x6f) return "REFERENCE_TYPES";
  if (byte >= 0x5e && byte <= 0x74) return "GC";
  return "MALFORMED";
}
