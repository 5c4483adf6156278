/**
 * The policy's own scanner as a module of its own, with a list of spans in place of findings: what the tests ask thousands of
 * questions of. Not metered: fuel is measured on the policy itself.
 */
import { compileEntry } from "../../policy-plugins/tools/compile.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";

/** Stands in for policy-plugins/regex/report.ts. */
const REPORT = `
export let spans: usize = 0;
export let count: u32 = 0;
export function open(at: usize): void { spans = at; count = 0; }
export function spend(_bytes: usize): void {}
export function wants(_index: u32): bool { return true; }
export function report(index: u32, start: usize, end: usize): void {
  if (count == ${100_000}) return;
  const at = spans + <usize>count * 12;
  store<u32>(at, index);
  store<u32>(at, <u32>start, 4);
  store<u32>(at, <u32>end, 8);
  count++;
}
`;

const ENTRY = `
import { policyAbort } from "../sdk/abort";
import { beginBuffer } from "./matches";
import { readProgram } from "./program";
import { hasFailed, isAtEnd, openProgram } from "./program-bytes";
import { count, open } from "./report";
import { scanText } from "./scan";
import { prepareScan } from "./side-by-side";
export function room(size: i32): i32 { return <i32>heap.alloc(<usize>size); }
export function load_program(at: i32, size: i32): i32 {
  openProgram(<usize>at, <usize>(at + size));
  readProgram();
  if (hasFailed() || !isAtEnd()) return 1;
  prepareScan();
  return 0;
}
export function scan(at: i32, size: i32, spans: i32): i32 {
  beginBuffer();
  open(<usize>spans);
  scanText(<usize>at, <usize>(at + size));
  return <i32>count;
}
`;

interface Exports {
  readonly memory: WebAssembly.Memory;
  room(size: number): number;
  load_program(at: number, size: number): number;
  scan(at: number, size: number, spans: number): number;
}

export interface Span {
  readonly pattern: number;
  /** In bytes. */
  readonly start: number;
  readonly end: number;
}

const SPANS_BYTES = 1_200_000;

export class Scanner {
  readonly #module: WebAssembly.Module;
  readonly #textMax: number;
  #instance: Loaded | null = null;

  private constructor(module: WebAssembly.Module, textMax: number) {
    this.#module = module;
    this.#textMax = textMax;
  }

  static async create(textMax = 300_000): Promise<Scanner> {
    const files = new Map([
      ["regex/report.ts", REPORT],
      ["regex/probe.ts", ENTRY],
    ]);
    return new Scanner(compileWasm(await compileEntry("regex/probe.ts", files)), textMax);
  }

  /** Into an instance of its own. False where the program is refused. */
  load(program: string): boolean {
    const host = { "countersign:host/env": { error_write: outOfReach } };
    const exports = new WebAssembly.Instance(this.#module, host).exports as unknown as Exports;
    const { room, load_program, memory } = exports;
    this.#instance = { exports, spansAt: room(SPANS_BYTES), textAt: room(this.#textMax + 32) + 16 };
    const at = room(program.length);
    new TextEncoder().encodeInto(program, new Uint8Array(memory.buffer, at, program.length));
    return load_program(at, program.length) === 0;
  }

  scan(text: string | Uint8Array): Span[] {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    if (this.#instance === null) throw new Error("nothing is loaded");
    const { exports, spansAt, textAt } = this.#instance;
    new Uint8Array(exports.memory.buffer).set(bytes, textAt);
    const count = exports.scan(textAt, bytes.length, spansAt);
    const words = new Uint32Array(exports.memory.buffer, spansAt, count * 3);
    return Array.from({ length: count }, (_, index) => ({
      pattern: words[index * 3] as number,
      start: (words[index * 3 + 1] as number) - textAt,
      end: (words[index * 3 + 2] as number) - textAt,
    }));
  }
}

interface Loaded {
  readonly exports: Exports;
  readonly spansAt: number;
  readonly textAt: number;
}

function outOfReach(): never {
  throw new Error("the module asked for the host");
}
