/** What assertions look at: the character before a place, and the one after it. */

/** As re2js numbers them, and one of ours. */
export const LOOK = {
  beginLine: 1,
  endLine: 2,
  beginText: 4,
  endText: 8,
  wordBoundary: 16,
  noWordBoundary: 32,
  /** Not within a character. */
  characterBoundary: 64,
} as const;

/** Kinds of neighbour. `edge`: there is none, the text begins or ends here; `inside`: any but the first byte of a character. */
export const NEIGHBOUR = { edge: 0, newline: 1, word: 2, other: 3, inside: 4 } as const;
export const NEIGHBOURS = 5;

/** As RE2 has it: of ASCII only. */
const WORD = /[0-9A-Za-z_]/;

export const neighbourOf = (byte: number): number => {
  if (byte === 0x0a) return NEIGHBOUR.newline;
  if (byte >= 0x80 && byte < 0xc0) return NEIGHBOUR.inside;
  return WORD.test(String.fromCharCode(byte)) ? NEIGHBOUR.word : NEIGHBOUR.other;
};

/** Whether all assertions of `look` hold between the two. */
export function holds(look: number, before: number, after: number): boolean {
  const { edge, newline, word, inside } = NEIGHBOUR;
  if ((look & LOOK.characterBoundary) !== 0 && after === inside) return false;
  if ((look & LOOK.beginText) !== 0 && before !== edge) return false;
  if ((look & LOOK.endText) !== 0 && after !== edge) return false;
  if ((look & LOOK.beginLine) !== 0 && before !== edge && before !== newline) return false;
  if ((look & LOOK.endLine) !== 0 && after !== edge && after !== newline) return false;
  const isBoundary = (before === word) !== (after === word);
  if ((look & LOOK.wordBoundary) !== 0 && !isBoundary) return false;
  return (look & LOOK.noWordBoundary) === 0 || !isBoundary;
}
