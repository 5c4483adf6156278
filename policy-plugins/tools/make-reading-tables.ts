// Writes sdk/reading-tables.ts: what each character reads as, and its lower case, from the Unicode Character Database that Node
// carries, from the confusables of UTS 39 and from look-alikes.ts. Run by hand, never in the build: the tables are pinned, so that a new Node or workerd
// cannot change a verdict. docs/spec/reading.md has the rules.
//
//     node policy-plugins/tools/make-reading-tables.ts

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { asciiOf, CONFUSABLES_VERSION } from "./confusables.ts";
import { isOnlyBeside, isOwnSign, lookAlikes, unlike } from "./look-alikes.ts";

/** Of sdk/reading-fold.ts: what stands in the tables beside code points. Surrogates, so that none is one. */
const DROPPED = 0xd800;
const MARK = 0xd801;
const VOWEL_SIGN = 0xd802;
const BESIDE = 0xd900;
const TEXTS = 0xda00;

const BLOCK = 64;
/** Beyond this nothing folds but the compatibility ideographs, tags and variation selectors. */
const END = 0x20000;

const utf8Size = (text: string): number => Buffer.byteLength(text);

const by = new Map<string, string>();

/** What a letter reads as beside others only, as ASCII. */
const beside = new Map<string, string>();

function addLookAlikes(): void {
  for (const list of lookAlikes) {
    for (const [ascii, characters] of Object.entries(list)) {
      for (const character of characters) by.set(character, ascii);
    }
  }
  for (const [character, text] of Object.entries(unlike)) by.set(character, text);
}

/** Of the standard, what reads as nothing of ASCII by its decomposition. */
function addConfusables(): void {
  for (let code = 0x80; code < END; code++) {
    const character = String.fromCodePoint(code);
    if (isOwnSign(character) || by.has(character) || !/^[\p{L}\p{Mc}\p{N}\p{P}\p{S}]$/u.test(character))
      continue;
    const ascii = asciiOf(character);
    // An accent by itself is a blank with one, by its decomposition.
    if (ascii === null || (isAscii(foldParts(character)) && foldParts(character) !== " ")) continue;
    if (!isOnlyBeside(character, ascii)) by.set(character, ascii);
    else beside.set(character, ascii.toLowerCase());
  }
}

const isAscii = (text: string): boolean => /^[\0-\x7f]+$/.test(text);

/** Where one case reads as ASCII, the other reads as the same, so that case makes no difference. */
function addOtherCases(): void {
  for (const [character, ascii] of [...by]) {
    if (!/^[\x21-\x7e]{1,2}$/.test(ascii)) continue;
    const lower = character.toLowerCase();
    const upper = character.toUpperCase();
    if (isUnread(lower)) by.set(lower, ascii.toLowerCase());
    if (isUnread(upper)) by.set(upper, ascii.toUpperCase());
  }
  // A final sigma is a sigma.
  by.set("ς", by.get("σ") ?? "σ");
}

const isUnread = (text: string): boolean =>
  [...text].length === 1 && utf8Size(text) > 1 && !by.has(text) && !isAscii(foldParts(text));

function addRange(first: number, texts: Iterable<string>): void {
  let code = first;
  for (const text of texts) by.set(String.fromCodePoint(code++), text);
}

const capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const small = capitals.toLowerCase();
const upTo = (first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, index) => String(first + index));

function addSymbols(): void {
  addRange(0x2474, upTo(1, 20)); // in parentheses
  addRange(0x249c, small);
  addRange(0x24eb, upTo(11, 20)); // white on black
  addRange(0x24f5, upTo(1, 10));
  addRange(0x24ff, ["0"]);
  addRange(0x2776, upTo(1, 10));
  addRange(0x2780, upTo(1, 10));
  addRange(0x278a, upTo(1, 10));
  addRange(0x1f10b, ["0", "0"]);
  addRange(0x1f110, capitals); // in parentheses
  addRange(0x1f12a, ["S", "C", "R"]);
  addRange(0x1f130, capitals);
  addRange(0x1f150, capitals); // white on black
  addRange(0x1f170, capitals);
  addRange(0x1f1e6, capitals); // of flags
  addRange(0x1d165, []);
  // Braille's letters, by their dots.
  const dots =
    "1 12 14 145 15 124 1245 125 24 245 13 123 134 1345 135 1234 12345 1235 234 2345 136 1236 2456 1346 13456 1356";
  dots.split(" ").forEach((cell, index) => {
    const bits = [...cell].reduce((sum, dot) => sum | (1 << (Number(dot) - 1)), 0);
    by.set(String.fromCodePoint(0x2800 + bits), small[index] ?? "");
  });
  by.set("\u2800", " ");
}

