import { decodeToString } from "./utf16";
import { findByPointer } from "./pointer";

/** What a value is. Plain numbers rather than an enum object: they are compared in every loop. */
export namespace Kind {
  export const MISSING: u8 = 0;
  export const NULL: u8 = 1;
  export const FALSE: u8 = 2;
  export const TRUE: u8 = 3;
  export const NUMBER: u8 = 4;
  export const STRING: u8 = 5;
  export const ARRAY: u8 = 6;
  export const OBJECT: u8 = 7;
}

/**
 * One value of a parsed document: a record in our own memory that points into the input's bytes. Nothing is
 * decoded before it is asked for. A value that is not there is `MISSING`, not null, so that a chain such as
 * `input.context.get("facts").get("tier").is("gold")` is false, and never a trap, where a link is absent.
 */
@unmanaged
export class Value {
  kind: u8;
  /** utf16.ts: ESCAPED, WIDE; of a string's content and of the member's name. */
  flags: u8;
  nameFlags: u8;
  /** Settings only: whether the policy has asked for this member. */
  seen: bool;
  /** Of a string: its content without the quotes. Of a number: as written. */
  start: usize;
  end: usize;
  nameStart: usize;
  nameEnd: usize;
  /** Never null: `MISSING` ends every chain. */
  parent: Value;
  first: Value;
  next: Value;
  /** Place among its siblings, from 0. */
  index: i32;

  get exists(): bool { return this.kind != Kind.MISSING; }
  get isNull(): bool { return this.kind == Kind.NULL; }
  get isBool(): bool { return this.kind == Kind.FALSE || this.kind == Kind.TRUE; }
  get isTrue(): bool { return this.kind == Kind.TRUE; }
  get isNumber(): bool { return this.kind == Kind.NUMBER; }
  get isString(): bool { return this.kind == Kind.STRING; }
  get isArray(): bool { return this.kind == Kind.ARRAY; }
  get isObject(): bool { return this.kind == Kind.OBJECT; }

  /** Whether this is a member of an object, with a name of its own. */
  get hasName(): bool { return this.parent.kind == Kind.OBJECT; }

  /** The member with this name. `name` must be plain ASCII without quotes, backslashes and controls. */
  get(name: string): Value {
    let child = this.kind == Kind.OBJECT ? this.first : MISSING;
    while (child.exists && !equalsAscii(child.nameStart, child.nameEnd, name)) child = child.next;
    return child;
  }

  /** The value at the JSON Pointer (RFC 6901) that the string `pointer` holds. */
  find(pointer: Value): Value {
    return findByPointer(this, pointer);
  }

  /** Whether this is the string `text`, which must be plain ASCII as in `get`. */
  is(text: string): bool {
    return this.kind == Kind.STRING && equalsAscii(this.start, this.end, text);
  }

  /** Whether both are strings, and the same one. Bytes suffice: canonical JSON writes a string in one way. */
  equals(other: Value): bool {
    return this.kind == Kind.STRING && other.kind == Kind.STRING &&
      equalsBytes(this.start, this.end, other.start, other.end);
  }

  /** Whether an array holds the string `wanted`. */
  contains(wanted: Value): bool {
    let item = this.kind == Kind.ARRAY ? this.first : MISSING;
    while (item.exists && !item.equals(wanted)) item = item.next;
    return item.exists;
  }

  /** The text of a string, or a number as written; otherwise "". */
  toString(): string {
    if (this.kind != Kind.STRING && this.kind != Kind.NUMBER) return "";
    return decodeToString(this.start, this.end, this.flags);
  }

  /** The member's name; "" for an element of an array. */
  get name(): string {
    return this.hasName ? decodeToString(this.nameStart, this.nameEnd, this.nameFlags) : "";
  }
}

// All of it zero: kind MISSING. Its links are never followed, since every walk stops at a missing value.
export const MISSING: Value = changetype<Value>(memory.data(64, 8));

function equalsAscii(start: usize, end: usize, text: string): bool {
  const length = text.length;
  if (end - start != <usize>length) return false;
  const units = changetype<usize>(text);
  for (let i: usize = 0; i < <usize>length; i++) {
    if (<u16>load<u8>(start + i) != load<u16>(units + (i << 1))) return false;
  }
  return true;
}

export function equalsBytes(start: usize, end: usize, otherStart: usize, otherEnd: usize): bool {
  return end - start == otherEnd - otherStart && memory.compare(start, otherStart, end - start) == 0;
}
