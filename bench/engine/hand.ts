/**
 * A module called by hand: one instance for ever, the input's bytes copied in, the output read. Of everything that makes a
 * call like the first one only the globals are put back, and the few bytes that calls on these inputs were seen to change
 * in what `configure` left: without them the allocator and its records run into each other. The least that calling a
 * policy can cost, and the same for a metered module and one that is not.
 */
import { STACK_WORDS } from "../../core/policy/wasm/profile.ts";

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly evaluate: () => number;
  readonly configure?: () => number;
  readonly __cs_start?: () => void;
  readonly __cs_gas?: WebAssembly.Global;
  readonly __cs_stack?: WebAssembly.Global;
  readonly __cs_save?: () => void;
  readonly __cs_restore?: () => void;
}

export interface HandInput {
  readonly input: Uint8Array;
  readonly reading?: Uint8Array | undefined;
}

const NO_BYTES = new Uint8Array();
/** Ranges nearer to each other are one. */
const GAP_BYTES = 64;
/** As policies ask for them (docs/spec/policy.md, Parts). */
const READING = 1;
/** More than any run here takes, so that one table serves all. */
const FUEL = 10n ** 15n;

export class Hand {
  readonly #exports: Exports;
  /** Empty where the module itself puts them back. */
  readonly #globals: { readonly global: WebAssembly.Global; readonly value: number | bigint }[] = [];
  readonly #restore: (() => void) | null;
  #kept: readonly { readonly at: number; readonly bytes: Uint8Array }[] = [];
  #bytes: Uint8Array;
  #input: Uint8Array = NO_BYTES;
  #reading: Uint8Array | undefined;
  #output: Uint8Array = NO_BYTES;

  /**
   * `inputs`: all that it will be called with. `byOne`: globals are put back one by one, as only that can be done with a module
   * that nothing meters.
   */
  constructor(module: WebAssembly.Module, settings: Uint8Array, inputs: readonly HandInput[], byOne = false) {
    this.#bytes = NO_BYTES;
    const door = {
      input_length: () => this.#input.length,
      input_read: (at: number, size: number) => {
        this.#memory().set(this.#input.length === size ? this.#input : this.#input.subarray(0, size), at);
      },
      part_length: (part: number) => (part === READING ? (this.#reading?.length ?? -1) : -1),
      part_read: (_part: number, at: number, size: number) => {
        this.#memory().set(this.#reading?.subarray(0, size) ?? NO_BYTES, at);
      },
      // Copied, as the host does; what is answered is the verdict after it.
      reading_write: (at: number, size: number) => {
        this.#output = this.#memory().slice(at, at + size);
      },
      output_write: (at: number, size: number) => {
        this.#output = this.#memory().slice(at, at + size);
      },
      error_write: (at: number, size: number) => {
        throw new Error(new TextDecoder().decode(this.#memory().subarray(at, at + size)));
      },
    };
    const instance = new WebAssembly.Instance(module, { "countersign:host/env": door });
    this.#exports = instance.exports as unknown as Exports;
    this.#refuel();
    this.#exports.__cs_start?.();
    this.#input = settings;
    if (this.#exports.configure !== undefined && this.#exports.configure() !== 0)
      throw new Error("configure");
    this.#restore = byOne ? null : (this.#exports.__cs_restore ?? null);
    this.#exports.__cs_save?.();
    for (const [name, global] of Object.entries(this.#exports)) {
      if (this.#restore !== null) break;
      if (/^__cs_g\d+$/.test(name)) this.#globals.push({ global, value: global.value });
    }
    this.#learn(inputs);
  }

  /** Calls it with each input, from the same state, and keeps what any of them changed of that. */
  #learn(inputs: readonly HandInput[]): void {
    if (inputs.length === 0) return;
    const before = this.#memory().slice();
    const end = before.findLastIndex((byte) => byte !== 0) + 1;
    const changed = new Uint8Array(end);
    for (const { input, reading } of inputs) {
      this.run(input, reading);
      const after = this.#memory();
      for (let at = 0; at < end; at++) if (after[at] !== before[at]) changed[at] = 1;
      after.set(before);
      after.fill(0, before.length);
    }
    const kept: { at: number; bytes: Uint8Array }[] = [];
    for (let at = changed.indexOf(1); at !== -1; at = changed.indexOf(1, at)) {
      const first = at;
      for (let next = at; next !== -1 && next - at < GAP_BYTES; next = changed.indexOf(1, at)) at = next + 1;
      kept.push({ at: first, bytes: before.slice(first, at) });
    }
    this.#kept = kept;
  }

  run(input: Uint8Array, reading?: Uint8Array): Uint8Array {
    this.#refuel();
    this.#input = input;
    this.#reading = reading;
    if (this.#exports.evaluate() !== 0) throw new Error("evaluate");
    this.#restore?.();
    for (const saved of this.#globals) saved.global.value = saved.value;
    for (const { at, bytes } of this.#kept) this.#memory().set(bytes, at);
    return this.#output;
  }

  #refuel(): void {
    const { __cs_gas, __cs_stack } = this.#exports;
    if (__cs_gas === undefined || __cs_stack === undefined) return;
    __cs_gas.value = FUEL;
    __cs_stack.value = STACK_WORDS;
  }

  /** Anew where it has grown. */
  #memory(): Uint8Array {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.#exports.memory.buffer);
    return this.#bytes;
  }
}
