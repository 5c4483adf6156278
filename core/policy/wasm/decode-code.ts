/** The code section: function bodies to flat rows of instructions. */
import type { Body, Code, FunctionType, Import } from "./model.ts";
import {
  EMPTY,
  I32,
  I64,
  IMMEDIATE,
  immediateOf,
  OP,
  OPCODES_END,
  opcodeName,
  PREFIX_FC,
  REFUSED,
  refusalOf,
  typeRefusalOf,
} from "./opcodes.ts";
import { LIMITS } from "./profile.ts";
import type { Reader } from "./reader.ts";

export const newCode = (capacity: number): Code => ({
  count: 0,
  opcode: new Uint16Array(capacity),
  a: new Int32Array(capacity),
  b: new Int32Array(capacity),
  offset: new Uint32Array(capacity),
  labels: [],
  tables: 0,
});

interface Declared {
  readonly types: readonly FunctionType[];
  readonly imports: readonly Import[];
  readonly functions: readonly number[];
}

export function decodeBodies(reader: Reader, { types, imports, functions }: Declared, code: Code): Body[] {
  const section = reader.end;
  const count = reader.u32();
  if (count !== functions.length)
    reader.refuse("MALFORMED", `${functions.length} functions, ${count} bodies.`);
  const bodies: Body[] = [];
  let paramsTotal = 0;
  let localsTotal = 0;
  for (const [index, type] of functions.entries()) {
    reader.functionIndex = imports.length + index;
    const begin = reader.at;
    const size = reader.count(LIMITS.FUNCTION_BYTES_MAX, "bytes in a function");
    if (size > section - reader.at)
      reader.refuse("SECTION_SIZE", "A function is larger than the rest of the section.", begin);
    reader.end = reader.at + size;
    const params = types[type]?.params;
    if (params === undefined) reader.refuse("INVALID", `There is no type ${type}.`, begin);
    const locals = decodeLocals(reader);
    paramsTotal += params.length;
    localsTotal += locals.length;
    if (paramsTotal > LIMITS.PARAMS_TOTAL_MAX)
      reader.refuse("LIMIT", `Over ${LIMITS.PARAMS_TOTAL_MAX} parameters in all functions.`, begin);
    if (localsTotal > LIMITS.LOCALS_TOTAL_MAX)
      reader.refuse("LIMIT", `Over ${LIMITS.LOCALS_TOTAL_MAX} locals in all functions.`, begin);
    const first = code.count;
    decodeInstructions(reader, code);
    if (reader.at !== reader.end)
      reader.refuse("SECTION_SIZE", "A function's instructions end before its size says.");
    bodies.push({ first, last: code.count - 1, locals });
    reader.end = section;
  }
  reader.functionIndex = null;
  return bodies;
}

function decodeLocals(reader: Reader): Uint8Array {
  const groups = reader.u32();
  const types: number[] = [];
  for (let group = 0; group < groups; group++) {
    const begin = reader.at;
    const count = reader.u32();
    if (count > LIMITS.LOCALS_MAX - types.length)
      reader.refuse("LIMIT", `A function has over ${LIMITS.LOCALS_MAX} locals.`, begin);
    const at = reader.at;
    const type = reader.byte();
    if (type !== I32 && type !== I64)
      reader.refuse(
        typeRefusalOf(type),
        `A local of type 0x${type.toString(16)}; values are i32 or i64.`,
        at,
      );
    for (let local = 0; local < count; local++) types.push(type);
  }
  return Uint8Array.from(types);
}

/** Reads up to the `end` that closes the body. */
function decodeInstructions(reader: Reader, code: Code): void {
  let depth = 1;
  while (depth > 0) {
    const begin = reader.at;
    let opcode = reader.byte();
    if (opcode === PREFIX_FC) opcode = 0x100 + Math.min(reader.u32(), 0xffff);
    const immediate = opcode < OPCODES_END ? immediateOf[opcode] : REFUSED;
    if (immediate === REFUSED || immediate === undefined)
      reader.refuse(refusalOf(opcode), `The instruction ${opcodeName(opcode)} is not accepted.`, begin);
    const row = code.count++;
    if (row >= LIMITS.INSTRUCTIONS_MAX)
      reader.refuse("LIMIT", `Over ${LIMITS.INSTRUCTIONS_MAX} instructions.`, begin);
    code.opcode[row] = opcode;
    code.offset[row] = begin;
    if (immediate === IMMEDIATE.none) {
      if (opcode === OP.end) depth--;
      continue;
    }
    if (immediate === IMMEDIATE.block) {
      depth++;
      // The body itself is the first level.
      if (depth > LIMITS.NESTING_MAX + 1)
        reader.refuse("LIMIT", `Blocks are nested over ${LIMITS.NESTING_MAX} deep.`, begin);
    }
    decodeImmediate(reader, code, row, immediate);
  }
}

function decodeImmediate(reader: Reader, code: Code, row: number, immediate: number): void {
  switch (immediate) {
    case IMMEDIATE.block:
      code.a[row] = blockType(reader);
      return;
    case IMMEDIATE.labels:
      decodeLabels(reader, code, row);
      return;
    case IMMEDIATE.indirect: {
      code.a[row] = reader.u32();
      const begin = reader.at;
      if (reader.u32() !== 0) reader.refuse("INVALID", "call_indirect names a second table.", begin);
      return;
    }
    case IMMEDIATE.memory: {
      const begin = reader.at;
      const alignment = reader.u32();
      if (alignment >= 0x40 && alignment < 0x80)
        reader.refuse("MULTI_MEMORY", "An access names a memory.", begin);
      code.a[row] = Math.min(alignment, 0xff);
      code.b[row] = reader.u32();
      return;
    }
    case IMMEDIATE.zeroes:
    case IMMEDIATE.zero: {
      const begin = reader.at;
      // A byte, not a number: the specification reserves it.
      const count = immediate === IMMEDIATE.zeroes ? 2 : 1;
      for (let index = 0; index < count; index++)
        if (reader.byte() !== 0) reader.refuse("MULTI_MEMORY", "An instruction names another memory.", begin);
      return;
    }
    case IMMEDIATE.i32:
      code.a[row] = reader.i32();
      return;
    case IMMEDIATE.i64:
      code.a[row] = reader.i64();
      code.b[row] = reader.high;
      return;
    default:
      code.a[row] = reader.u32();
  }
}

function blockType(reader: Reader): number {
  const begin = reader.at;
  const byte = reader.byte();
  if (byte === EMPTY || byte === I32 || byte === I64) return byte;
  // A type index is a signed number of 33 bits that is not negative.
  if (byte < 0x40 || byte >= 0x80) reader.refuse("MULTI_VALUE", "A block's type is an index.", begin);
  return reader.refuse(typeRefusalOf(byte), `A block of type 0x${byte.toString(16)}.`, begin);
}

function decodeLabels(reader: Reader, code: Code, row: number): void {
  const count = reader.count(LIMITS.BR_TABLE_MAX, "labels in a br_table");
  code.a[row] = code.labels.length;
  code.b[row] = count;
  code.tables++;
  // Defaults stand among the labels, but do not count.
  if (code.labels.length + count + 1 - code.tables > LIMITS.BR_TABLE_TOTAL_MAX)
    reader.refuse("LIMIT", `Over ${LIMITS.BR_TABLE_TOTAL_MAX} labels in all br_table instructions.`);
  for (let label = 0; label <= count; label++) code.labels.push(reader.u32());
}
