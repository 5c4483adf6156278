// What a byte is to the word tables: word-table.ts uses it, and make-word-bytes.ts writes it down for sdk/words.ts.

/** Which letters a digit or sign may stand for. */
export const SUBSTITUTES: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "il",
  "!": "il",
  "|": "il",
  "3": "e",
  "4": "a",
  "@": "a",
  "5": "s",
  $: "s",
  "7": "t",
  "+": "t",
  "8": "b",
};

/** Of a class: a sign, which may stand for a letter as well as end a word. */
export const SIGN = 0x20;

const CLASS_OF_FIRST_DIGIT = 27;
const BEYOND_ASCII = 0x80;
/** Leading bytes of letters that stand in words; other characters end one, or stand in writing without blanks. */
const isLetterLead = (byte: number): boolean => byte > 0xc2 && byte < 0xe2;
const isContinuation = (byte: number): boolean => byte < 0xc0;

/** What the filter and the heads know of a byte: 0 ends a word; letters have the class of every sign that may stand for them. */
export function classOf(byte: number): number {
  if (byte >= 0x80) return isLetterLead(byte) || isContinuation(byte) ? BEYOND_ASCII | (byte & ~SIGN) : 0;
  const character = String.fromCharCode(byte);
  const letter = SUBSTITUTES[character]?.charAt(0) ?? character;
  if (/[0-9]/.test(letter)) return CLASS_OF_FIRST_DIGIT + (letter.charCodeAt(0) & 3);
  if (!/[a-z]/.test(letter)) return 0;
  const value = (letter === "l" ? "i" : letter).charCodeAt(0) - 0x60;
  return /[a-z0-9]/.test(character) ? value : value | SIGN;
}

export const WORD = 1;
export const SEPARATOR = 2;

export function flagsOf(byte: number): number {
  const character = String.fromCharCode(byte);
  if (byte >= 0x80 || /[a-z0-9]/.test(character)) return WORD;
  return /[ \t\n\v\f\r_-]/.test(character) ? SEPARATOR : 0;
}

// A tree's node has a bit of 64 for each byte that one of its children may begin with: letters, digits and what stands for
// separators have one each, the others share the rest.

/** What a table's labels have for separators, as sdk/phrases.ts says. */
export const SPECIAL: Readonly<Record<string, string>> = { " ": " ", "-": "\x02", "'": "\x03" };

const FIRST_DIGIT_SLOT = 26;
const FIRST_SPECIAL_SLOT = 36;
const FIRST_OTHER_SLOT = 39;

export function slotOf(byte: number): number {
  const character = String.fromCharCode(byte);
  if (/[a-z]/.test(character)) return byte - 0x61;
  if (/[0-9]/.test(character)) return FIRST_DIGIT_SLOT + byte - 0x30;
  const special = Object.values(SPECIAL).indexOf(character);
  return special < 0 ? FIRST_OTHER_SLOT + (byte % (64 - FIRST_OTHER_SLOT)) : FIRST_SPECIAL_SLOT + special;
}

/** The bits of all that a text with this byte may go on with: the letters that it may stand for, and what may be missing. */
export function beginsOf(byte: number): bigint {
  const character = String.fromCharCode(byte);
  const wanted = [character, ...(SUBSTITUTES[character] ?? ""), ...Object.values(SPECIAL)];
  return wanted.reduce((bits, one) => bits | (1n << BigInt(slotOf(one.charCodeAt(0)))), 0n);
}
