import { compareNumbers, finding, MISSING, Value } from "../sdk/index";
import { isMeant } from "./callers";
import { Glob } from "./glob";
import { Path } from "./pointers";
import { kept } from "./state";

// Arguments of a tool: what is in the payload, by pointer.

/** What an entry asks of an argument, made ready once. */
export class Bounds {
  path: Path;
  max: Value;
  min: Value;
  oneOf: Value;
  noneOf: Value;
  type: Value;
  pattern: Glob | null = null;
  isRequired: bool;
  hasLength: bool;
  shortest: i32 = 0;
  longest: i32 = i32.MAX_VALUE;

  constructor(public entry: Value) {
    this.path = new Path(entry.get("pointer"));
    this.max = entry.get("max");
    this.min = entry.get("min");
    this.oneOf = entry.get("one_of");
    this.noneOf = entry.get("none_of");
    this.type = entry.get("type");
    this.isRequired = entry.get("required").isTrue;
    const pattern = entry.get("pattern");
    if (pattern.exists) this.pattern = new Glob(pattern, "arguments/" + entry.index.toString() + "/");
    const shortest = entry.get("min_length");
    const longest = entry.get("max_length");
    this.hasLength = shortest.exists || longest.exists;
    if (shortest.exists) this.shortest = smallNumber(shortest);
    if (longest.exists) this.longest = smallNumber(longest);
  }

  /** Whether it asks for more than limits of a number and the values of a list. */
  get hasForm(): bool {
    return this.type.exists || this.pattern != null || this.noneOf.exists || this.hasLength;
  }
}

export function configureArguments(): void {
  kept.bounds = [];
  for (let entry = kept.argumentBounds.first; entry.exists; entry = entry.next) kept.bounds.push(new Bounds(entry));
}

export function checkArguments(payload: Value): void {
  const all = kept.bounds;
  for (let i = 0; i < all.length; i++) {
    const bounds = unchecked(all[i]);
    if (!isMeant(bounds.entry)) continue;
    if (bounds.path.hasStar) checkEach(bounds, payload);
    else check(bounds, bounds.path.only(payload));
  }
}

function checkEach(bounds: Bounds, payload: Value): void {
  bounds.path.findAll(payload);
  if (kept.foundCount == 0) check(bounds, MISSING);
  for (let i = 0; i < kept.foundCount; i++) check(bounds, kept.found[i]);
}

function check(bounds: Bounds, argument: Value): void {
  if (!argument.exists) {
    if (bounds.isRequired) finding("ARGUMENT_MISSING");
    return;
  }
  const max = bounds.max;
  const min = bounds.min;
  const oneOf = bounds.oneOf;
  const isTyped = oneOf.exists ? argument.isString : max.exists || min.exists ? argument.isNumber : !argument.isNull;
  if (!isTyped) {
    finding("ARGUMENT_MISSING").at(argument);
    return;
  }
  if (max.exists && compareNumbers(argument, max) > 0) finding("ARGUMENT_ABOVE_LIMIT").at(argument);
  if (min.exists && compareNumbers(argument, min) < 0) finding("ARGUMENT_BELOW_LIMIT").at(argument);
  if (oneOf.exists && !oneOf.contains(argument)) finding("ARGUMENT_NOT_ALLOWED").at(argument);
  if (bounds.hasForm) checkForm(bounds, argument);
}

function checkForm(bounds: Bounds, argument: Value): void {
  if (bounds.type.exists && !isOfType(bounds.type, argument)) {
    finding("ARGUMENT_TYPE").at(argument);
    return;
  }
  // A value of another type has no such form: it is not let by.
  const pattern = bounds.pattern;
  const noneOf = bounds.noneOf;
  if (pattern && !(argument.isString && pattern.matches(argument))) finding("ARGUMENT_PATTERN").at(argument);
  if (noneOf.exists && (!argument.isString || noneOf.contains(argument))) finding("ARGUMENT_NOT_ALLOWED").at(argument);
  if (!bounds.hasLength) return;
  const length = lengthOf(argument);
  if (length < bounds.shortest || length > bounds.longest) finding("ARGUMENT_LENGTH").at(argument);
}

/** A whole number of a setting, checked to be small. */
export function smallNumber(value: Value): i32 {
  let number = 0;
  for (let at = value.start; at < value.end; at++) number = number * 10 + <i32>(load<u8>(at) - 0x30);
  return number;
}

function isOfType(type: Value, argument: Value): bool {
  if (type.is("string")) return argument.isString;
  if (type.is("number")) return argument.isNumber;
  if (type.is("integer")) return argument.isNumber && isInteger(argument);
  if (type.is("boolean")) return argument.isBool;
  return type.is("array") ? argument.isArray : argument.isObject;
}

/** Canonical JSON writes whole numbers without a point, and with an exponent only where it is above 20. */
function isInteger(number: Value): bool {
  for (let at = number.start; at < number.end; at++) {
    const byte = load<u8>(at);
    if (byte == 0x2e) return hasLargeExponent(number);
    if (byte == 0x65) return load<u8>(at, 1) != 0x2d;
  }
  return true;
}

/** `1.5e+300` is whole: no number that large has a fraction. */
function hasLargeExponent(number: Value): bool {
  for (let at = number.start; at < number.end; at++) {
    if (load<u8>(at) == 0x65) return load<u8>(at, 1) != 0x2d;
  }
  return false;
}

/** Characters of a string, elements of a list; -1: it has no length, and is shorter than any. */
function lengthOf(value: Value): i32 {
  let length = 0;
  if (value.isArray) {
    for (let item = value.first; item.exists; item = item.next) length++;
    return length;
  }
  if (!value.isString) return -1;
  for (let at = value.start; at < value.end; at++) {
    const byte = load<u8>(at);
    if (byte == 0x5c) at += load<u8>(at, 1) == 0x75 ? 5 : 1;
    if ((byte & 0xc0) != 0x80) length++;
  }
  return length;
}
