/**
 * RE2 syntax to instructions. The parser and compiler are those of re2js, a port of Go's regexp/syntax; what it takes and
 * refuses, and the order in which it prefers alternatives, is theirs.
 */
import { RE2JS } from "re2js";
import { PatternError } from "./fault.ts";

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
export function parse(pattern: string): Instructions {
  const refusal = unsupported(pattern);
  if (refusal !== null) throw new PatternError("pattern_syntax", refusal);
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
