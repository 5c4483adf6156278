/** A growing run of bytes, for the one document that a policy writes. */
export class Bytes {
  begin: usize = heap.alloc(START_BYTES);
  size: usize = 0;
  private capacity: usize = START_BYTES;

  private room(more: usize): usize {
    const needed = this.size + more;
    if (needed > this.capacity) this.grow(needed);
    return this.begin + this.size;
  }

  /** Where memory may be added, fuel is dear: in a loop it is charged only where that is entered. */
  private grow(needed: usize): void {
    do {
      this.capacity <<= 1;
      // In place, as long as nothing else was allocated since.
      this.begin = heap.realloc(this.begin, this.capacity);
    } while (this.capacity < needed);
  }

  /** Plain ASCII only: our own literals and rule ids. */
  ascii(text: string): void {
    const length = <usize>text.length;
    const to = this.room(length);
    const units = changetype<usize>(text);
    let i: usize = 0;
    for (; i + 4 <= length; i += 4) {
      const four = load<u64>(units + (i << 1));
      const pairs = (four | (four >> 8)) & 0x0000ffff0000ffff;
      store<u32>(to + i, <u32>(pairs | (pairs >> 16)));
    }
    for (; i < length; i++) store<u8>(to + i, load<u8>(units + (i << 1)));
    this.size += length;
  }

  byte(value: u8): void {
    store<u8>(this.room(1), value);
    this.size++;
  }

  raw(start: usize, end: usize): void {
    memory.copy(this.room(end - start), start, end - start);
    this.size += end - start;
  }

  /** Once more what was written already. */
  again(offset: usize, size: usize): void {
    const to = this.room(size);
    memory.copy(to, this.begin + offset, size);
    this.size += size;
  }

  /** Not below zero. */
  integer(value: i32): void {
    const digits = digitsOf(value);
    let at = this.room(digits) + digits;
    this.size += digits;
    for (; value >= 10; value /= 10) store<u8>(--at, <u8>(0x30 + value % 10));
    store<u8>(--at, <u8>(0x30 + value));
  }
}

// Enough for a verdict with a few findings.
const START_BYTES: usize = 1024;

function digitsOf(value: i32): usize {
  if (value < 10) return 1;
  if (value < 100) return 2;
  if (value < 1_000) return 3;
  if (value < 10_000) return 4;
  let digits: usize = 5;
  for (let rest = value / 100_000; rest > 0; rest /= 10) digits++;
  return digits;
}
