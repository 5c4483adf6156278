import { Value } from "../sdk/index";
import { foldUnit } from "../sdk/fold";
import { decode } from "../sdk/utf16";
import { ALIKE, ALIKE_COUNT, LETTER } from "./look-alikes";
import { decodeLabel } from "./punycode";

// Domain names as people see them, and what can be taken for them.

/** A domain: its units as they are compared, and as they look. */
export class Domain {
  length: i32 = 0;
  lookLength: i32 = 0;
  /** Without dots' variants and case, and with international labels decoded. */
  units: usize = 0;
  looks: usize = 0;

  /** From units; nothing of them is kept. */
  constructor(from: usize, length: i32) {
    this.units = heap.alloc(<usize>(length + 1) << 1);
    this.looks = heap.alloc(<usize>(length + 1) << 1);
    for (let i = 0; i < length; i++) store<u16>(this.units + (<usize>i << 1), folded(load<u16>(from + (<usize>i << 1))));
    this.length = decodeLabels(this.units, length);
    this.lookLength = this.look();
  }

  @inline
  unit(index: i32): u16 { return load<u16>(this.units + (<usize>index << 1)); }

  @inline
  private seen(index: i32): u16 { return load<u16>(this.looks + (<usize>index << 1)); }

  /** Letters that look the same become the same: rn as m, vv as w, 0 as o, 1 and i as l, those of other scripts as ours. */
  private look(): i32 {
    let to = 0;
    for (let i = 0; i < this.length; i++) {
      const letter = lookOf(this.unit(i));
      const before = to > 0 ? this.seen(to - 1) : 0;
      const isPair = (before == 0x72 && letter == 0x6e) || (before == 0x76 && letter == 0x76);
      if (isPair) store<u16>(this.looks + (<usize>(to - 1) << 1), letter == 0x6e ? 0x6d : 0x77);
      else store<u16>(this.looks + (<usize>(to++) << 1), letter);
    }
    return to;
  }

  equals(other: Domain): bool {
    return this.length == other.length && memory.compare(this.units, other.units, <usize>this.length << 1) == 0;
  }

  /** Whether it is below the other: `mail.example.com` of `example.com`. */
  isBelow(other: Domain): bool {
    const from = this.length - other.length;
    return from > 1 && this.unit(from - 1) == 0x2e &&
      memory.compare(this.units + (<usize>from << 1), other.units, <usize>other.length << 1) == 0;
  }

  /** Whether a person can take it for the other, which it is not: it looks the same, or begins with it. */
  isAlike(other: Domain): bool {
    if (this.lookLength == other.lookLength) {
      return memory.compare(this.looks, other.looks, <usize>other.lookLength << 1) == 0;
    }
    return this.lookLength > other.lookLength && isJoint(this.seen(other.lookLength)) &&
      memory.compare(this.looks, other.looks, <usize>other.lookLength << 1) == 0;
  }
}

/** `example.com.evil.net`, `example.com-evil.net` */
function isJoint(unit: u16): bool {
  return unit == 0x2e || unit == 0x2d;
}

/** Full stops of other scripts, full-width letters and capitals as the names' resolvers take them. */
function folded(unit: u16): u16 {
  if (unit == 0x3002 || unit == 0xff0e || unit == 0xff61) return 0x2e;
  if (unit - 0xff01 < 0x5e) unit -= 0xfee0;
  return <u16>foldUnit(unit);
}

function lookOf(unit: u16): u16 {
  if (unit < 0x80) {
    if (unit == 0x30) return 0x6f;
    return unit == 0x31 || unit == 0x69 ? 0x6c : unit;
  }
  let low = 0;
  let high = ALIKE_COUNT;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (load<u16>(ALIKE + (<usize>middle << 1)) <= unit) low = middle;
    else high = middle;
  }
  if (load<u16>(ALIKE + (<usize>low << 1)) != unit) return unit;
  return <u16>load<u8>(LETTER + <usize>low);
}

/** Decodes labels that begin with `xn--`, in place; the new length. */
function decodeLabels(units: usize, length: i32): i32 {
  let from = 0;
  let to = 0;
  while (from < length) {
    let end = from;
    while (end < length && load<u16>(units + (<usize>end << 1)) != 0x2e) end++;
    to += decodeLabel(units + (<usize>from << 1), end - from, units + (<usize>to << 1));
    if (end < length) store<u16>(units + (<usize>(to++) << 1), 0x2e);
    from = end + 1;
  }
  return to;
}

/** Domains of a setting: `example.com`, or `*.example.com` for all below it. */
export class Domains {
  private exact: Array<Domain> = [];
  private below: Array<Domain> = [];

  constructor(list: Value) {
    for (let item = list.first; item.exists; item = item.next) {
      const units = heap.alloc(((item.end - item.start) << 1) + 16);
      const length = decode(item.start, item.end, item.flags, units);
      const isBelow = length > 2 && load<u32>(units) == 0x002e002a;
      if (isBelow) this.below.push(new Domain(units + 4, length - 2));
      else this.exact.push(new Domain(units, length));
    }
  }

  has(domain: Domain): bool {
    for (let i = 0; i < this.exact.length; i++) if (unchecked(this.exact[i]).equals(domain)) return true;
    for (let i = 0; i < this.below.length; i++) if (domain.isBelow(unchecked(this.below[i]))) return true;
    return false;
  }

  hasAlike(domain: Domain): bool {
    for (let i = 0; i < this.exact.length; i++) if (domain.isAlike(unchecked(this.exact[i]))) return true;
    for (let i = 0; i < this.below.length; i++) if (domain.isAlike(unchecked(this.below[i]))) return true;
    return false;
  }
}
