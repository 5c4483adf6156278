/**
 * A second decoder, for the oracles: it shares no line with the engine's, knows all of WebAssembly 1.0 (floats too),
 * takes every module for valid, and is as plain as it can be.
 */
import { SECTION, u32 } from "../../harness/wasm-bytes.ts";
import { mnemonicOf } from "./mnemonics.ts";

export interface Instruction {
  /** With 0xfc in front: 0xfc00 and the number behind it. */
  readonly op: number;
  readonly name: string;
  /** Labels, indices, block type: whatever stands behind the opcode as numbers. Empty for constants. */
  readonly args: readonly number[];
  /** All that stands behind the opcode. */
  readonly raw: Uint8Array;
}

export interface FunctionBody {
  readonly type: number;
  /** Type and count as declared; parameters not among them. */
  readonly locals: readonly (readonly [number, number])[];
  readonly code: readonly Instruction[];
  /** By the place of a block, loop, if or else: the place of its end. */
  readonly endOf: ReadonlyMap<number, number>;
  /** By the place of an if: the place of its else. */
  readonly elseOf: ReadonlyMap<number, number>;
}

export interface Decoded {
  /** Content of each section, by id. */
  readonly sections: ReadonlyMap<number, Uint8Array>;
  readonly types: readonly { readonly params: readonly number[]; readonly results: readonly number[] }[];
  readonly imports: readonly { readonly kind: number; readonly type: number }[];
  /** Of defined functions. */
  readonly functionTypes: readonly number[];
  readonly globals: readonly { readonly type: number; readonly mutable: boolean }[];
  readonly exports: readonly { readonly name: string; readonly kind: number; readonly index: number }[];
  /** By segment, its functions. Active segments of table 0 only. */
  readonly elements: readonly (readonly number[])[];
  readonly functions: readonly FunctionBody[];
}

class Bytes {
  at = 0;
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
  get done(): boolean {
    return this.at >= this.bytes.length;
  }
  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new Error(`the bytes end at ${this.at}`);
    return value;
  }
  u32(): number {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  }
  skipNumber(): void {
    while (this.byte() >= 0x80);
  }
  take(count: number): Uint8Array {
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }
  list<T>(read: () => T): T[] {
    return Array.from({ length: this.u32() }, read);
  }
  text(): string {
    return new TextDecoder().decode(this.take(this.u32()));
  }
}

export function decodePlainly(wasm: Uint8Array): Decoded {
  const file = new Bytes(wasm);
  file.take(8);
  const sections = new Map<number, Uint8Array>();
  while (!file.done) {
    const id = file.byte();
    const content = file.take(file.u32());
    if (id !== SECTION.custom) sections.set(id, content);
  }
  const read = <T>(id: number, item: (bytes: Bytes) => T): T[] => {
    const content = sections.get(id);
    if (content === undefined) return [];
    const bytes = new Bytes(content);
    return bytes.list(() => item(bytes));
  };
  const functionTypes = read(SECTION.function, (bytes) => bytes.u32());
  let index = 0;
  return {
    sections,
    types: read(SECTION.type, (bytes) => {
      bytes.byte();
      return { params: bytes.list(() => bytes.byte()), results: bytes.list(() => bytes.byte()) };
    }),
    imports: read(SECTION.import, (bytes) => {
      bytes.text();
      bytes.text();
      const kind = bytes.byte();
      if (kind !== 0) throw new Error("imports something else than a function");
      return { kind, type: bytes.u32() };
    }),
    functionTypes,
    globals: read(SECTION.global, (bytes) => {
      const global = { type: bytes.byte(), mutable: bytes.byte() === 1 };
      while (readInstruction(bytes).name !== "end");
      return global;
    }),
    exports: read(SECTION.export, (bytes) => ({
      name: bytes.text(),
      kind: bytes.byte(),
      index: bytes.u32(),
    })),
    elements: read(SECTION.element, (bytes) => {
      if (bytes.u32() !== 0) throw new Error("a segment that is not active");
      while (readInstruction(bytes).name !== "end");
      return bytes.list(() => bytes.u32());
    }),
    functions: read(SECTION.code, (bytes) => {
      const content = new Bytes(bytes.take(bytes.u32()));
      return readBody(content, functionTypes[index++] ?? 0);
    }),
  };
}

function readBody(bytes: Bytes, type: number): FunctionBody {
  const locals = bytes.list((): [number, number] => {
    const count = bytes.u32();
    return [count, bytes.byte()];
  });
  const code: Instruction[] = [];
  const open: number[] = [];
  const endOf = new Map<number, number>();
  const elseOf = new Map<number, number>();
  while (!bytes.done) {
    const instruction = readInstruction(bytes);
    const place = code.push(instruction) - 1;
    if (["block", "loop", "if"].includes(instruction.name)) open.push(place);
    else if (instruction.name === "else") elseOf.set(open.at(-1) ?? 0, place);
    else if (instruction.name === "end") {
      const begin = open.pop();
      if (begin === undefined) continue;
      endOf.set(begin, place);
      const middle = elseOf.get(begin);
      if (middle !== undefined) endOf.set(middle, place);
    }
  }
  return { type, locals, code, endOf, elseOf };
}

function readInstruction(bytes: Bytes): Instruction {
  const first = bytes.byte();
  const op = first === 0xfc ? 0xfc00 + bytes.u32() : first;
  const from = bytes.at;
  const args = readArguments(bytes, op);
  return { op, name: mnemonicOf(op), args, raw: bytes.bytes.subarray(from, bytes.at) };
}

function readArguments(bytes: Bytes, op: number): number[] {
  if (op >= 0x02 && op <= 0x04) return [bytes.byte()];
  if (op === 0x0c || op === 0x0d || op === 0x10) return [bytes.u32()];
  if (op === 0x0e) return [...bytes.list(() => bytes.u32()), bytes.u32()];
  if (op === 0x11 || op === 0xfc0a) return [bytes.u32(), bytes.u32()];
  if (op >= 0x20 && op <= 0x24) return [bytes.u32()];
  if (op >= 0x28 && op <= 0x3e) return [bytes.u32(), bytes.u32()];
  if (op === 0x3f || op === 0x40 || op === 0xfc0b) return [bytes.u32()];
  if (op === 0x41 || op === 0x42) bytes.skipNumber();
  else if (op === 0x43) bytes.take(4);
  else if (op === 0x44) bytes.take(8);
  return [];
}

/** The opcode's bytes. */
export const opcodeBytes = (op: number): number[] => (op >= 0xfc00 ? [0xfc, ...u32(op - 0xfc00)] : [op]);
