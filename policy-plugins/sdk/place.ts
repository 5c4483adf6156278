import { Bytes } from "./bytes";
import { DEPTH_MAX } from "./json-reader";
import { MISSING, Value } from "./value";

// How a finding names the value it means: `part` and `pointer` of docs/spec/policy.md.

/** The steps down to a value, the last first. Static: an allocation would stand in the way of the output's growing. */
const path: usize = memory.data((DEPTH_MAX + 2) << 2, 4);

// @ts-ignore: decorator
@inline
function step(index: i32): Value {
  return changetype<Value>(load<usize>(path + (<usize>index << 2)));
}

/** Writes `,"part":"...","pointer":"..."`; false, and nothing written, where the value is in no part. */
export function writePlace(to: Bytes, value: Value): bool {
  // The path from the value up to, but without, the document itself.
  let count = 0;
  for (let at = value; at.parent.exists; at = at.parent) {
    store<usize>(path + (<usize>count << 2), changetype<usize>(at));
    count++;
  }
  if (count == 0) return false;
  const top = step(count - 1);
  if (nameIs(top, "message")) return writeMessagePlace(to, count);
  if (nameIs(top, "context")) {
    to.ascii(',"part":"context","pointer":"');
    count -= 1;
  } else if (!nameIs(top, "action")) {
    return false;
  } else if (count > 1 && nameIs(step(count - 2), "payload")) {
    to.ascii(',"part":"payload","pointer":"');
    count -= 2;
  } else {
    to.ascii(',"part":"action","pointer":"');
    count -= 1;
  }
  while (count > 0) writeToken(to, step(--count));
  to.byte(0x22);
  return true;
}

/** Whether a value is in `action.payload`. */
export function isInPayload(value: Value): bool {
  let at = value;
  let below = MISSING;
  let twoBelow = MISSING;
  while (at.parent.exists) {
    twoBelow = below;
    below = at;
    at = at.parent;
  }
  return nameIs(below, "action") && twoBelow.exists && nameIs(twoBelow, "payload");
}

function nameIs(member: Value, name: string): bool {
  return member.parent.get(name) == member;
}

/** message/strings/N/text: the place is the `pointer` that stands beside the text. */
function writeMessagePlace(to: Bytes, count: i32): bool {
  const pointer = count == 4 ? step(1).get("pointer") : MISSING;
  if (!pointer.isString) return false;
  to.ascii(',"part":"message","pointer":"');
  to.raw(pointer.start, pointer.end);
  to.byte(0x22);
  return true;
}

function writeToken(to: Bytes, value: Value): void {
  to.byte(0x2f);
  if (value.hasName) writeName(to, value.nameStart, value.nameEnd);
  else to.integer(value.index);
}

/**
 * Writes a member's name, given as JSON writes it, as a pointer's token. RFC 6901 escapes two characters, neither of which is in
 * a JSON escape.
 */
export function writeName(to: Bytes, start: usize, end: usize): void {
  let from = start;
  for (let at = start; at < end; at++) {
    const byte = load<u8>(at);
    if (byte != 0x7e && byte != 0x2f) continue;
    to.raw(from, at);
    to.ascii(byte == 0x7e ? "~0" : "~1");
    from = at + 1;
  }
  to.raw(from, end);
}
