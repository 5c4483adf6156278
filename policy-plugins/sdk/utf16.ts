// Strings stay UTF-8 bytes, with JSON's escapes, until a policy scans them; then they become UTF-16 code units,
// because that is what a finding's span counts.

/** The bytes hold a backslash escape. */
export const ESCAPED: u8 = 1;
/** The bytes hold a character beyond ASCII. */
export const WIDE: u8 = 2;

let scratch: usize = 0;
let scratchSize: usize = 0;

/** Room for the units of `bytes` bytes of text, valid until the next call. One buffer serves all texts. */
export function scratchFor(bytes: usize): usize {
  // A byte never becomes more than one unit; sixteen more since the fast path writes ahead.
  const size = (bytes << 1) + 16;
  if (size > scratchSize) {
    // At least twice as much: what is outgrown is never freed.
    scratchSize = max<usize>(max<usize>(size, scratchSize << 1), 4096);
    scratch = heap.alloc(scratchSize);
  }
  return scratch;
}

/** Decodes a string's content, already checked by the reader, and returns the number of units. */
export function decode(start: usize, end: usize, flags: u8, into: usize): i32 {
  return flags == 0 ? decodeAscii(start, end, into) : decodeAny(start, end, into);
}

/** Four bytes become four units at a time; may write up to three units beyond the end. */
function decodeAscii(start: usize, end: usize, into: usize): i32 {
  for (let at = start; at < end; at += 4) {
    let units = <u64>load<u32>(at);
    units = (units | (units << 16)) & 0x0000ffff0000ffff;
    units = (units | (units << 8)) & 0x00ff00ff00ff00ff;
    store<u64>(into + ((at - start) << 1), units);
  }
  return <i32>(end - start);
}

function decodeAny(start: usize, end: usize, into: usize): i32 {
  let at = start;
  let to = into;
  while (at < end) {
    const lead = <u32>load<u8>(at);
    if (lead == 0x5c) {
      const escape = <u32>load<u8>(at, 1);
      store<u16>(to, <u16>(escape == 0x75 ? controlUnit(at) : escapedUnit(escape)));
      at += escape == 0x75 ? 6 : 2;
      to += 2;
    } else if (lead < 0x80) {
      store<u16>(to, <u16>lead);
      at += 1;
      to += 2;
    } else if (lead < 0xe0) {
      store<u16>(to, <u16>(((lead & 0x1f) << 6) | tail(at, 1)));
      at += 2;
      to += 2;
    } else if (lead < 0xf0) {
      store<u16>(to, <u16>(((lead & 0x0f) << 12) | (tail(at, 1) << 6) | tail(at, 2)));
      at += 3;
      to += 2;
    } else {
      const point = ((lead & 0x07) << 18) | (tail(at, 1) << 12) | (tail(at, 2) << 6) | tail(at, 3);
      store<u16>(to, <u16>(0xd800 + ((point - 0x10000) >> 10)));
      store<u16>(to, <u16>(0xdc00 + ((point - 0x10000) & 0x3ff)), 2);
      at += 4;
      to += 4;
    }
  }
  return <i32>((to - into) >> 1);
}

// @ts-ignore: decorator
@inline
function tail(at: usize, offset: usize): u32 {
  return <u32>load<u8>(at + offset) & 0x3f;
}

function escapedUnit(escape: u32): u32 {
  if (escape == 0x62) return 0x08;
  if (escape == 0x66) return 0x0c;
  if (escape == 0x6e) return 0x0a;
  if (escape == 0x72) return 0x0d;
  if (escape == 0x74) return 0x09;
  return escape; // the quote and the backslash
}

/** The unit of `\u00xx`, the only long form that canonical JSON uses. */
function controlUnit(at: usize): u32 {
  const low = <u32>load<u8>(at, 5);
  return ((<u32>load<u8>(at, 4) & 1) << 4) | (low < 0x61 ? low - 0x30 : low - 0x57);
}

/** A string of AssemblyScript's own, for authors; the policies in this tree scan units instead. */
export function decodeToString(start: usize, end: usize, flags: u8): string {
  const units = scratchFor(end - start);
  const bytes = <usize>decode(start, end, flags, units) << 1;
  const text = changetype<string>(__new(bytes, idof<string>()));
  memory.copy(changetype<usize>(text), units, bytes);
  return text;
}

/** Whether one name sorts before another by UTF-16 code units, as RFC 8785 orders members. */
export function isBefore(start: usize, end: usize, flags: u8, later: usize, laterEnd: usize, laterFlags: u8): bool {
  if (((flags | laterFlags) & ESCAPED) != 0) return isBeforeDecoded(start, end, later, laterEnd);
  const common = min(end - start, laterEnd - later);
  for (let i: usize = 0; i < common; i++) {
    const a = load<u8>(start + i);
    const b = load<u8>(later + i);
    if (a == b) continue;
    // Bytes order as code points do, which differs from units in one case: a surrogate pair (lead byte F0 and
    // up) sorts before U+E000..U+FFFF (lead bytes EE and EF).
    return a >= 0xee && b >= 0xee && (a >= 0xf0) != (b >= 0xf0) ? a > b : a < b;
  }
  return end - start < laterEnd - later;
}

function isBeforeDecoded(start: usize, end: usize, later: usize, laterEnd: usize): bool {
  const first = scratchFor((end - start) + (laterEnd - later));
  const length = decodeAny(start, end, first);
  const second = first + (<usize>length << 1);
  const laterLength = decodeAny(later, laterEnd, second);
  const common = <usize>min(length, laterLength) << 1;
  for (let i: usize = 0; i < common; i += 2) {
    const a = load<u16>(first + i);
    const b = load<u16>(second + i);
    if (a != b) return a < b;
  }
  return length < laterLength;
}
