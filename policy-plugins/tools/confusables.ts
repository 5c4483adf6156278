// What looks like what by Unicode Technical Standard 39: confusables.txt, and its skeletons. Read by make-reading-tables.ts and
// make-domain-look-alikes.ts.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const text = readFileSync(join(import.meta.dirname, "confusables.txt"), "utf8");

/** Of the standard, "17.0". */
export const CONFUSABLES_VERSION: string = /, version ([\d.]+),/.exec(text)?.[1] ?? "";

const ofPoints = (points: string): string =>
  String.fromCodePoint(...points.split(" ").map((point) => Number.parseInt(point, 16)));

/** By character. */
export const prototypes: ReadonlyMap<string, string> = new Map(
  text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [from = "", to = ""] = line.split(" ; ");
      return [ofPoints(from), ofPoints(to)];
    }),
);

/** The standard's internal skeleton (section 4): texts that have the same can be taken for each other. */
export function skeletonOf(text: string): string {
  return [...text.normalize("NFD")]
    .filter((character) => !/\p{Default_Ignorable_Code_Point}/u.test(character))
    .map((character) => prototypes.get(character) ?? character)
    .join("")
    .normalize("NFD");
}

const MARKS = /[\p{Mn}\p{Me}]/gu;
const is = (pattern: RegExp, character: string): boolean => pattern.test(character);

/** A skeleton takes O for 0, and I, 1 and | for l: which of them it is, the character's own kind says. */
function chosen(letter: string, character: string): string {
  const isNumber = is(/^\p{N}$/u, character);
  const isSign = is(/^[\p{S}\p{P}]$/u, character);
  if (letter === "l") return isNumber ? "1" : isSign ? "|" : is(/^\p{Lu}$/u, character) ? "I" : "l";
  if (/^o$/i.test(letter) && isNumber) return "0";
  if (is(/^\p{Lu}$/u, character)) return letter.toUpperCase();
  return is(/^\p{Ll}$/u, character) ? letter.toLowerCase() : letter;
}

/** What of ASCII a character looks like, marks aside: as a person reads it. Null: nothing. */
export function asciiOf(character: string): string | null {
  const skeleton = skeletonOf(character).replace(MARKS, "");
  if (!/^[\x21-\x7e]+$/.test(skeleton)) return null;
  // m's prototype is rn. An apostrophe beside one letter is a hook on it.
  const whole = skeleton.replaceAll("rn", "m").replaceAll("''", '"');
  const text = is(/^\p{L}$/u, character) ? whole.replace(/^'?([a-z])'?$/i, "$1") : whole;
  return [...text].map((letter) => chosen(letter, character)).join("");
}
