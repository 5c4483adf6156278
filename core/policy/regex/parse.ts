/**
 * RE2 syntax to instructions. The parser and compiler are those of re2js, a port of Go's regexp/syntax; what it takes and
 * refuses, and the order in which it prefers alternatives, is theirs.
 */
import { RE2JS } from "re2js";
import { PatternError, tooLarge } from "./fault.ts";
import { PATTERN_PARTS_MAX } from "./limits.ts";
import { PARSE_STEPS, type Work } from "./work.ts";

/** Operations of an instruction, as re2js numbers them. */
export const OP = {
  alt: 1,
  capture: 3,
  emptyWidth: 4,
  fail: 5,
  match: 6,
  nop: 7,
  rune: 8,
  rune1: 9,
  runeAny: 10,
  runeAnyNotNewline: 11,
} as const;

export interface Instruction {
  readonly op: number;
  readonly out: number;
  /** Of alt: the other branch. Of emptyWidth: what must hold. Of rune: flags. */
  readonly arg: number;
  readonly runes: ArrayLike<number>;
}

export interface Instructions {
  readonly inst: readonly Instruction[];
  readonly start: number;
}

/** Throws a PatternError. */
export function parse(pattern: string, work: Work): Instructions {
  const refusal = unsupported(pattern);
  if (refusal !== null) throw new PatternError("pattern_syntax", refusal);
  const parts = partsOf(pattern);
  if (parts > PATTERN_PARTS_MAX) throw tooLarge("The pattern has too many parts.");
  work.spend(PARSE_STEPS * parts);
  try {
    return programOf(pattern);
  } catch (error) {
    const message = error instanceof Error ? error.message : "not RE2 syntax";
    const isNested = message.includes("nested repetition");
    throw new PatternError("pattern_syntax", isNested ? `${message}. ${POSSESSIVE}` : message);
  }
}

/** Its program is no part of re2js's documented interface: hence one pinned version, and tests on what comes out. */
const programOf = (pattern: string): Instructions =>
  (RE2JS.compile(pattern) as unknown as { re2Input: { prog: Instructions } }).re2Input.prog;

const POSSESSIVE =
  "Possessive repeats are not supported, nor needed: nothing backtracks. Leave the second + out.";
const LINEAR = "no engine can promise time in proportion to the text for it";

/** What other engines have and RE2 leaves out, with what to write instead; null where there is nothing of it. */
function unsupported(pattern: string): string | null {
  for (let at = 0; at < pattern.length; at++) {
    if (pattern[at] === "\\") {
      const next = pattern[at + 1] ?? "";
      if (next === "Q") return null; // from here on text may be quoted: the parser knows better
      if (/^(?:[1-7](?![0-7])|[89]|k[<{'])/.test(pattern.slice(at + 1)))
        return `Backreferences (\\${next} at ${at}) are not supported: ${LINEAR}. Write out what may repeat, or match the two parts separately.`;
      at++;
    } else if (pattern[at] === "[") {
      at = classEnd(pattern, at);
    } else if (pattern.startsWith("(?", at)) {
      const look = /^\(\?(?:<?[=!])/.exec(pattern.slice(at));
      if (look !== null)
        return `Lookaround (${look[0]} at ${at}) is not supported: ${LINEAR}. Use \\b, ^ or $, or match the surroundings as part of the pattern.`;
      if (/^\(\?(?:>|\(|R|[0-9])/.test(pattern.slice(at)))
        return `Atomic groups, conditions and recursion (at ${at}) are not RE2 syntax.`;
    }
  }
  return null;
}

/** Index of the bracket that ends the class that begins at `start`. */
function classEnd(pattern: string, start: number): number {
  let at = start + 1;
  if (pattern[at] === "^") at++;
  if (pattern[at] === "]") at++;
  while (at < pattern.length && pattern[at] !== "]") {
    if (pattern[at] === "\\") at++;
    else if (pattern.startsWith("[:", at)) at = Math.max(at, pattern.indexOf(":]", at) + 1);
    at++;
  }
  return at;
}

const REPEAT = /\{(\d{1,4})(,?)(\d{0,4})\}/y;
/** What is set from here on. A repeat behind it, or behind quotes around nothing, repeats what stands before. */
const FLAGS = /\(\?[a-zA-Z-]*\)/y;
const QUOTE = "\\Q";
const QUOTE_END = "\\E";

/**
 * About how many instructions a pattern becomes, its repeats written out: re2js would make them all, a million of
 * `(?:a{900}){1000}`'s kind. What is no syntax at all, the parser says.
 */
function partsOf(pattern: string): number {
  /** Of each open group: what it holds. */
  const sums = [0];
  /** What a repeat would repeat. */
  let last = 0;
  const add = (size: number): void => {
    last = size;
    sums[sums.length - 1] = (sums.at(-1) ?? 0) + size;
  };
  for (let at = 0; at < pattern.length; at++) {
    REPEAT.lastIndex = at;
    const repeat = REPEAT.exec(pattern);
    if (repeat !== null) {
      const [text, least = "", comma, most = ""] = repeat;
      const times = Number(most === "" ? least : most) + (comma !== "" && most === "" ? 1 : 0);
      const size = last * times;
      add(size - last);
      last = size;
      at += text.length - 1;
    } else if (pattern.startsWith(QUOTE, at)) {
      const end = pattern.indexOf(QUOTE_END, at + QUOTE.length);
      const quoted = (end < 0 ? pattern.length : end) - at - QUOTE.length;
      if (quoted > 1) add(quoted - 1);
      // A repeat takes its last character alone, a group all of it.
      if (quoted > 0) add(1);
      at = end < 0 ? pattern.length : end + QUOTE_END.length - 1;
    } else if (pattern[at] === "(") {
      FLAGS.lastIndex = at;
      const flags = FLAGS.exec(pattern);
      if (flags === null) sums.push(0);
      else at += flags[0].length - 1;
    } else if (pattern[at] === ")" && sums.length > 1) {
      add((sums.pop() ?? 0) + 1);
    } else {
      if (pattern[at] === "[") at = classEnd(pattern, at);
      else if (pattern[at] === "\\") at = escapeEnd(pattern, at);
      add(1);
    }
  }
  return sums.reduce((all, sum) => all + sum, 0);
}

/** Index of the last character of the escape that begins at `start`. */
function escapeEnd(pattern: string, start: number): number {
  if (!/^\\[xpP]\{/.test(pattern.slice(start, start + 3))) return start + 1;
  const end = pattern.indexOf("}", start + 2);
  return end < 0 ? pattern.length : end;
}

const folded = new Map<number, readonly number[]>();
/** Stands beside a rune, so that the parser makes a class of both. No text has it. */
const BESIDE = 0x10ffff;

/** Pairs of first and last code point: all that equal `rune` without case. */
export function foldedRanges(rune: number): readonly number[] {
  const known = folded.get(rune);
  if (known !== undefined) return known;
  const { inst, start } = programOf(`(?i)[\\x{${rune.toString(16)}}\\x{${BESIDE.toString(16)}}]`);
  const runes = Array.from(inst[start]?.runes ?? []);
  const ranges = runes.slice(0, -2);
  folded.set(rune, ranges);
  return ranges;
}
