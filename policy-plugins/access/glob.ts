import { refuse, Value } from "../sdk/index";
import { decode } from "../sdk/utf16";

// Patterns for whole values: `?` any character, `*` any run, `#` a digit, `[a-z_]` one of a set, `[^...]` one of none, and
// after each of the last two, or a plain character, `+`, `{n}` or `{n,m}`. A backslash takes the next character as it is.
// They are followed as sets of states, a bit each: the time is that of the text, whatever is in it.

const ELEMENTS_MAX: i32 = 60;
/** Longer values are texts, not arguments with a form. */
const TEXT_BYTES_MAX: usize = 2000;

const PLAIN: u8 = 0;
const ANY: u8 = 1;
const DIGIT: u8 = 2;
const SET: u8 = 3;
const NOT_SET: u8 = 4;

/** One character of a text, or several. */
class Element {
  /** More of it may follow. */
  repeats: bool = false;
  /** None of it need be. */
  isOptional: bool = false;

  /** `unit` of a plain character; where the ranges of a set begin and end. */
  constructor(public kind: u8, public unit: u16 = 0, public from: usize = 0, public to: usize = 0) {}

  matches(unit: u16): bool {
    if (this.kind == PLAIN) return unit == this.unit;
    if (this.kind == ANY) return true;
    if (this.kind == DIGIT) return unit - 0x30 < 10;
    for (let at = this.from; at < this.to; at += 4) {
      if (unit >= load<u16>(at) && unit <= load<u16>(at, 2)) return this.kind == SET;
    }
    return this.kind == NOT_SET;
  }

  again(): Element {
    return new Element(this.kind, this.unit, this.from, this.to);
  }
}

export class Glob {
  private elements: StaticArray<Element | null> = new StaticArray<Element | null>(ELEMENTS_MAX);
  private count: i32 = 0;
  /** Bits of the elements that need not be, and of those that may be more than once. */
  private optional: u64 = 0;
  private repeated: u64 = 0;
  private units: usize = 0;
  private end: usize = 0;
  private at: usize = 0;
  private isWrong: bool = false;

  constructor(pattern: Value, where: string) {
    this.units = heap.alloc(((pattern.end - pattern.start) << 1) + 16);
    this.end = this.units + (<usize>decode(pattern.start, pattern.end, pattern.flags, this.units) << 1);
    this.at = this.units;
    while (this.at < this.end && !this.isWrong) this.readElement();
    if (this.isWrong) refuse(where + "pattern is malformed or too long");
    for (let i = 0; i < this.count; i++) {
      const element = this.elements[i]!;
      if (element.isOptional) this.optional |= <u64>1 << i;
      if (element.repeats) this.repeated |= <u64>1 << i;
    }
  }

  private take(): u16 {
    const unit = this.at < this.end ? load<u16>(this.at) : 0;
    if (this.at >= this.end) this.isWrong = true;
    this.at += 2;
    return unit;
  }

  private next(): u16 {
    return this.at < this.end ? load<u16>(this.at) : 0;
  }

  private readElement(): void {
    const unit = this.take();
    if (unit == 0x2a) {
      const run = new Element(ANY);
      run.isOptional = run.repeats = true;
      this.add(run);
    } else if (unit == 0x3f) {
      this.add(new Element(ANY));
    } else {
      const element = unit == 0x23 ? new Element(DIGIT)
        : unit == 0x5b ? this.readSet()
        : new Element(PLAIN, unit == 0x5c ? this.take() : unit);
      this.add(element);
      this.readCount(element);
    }
  }

  private readSet(): Element {
    const isNot = this.next() == 0x5e;
    if (isNot) this.at += 2;
    // A range is four bytes, of one unit of the pattern at the least.
    const from = heap.alloc((this.end - this.at) << 1);
    let to = from;
    while (this.next() != 0x5d && !this.isWrong) {
      const first = this.readMember();
      let last = first;
      if (this.next() == 0x2d && this.at + 2 < this.end && load<u16>(this.at, 2) != 0x5d) {
        this.at += 2;
        last = this.readMember();
      }
      if (last < first) this.isWrong = true;
      store<u16>(to, first);
      store<u16>(to, last, 2);
      to += 4;
    }
    this.at += 2;
    if (to == from) this.isWrong = true;
    return new Element(isNot ? NOT_SET : SET, 0, from, to);
  }

  private readMember(): u16 {
    const unit = this.take();
    return unit == 0x5c ? this.take() : unit;
  }

  private readCount(element: Element): void {
    const unit = this.next();
    if (unit == 0x2b) {
      this.at += 2;
      element.repeats = true;
    } else if (unit == 0x7b) {
      this.at += 2;
      const least = this.readNumber();
      const most = this.next() == 0x2c ? this.readMost() : least;
      if (this.take() != 0x7d || least > most || most == 0) this.isWrong = true;
      else this.repeat(element, least, most);
    }
  }

  private readMost(): i32 {
    this.at += 2;
    return this.readNumber();
  }

  private readNumber(): i32 {
    let number = 0;
    if (this.next() - 0x30 >= 10) this.isWrong = true;
    while (this.next() - 0x30 < 10 && number <= ELEMENTS_MAX) number = number * 10 + <i32>(this.take() - 0x30);
    return number;
  }

  private repeat(element: Element, least: i32, most: i32): void {
    element.isOptional = least == 0;
    for (let i = 1; i < most && !this.isWrong; i++) {
      const again = element.again();
      again.isOptional = i >= least;
      this.add(again);
    }
  }

  private add(element: Element): void {
    if (this.count == ELEMENTS_MAX) this.isWrong = true;
    else this.elements[this.count++] = element;
  }

  /** Whether the pattern is all of a string; of one that is too long it is not. */
  matches(text: Value): bool {
    if (text.end - text.start > TEXT_BYTES_MAX) return false;
    const units = heap.alloc(((text.end - text.start) << 1) + 16);
    const end = units + (<usize>decode(text.start, text.end, text.flags, units) << 1);
    let states = this.passOptional(1);
    for (let at = units; at < end && states != 0; at += 2) states = this.step(states, load<u16>(at));
    return ((states >> this.count) & 1) != 0;
  }

  private step(states: u64, unit: u16): u64 {
    let after: u64 = 0;
    let left = states & ((<u64>1 << this.count) - 1);
    while (left != 0) {
      const index = <i32>ctz(left);
      left &= left - 1;
      if (!this.elements[index]!.matches(unit)) continue;
      after |= ((this.repeated >> index) & 1) << index;
      after |= <u64>2 << index;
    }
    return this.passOptional(after);
  }

  /** With the states that are reached past elements that need not be. */
  private passOptional(states: u64): u64 {
    while (true) {
      const more = states | ((states & this.optional) << 1);
      if (more == states) return states;
      states = more;
    }
  }
}
