/**
 * Words that mix scripts whose letters look alike, as in "pаypal" with a Cyrillic а (UTS #39, section 5);
 * in an address or host name, a mixture between its parts counts too, as in a Cyrillic "раура" before .com.
 */
import { uPlus } from "./hidden-character.ts";

/** Latin first: where it is part of the mixture, the other letters are the ones to name. */
const SCRIPTS: readonly (readonly [string, RegExp])[] = [
  ["Latin", /\p{Script=Latin}/u],
  ["Cyrillic", /\p{Script=Cyrillic}/u],
  ["Greek", /\p{Script=Greek}/u],
  ["Armenian", /\p{Script=Armenian}/u],
  ["Cherokee", /\p{Script=Cherokee}/u],
  ["Coptic", /\p{Script=Coptic}/u],
];
/** What stands between spaces is called out as a whole, so that an address is not broken up by its note. */
const CHUNK = /[^\s<>"'(),;]+/gu;
const TRAILING = /[.:!?]+$/u;
/** Invisible characters do not end a word: they are how a mixed word would otherwise be split. */
const WORD = /[\p{L}\p{M}\p{N}\p{DI}]+/gu;
const HOST = /[\p{L}\p{N}][.@][\p{L}\p{N}]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
const NOT_ASCII = /[^\u0000-\u007f]/u;
const LETTERS_NAMED_MAX = 6;

export interface LookAlike {
  readonly start: number;
  readonly end: number;
  readonly note: string;
}

/** In document order and without overlap. `address`: letters outside ASCII in an e-mail address count too. */
export function lookAlikes(text: string, address = false): LookAlike[] {
  if (!NOT_ASCII.test(text)) return [];
  const found: LookAlike[] = [];
  for (const { index, 0: match } of text.matchAll(CHUNK)) {
    const chunk = match.replace(TRAILING, "");
    if (!NOT_ASCII.test(chunk)) continue;
    const words = HOST.test(chunk) ? [chunk] : (chunk.match(WORD) ?? []);
    const notes = words.map(mixtureOf).filter((note) => note !== null);
    if (notes.length === 0 && address && chunk.includes("@")) notes.push(...strangersOf(chunk));
    if (notes.length > 0) found.push({ start: index, end: index + chunk.length, note: notes.join("; ") });
  }
  return found;
}

function mixtureOf(word: string): string | null {
  const scripts = SCRIPTS.filter(([, letters]) => letters.test(word));
  if (scripts.length < 2) return null;
  const others = [...word].filter((char) => scripts.slice(1).some(([, letters]) => letters.test(char)));
  return `${scripts.map(([name]) => name).join(" and ")} mixed: ${listed(others)}`;
}

function strangersOf(address: string): string[] {
  const letters = [...address].filter((char) => NOT_ASCII.test(char) && /[\p{L}\p{N}]/u.test(char));
  return letters.length > 0 ? [`Not plain ASCII: ${listed(letters)}`] : [];
}

function listed(letters: readonly string[]): string {
  const distinct = [...new Set(letters)];
  const named = distinct
    .slice(0, LETTERS_NAMED_MAX)
    .map((char) => `${char} ${uPlus(char.codePointAt(0) ?? 0)}`);
  const rest = distinct.length - named.length;
  return named.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
