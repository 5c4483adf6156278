/** Bytes of a module, written front to back. Numbers take their shortest form, so one model has one encoding. */
export class Writer {
  bytes: Uint8Array;
  size = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  #reserve(count: number): void {
    if (this.size + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.size + count));
    larger.set(this.bytes.subarray(0, this.size));
    this.bytes = larger;
  }

  byte(value: number): void {
    if (this.size === this.bytes.length) this.#reserve(1);
    this.bytes[this.size++] = value;
  }

  u32(value: number): void {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  i32(value: number): void {
    let rest = value | 0;
    while (rest < -0x40 || rest > 0x3f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.byte(rest & 0x7f);
  }

  /** A signed 64-bit number from its two words. */
  i64(lowWord: number, highWord: number): void {
    let low = lowWord | 0;
    let high = highWord | 0;
    while (high !== low >> 31 || low < -0x40 || low > 0x3f) {
      this.byte((low & 0x7f) | 0x80);
      low = (low >>> 7) | (high << 25);
      high >>= 7;
    }
    this.byte(low & 0x7f);
  }

  /** An i64 that is a count: an integer from 0 to 2^53 - 1. */
  natural(value: number): void {
    this.i64((value % 2 ** 32) | 0, Math.floor(value / 2 ** 32));
  }

  raw(bytes: Uint8Array | readonly number[]): void {
    this.#reserve(bytes.length);
    this.bytes.set(bytes, this.size);
    this.size += bytes.length;
  }

  name(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.u32(bytes.length);
    this.raw(bytes);
  }

  /** What `write` writes, preceded by its size. */
  sized(write: () => void): void {
    const begin = this.size;
    write();
    const length = this.size - begin;
    const prefix = new Writer(5);
    prefix.u32(length);
    this.#reserve(prefix.size);
    this.bytes.copyWithin(begin + prefix.size, begin, this.size);
    this.bytes.set(prefix.bytes.subarray(0, prefix.size), begin);
    this.size += prefix.size;
  }

  section(id: number, write: () => void): void {
    this.byte(id);
    this.sized(write);
  }

  vector<T>(items: readonly T[], write: (item: T, index: number) => void): void {
    this.u32(items.length);
    for (const [index, item] of items.entries()) write(item, index);
  }

  result(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.bytes.slice(0, this.size));
  }
}
