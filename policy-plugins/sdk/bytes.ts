/** A growing run of bytes, for the one document that a policy writes. */
export class Bytes {
  begin: usize = heap.alloc(START_BYTES);
  size: usize = 0;
  private capacity: usize = START_BYTES;

  private room(more: usize): usize {
    const needed = this.size + more;
    if (needed > this.capacity) {
      this.capacity = max(needed, this.capacity << 1);
      // In place, as long as nothing else was allocated since.
      this.begin = heap.realloc(this.begin, this.capacity);
    }
    return this.begin + this.size;
  }

  /** Plain ASCII only: our own literals and rule ids. */
  ascii(text: string): void {
    const length = <usize>text.length;
    const to = this.room(length);
    const units = changetype<usize>(text);
    for (let i: usize = 0; i < length; i++) store<u8>(to + i, load<u8>(units + (i << 1)));
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

  integer(value: i32): void {
    let scale = 1;
    while (value / scale >= 10) scale *= 10;
    for (; scale > 0; scale /= 10) this.byte(<u8>(0x30 + (value / scale) % 10));
  }
}

// Enough for a verdict with a few findings.
const START_BYTES: usize = 1024;
