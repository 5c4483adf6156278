/** A policy's memory, and the way back to what it held once. */
import { GRANULES, granuleBits, PAGE_BYTES, WRITE_REACH } from "../../core/policy/wasm/profile.ts";

const WORD_BYTES = 4;

/** What a memory held once. `size` is in bytes. */
export interface SavedMemory {
  /** All up to the last byte that is not zero; the rest is known. */
  readonly head: Uint8Array;
  readonly size: number;
}

/** How to undo one set of writes. */
interface WayBack {
  readonly low: number;
  readonly high: number;
  readonly copies: readonly { readonly at: number; readonly saved: Uint8Array }[];
  readonly zeros: readonly { readonly at: number; readonly end: number }[];
}

/** A policy that writes at more places than that has them worked out anew now and then. */
const WAYS_KEPT = 8;

const EVERY_GRANULE = -1;

export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  /** Detached when the memory grows, and then replaced. */
  #bytes: Uint8Array;
  #saved: SavedMemory = { head: new Uint8Array(), size: -1 };
  readonly #granuleBytes: number;
  #last: WayBack = { low: 0, high: 0, copies: [], zeros: [] };
  /** Calls of one policy write the same places, mostly: one set for each kind of answer. */
  #known: WayBack[] = [];

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#granuleBytes = 2 ** granuleBits(this.#bytes.length / PAGE_BYTES);
  }

  get bytes(): Uint8Array {
    if (this.#bytes.length === 0) this.#bytes = new Uint8Array(this.#memory.buffer);
    return this.#bytes;
  }

  /** Of the memory and the copy. */
  get byteLength(): number {
    return this.bytes.length + this.#saved.head.length;
  }

  /** A view, or null where any of it is outside. Both numbers may be negative: WASM has no unsigned ones. */
  view(pointer: number, size: number): Uint8Array | null {
    const start = pointer >>> 0;
    const end = start + (size >>> 0);
    return end <= this.bytes.length ? this.bytes.subarray(start, end) : null;
  }

  /** False, and nothing is written, where any of it would be outside. The pointer may be negative, as above. */
  write(pointer: number, from: Uint8Array): boolean {
    const start = pointer >>> 0;
    const { bytes } = this;
    if (start + from.length > bytes.length) return false;
    bytes.set(from, start);
    return true;
  }

  save(): SavedMemory {
    const { bytes } = this;
    const words = new Uint32Array(bytes.buffer);
    let count = words.length;
    while (count > 0 && words[count - 1] === 0) count--;
    this.#keep({ head: bytes.slice(0, count * WORD_BYTES), size: bytes.length });
    return this.#saved;
  }

  /** Makes a new instance's memory what another's was when it was saved. Throws a RangeError where the host has no room. */
  adopt(saved: SavedMemory): void {
    this.#memory.grow((saved.size - this.bytes.length) / PAGE_BYTES);
    this.#keep(saved);
    this.restore(EVERY_GRANULE, EVERY_GRANULE);
  }

  /**
   * Every byte as it was saved; false where the memory has grown, which cannot be undone. `low` and `high` are the bits of the
   * granules that were written since, as the metered module noted them; all others are what they were.
   */
  restore(low: number, high: number): boolean {
    const { bytes } = this;
    if (bytes.length !== this.#saved.size) return false;
    if (low !== this.#last.low || high !== this.#last.high) this.#last = this.#find(low, high);
    const { copies, zeros } = this.#last;
    for (const { at, saved } of copies) bytes.set(saved, at);
    for (const { at, end } of zeros) bytes.fill(0, at, end);
    return true;
  }

  #find(low: number, high: number): WayBack {
    const known = this.#known.find((one) => one.low === low && one.high === high);
    if (known !== undefined) return known;
    const made = this.#wayBack(low, high);
    if (this.#known.length === WAYS_KEPT) this.#known = [];
    this.#known.push(made);
    return made;
  }

  #keep(saved: SavedMemory): void {
    this.#saved = saved;
    this.#known = [];
    this.#last = this.#find(0, 0);
  }

  /** What undoes writes to these granules, of a memory of the saved size. */
  #wayBack(low: number, high: number): WayBack {
    const { head, size } = this.#saved;
    const isWritten = (granule: number): boolean =>
      (((granule < 32 ? low : high) >>> (granule % 32)) & 1) === 1;
    const copies: WayBack["copies"][number][] = [];
    const zeros: WayBack["zeros"][number][] = [];
    const add = (at: number, end: number) => {
      if (at < head.length) copies.push({ at, saved: head.subarray(at, end) });
      if (end > head.length) zeros.push({ at: Math.max(at, head.length), end });
    };
    // Where it grew before it was saved, a bit stands for several granules.
    if (size > GRANULES * this.#granuleBytes) add(0, size);
    else {
      for (let granule = 0; granule < GRANULES; granule++) {
        if (!isWritten(granule)) continue;
        const first = granule;
        while (granule + 1 < GRANULES && isWritten(granule + 1)) granule++;
        const end = Math.min((granule + 1) * this.#granuleBytes + WRITE_REACH, size);
        if (first * this.#granuleBytes < size) add(first * this.#granuleBytes, end);
      }
    }
    return { low, high, copies, zeros };
  }
}
