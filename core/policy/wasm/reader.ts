/** Bytes of a module, read front to back; every read is bounded by the section or body it stands in. */
import { type ModuleFaultCode, ModuleRefused } from "./fault.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class Reader {
  readonly bytes: Uint8Array;
  at = 0;
  /** Reads stop here. */
  end: number;
  section: string | null = null;
  functionIndex: number | null = null;
  /** The high word of the last i64. */
  high = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  refuse(code: ModuleFaultCode, message: string, offset = this.at): never {
    throw new ModuleRefused(code, message, {
      section: this.section,
      functionIndex: this.functionIndex,
      offset,
    });
  }

  byte(): number {
    if (this.at >= this.end) this.refuse("MALFORMED", "The bytes end in the middle of something.");
    return this.bytes[this.at++] as number; // in range: the line above
  }

  /**
   * LEB128 as in the specification: at most five bytes, the bits beyond the 32nd zero. Shorter forms need not be
   * used: linkers pad. https://webassembly.github.io/spec/core/binary/values.html#integers
   */
  u32(): number {
    const begin = this.at;
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let shift = 7; shift < 28; shift += 7) {
      const next = this.byte();
      value |= (next & 0x7f) << shift;
      if (next < 0x80) return value >>> 0;
    }
    const last = this.byte();
    if (last > 0x0f) this.refuse("LEB", "An unsigned number has more than 32 bits.", begin);
    return (value | (last << 28)) >>> 0;
  }

  i32(): number {
    const begin = this.at;
    let value = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const next = this.byte();
      value |= (next & 0x7f) << shift;
      if (next < 0x80) return (value << (25 - shift)) >> (25 - shift);
    }
    const last = this.byte();
    // Four bits are the number's; the three above repeat its sign.
    if (last > 0x07 && (last < 0x78 || last > 0x7f))
      this.refuse("LEB", "A signed number has more than 32 bits.", begin);
    return value | (last << 28);
  }

  /** Returns the low word and leaves the high one in `high`. */
  i64(): number {
    const begin = this.at;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 63; shift += 7) {
      const next = this.byte();
      const bits = next & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >> 4;
      } else high |= bits << (shift - 32);
      if (next < 0x80) {
        if ((next & 0x40) !== 0) {
          const width = shift + 7;
          if (width < 32) {
            low |= -1 << width;
            high = -1;
          } else high |= -1 << (width - 32);
        }
        this.high = high;
        return low;
      }
    }
    const last = this.byte();
    if (last !== 0x00 && last !== 0x7f) this.refuse("LEB", "A signed number has more than 64 bits.", begin);
    this.high = high | (last << 31);
    return low;
  }

  /** A count, held to a limit of the profile. */
  count(max: number, what: string): number {
    const begin = this.at;
    const value = this.u32();
    if (value > max) this.refuse("LIMIT", `${value} ${what}; the limit is ${max}.`, begin);
    return value;
  }

  take(length: number): Uint8Array {
    if (length > this.end - this.at)
      this.refuse("MALFORMED", `${length} bytes announced, ${this.end - this.at} left.`);
    const bytes = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return bytes;
  }

  name(): string {
    const length = this.u32();
    const begin = this.at;
    const bytes = this.take(length);
    try {
      return utf8.decode(bytes);
    } catch {
      return this.refuse("UTF8", "A name is not UTF-8.", begin);
    }
  }
}
