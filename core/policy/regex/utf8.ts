/** A class of code points as sequences of byte ranges: how RE2 and Go's automata read UTF-8, too. */

export type ByteRange = readonly [low: number, high: number];

const SURROGATES = [0xd800, 0xdfff] as const;
/** The last code point of one, two, three and four bytes. */
const LAST_OF_LENGTH = [0x7f, 0x7ff, 0xffff, 0x10ffff] as const;

/** Sequences, ordered and disjoint, that stand for the code points from `low` to `high`. */
export function byteSequences(low: number, high: number): ByteRange[][] {
  const sequences: ByteRange[][] = [];
  add(low, Math.min(high, SURROGATES[0] - 1), sequences);
  add(Math.max(low, SURROGATES[1] + 1), high, sequences);
  return sequences;
}

function add(low: number, high: number, to: ByteRange[][]): void {
  if (low > high) return;
  for (const last of LAST_OF_LENGTH) {
    if (low <= last && last < high) {
      add(low, last, to);
      add(last + 1, high, to);
      return;
    }
  }
  // Split where the ranges of the last bytes would not be whole.
  for (let bytes = 1; high > 0x7f && bytes < 4; bytes++) {
    const mask = (1 << (6 * bytes)) - 1;
    if ((low & ~mask) === (high & ~mask)) continue;
    if ((low & mask) !== 0) {
      add(low, low | mask, to);
      add((low | mask) + 1, high, to);
      return;
    }
    if ((high & mask) !== mask) {
      add(low, (high & ~mask) - 1, to);
      add(high & ~mask, high, to);
      return;
    }
  }
  const first = encoded(low);
  const last = encoded(high);
  to.push(first.map((byte, index) => [byte, last[index] as number])); // of the same length
}

function encoded(point: number): number[] {
  if (point < 0x80) return [point];
  if (point < 0x800) return [0xc0 | (point >> 6), 0x80 | (point & 0x3f)];
  if (point < 0x10000) return [0xe0 | (point >> 12), 0x80 | ((point >> 6) & 0x3f), 0x80 | (point & 0x3f)];
  return [
    0xf0 | (point >> 18),
    0x80 | ((point >> 12) & 0x3f),
    0x80 | ((point >> 6) & 0x3f),
    0x80 | (point & 0x3f),
  ];
}
