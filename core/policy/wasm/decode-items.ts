/** What the sections hold, one reader for each kind of entry; the code is in decode-code.ts. */
import type { DataSegment, ElementSegment, Export, FunctionType, Global, Import, Limits } from "./model.ts";
import { EMPTY, F32, F64, FUNCREF, I32, I64, OP, typeRefusalOf } from "./opcodes.ts";
import { ABORT, IMPORTS, LIMITS } from "./profile.ts";
import type { Reader } from "./reader.ts";

export function vector<T>(reader: Reader, max: number, what: string, item: (reader: Reader) => T): T[] {
  const count = reader.count(max, what);
  const items: T[] = [];
  for (let index = 0; index < count; index++) items.push(item(reader));
  return items;
}

function valueType(reader: Reader): number {
  const begin = reader.at;
  const byte = reader.byte();
  if (byte === I32 || byte === I64) return byte;
  return reader.refuse(typeRefusalOf(byte), `Type 0x${byte.toString(16)}; values are i32 or i64.`, begin);
}

/**
 * Of a float in the type, `onFloat` is told. It is no fault yet: in AssemblyScript, Math.random and Date.now bring
 * imports that return one, and the advice should be about those.
 */
export function functionType(reader: Reader, onFloat: (offset: number) => void): FunctionType {
  const valueOrFloat = (from: Reader): number => {
    const offset = from.at;
    const byte = from.bytes[offset];
    if (offset >= from.end || (byte !== F32 && byte !== F64)) return valueType(from);
    onFloat(offset);
    return from.byte();
  };
  const begin = reader.at;
  const form = reader.byte();
  if (form >= 0x4d && form <= 0x5f) reader.refuse("GC", "A type other than a function's.", begin);
  if (form !== 0x60) reader.refuse("MALFORMED", "A type does not begin with 0x60.", begin);
  const params = vector(reader, LIMITS.PARAMS_MAX, "parameters", valueOrFloat);
  const at = reader.at;
  const results = reader.u32();
  if (results > 1) reader.refuse("MULTI_VALUE", `A function type has ${results} results.`, at);
  return { params, result: results === 1 ? valueOrFloat(reader) : EMPTY };
}

export function importEntry(reader: Reader): Import {
  const offset = reader.at;
  const module = reader.name();
  const name = reader.name();
  const kind = reader.byte();
  if (kind === 0) return { module, name, type: reader.u32(), offset };
  const allowed = IMPORTS[module]?.[name] !== undefined || module === ABORT.module;
  return reader.refuse(
    kind <= 4 ? "IMPORT_KIND" : "MALFORMED",
    `The import ${module}.${name} is not a function${allowed ? "" : ", and not known either"}.`,
    offset,
  );
}

/** Flags: bit 0 a maximum, bit 1 shared, bit 2 64-bit. */
function limits(reader: Reader, what: string): Limits {
  const begin = reader.at;
  const flags = reader.byte();
  if (flags > 7) reader.refuse("MALFORMED", `The ${what}'s limits have flags ${flags}.`, begin);
  if (flags & 4) reader.refuse("MEMORY64", `The ${what} is addressed with 64 bits.`, begin);
  if (flags & 2) reader.refuse("SHARED_MEMORY", `The ${what} is shared between threads.`, begin);
  const min = reader.u32();
  const max = flags & 1 ? reader.u32() : null;
  if (max !== null && max < min)
    reader.refuse("INVALID", `The ${what}'s maximum is below its minimum.`, begin);
  return { min, max };
}

export function tableType(reader: Reader): Limits {
  const begin = reader.at;
  const type = reader.byte();
  if (type !== FUNCREF)
    reader.refuse("REFERENCE_TYPES", "The table holds something other than functions.", begin);
  const size = limits(reader, "table");
  if (size.min > LIMITS.TABLE_ELEMENTS_MAX)
    reader.refuse(
      "LIMIT",
      `A table of ${size.min} elements; the limit is ${LIMITS.TABLE_ELEMENTS_MAX}.`,
      begin,
    );
  return size;
}

