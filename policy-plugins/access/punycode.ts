// Punycode (RFC 3492), with which international labels are written: decoded, so that they are compared as people see them.

const BASE: i32 = 36;
const T_MIN: i32 = 1;
const T_MAX: i32 = 26;
const SKEW: i32 = 38;
const DAMP: i32 = 700;
const INITIAL_BIAS: i32 = 72;
const INITIAL: i32 = 128;
/** No label of the domain name system is longer. */
const LABEL_MAX: i32 = 63;

const points: usize = memory.data(LABEL_MAX * 4, 4);

function at(units: usize, index: i32): u16 {
  return load<u16>(units + (<usize>index << 1));
}

/** Copies a label, decoded where it begins with `xn--` and can be, and returns its length, which is no longer. */
export function decodeLabel(units: usize, length: i32, to: usize): i32 {
  const isEncoded = length > 4 && length <= LABEL_MAX && load<u32>(units) == 0x006e0078 && load<u32>(units, 4) == 0x002d002d;
  const count = isEncoded ? decode(units + 8, length - 4) : -1;
  if (count >= 0) return write(count, length, units, to);
  memory.copy(to, units, <usize>length << 1);
  return length;
}

function write(count: i32, length: i32, units: usize, to: usize): i32 {
  // Characters beyond the first plane stay encoded: nothing looks like them.
  for (let i = 0; i < count; i++) {
    if (load<i32>(points + (<usize>i << 2)) > 0xffff) {
      memory.copy(to, units, <usize>length << 1);
      return length;
    }
  }
  for (let i = 0; i < count; i++) store<u16>(to + (<usize>i << 1), <u16>load<i32>(points + (<usize>i << 2)));
  return count;
}

/** Fills `points`; -1 where it is malformed. */
function decode(units: usize, length: i32): i32 {
  let count = 0;
  let next = 0;
  for (let i = length - 1; i > 0 && next == 0; i--) if (at(units, i) == 0x2d) next = i + 1;
  for (; count < next - 1; count++) store<i32>(points + (<usize>count << 2), at(units, count));
  let point = INITIAL;
  let bias = INITIAL_BIAS;
  let index = 0;
  while (next < length) {
    const before = index;
    let weight = 1;
    for (let k = BASE; true; k += BASE) {
      const digit = next < length ? digitOf(at(units, next++)) : -1;
      if (digit < 0 || digit > (i32.MAX_VALUE - index) / weight) return -1;
      index += digit * weight;
      const threshold = k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
      if (digit < threshold) break;
      if (weight > i32.MAX_VALUE / (BASE - threshold)) return -1;
      weight *= BASE - threshold;
    }
    count++;
    bias = adapt(index - before, count, before == 0);
    point += index / count;
    index %= count;
    if (point > 0x10ffff) return -1;
    insert(index++, count, point);
  }
  return count;
}

function insert(index: i32, count: i32, point: i32): void {
  const place = points + (<usize>index << 2);
  memory.copy(place + 4, place, <usize>(count - 1 - index) << 2);
  store<i32>(place, point);
}

function digitOf(unit: u16): i32 {
  if (unit - 0x61 < 26) return unit - 0x61;
  return unit - 0x30 < 10 ? unit - 0x30 + 26 : -1;
}

function adapt(delta: i32, count: i32, isFirst: bool): i32 {
  delta = isFirst ? delta / DAMP : delta >> 1;
  delta += delta / count;
  let k = 0;
  for (; delta > ((BASE - T_MIN) * T_MAX) >> 1; k += BASE) delta /= BASE - T_MIN;
  return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}