function addSigns(): void {
  const signs: Record<string, string> = {
    "-": "‐‑‒–—―⁃˗−➖⸺⸻﹘﹣－〜〰ー𐆑ⲻ".replace("ー", ""),
    "'": "‘’‚‛′‵ʹʼʻʽˈˊˋ´＇׳᾿‹›`".replace("`", ""),
    '"': "“”„‟″‶«»〝〞〟＂״ˮ❝❞❠",
    "/": "⁄∕⧸╱⟋",
    "|": "∣⏐│┃",
    ".": "․。｡𝅭",
    ",": "、﹐︐︑",
    ":": "∶ː꞉׃܃܄",
    "*": "∗⁎٭✱✲",
    "~": "∼˜",
    _: "‿",
    "<": "˂≺❮𝈶",
    ">": "˃≻❯𝈷",
    "+": "➕᛭",
    "=": "᐀゠꓿",
    "\n": "\u0085\u2028\u2029",
    ss: "ß",
    SS: "ẞ",
    ae: "æ",
    AE: "Æ",
    oe: "œ",
    OE: "Œ",
    th: "þ",
    TH: "Þ",
    d: "ð",
    i: "ı",
    j: "ȷ",
    s: "ſ",
  };
  for (const [text, characters] of Object.entries(signs))
    for (const character of characters) by.set(character, text);
}

const is = (pattern: RegExp, character: string): boolean => pattern.test(character);
// Accents and points that a reader may leave out; a vowel sign of an Indic script is none of them.
const accent = /^(?:\p{Mn}|\p{Me})$/u;
const accentScripts =
  /^[\p{Script=Inherited}\p{Script=Common}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Coptic}\p{Script=Glagolitic}\p{Script=Armenian}]$/u;
/** A part of the kana before them, never an accent. */
const voiced = new Set(["\u3099", "\u309a"]);

function kindOf(character: string): number {
  if (is(/^\p{Default_Ignorable_Code_Point}$/u, character) || is(/^\p{Cf}$/u, character)) return DROPPED;
  if (!is(accent, character) || voiced.has(character)) return 0;
  return is(accentScripts, character) ? MARK : VOWEL_SIGN;
}

function digitOf(character: string): string | null {
  if (!is(/^\p{Nd}$/u, character)) return null;
  let zero = character.codePointAt(0) ?? 0;
  // Digits stand ten by ten, and the mathematical ones five times ten from U+1D7CE on.
  if (zero >= 0x1d7ce && zero <= 0x1d7ff) return String((zero - 0x1d7ce) % 10);
  let value = 0;
  while (value < 10 && is(/^\p{Nd}$/u, String.fromCodePoint(--zero))) value++;
  return String(value % 10);
}

/** One character of a decomposition. */
function foldOne(character: string): string {
  const known = by.get(character);
  if (known !== undefined) return known;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return character;
  const digit = digitOf(character);
  if (digit !== null) return digit;
  if (is(/^\p{Zs}$/u, character)) return " ";
  const kind = kindOf(character);
  return kind === DROPPED || kind === MARK ? "" : character;
}

const isHangul = (code: number): boolean =>
  (code >= 0x1100 && code < 0x1200) ||
  (code >= 0x3130 && code < 0x3190) ||
  (code >= 0xa960 && code < 0xa980) ||
  (code >= 0xac00 && code < 0xd800) ||
  (code >= 0xffa0 && code < 0xffdd);

const foldParts = (character: string): string =>
  [...character.normalize("NFKD")].map(foldOne).join("").normalize("NFC");

/** What a character reads as. */
function fold(code: number): string {
  const character = String.fromCodePoint(code);
  const known = by.get(character);
  if (known !== undefined) return known;
  if (isHangul(code)) return character;
  const folded = foldParts(character);
  // A ligature of many words, such as U+FDFA, would make the text many times as long.
  if (utf8Size(folded) > 2 * utf8Size(character) || folded === "") return character;
  const lower = folded.toLowerCase();
  return utf8Size(lower) === utf8Size(folded) ? folded : lower;
}

const texts: string[] = [];
/** Of each, what it reads as by itself in the lower half, and beside a letter: one character of ASCII, or two. */
const besides: number[] = [];

function besideEntry(code: number, ascii: string): number {
  const itself = fold(code).codePointAt(0) ?? 0;
  if (itself > 0xffff || ascii.length > 2) throw new Error(`no room for ${String.fromCodePoint(code)}`);
  besides.push((itself | (ascii.charCodeAt(0) << 16) | ((ascii.charCodeAt(1) || 0) << 24)) >>> 0);
  return BESIDE + besides.length - 1;
}

