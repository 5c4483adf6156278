// The program's bytes, from base64 as they are asked for.

let begin: usize = 0;
let at: usize = 0;
let end: usize = 0;
let bits: u32 = 0;
let held: i32 = 0;
let failed: bool = false;

/** From base64 text in memory, without its padding or with it. */
export function openProgram(start: usize, stop: usize): void {
  begin = start;
  at = start;
  end = stop;
  while (end > start && load<u8>(end - 1) == 0x3d) end--;
  bits = 0;
  held = 0;
  failed = false;
}

export function textStart(): usize {
  return begin;
}

export function textStop(): usize {
  return end;
}

/** The text goes on from its copy. */
export function movedTo(start: usize): void {
  at = start + (at - begin);
  end = start + (end - begin);
  begin = start;
}

/** Whether the program is not one; all that was read since is worth nothing. */
export function hasFailed(): bool {
  return failed;
}

export function fail(): void {
  failed = true;
}

/** Whether all of it was read. */
export function isAtEnd(): bool {
  return at == end && held < 8;
}

/** Seven bits a byte, the low ones first. */
export function nextNumber(): u32 {
  let number: u32 = 0;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = nextByte();
    number |= (byte & 0x7f) << shift;
    if (byte < 0x80) return number;
  }
  failed = true;
  return 0;
}

function nextByte(): u32 {
  while (held < 8) {
    if (at == end) {
      failed = true;
      return 0;
    }
    bits = (bits << 6) | sextet(load<u8>(at++));
    held += 6;
  }
  held -= 8;
  return (bits >> held) & 0xff;
}

function sextet(letter: u32): u32 {
  if (letter - 0x41 < 26) return letter - 0x41;
  if (letter - 0x61 < 26) return letter - 0x61 + 26;
  if (letter - 0x30 < 10) return letter - 0x30 + 52;
  if (letter == 0x2b) return 62;
  if (letter == 0x2f) return 63;
  failed = true;
  return 0;
}
