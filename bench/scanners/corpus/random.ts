/** Pseudo-random numbers of our own: the same seed gives the same corpus on every machine, whatever the engine. */

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = UPPER.toLowerCase();
const DIGITS = "0123456789";

/** mulberry32, seeded from a text by FNV-1a. */
export class Random {
  readonly #seed: string;
  #state: number;

  constructor(seed: string) {
    this.#seed = seed;
    this.#state = hash(seed);
  }

  /** A stream of its own: what one generator draws never moves what another gets. */
  fork(name: string): Random {
    return new Random(`${this.#seed}/${name}`);
  }

  /** From 0 up to, and without, 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** From `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.int(0, items.length - 1)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }

  shuffled<T>(items: readonly T[]): T[] {
    const left = [...items];
    const out: T[] = [];
    while (left.length > 0) out.push(...left.splice(this.int(0, left.length - 1), 1));
    return out;
  }

  some<T>(items: readonly T[], count: number): T[] {
    return this.shuffled(items).slice(0, count);
  }

  chars(alphabet: string, count: number): string {
    let out = "";
    for (let index = 0; index < count; index++) out += alphabet[this.int(0, alphabet.length - 1)];
    return out;
  }

  digits(count: number): string {
    return this.chars(DIGITS, count);
  }

  upper(count: number): string {
    return this.chars(UPPER, count);
  }

  lower(count: number): string {
    return this.chars(LOWER, count);
  }

  hex(count: number): string {
    return this.chars("0123456789abcdef", count);
  }

  /** `min` to `max` with leading zeros, as wide as `max`. */
  padded(min: number, max: number): string {
    return String(this.int(min, max)).padStart(String(max).length, "0");
  }

  /**
   * A text of a shape: literals, `[a-z0-9_]{4}` and `[A-F]{2,5}`, and `(one|other)` without nesting. Backslash escapes.
   */
  shape(pattern: string): string {
    let out = "";
    for (const [, set, min, max, choice, escaped, literal] of pattern.matchAll(SHAPE)) {
      if (set !== undefined) {
        const count = min === undefined ? 1 : this.int(Number(min), Number(max ?? min));
        out += this.chars(expand(set), count);
      } else if (choice !== undefined) out += this.pick(choice.split("|"));
      else out += escaped ?? literal ?? "";
    }
    return out;
  }
}

const SHAPE = /\[([^\]]+)\](?:\{(\d+)(?:,(\d+))?\})?|\(([^)]*)\)|\\(.)|([^[(\\]+)/gsu;

/** The characters of a class such as `A-Za-z0-9_-`. */
function expand(set: string): string {
  return set.replace(/(.)-(.)/gu, (_, first: string, last: string) => {
    let out = "";
    for (let code = first.charCodeAt(0); code <= last.charCodeAt(0); code++) out += String.fromCharCode(code);
    return out;
  });
}

function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return state | 0;
}