export function memoryType(reader: Reader): Limits {
  const begin = reader.at;
  const size = limits(reader, "memory");
  if (Math.max(size.min, size.max ?? 0) > 65_536)
    reader.refuse("INVALID", "The memory is larger than 4 GiB.", begin);
  if (size.min > LIMITS.MEMORY_INITIAL_PAGES_MAX)
    reader.refuse(
      "MEMORY_PAGES",
      `The memory begins with ${size.min} pages; the limit is ${LIMITS.MEMORY_INITIAL_PAGES_MAX}.`,
      begin,
    );
  return size;
}

export function global(reader: Reader): Global {
  const type = valueType(reader);
  const begin = reader.at;
  const mutability = reader.byte();
  if (mutability > 1) reader.refuse("MALFORMED", `A global's mutability is ${mutability}.`, begin);
  return { type, mutable: mutability === 1, ...constant(reader, type) };
}

/** A constant expression: one constant of that type. */
function constant(reader: Reader, type: number): { low: number; high: number } {
  const begin = reader.at;
  const opcode = reader.byte();
  let low = 0;
  let high = 0;
  if (opcode === OP.i32Const) low = reader.i32();
  else if (opcode === OP.i64Const) {
    low = reader.i64();
    high = reader.high;
  } else if (opcode === 0x43 || opcode === 0x44) reader.refuse("FLOAT", "A float as start value.", begin);
  else reader.refuse("CONSTANT_EXPRESSION", "A start value or offset is not a constant.", begin);
  if ((opcode === OP.i32Const ? I32 : I64) !== type)
    reader.refuse("TYPE_MISMATCH", "A start value or offset has the wrong type.", begin);
  if (reader.byte() !== OP.end)
    reader.refuse("CONSTANT_EXPRESSION", "A start value or offset is more than one constant.", begin);
  return { low, high };
}

export function exportEntry(reader: Reader): Export {
  const offset = reader.at;
  const name = reader.name();
  const kind = reader.byte();
  if (kind > 3)
    reader.refuse(kind === 4 ? "EXCEPTIONS" : "MALFORMED", `The export ${name} is of kind ${kind}.`, offset);
  return { name, kind, index: reader.u32(), offset };
}

/** Flags: bit 0 passive or declared, bit 1 an explicit table, bit 2 expressions. */
export function elementSegment(reader: Reader): ElementSegment {
  const begin = reader.at;
  const flags = reader.u32();
  if (flags > 7) reader.refuse("MALFORMED", `An element segment has flags ${flags}.`, begin);
  if (flags & 1) reader.refuse("PASSIVE_SEGMENT", "An element segment is passive or declarative.", begin);
  if (flags & 4) reader.refuse("REFERENCE_TYPES", "An element segment holds expressions.", begin);
  if (flags & 2 && reader.u32() !== 0) reader.refuse("INVALID", "An element segment names no table.", begin);
  const at = constant(reader, I32).low >>> 0;
  if (flags & 2 && reader.byte() !== 0)
    reader.refuse("MALFORMED", "An element segment's kind is not 0.", begin);
  return { at, functions: vector(reader, LIMITS.TABLE_ELEMENTS_MAX, "elements", (from) => from.u32()) };
}

/** Flags: 0 active, 1 passive, 2 active with an explicit memory. */
export function dataSegment(reader: Reader): DataSegment {
  const begin = reader.at;
  const flags = reader.u32();
  if (flags > 2) reader.refuse("MALFORMED", `A data segment has flags ${flags}.`, begin);
  if (flags === 1) reader.refuse("PASSIVE_SEGMENT", "A data segment is passive.", begin);
  if (flags === 2 && reader.u32() !== 0)
    reader.refuse("MULTI_MEMORY", "A data segment names another memory.", begin);
  const at = constant(reader, I32).low >>> 0;
  return { at, bytes: reader.take(reader.u32()) };
}
