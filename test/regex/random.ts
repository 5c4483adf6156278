/** Patterns and texts at random, from a seed, small enough that much of what can happen does. */

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor(((this.#state >>> 8) / 2 ** 24) * limit);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T; // never empty
  }

  pattern(depth = 2): string {
    let pattern = this.#sequence(depth);
    while (this.below(4) === 0) pattern += `|${this.#sequence(depth)}`;
    return pattern;
  }

  /** One that needs at least one character: the policy takes the short way for most of these. */
  solidPattern(): string {
    return `${this.pick(["", "\\b", "(?i)"])}${this.pick(SOLID)}${this.pattern(1)}${this.pick(["", "\\b", "$"])}`;
  }

  text(length: number): string {
    const alphabet = this.pick(ALPHABETS);
    return Array.from({ length }, () => this.pick(alphabet)).join("");
  }

  #sequence(depth: number): string {
    return Array.from({ length: 1 + this.below(4) }, () => this.#repeated(depth)).join("");
  }

  #repeated(depth: number): string {
    const atom = this.#atom(depth);
    return this.below(2) === 0 || /^(?:\\[bBAz]|\^|\$)$/.test(atom) ? atom : atom + this.pick(REPEATS);
  }

  #atom(depth: number): string {
    const kind = this.below(14);
    if (kind < 6) return this.pick(LITERALS);
    if (kind < 7) return ".";
    if (kind < 9) return this.pick(CLASSES);
    if (kind < 11) return this.pick(ASSERTIONS);
    return depth > 0 ? `(?:${this.pattern(depth - 1)})` : "a";
  }
}

const LITERALS = ["a", "b", "c", "é", "\n", "1", "-", " ", "😀"];
const CLASSES = ["[ab]", "[^a]", "\\d", "\\w", "\\W", "\\s", "[a-c1]", "[é-ü]", "(?i:A)", "[^\\n-]"];
const ASSERTIONS = ["\\b", "\\B", "^", "$", "(?m:^)", "(?m:$)", "\\A", "\\z"];
const REPEATS = ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,3}", "{0,2}?", "{2,}"];
const SOLID = ["a", "ab", "[ab]", "\\d", "1-", "(?:a|bc)", "é"];
const ALPHABETS = [
  ["a", "b"],
  ["a", "b", "c", "1", "-", " "],
  ["a", "é", "\n", "😀", "1"],
  ["a", "b", "c", "é", "\n", "1", "-", " ", "😀", "ü", "A"],
] as const;
