/**
 * The ceiling: the automata of the patterns in WASM that does nothing but follow them. No meter, no host, no spans; it counts
 * how often something is found. One automaton by itself, or four side by side as the policy has them; a table by rows as
 * it is usually written, or by columns as the policy has it. All over one stretch of the text: the policy reads two at once where it can,
 * and may be faster than this.
 */

import type { Joined } from "../../core/policy/regex/compile.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import { assemble } from "../../test/harness/wat.ts";

const PAGE_BYTES = 65_536;
const TEXT_BYTES = 512 * 1024;

export interface Bare {
  /** Bytes of text to its place in memory. */
  put(text: Uint8Array): void;
  /** Over the text that was put; answers how often something was found. */
  run(): number;
}

/** How a table lies in memory. */
interface Layout {
  /** Set in an entry where something is found. */
  readonly found: number;
  /** Bytes of what is noted of a byte for one automaton. */
  readonly noteBytes: number;
  table(group: Joined): Uint16Array;
  /** What is noted of a byte that is this symbol, in a table that lies at `start`. */
  note(group: Joined, symbol: number, start: number): number;
  /** The next entry; `$byte` is the byte, times `noteBytes` for each automaton. */
  step(state: string, index: number, start: number): string;
}

const unitsOf = ({ symbols }: Joined): number => (symbols + 3) >> 2;

/** An entry is a row's place in units of eight bytes; a symbol is its place in a row. */
const ROWS: Layout = {
  found: 0x8000,
  noteBytes: 2,
  table(group) {
    const { next, found, symbols } = group;
    const units = unitsOf(group);
    const table = new Uint16Array(found.length * units * 4);
    for (let at = 0; at < next.length; at++) {
      const to = next[at] as number; // in range
      const place = Math.floor(at / symbols) * units * 4 + (at % symbols);
      table[place] = to * units + (found[to] === 0 ? 0 : this.found);
    }
    return table;
  },
  note: (_group, symbol) => symbol * 2,
  step: (state, index, start) =>
    `(i32.load16_u offset=${start} (i32.add (i32.shl (local.get ${state}) (i32.const 3))
      (i32.load16_u offset=${index * 2} (local.get $byte))))`,
};

/** An entry is a state's place in a column; a symbol is its column's address. */
const COLUMNS: Layout = {
  found: 1,
  noteBytes: 4,
  table({ next, found, symbols }) {
    const table = new Uint16Array(next.length);
    for (let at = 0; at < next.length; at++) {
      const to = next[at] as number; // in range
      const place = (at % symbols) * found.length + Math.floor(at / symbols);
      table[place] = to * 2 + (found[to] === 0 ? 0 : this.found);
    }
    return table;
  },
  note: ({ found }, symbol, start) => start + symbol * found.length * 2,
  step: (state, index) =>
    `(i32.load16_u (i32.add (local.get ${state}) (i32.load offset=${index * 4} (local.get $byte))))`,
};

export const LAYOUTS = { rows: ROWS, columns: COLUMNS } as const;

export function bareAutomata(groups: readonly Joined[], layout: Layout): Bare {
  const tables = groups.map((group) => layout.table(group));
  const noteBytes = layout.noteBytes * groups.length;
  const starts: number[] = [];
  let end = 256 * noteBytes;
  for (const table of tables) {
    starts.push(end);
    end += Math.ceil(table.byteLength / 16) * 16;
  }
  const textAt = end;
  const pages = Math.ceil((textAt + TEXT_BYTES) / PAGE_BYTES);
  const module = compileWasm(Uint8Array.from(assemble(source(layout, starts, pages))));
  const exports = new WebAssembly.Instance(module).exports as unknown as {
    memory: WebAssembly.Memory;
    run(at: number, end: number): number;
  };
  const memory = new Uint8Array(exports.memory.buffer);
  const view = new DataView(exports.memory.buffer);
  for (const [index, group] of groups.entries()) {
    const start = starts[index] as number; // one for each
    for (let byte = 0; byte < 256; byte++) {
      const note = layout.note(group, group.symbolOfByte[byte] as number, start);
      const at = byte * noteBytes + index * layout.noteBytes;
      if (layout.noteBytes === 2) view.setUint16(at, note, true);
      else view.setUint32(at, note, true);
    }
    memory.set(new Uint8Array((tables[index] as Uint16Array).buffer), start);
  }
  let size = 0;
  return {
    put(text) {
      memory.set(text, textAt);
      size = text.length;
    },
    run: () => exports.run(textAt, textAt + size),
  };
}

function source(layout: Layout, starts: readonly number[], pages: number): string {
  const states = starts.map((_, index) => `$s${index}`);
  const any = states
    .map((state) => `(local.get ${state})`)
    .reduce((left, right) => `(i32.or ${left} ${right})`);
  const each = (made: (state: string, index: number) => string): string =>
    states.map((state, index) => `(local.set ${state} ${made(state, index)})`).join("\n");
  return `(module
    (memory (export "memory") ${pages})
    (func (export "run") (param $at i32) (param $end i32) (result i32)
      (local $byte i32) (local $count i32) ${states.map((state) => `(local ${state} i32)`).join(" ")}
      (loop $next
        (local.set $byte (i32.mul (i32.load8_u (local.get $at)) (i32.const ${layout.noteBytes * starts.length})))
        ${each((state, index) => layout.step(state, index, starts[index] as number))}
        (if (i32.and ${any} (i32.const ${layout.found})) (then
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          ${each((state) => `(i32.and (local.get ${state}) (i32.const ${0xffff - layout.found}))`)}))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
      (local.get $count)))`;
}
