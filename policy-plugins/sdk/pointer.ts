import { MISSING, Value } from "./value";

// JSON Pointers (RFC 6901) on raw bytes. Both sides are canonical JSON, so a token and a name are equal when
// their bytes are, once `~0` and `~1` are read as `~` and `/`; neither can hide behind a JSON escape.

/** The value at a pointer held by a string; MISSING also where the pointer is malformed. */
export function findByPointer(root: Value, pointer: Value): Value {
  if (!pointer.isString) return MISSING;
  let at = pointer.start;
  let value = root;
  while (at < pointer.end && value.exists) {
    if (load<u8>(at) != 0x2f) return MISSING;
    const start = ++at;
    while (at < pointer.end && load<u8>(at) != 0x2f) at++;
    value = step(value, start, at);
  }
  return value;
}

/** Whether a string is a pointer at all: empty or beginning with a slash, each `~` followed by 0 or 1. */
export function isPointer(pointer: Value): bool {
  if (!pointer.isString) return false;
  if (pointer.start < pointer.end && load<u8>(pointer.start) != 0x2f) return false;
  for (let at = pointer.start; at < pointer.end; at++) {
    // The byte after the last one is the closing quote.
    if (load<u8>(at) == 0x7e && (load<u8>(at, 1) & 0xfe) != 0x30) return false;
  }
  return true;
}

function step(value: Value, start: usize, end: usize): Value {
  let child = MISSING;
  if (value.isObject) {
    child = value.first;
    while (child.exists && !tokenIs(start, end, child.nameStart, child.nameEnd)) child = child.next;
  } else if (value.isArray) {
    const index = arrayIndex(start, end);
    if (index < 0) return MISSING;
    child = value.first;
    while (child.exists && child.index != index) child = child.next;
  }
  return child;
}

function tokenIs(start: usize, end: usize, name: usize, nameEnd: usize): bool {
  let at = start;
  while (at < end && name < nameEnd) {
    let byte = load<u8>(at++);
    if (byte == 0x7e) {
      if (at == end) return false;
      const escape = load<u8>(at++);
      if (escape != 0x30 && escape != 0x31) return false;
      byte = escape == 0x31 ? 0x2f : 0x7e;
    }
    if (byte != load<u8>(name++)) return false;
  }
  return at == end && name == nameEnd;
}

/** No sign, no leading zero, and few enough digits for an i32; -1 otherwise. */
function arrayIndex(start: usize, end: usize): i32 {
  if (start == end || end - start > 8 || (load<u8>(start) == 0x30 && end - start > 1)) return -1;
  let index = 0;
  for (let at = start; at < end; at++) {
    const digit = <i32>load<u8>(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    index = index * 10 + digit;
  }
  return index;
}
