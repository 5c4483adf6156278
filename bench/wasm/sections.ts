/** A module cut into its sections and put together again: for modules that the benchmark makes of others. */
import { decode } from "../../core/policy/wasm/decode.ts";
import { EXPORT_KIND } from "../../core/policy/wasm/model.ts";
import { LIMITS } from "../../core/policy/wasm/profile.ts";
import { Reader } from "../../core/policy/wasm/reader.ts";
import { Writer } from "../../core/policy/wasm/writer.ts";

interface Section {
  readonly id: number;
  readonly bytes: Uint8Array;
}

const SECTION = { functions: 3, memory: 5, exports: 7, code: 10, data: 11, dataCount: 12 } as const;
const PREAMBLE_BYTES = 8;

function sectionsOf(wasm: Uint8Array): Section[] {
  const reader = new Reader(wasm);
  reader.take(PREAMBLE_BYTES);
  const sections: Section[] = [];
  while (reader.at < wasm.length) {
    const id = reader.byte();
    sections.push({ id, bytes: reader.take(reader.u32()) });
  }
  return sections;
}

function joined(sections: readonly Section[]): Uint8Array<ArrayBuffer> {
  const out = new Writer(sections.reduce((sum, { bytes }) => sum + bytes.length + 8, PREAMBLE_BYTES));
  out.raw([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
  for (const { id, bytes } of sections) out.section(id, () => out.raw(bytes));
  return out.result();
}

const written = (write: (out: Writer) => void): Uint8Array => {
  const out = new Writer(1024);
  write(out);
  return out.result();
};

/** The items of a vector section after its count, as bytes. */
function vectorOf({ bytes }: Section): { count: number; items: Uint8Array } {
  const reader = new Reader(bytes);
  const count = reader.u32();
  return { count, items: bytes.subarray(reader.at) };
}

/**
 * The module as compiled, its code untouched, with what the meter also gives: `pages` of memory at the start, and every
 * mutable global exported. So both are run by the same hand.
 */
export function unmetered(wasm: Uint8Array, pages: number): Uint8Array<ArrayBuffer> {
  const { globals } = decode(new Reader(wasm)).module;
  const mutable = [...globals.keys()].filter((index) => globals[index]?.mutable === true);
  return joined(
    sectionsOf(wasm).map((section) => {
      if (section.id === SECTION.memory)
        return {
          ...section,
          bytes: written((out) => {
            out.raw([1, 1]);
            out.u32(pages);
            out.u32(LIMITS.MEMORY_PAGES_MAX);
          }),
        };
      if (section.id !== SECTION.exports) return section;
      const { count, items } = vectorOf(section);
      const bytes = written((out) => {
        out.u32(count + mutable.length);
        out.raw(items);
        for (const index of mutable) {
          out.name(`__cs_g${index}`);
          out.byte(EXPORT_KIND.global);
          out.u32(index);
        }
      });
      return { ...section, bytes };
    }),
  );
}

/** Another module to whoever hashes it, the same to whoever runs it: with a custom section that says `mark`. */
export const withMark = (wasm: Uint8Array, mark: string): Uint8Array<ArrayBuffer> =>
  joined([...sectionsOf(wasm), { id: 0, bytes: written((out) => out.name(mark)) }]);

/** The same without its data: valid, and smaller than anything that is shipped. */
export const withoutData = (wasm: Uint8Array): Uint8Array<ArrayBuffer> =>
  joined(sectionsOf(wasm).filter(({ id }) => id !== SECTION.data && id !== SECTION.dataCount));

/** A valid module of about `size` bytes: all functions of `wasm` over and over, none of the copies called. */
export function repeated(wasm: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const sections = sectionsOf(wasm);
  const code = sections.find(({ id }) => id === SECTION.code)?.bytes.length ?? 0;
  // Never above: the largest size asked for is the profile's limit.
  const copies = Math.max(1, 1 + Math.floor((size - wasm.length) / (code + 64)));
  return joined(
    sections.map((section) => {
      if (section.id !== SECTION.functions && section.id !== SECTION.code) return section;
      const { count, items } = vectorOf(section);
      const bytes = written((out) => {
        out.u32(count * copies);
        for (let copy = 0; copy < copies; copy++) out.raw(items);
      });
      return { ...section, bytes };
    }),
  );
}
