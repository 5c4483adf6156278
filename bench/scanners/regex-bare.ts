/**
 * The ceiling: the automata of the patterns in WASM that does nothing but follow them. No meter, no host, no spans; it counts
 * how often something is found. One automaton by itself, or four side by side as the policy has them.
 */

import type { Joined } from "../../core/policy/regex/compile.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import { assemble } from "../../test/harness/wat.ts";

const PAGE_BYTES = 65_536;
/** By automaton and byte, u16: twice the symbol. Then the tables, then the text. */
const MAP_BYTES = 512;
const FOUND = 0x8000;

export interface Bare {
  /** Bytes of text to its place in memory. */
  put(text: Uint8Array): void;
  /** Over the text that was put; answers how often something was found. */
  run(): number;
}

export function bareAutomata(groups: readonly Joined[]): Bare {
  const tables = groups.map(({ next, found, symbols }) => {
    const units = (symbols + 3) >> 2;
    const table = new Uint16Array(found.length * units * 4);
    for (let at = 0; at < next.length; at++) {
      const to = next[at] as number; // in range
      const place = Math.floor(at / symbols) * units * 4 + (at % symbols);
      table[place] = to * units + (found[to] === 0 ? 0 : FOUND);
    }
    return table;
  });
  const starts: number[] = [];
  let end = MAP_BYTES * groups.length;
  for (const table of tables) {
    starts.push(end);
    end += table.byteLength;
  }
  const textAt = end;
  const pages = Math.ceil((textAt + 512 * 1024) / PAGE_BYTES);
  const module = compileWasm(Uint8Array.from(assemble(source(starts, pages))));
  const exports = new WebAssembly.Instance(module).exports as unknown as {
    memory: WebAssembly.Memory;
    run(at: number, end: number): number;
  };
  const memory = new Uint8Array(exports.memory.buffer);
  for (const [index, { symbolOfByte }] of groups.entries()) {
    const doubled = Uint16Array.from(symbolOfByte, (symbol) => symbol * 2);
    new Uint16Array(memory.buffer, index * MAP_BYTES, 256).set(doubled);
  }
  for (const [index, table] of tables.entries()) {
    memory.set(new Uint8Array(table.buffer), starts[index]);
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

function source(starts: readonly number[], pages: number): string {
  const states = starts.map((_, index) => `$s${index}`);
  const symbol = (index: number): string => `(i32.load16_u offset=${index * MAP_BYTES} (local.get $byte))`;
  const step = (state: string, index: number): string =>
    `(local.set ${state} (i32.load16_u offset=${starts[index]} (i32.add (i32.shl (local.get ${state}) (i32.const 3)) ${symbol(index)})))`;
  const any = states
    .map((state) => `(local.get ${state})`)
    .reduce((left, right) => `(i32.or ${left} ${right})`);
  const masks = states.map(
    (state) => `(local.set ${state} (i32.and (local.get ${state}) (i32.const 0x7fff)))`,
  );
  return `(module
    (memory (export "memory") ${pages})
    (func (export "run") (param $at i32) (param $end i32) (result i32)
      (local $byte i32) (local $count i32) ${states.map((state) => `(local ${state} i32)`).join(" ")}
      (loop $next
        (local.set $byte (i32.shl (i32.load8_u (local.get $at)) (i32.const 1)))
        ${states.map(step).join("\n")}
        (if (i32.and ${any} (i32.const ${FOUND})) (then
          (local.set $count (i32.add (local.get $count) (i32.const 1)))
          ${masks.join(" ")}))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br_if $next (i32.lt_u (local.get $at) (local.get $end))))
      (local.get $count)))`;
}
