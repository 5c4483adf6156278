/** A policy's memory, and the way back to what it held once. */

const WORD_BYTES = 4;

/** What a memory held once. `size` is in bytes. */
export interface SavedMemory {
  /** All up to the last byte that is not zero; the rest is known. */
  readonly head: Uint8Array;
  readonly size: number;
}

const PAGE_BYTES = 65_536;

export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  /** Detached when the memory grows, and then replaced. */
  #bytes: Uint8Array;
  #saved: SavedMemory = { head: new Uint8Array(), size: -1 };

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(memory.buffer);
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

  save(): SavedMemory {
    const { bytes } = this;
    const words = new Uint32Array(bytes.buffer);
    let count = words.length;
    while (count > 0 && words[count - 1] === 0) count--;
    this.#saved = { head: bytes.slice(0, count * WORD_BYTES), size: bytes.length };
    return this.#saved;
  }

  /** Makes a new instance's memory what another's was when it was saved. Throws a RangeError where the host has no room. */
  adopt(saved: SavedMemory): void {
    this.#memory.grow((saved.size - this.bytes.length) / PAGE_BYTES);
    this.#saved = saved;
    this.restore();
  }

  /** Every byte as it was saved; false where the memory has grown, which cannot be undone. */
  restore(): boolean {
    const { bytes } = this;
    const { head, size } = this.#saved;
    if (bytes.length !== size) return false;
    bytes.set(head);
    bytes.fill(0, head.length);
    return true;
  }
}
