/** All evasions by name: which values they suit, and which can be laid upon which. */
import type { Alphabet, Kind, Passage } from "../model.ts";
import type { Random } from "../random.ts";
import { CHARACTERS } from "./characters.ts";
import { ENCODINGS } from "./encodings.ts";
import { backwards, cutOf, dottedLetters, otherSeparators, spacedOut, tagsInside } from "./shapes.ts";

/** `cut` is where the value goes on in the next field. */
export interface Evaded extends Passage {
  readonly cut?: number;
}

type Layer = "shape" | "characters" | "encoding" | "split";

interface Evasion {
  readonly name: string;
  readonly layer: Layer;
  readonly suits: (kind: Kind, value: string) => boolean;
  readonly apply: (random: Random, passage: Passage) => Evaded;
}

const ofValue =
  (change: (random: Random, text: string) => string) =>
  (random: Random, passage: Passage): Passage => ({ ...passage, value: change(random, passage.value) });

const always = (): boolean => true;
const of =
  (...alphabets: Alphabet[]) =>
  ({ alphabet }: Kind): boolean =>
    alphabets.includes(alphabet);
const has =
  (pattern: RegExp) =>
  (_: Kind, value: string): boolean =>
    pattern.test(value);
/** A page of text that is set letter by letter is read by nobody. */
const LONG = 60;
const isShort = (_: Kind, value: string): boolean => value.length <= LONG;

const evasion = (layer: Layer, name: string, suits: Evasion["suits"], apply: Evasion["apply"]): Evasion => ({
  layer,
  name,
  suits,
  apply,
});
const chars = (name: keyof typeof CHARACTERS, suits: Evasion["suits"]): Evasion =>
  evasion("characters", name, suits, ofValue(CHARACTERS[name]));
const encoding = (name: keyof typeof ENCODINGS, suits: Evasion["suits"] = always): Evasion =>
  evasion("encoding", name, suits, ENCODINGS[name]);

export const EVASIONS: readonly Evasion[] = [
  chars("zeroWidth", always),
  chars("softHyphen", always),
  chars("tagCharacters", always),
  chars("combining", always),
  chars("fullwidth", always),
  chars("mathematical", always),
  chars("lookAlikes", has(/[A-Za-z]/)),
  chars("unicodeDigits", has(/[0-9]/)),
  chars("circled", has(/[0-9A-Za-z]/)),
  chars("accents", (kind) => kind.alphabet === "words"),
  chars("otherSpaces", has(/ /)),
  chars("leet", of("words")),
  chars("otherCase", (kind, value) => kind.caseMatters !== true && /[A-Za-z]/.test(value)),
  evasion("shape", "spacedOut", isShort, ofValue(spacedOut)),
  evasion(
    "shape",
    "otherSeparators",
    (kind, value) => of("digits", "mixed")(kind) && isShort(kind, value) && !/[A-Za-z]{3}/.test(value),
    ofValue(otherSeparators),
  ),
  evasion(
    "shape",
    "dottedLetters",
    (kind, value) => of("words")(kind) && isShort(kind, value),
    ofValue(dottedLetters),
  ),
  evasion(
    "shape",
    "backwards",
    (kind, value) => isShort(kind, value) && !value.includes("\n"),
    ofValue(backwards),
  ),
  evasion("shape", "tagsInside", isShort, tagsInside),
  evasion(
    "split",
    "twoFields",
    (kind, value) => isShort(kind, value) && cutOf(FIRST, value) !== null,
    (random, passage) => ({ ...passage, cut: cutOf(random, passage.value) ?? 1 }),
  ),
  encoding("htmlDecimal"),
  encoding("htmlHex"),
  encoding("htmlNamed", has(/[-@. :/_=+%$]/)),
  encoding("percent"),
  encoding("quotedPrintable"),
  encoding("base64"),
  encoding("hex"),
  encoding("json"),
];

/** Draws always the same: only whether there is a place to cut is asked. */
const FIRST = { pick: <T>(items: readonly T[]) => items[0], int: (min: number) => min } as unknown as Random;

/** Pairs that leave nothing readable, or undo one another. */
const NEVER_TOGETHER: readonly (readonly [string, string])[] = [
  ["leet", "spacedOut"],
  ["leet", "dottedLetters"],
  ["leet", "lookAlikes"],
  ["leet", "backwards"],
  ["leet", "accents"],
  ["leet", "unicodeDigits"],
  ["leet", "circled"],
  ["leet", "mathematical"],
  ["backwards", "combining"],
  ["backwards", "accents"],
  ["combining", "accents"],
  ["spacedOut", "otherSpaces"],
  ["backwards", "tagsInside"],
  ["twoFields", "backwards"],
];

const RANK: Readonly<Record<Layer, number>> = { shape: 0, characters: 1, split: 2, encoding: 3 };

function fitTogether(first: Evasion, second: Evasion): boolean {
  if (first === second || RANK[first.layer] > RANK[second.layer]) return false;
  if (first.layer === second.layer && first.layer === "shape") return false;
  if (first.layer === "split") return false;
  // Mark-up is ASCII that its reader sees as mark-up: nothing may change its characters.
  if (first.name === "tagsInside" && second.layer !== "encoding") return false;
  if (second.name === "htmlNamed" && first.layer === "encoding") return false;
  return !NEVER_TOGETHER.some((pair) => pair.includes(first.name) && pair.includes(second.name));
}

export interface Evasions {
  readonly names: readonly string[];
  readonly passage: Evaded;
}

const isSame = (left: Passage, right: Evaded): boolean =>
  left.value === right.value && left.before === right.before && right.cut === undefined;

function applied(
  random: Random,
  kind: Kind,
  passage: Passage,
  evasions: readonly Evasion[],
): Evasions | null {
  let now: Evaded = passage;
  for (const evasion of evasions) {
    if (!evasion.suits(kind, now.value)) return null;
    const next = evasion.apply(random, now);
    if (isSame(now, next)) return null;
    now = next;
  }
  return { names: evasions.map(({ name }) => name), passage: now };
}

const PAIRS = EVASIONS.flatMap((first) =>
  EVASIONS.filter((second) => fitTogether(first, second)).map((second) => [first, second]),
);

/** Every evasion that suits in turn, so that all are used about equally often. */
export function evade(random: Random, kind: Kind, passage: Passage, depth: 1 | 2, turn: number): Evasions {
  const suiting = EVASIONS.filter(({ suits }) => suits(kind, passage.value));
  for (let at = turn; ; at++) {
    const single = suiting[at % suiting.length] as Evasion;
    const made = applied(random, kind, passage, depth === 1 ? [single] : random.pick(PAIRS));
    if (made !== null) return made;
  }
}
