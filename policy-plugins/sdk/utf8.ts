// Characters in UTF-8 that is known to be well-formed.

/** Of the character whose first byte this is. */
// @ts-ignore: decorator
@inline
export function sizeOfLead(lead: u32): usize {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

export function pointAt(at: usize): u32 {
  const lead = <u32>load<u8>(at);
  if (lead < 0x80) return lead;
  if (lead < 0xe0) return ((lead & 0x1f) << 6) | tail(at, 1);
  if (lead < 0xf0) return ((lead & 0x0f) << 12) | (tail(at, 1) << 6) | tail(at, 2);
  return ((lead & 0x07) << 18) | (tail(at, 1) << 12) | (tail(at, 2) << 6) | tail(at, 3);
}

// @ts-ignore: decorator
@inline
function tail(at: usize, offset: usize): u32 {
  return <u32>load<u8>(at + offset) & 0x3f;
}

// @ts-ignore: decorator
@inline
export function sizeOf(point: u32): usize {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

/** UTF-16 code units. */
// @ts-ignore: decorator
@inline
export function unitsOf(point: u32): u32 {
  return point < 0x10000 ? 1 : 2;
}

export function writePoint(to: usize, point: u32): void {
  if (point < 0x80) {
    store<u8>(to, <u8>point);
  } else if (point < 0x800) {
    store<u8>(to, <u8>(0xc0 | (point >> 6)));
    store<u8>(to, <u8>(0x80 | (point & 0x3f)), 1);
  } else if (point < 0x10000) {
    store<u8>(to, <u8>(0xe0 | (point >> 12)));
    store<u8>(to, <u8>(0x80 | ((point >> 6) & 0x3f)), 1);
    store<u8>(to, <u8>(0x80 | (point & 0x3f)), 2);
  } else {
    store<u8>(to, <u8>(0xf0 | (point >> 18)));
    store<u8>(to, <u8>(0x80 | ((point >> 12) & 0x3f)), 1);
    store<u8>(to, <u8>(0x80 | ((point >> 6) & 0x3f)), 2);
    store<u8>(to, <u8>(0x80 | (point & 0x3f)), 3);
  }
}

/**
 * Of the well-formed character that begins at `at` (RFC 3629), before `end`; 0 where there is none.
 */
export function validSize(at: usize, end: usize): usize {
  const lead = <u32>load<u8>(at);
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const size = sizeOfLead(lead);
  if (at + size > end) return 0;
  const second = <u32>load<u8>(at, 1);
  if (lead == 0xe0 ? second < 0xa0 : lead == 0xed ? second > 0x9f : lead == 0xf0 ? second < 0x90 : lead == 0xf4 && second > 0x8f) {
    return 0;
  }
  for (let i: usize = 1; i < size; i++) if ((load<u8>(at + i) & 0xc0) != 0x80) return 0;
  return size;
}
