// Characters in UTF-8 that is known to be well-formed.

/** Of the character whose first byte this is. */
// @ts-ignore: decorator
@inline
export function sizeOfLead(lead: u32): usize {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

/** Three bytes after the character must be readable. */
export function pointAt(at: usize): u32 {
  const bytes = load<u32>(at);
  const lead = bytes & 0xff;
  if (lead < 0x80) return lead;
  const second = (bytes >> 8) & 0x3f;
  if (lead < 0xe0) return ((lead & 0x1f) << 6) | second;
  const third = (bytes >> 16) & 0x3f;
  if (lead < 0xf0) return ((lead & 0x0f) << 12) | (second << 6) | third;
  return ((lead & 0x07) << 18) | (second << 12) | (third << 6) | ((bytes >> 24) & 0x3f);
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

/** Writes up to three bytes beyond the character's own. */
export function writePoint(to: usize, point: u32): void {
  let bytes = point;
  if (point >= 0x10000) {
    bytes = 0x808080f0 | (point >> 18) | ((point >> 4) & 0x3f00) | ((point << 10) & 0x3f0000) | ((point & 0x3f) << 24);
  } else if (point >= 0x800) {
    bytes = 0x8080e0 | (point >> 12) | ((point << 2) & 0x3f00) | ((point & 0x3f) << 16);
  } else if (point >= 0x80) {
    bytes = 0x80c0 | (point >> 6) | ((point & 0x3f) << 8);
  }
  store<u32>(to, bytes);
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
