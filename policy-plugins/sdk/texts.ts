import { decode, scratchFor } from "./utf16";
import { Kind, MISSING, Value } from "./value";

/** One text to scan: a string, a member's name, or a number as written. */
export class Text {
  value: Value = MISSING;
  /** The text is the member's name, not its value. */
  isName: bool = false;
  /** UTF-16 code units; the buffer is the SDK's, good until the next text, and may be overwritten in place. */
  units: usize = 0;
  length: i32 = 0;

  get isNumber(): bool { return !this.isName && this.value.isNumber; }

  // @ts-ignore: decorator
  @inline
  unit(index: i32): u16 { return load<u16>(this.units + (<usize>index << 1)); }

  toString(): string {
    const text = changetype<string>(__new(<usize>this.length << 1, idof<string>()));
    memory.copy(changetype<usize>(text), this.units, <usize>this.length << 1);
    return text;
  }
}

// payload, compensation, intent, reason, impact, context.request, and some to spare for authors
const ROOTS_MAX = 16;

/**
 * Walks over every text of some values. `next()` fills `text` until none is left:
 *
 *     const texts = input.texts();
 *     while (texts.next()) scan(texts.text);
 */
export class Texts {
  text: Text = new Text();
  private roots: StaticArray<Value> = new StaticArray<Value>(ROOTS_MAX);
  private rootCount: i32 = 0;
  private rootIndex: i32 = -1;
  /** After the roots: one member of each element of this list. */
  private list: Value = MISSING;
  private listMember: string = "";
  private root: Value = MISSING;
  private value: Value = MISSING;
  /** The name of `value` has been given, its content has not. */
  private named: bool = false;

  add(root: Value): void {
    if (root.exists) this.roots[this.rootCount++] = root;
  }

  /** Adds the member `name` of every element of the array `list`. */
  addEach(list: Value, name: string): void {
    if (list.isArray) this.list = list.first;
    this.listMember = name;
  }

  next(): bool {
    do {
      if (this.named) {
        this.named = false;
      } else {
        if (!this.advance()) return false;
        if (this.value.hasName && this.value != this.root) {
          this.named = true;
          this.read(true);
          return true;
        }
      }
    } while (this.value.kind != Kind.STRING && this.value.kind != Kind.NUMBER);
    this.read(false);
    return true;
  }

  private read(isName: bool): void {
    const text = this.text;
    const value = this.value;
    const start = isName ? value.nameStart : value.start;
    const end = isName ? value.nameEnd : value.end;
    text.value = value;
    text.isName = isName;
    text.units = scratchFor(end - start);
    text.length = decode(start, end, isName ? value.nameFlags : value.flags, text.units);
  }

  /** To the next value, children first, by the values' own links. */
  private advance(): bool {
    let value = this.value;
    if (value.exists) {
      if (value.first.exists) {
        this.value = value.first;
        return true;
      }
      while (value != this.root && !value.next.exists) value = value.parent;
      if (value != this.root) {
        this.value = value.next;
        return true;
      }
    }
    this.root = this.nextRoot();
    this.value = this.root;
    return this.root.exists;
  }

  private nextRoot(): Value {
    if (++this.rootIndex < this.rootCount) return this.roots[this.rootIndex];
    while (this.list.exists) {
      const root = this.list.get(this.listMember);
      this.list = this.list.next;
      if (root.exists) return root;
    }
    return MISSING;
  }
}