function entryOf(code: number): number {
  if (code < 0x80 || (code >= 0xd800 && code < 0xe000)) return 0;
  const character = String.fromCodePoint(code);
  const letters = beside.get(by.has(character) ? character : fold(code));
  if (letters !== undefined) return besideEntry(code, letters);
  if (!by.has(character)) {
    const kind = kindOf(character);
    if (kind !== 0) return kind;
  }
  const folded = fold(code);
  if (folded === character) return 0;
  const point = folded.codePointAt(0) ?? 0;
  if ([...folded].length === 1 && point < 0x10000) return point;
  if (!texts.includes(folded)) texts.push(folded);
  return TEXTS + texts.indexOf(folded);
}

function lowerOf(code: number): number {
  if (code < 0x80 || code > 0xffff || (code >= 0xd800 && code < 0xe000)) return 0;
  const character = String.fromCodePoint(code);
  const lower = character.toLowerCase();
  const point = lower.codePointAt(0) ?? 0;
  return lower !== character && [...lower].length === 1 && utf8Size(lower) === utf8Size(character)
    ? point
    : 0;
}

/** Two stages: which block a character is in, and the blocks, each once. */
function trie(of: (code: number) => number, end: number): { index: number[]; values: number[] } {
  const seen = new Map<string, number>();
  const index: number[] = [];
  const values: number[] = [];
  for (let first = 0; first < end; first += BLOCK) {
    const block = Array.from({ length: BLOCK }, (_, offset) => of(first + offset));
    const key = block.join();
    let at = seen.get(key);
    if (at === undefined) {
      at = values.length / BLOCK;
      seen.set(key, at);
      values.push(...block);
    }
    index.push(at);
  }
  return { index, values };
}

addLookAlikes();
addSymbols();
addSigns();
addConfusables();
addOtherCases();

/** A literal of eight bytes takes the compiler no longer than one of two. */
function packed(name: string, numbers: number[], size: 1 | 2 | 4): string {
  const bytes = Buffer.alloc(Math.ceil((numbers.length * size) / 8) * 8);
  numbers.forEach((number, at) => {
    if (size === 1) bytes.writeUInt8(number, at);
    else if (size === 2) bytes.writeUInt16LE(number, at * 2);
    else bytes.writeUInt32LE(number, at * 4);
  });
  const words = Array.from(
    { length: bytes.length / 8 },
    (_, at) => `0x${bytes.readBigUInt64LE(at * 8).toString(16)}`,
  );
  const lines: string[] = [];
  for (let at = 0; at < words.length; at += 6) lines.push(`  ${words.slice(at, at + 6).join(", ")},`);
  return `export const ${name}: usize = memory.data<u64>([\n${lines.join("\n")}\n]);\n`;
}

const folding = trie(entryOf, END);
const lower = trie(lowerOf, 0x10000);
const textBytes: number[] = [];
const textStarts = texts.map((text) => {
  const bytes = Buffer.from(text);
  textBytes.push(bytes.length, ...bytes);
  return textBytes.length - bytes.length - 1;
});

const sizes = [folding.index, folding.values, lower.index, lower.values, textStarts].map(
  (list) => list.length * 2,
);
console.log("bytes", sizes, textBytes.length, "texts", texts.length, "beside", besides.length);
if (Math.max(...folding.index) > 0xffff || Math.max(...lower.index) > 0xff)
  throw new Error("an index is too small");
if (BESIDE + besides.length > TEXTS) throw new Error("too many letters read otherwise beside others");

writeFileSync(
  join(import.meta.dirname, "../sdk/reading-tables.ts"),
  `// Written by tools/make-reading-tables.ts with Unicode ${process.versions.unicode} and the confusables of UTS 39 ${CONFUSABLES_VERSION}. Do not edit.
//
// Data from the Unicode Character Database and UTS 39, (c) Unicode, Inc., Unicode-3.0 licence: see NOTICE.
// Numbers are little-endian, packed into 64 bits.

/** Blocks of ${BLOCK} characters: u16 each. */
${packed("FOLD_INDEX", folding.index, 2)}
/** u16: see fold.ts. */
${packed("FOLD_VALUES", folding.values, 2)}
/** Where each text begins, u16. */
${packed("TEXT_STARTS", textStarts, 2)}
/** Of each text its size and its bytes. */
${packed("TEXT_BYTES", textBytes, 1)}
/** Of letters that read otherwise beside others: themselves, u16, and one or two bytes of ASCII. */
${packed("BESIDES", besides, 4)}
/** u8 each. */
${packed("LOWER_INDEX", lower.index, 1)}
/** u16: the lower case; 0: itself. */
${packed("LOWER_VALUES", lower.values, 2)}`,
);
