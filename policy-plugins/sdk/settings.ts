import { setError } from "./host";
import { Redact } from "./redact";
import { MISSING, Value } from "./value";

let refused = false;

/** Refuses the settings: `configure` will answer with an error. The first message is kept. */
export function refuse(message: string): void {
  if (!refused) setError("settings: " + message);
  refused = true;
}

/** Whether anything has been refused so far. */
export function isRefused(): bool {
  return refused;
}

/**
 * An object of the settings, checked as it is read: each accessor refuses a member of the wrong type, and
 * `end()` refuses every member that nobody asked for, so that a misspelt setting is never silently ignored.
 */
export class Settings {
  /** `where` prefixes messages, such as "tools/0/". */
  constructor(public value: Value, public where: string = "") {
    if (!value.isObject) refuse(where + " must be an object");
  }

  private take(name: string): Value {
    const member = this.value.get(name);
    if (member.exists) member.seen = true;
    return member;
  }

  private typed(name: string, fits: bool, member: Value, type: string): Value {
    if (!member.exists || fits) return member;
    refuse(this.where + name + " must be " + type);
    return MISSING;
  }

  has(name: string): bool {
    return this.value.get(name).exists;
  }

  flag(name: string, otherwise: bool): bool {
    const member = this.take(name);
    this.typed(name, member.isBool, member, "true or false");
    return member.isBool ? member.isTrue : otherwise;
  }

  number(name: string): Value {
    const member = this.take(name);
    return this.typed(name, member.isNumber, member, "a number");
  }

  /** A string that is not empty. */
  text(name: string): Value {
    const member = this.take(name);
    return this.typed(name, member.isString && member.start < member.end, member, "a string, not empty");
  }

  array(name: string): Value {
    const member = this.take(name);
    return this.typed(name, member.isArray, member, "a list");
  }

  /** A list whose elements are all strings that are not empty. */
  texts(name: string): Value {
    const member = this.take(name);
    let fits = member.isArray;
    for (let item = fits ? member.first : MISSING; item.exists; item = item.next) {
      fits = fits && item.isString && item.start < item.end;
    }
    return this.typed(name, fits, member, "a list of strings, none empty");
  }

  /** A string; may be empty. */
  pointer(name: string): Value {
    const member = this.take(name);
    return this.typed(name, member.isString, member, "a JSON Pointer");
  }

  /** `none`, `mask`, `mask_keep_4`, `hash`, `replace` or `remove`; `Redact.None` where it is absent. */
  redact(name: string): Redact {
    const member = this.take(name);
    if (!member.exists || member.is("none")) return Redact.None;
    if (member.is("mask")) return Redact.Mask;
    if (member.is("mask_keep_4")) return Redact.MaskKeep4;
    if (member.is("hash")) return Redact.Hash;
    if (member.is("replace")) return Redact.Replace;
    if (member.is("remove")) return Redact.Remove;
    refuse(this.where + name + " must be none, mask, mask_keep_4, hash, replace or remove");
    return Redact.None;
  }

  require(name: string): void {
    if (!this.has(name)) refuse(this.where + name + " is missing");
  }

  end(): void {
    for (let member = this.value.isObject ? this.value.first : MISSING; member.exists; member = member.next) {
      if (!member.seen) refuse("unknown setting " + this.where + member.name);
    }
  }
}
