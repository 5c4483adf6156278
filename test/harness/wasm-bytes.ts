/**
 * Modules byte by byte, for what no assembler writes: wrong sizes, overlong numbers, sections out of order, opcodes
 * of proposals. Nothing is checked.
 */
export type Bytes = readonly number[];

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const EMPTY = 0x40;

export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** LEB128 in its shortest form. */
export function u32(value: number): number[] {
  const bytes = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return bytes;
}

/** LEB128 of exactly `length` bytes: longer than it need be, and from 6 on longer than it may be. */
export function paddedU32(value: number, length: number): number[] {
  const bytes = u32(value);
  while (bytes.length < length) {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) | 0x80;
    bytes.push(0);
  }
  return bytes;
}

export function s64(value: bigint): number[] {
  const bytes = [];
  let rest = value;
  for (;;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = (rest === 0n && (low & 0x40) === 0) || (rest === -1n && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

export const s32 = (value: number): number[] => s64(BigInt(value | 0));

export const vec = (items: readonly Bytes[]): number[] => [...u32(items.length), ...items.flat()];
export const text = (value: string): number[] => {
  const bytes = new TextEncoder().encode(value);
  return [...u32(bytes.length), ...bytes];
};
/** `size` other than the content's is a lie. */
export const section = (id: number, content: Bytes, size: Bytes = u32(content.length)): number[] => [
  id,
  ...size,
  ...content,
];
export const custom = (name: string, content: Bytes = []): number[] =>
  section(SECTION.custom, [...text(name), ...content]);

export const HEADER: Bytes = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
/** Spreads nothing: sections of several MiB would overflow the stack. */
export function moduleOf(...sections: readonly (Bytes | Uint8Array)[]): Uint8Array {
  const parts = [HEADER, ...sections];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

export const funcType = (params: Bytes, results: Bytes): number[] => [
  0x60,
  ...u32(params.length),
  ...params,
  ...u32(results.length),
  ...results,
];
/** `locals`: count and type, as runs. The final `end` is the caller's. */
export function body(code: Bytes, locals: readonly (readonly [number, number])[] = []): number[] {
  const content = [...vec(locals.map(([count, type]) => [...u32(count), type])), ...code];
  return [...u32(content.length), ...content];
}
export const END = 0x0b;
export const exportOf = (name: string, kind: number, index: number): number[] => [
  ...text(name),
  kind,
  ...u32(index),
];

/** The sections of a policy that answers nothing; each can be replaced, or left out with null. */
const PLAIN = {
  type: section(SECTION.type, vec([funcType([], [I32])])),
  import: null,
  function: section(SECTION.function, vec([[0]])),
  table: null,
  memory: section(SECTION.memory, vec([[0x00, 1]])),
  global: null,
  export: section(SECTION.export, vec([exportOf("memory", 2, 0), exportOf("evaluate", 0, 0)])),
  start: null,
  element: null,
  dataCount: null,
  code: section(SECTION.code, vec([body([0x41, 0x00, END])])),
  data: null,
} satisfies Record<string, Bytes | null>;

export type Sections = { readonly [name in keyof typeof PLAIN]?: Bytes | Uint8Array | null };

export function policyBytes(sections: Sections = {}, ...after: readonly (Bytes | Uint8Array)[]): Uint8Array {
  const merged: Record<string, Bytes | Uint8Array | null> = { ...PLAIN, ...sections };
  const present = Object.values(merged).filter((part): part is Bytes | Uint8Array => part !== null);
  return moduleOf(...present, ...after);
}

/** A policy whose `evaluate` has this code; the final `end` is added. */
export const policyWithCode = (code: Bytes, sections: Sections = {}): Uint8Array =>
  policyBytes({ code: section(SECTION.code, vec([body([...code, END])])), ...sections });
