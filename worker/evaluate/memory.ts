/** A policy's memory, and the way back to what it held once. */

const WORD_BYTES = 4;

export class GuestMemory {
  readonly #memory: WebAssembly.Memory;
  /** Detached when the memory grows, and then replaced. */
  #bytes: Uint8Array;
  /** Of the copy, all up to its last byte that is not zero; the rest is known. */
  #head = new Uint8Array();
  #sizeSaved = -1;

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
    return this.bytes.length + this.#head.length;
  }

  /** A view, or null where any of it is outside. Both numbers may be negative: WASM has no unsigned ones. */
  view(pointer: number, size: number): Uint8Array | null {
    const start = pointer >>> 0;
    const end = start + (size >>> 0);
    return end <= this.bytes.length ? this.bytes.subarray(start, end) : null;
  }

  save(): void {
    const { bytes } = this;
    const words = new Uint32Array(bytes.buffer);
    let count = words.length;
    while (count > 0 && words[count - 1] === 0) count--;
    this.#head = bytes.slice(0, count * WORD_BYTES);
    this.#sizeSaved = bytes.length;
  }

  /** Every byte as it was saved; false where the memory has grown, which cannot be undone. */
  restore(): boolean {
    const { bytes } = this;
    if (bytes.length !== this.#sizeSaved) return false;
    bytes.set(this.#head);
    bytes.fill(0, this.#head.length);
    return true;
  }
}
