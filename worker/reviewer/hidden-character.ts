/** Characters that a reader cannot see or that move the text around them, and how the page writes them out. */

/**
 * Everything that is invisible, reorders text or has no agreed look: controls, format characters, lone
 * surrogates, private and unassigned code points, default ignorables (zero-width, tags, variation selectors,
 * fillers) and spaces other than the ordinary one. Left alone: line feed, tab, and the ideographic space,
 * which is ordinary in Chinese and Japanese and plainly wide.
 *
 * An emoji sequence of Unicode's closed list keeps its joiners: nothing can hide in a closed list. From the
 * fifth combining mark on one letter, marks are written out too, since they pile over other lines.
 */
const TOKEN =
  /(?<emoji>\p{RGI_Emoji})|(?<newline>\r\n)|[[\p{C}\p{Z}\p{DI}\u2800]--[\n\t \u3000]]|(?<=\p{M}{4})\p{M}/gv;
const LINE_BREAK = /\r\n|[\n\t]/g;

export interface HiddenCharacter {
  readonly start: number;
  readonly end: number;
  readonly codePoint: number;
}

/** `line`: in a single line such as a subject, where a line break or tab is as suspicious as the rest. */
export function* hiddenCharacters(text: string, line: boolean): Generator<HiddenCharacter> {
  for (const match of text.matchAll(TOKEN)) {
    if (match.groups?.emoji !== undefined || match.groups?.newline !== undefined) continue;
    yield at(text, match.index, match.index + match[0].length);
  }
  if (!line) return;
  for (const { index, 0: found } of text.matchAll(LINE_BREAK)) {
    for (let offset = 0; offset < found.length; offset++) yield at(text, index + offset, index + offset + 1);
  }
}

function at(text: string, start: number, end: number): HiddenCharacter {
  return { start, end, codePoint: text.codePointAt(start) ?? 0 };
}

const TAG_FIRST = 0xe0020;
const TAG_LAST = 0xe007e;
/** Tag characters spell ASCII invisibly: a message to a model that no person sees. */
export const isTag = (codePoint: number): boolean => codePoint >= TAG_FIRST && codePoint <= TAG_LAST;

/** `⟨U+202E⟩`, `⟨U+200B⟩ × 12`, or for tag characters what they spell: `⟨hidden tags: ignore⟩`. */
export function escapeOf(codePoints: readonly number[]): string {
  const [first = 0] = codePoints;
  if (isTag(first))
    return `⟨hidden tags: ${codePoints.map((tag) => String.fromCodePoint(tag - 0xe0000)).join("")}⟩`;
  return `⟨${uPlus(first)}⟩${codePoints.length > 1 ? ` × ${codePoints.length}` : ""}`;
}

export const uPlus = (codePoint: number): string =>
  `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;

/** Names as in the Unicode Character Database, for those that are met; the rest by their kind. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x0000, "null"],
  [0x0009, "tab"],
  [0x000a, "line feed"],
  [0x000d, "carriage return"],
  [0x001b, "escape"],
  [0x0085, "next line"],
  [0x00a0, "no-break space"],
  [0x00ad, "soft hyphen"],
  [0x034f, "combining grapheme joiner"],
  [0x061c, "Arabic letter mark"],
  [0x115f, "Hangul choseong filler"],
  [0x180e, "Mongolian vowel separator"],
  [0x200b, "zero width space"],
  [0x200c, "zero width non-joiner"],
  [0x200d, "zero width joiner"],
  [0x200e, "left-to-right mark"],
  [0x200f, "right-to-left mark"],
  [0x2028, "line separator"],
  [0x2029, "paragraph separator"],
  [0x202a, "left-to-right embedding"],
  [0x202b, "right-to-left embedding"],
  [0x202c, "pop directional formatting"],
  [0x202d, "left-to-right override"],
  [0x202e, "right-to-left override"],
  [0x202f, "narrow no-break space"],
  [0x2060, "word joiner"],
  [0x2066, "left-to-right isolate"],
  [0x2067, "right-to-left isolate"],
  [0x2068, "first strong isolate"],
  [0x2069, "pop directional isolate"],
  [0x2800, "Braille pattern blank"],
  [0x3164, "Hangul filler"],
  [0xfeff, "zero width no-break space"],
]);

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\p{Variation_Selector}/u, "variation selector, invisible"],
  [/\p{Cc}/u, "control character"],
  [/\p{Cs}/u, "half of a surrogate pair"],
  [/\p{Co}/u, "private-use character, without an agreed look"],
  [/\p{Cn}/u, "unassigned character"],
  [/\p{Z}/u, "space of unusual width"],
  [/\p{M}/u, "combining mark in a pile of them"],
];

export function nameOf(codePoints: readonly number[]): string {
  const [first = 0] = codePoints;
  const count = codePoints.length > 1 ? `, ${codePoints.length} times` : "";
  if (isTag(first)) return `${codePoints.length} invisible tag characters from ${uPlus(first)} on`;
  const text = String.fromCodePoint(first);
  const name = NAMES.get(first) ?? KINDS.find(([kind]) => kind.test(text))?.[1] ?? "invisible character";
  return `${uPlus(first)} ${name}${count}`;
}
