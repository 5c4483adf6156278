import { Text, Value } from "../sdk/index";
import { decode } from "../sdk/utf16";
import { Domain } from "./domains";
import { kept } from "./state";

// The addresses of a message, as mail programs read them: `ann@example.com`, `"Doe, Ann" <ann@example.com>`, several in one
// text, lists of texts, and objects with `email` or `address`. What cannot be read is kept as that.

export class Address {
  /** Null: no address could be read there. */
  domain: Domain | null = null;

  /** Where it stands in its text, in UTF-16 code units. */
  constructor(public text: Text, public start: i32, public end: i32, public units: usize) {}
}

/** No message goes to more people than that at once; the rest is not looked at. */
const ADDRESSES_MAX: i32 = 1000;

/** Adds to `kept.addresses` those of a string, of each element of a list, or of an object. */
export function addAddresses(value: Value): void {
  if (isFull()) return;
  if (value.isString) {
    split(value);
  } else if (value.isArray) {
    for (let item = value.first; item.exists; item = item.next) addAddresses(item);
  } else if (value.isObject) {
    const address = value.get("email").exists ? value.get("email") : value.get("address");
    if (address.isString) split(address);
    else addUnreadable(value);
  } else if (value.exists && !value.isNull) {
    addUnreadable(value);
  }
}

/** Whether there are so many that the rest is left; which is noted. */
function isFull(): bool {
  kept.isCut = kept.addresses!.length >= ADDRESSES_MAX;
  return kept.isCut;
}

function addUnreadable(value: Value): void {
  const text = new Text();
  text.value = value;
  add(new Address(text, -1, -1, 0));
}

function add(address: Address): void {
  kept.addresses!.push(address);
}

function split(value: Value): void {
  const text = new Text();
  text.value = value;
  text.units = heap.alloc(((value.end - value.start) << 1) + 16);
  text.length = decode(value.start, value.end, value.flags, text.units);
  for (let start = 0; start < text.length && !isFull(); ) {
    const end = itemEnd(text, start);
    readItem(text, start, end);
    start = end + 1;
  }
}

/** The next comma, semicolon or line feed that is in no quotes, brackets or comment. */
function itemEnd(text: Text, from: i32): i32 {
  let isQuoted = false;
  let isBracketed = false;
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const unit = text.unit(at);
    if (unit == 0x5c) at++;
    else if (isQuoted) isQuoted = unit != 0x22;
    else if (unit == 0x22) isQuoted = true;
    else if (unit == 0x28) depth++;
    else if (unit == 0x29) depth--;
    else if (unit == 0x3c) isBracketed = true;
    else if (unit == 0x3e) isBracketed = false;
    else if (depth <= 0 && !isBracketed && (unit == 0x2c || unit == 0x3b || unit == 0x0a || unit == 0x0d)) return at;
  }
  return text.length;
}

function readItem(text: Text, from: i32, to: i32): void {
  while (from < to && isBlank(text.unit(from))) from++;
  while (to > from && isBlank(text.unit(to - 1))) to--;
  if (from == to) return;
  const address = new Address(text, from, to, text.units);
  address.domain = domainOf(text, from, to);
  add(address);
}

/** The domain of the one address between two places; null where there is none, or it is not clear which. */
function domainOf(text: Text, from: i32, to: i32): Domain | null {
  let start = from;
  let end = to;
  const open = bracketIn(text, from, to);
  if (open >= 0) {
    start = open + 1;
    if (text.unit(to - 1) != 0x3e) return null;
    end = to - 1;
  } else if (text.unit(to - 1) == 0x29) {
    end = commentStart(text, from, to);
  }
  while (end > start && isBlank(text.unit(end - 1))) end--;
  if (isMailto(text, start, end)) start += 7;
  const at = signIn(text, start, end);
  if (at <= start || at + 1 >= end) return null;
  if (text.unit(end - 1) == 0x2e) end--;
  for (let i = at + 1; i < end; i++) if (!isOfDomain(text.unit(i))) return null;
  return new Domain(text.units + (<usize>(at + 1) << 1), end - at - 1);
}

/** The opening bracket outside quotes; a second one makes the whole unreadable. */
function bracketIn(text: Text, from: i32, to: i32): i32 {
  let found = -1;
  let isQuoted = false;
  for (let i = from; i < to; i++) {
    const unit = text.unit(i);
    if (unit == 0x5c && isQuoted) i++;
    else if (unit == 0x22) isQuoted = !isQuoted;
    else if (unit == 0x3c && !isQuoted) {
      if (found >= 0) return to;
      found = i;
    }
  }
  return found;
}

function commentStart(text: Text, from: i32, to: i32): i32 {
  for (let i = from; i < to; i++) if (text.unit(i) == 0x28) return i;
  return to;
}

/** The only @ outside quotes; -1 where there is none, another, or a blank beside it. */
function signIn(text: Text, from: i32, to: i32): i32 {
  let found = -1;
  let isQuoted = false;
  for (let i = from; i < to; i++) {
    const unit = text.unit(i);
    if (unit == 0x5c && isQuoted) i++;
    else if (unit == 0x22) isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (isBlank(unit) || unit == 0x3c || unit == 0x3e) return -1;
    else if (unit == 0x40) {
      if (found >= 0) return -1;
      found = i;
    }
  }
  return found;
}

function isMailto(text: Text, from: i32, to: i32): bool {
  const mailto = "mailto:";
  for (let i = 0; i < 7; i++) {
    if (from + i >= to || (text.unit(from + i) | 0x20) != (<u16>mailto.charCodeAt(i) | 0x20)) return false;
  }
  return true;
}

function isBlank(unit: u16): bool {
  return unit <= 0x20 || unit == 0xa0 || unit == 0x3000;
}

/** Letters, digits, hyphens and full stops of any script; nothing that is not seen. An address in brackets is a number. */
function isOfDomain(unit: u16): bool {
  if (unit < 0x80) {
    return (unit | 0x20) - 0x61 < 26 || unit - 0x30 < 11 || unit == 0x2d || unit == 0x2e || unit == 0x5f || unit == 0x5b ||
      unit == 0x5d;
  }
  return unit > 0xa0 && unit != 0xad && unit != 0x34f && unit != 0x61c && unit != 0x180e && unit - 0x2000 >= 0x10 &&
    unit - 0x2028 >= 8 && unit - 0x205f >= 0x11 && unit != 0x3000 && unit != 0xfeff && unit - 0xfe00 >= 0x10;
}
