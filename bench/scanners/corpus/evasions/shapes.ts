/** The same characters, set otherwise: apart, backwards, with mark-up in between, in two fields. */
import type { Passage } from "../model.ts";
import type { Random } from "../random.ts";

export function spacedOut(random: Random, text: string): string {
  const gap = random.pick([" ", " ", "\u00a0", "  "]);
  return text
    .split(/\s+/)
    .map((word) => [...word].join(gap))
    .join(gap.repeat(3));
}

const NUMBER_SEPARATORS = ["·", "•", " – ", "/", "_", "\u2011", " - ", "—", "~", ", ", "\n", " . "];
const LETTER_SEPARATORS = [".", "-", "_", "*", "·", "|", "/"];

/** Another separator where there was one, else one every third or fourth character. */
export function otherSeparators(random: Random, text: string): string {
  const separator = random.pick(NUMBER_SEPARATORS);
  if (/[ ./-]/.test(text)) return text.replace(/[ ./-]+/g, separator);
  const size = random.pick([3, 4]);
  return (text.match(new RegExp(`.{1,${size}}`, "gu")) ?? []).join(separator);
}

/** `f.r.e.e`: between all letters of a word. */
export function dottedLetters(random: Random, text: string): string {
  const separator = random.pick(LETTER_SEPARATORS);
  return text
    .split(" ")
    .map((word) => [...word].join(separator))
    .join(" ");
}

const OVERRIDE = "\u202e";
const POP = "\u202c";
export const backwards = (_: Random, text: string): string =>
  `${OVERRIDE}${[...text].reverse().join("")}${POP}`;

const MARK_UP = ["<b></b>", "<!-- -->", "<wbr>", '<span style="color:red"></span>', "<i>", "<font></font>"];

export function tagsInside(random: Random, { before, value, after }: Passage): Passage {
  const chars = [...value];
  const cuts = random.some(
    Array.from({ length: chars.length - 1 }, (_, index) => index + 1),
    random.int(1, 4),
  );
  const marked = chars
    .map((char, index) => (cuts.includes(index) ? random.pick(MARK_UP) + char : char))
    .join("");
  return { before: `<p>${before}`, value: marked, after: `${after}</p>` };
}

/** Where a value may go on in the next field: after a separator, or between digits. */
export function cutOf(random: Random, value: string): number | null {
  const cuts: number[] = [];
  for (let at = 2; at <= value.length - 2; at++) {
    const [left = "", right = ""] = [value[at - 1], value[at]];
    if (/[ -]/.test(left) && /[^ -]/.test(right)) cuts.push(at);
  }
  if (cuts.length === 0 && /^\d{8,}$/.test(value)) cuts.push(random.int(3, value.length - 3));
  return cuts.length === 0 ? null : random.pick(cuts);
}
