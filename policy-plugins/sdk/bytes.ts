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
    this.size += putInteger(this.room(INTEGER_BYTES_MAX), value);
  }

  /** `,"start":1,"end":2`: what nearly every finding has. Neither is below zero. */
  span(start: i32, end: i32): void {
    const from = this.room(2 * (MEMBER_BYTES_MAX + INTEGER_BYTES_MAX));
    store<u64>(from, START_MEMBER);
    store<u8>(from + 8, 0x3a);
    const next = from + 9 + putInteger(from + 9, start);
    store<u64>(next, END_MEMBER);
    this.size = next + 7 + putInteger(next + 7, end) - this.begin;
  }

  /** `,"item":3`: of a list, likewise. */
  item(index: i32): void {
    const from = this.room(MEMBER_BYTES_MAX + INTEGER_BYTES_MAX);
    store<u64>(from, ITEM_MEMBER);
    this.size += 8 + putInteger(from + 8, index);
  }
}

// Enough for a verdict with a few findings.
const START_BYTES: usize = 1024;

const INTEGER_BYTES_MAX: usize = 10;
const MEMBER_BYTES_MAX: usize = 9;
/** `,"start"`, `,"end":` and `,"item":`, as eight bytes. */
const START_MEMBER: u64 = 0x227472617473222c;
const END_MEMBER: u64 = 0x003a22646e65222c;
const ITEM_MEMBER: u64 = 0x3a226d657469222c;

/** Writes a number not below zero, and returns how many bytes it takes. */
function putInteger(to: usize, value: i32): usize {
  const digits = digitsOf(value);
  let at = to + digits;
  let rest = <u32>value;
  for (; rest >= 10; rest /= 10) store<u8>(--at, <u8>(0x30 + rest % 10));
  store<u8>(--at, <u8>(0x30 + rest));
  return digits;
}

function digitsOf(value: i32): usize {
  if (value < 10) return 1;
  if (value < 100) return 2;
  if (value < 1_000) return 3;
  if (value < 10_000) return 4;
  let digits: usize = 5;
  for (let rest = value / 100_000; rest > 0; rest /= 10) digits++;
  return digits;
}
