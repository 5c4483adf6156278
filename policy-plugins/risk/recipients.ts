import { Value } from "../sdk/index";

// Whom an action goes to: every address in the strings at some places of the payload.

export let recipientCount: i32 = 0;
export let isExternal: bool = false;

const AT: u8 = 0x40;

/** More are not counted: no setting asks for more. */
const COUNT_MAX: i32 = 1001;

/** Counts the addresses at `pointers` of the payload, and looks whether one is outside `domains`; where that is absent, none is. */
export function readRecipients(payload: Value, pointers: Value, domains: Value): void {
  recipientCount = 0;
  isExternal = false;
  if (pointers.exists) {
    for (let pointer = pointers.first; pointer.exists; pointer = pointer.next) readAll(payload.find(pointer), domains);
  } else {
    readAll(payload.get("to"), domains);
    readAll(payload.get("cc"), domains);
    readAll(payload.get("bcc"), domains);
  }
}

/** All strings at and below a value. */
function readAll(root: Value, domains: Value): void {
  let value = root;
  while (value.exists) {
    if (value.isString) readString(value, domains);
    if (value.first.exists && (value.isArray || value.isObject)) {
      value = value.first;
      continue;
    }
    while (value != root && !value.next.exists) value = value.parent;
    if (value == root) return;
    value = value.next;
  }
}

/** "Ada <ada@example.com>, bob@example.com": each address; a string without one is one recipient, outside. */
function readString(text: Value, domains: Value): void {
  let found = 0;
  for (let at = text.start; at < text.end && !isAllKnown(recipientCount + found, domains); at++) {
    if (load<u8>(at) != AT) continue;
    found++;
    if (domains.exists && !isOwn(at + 1, text.end, domains)) isExternal = true;
  }
  if (found == 0 && domains.exists) isExternal = true;
  recipientCount += max(found, 1);
}

function isAllKnown(count: i32, domains: Value): bool {
  return count >= COUNT_MAX && (isExternal || !domains.exists);
}

/** Whether the domain from an address on is one of ours, or below one. */
function isOwn(start: usize, limit: usize, domains: Value): bool {
  let end = start;
  while (end < limit && isDomainByte(load<u8>(end))) end++;
  for (let domain = domains.first; domain.exists; domain = domain.next) {
    const size = domain.end - domain.start;
    if (size > end - start) continue;
    const tail = end - size;
    if ((tail == start || load<u8>(tail - 1) == 0x2e) && equalsIgnoringCase(tail, domain.start, size)) return true;
  }
  return false;
}

/** Letters beyond ASCII are part of a domain as well, and make it another one. */
function isDomainByte(byte: u8): bool {
  return (byte | 0x20) - 0x61 < 26 || byte - 0x30 < 10 || byte == 0x2d || byte == 0x2e || byte >= 0x80;
}

function equalsIgnoringCase(one: usize, other: usize, size: usize): bool {
  for (let i: usize = 0; i < size; i++) {
    if (lower(load<u8>(one + i)) != lower(load<u8>(other + i))) return false;
  }
  return true;
}

function lower(byte: u8): u8 {
  return byte - 0x41 < 26 ? byte | 0x20 : byte;
}
