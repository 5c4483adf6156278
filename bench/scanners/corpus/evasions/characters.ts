/** Other characters for the same letters, and characters that nobody sees. */
import type { Random } from "../random.ts";

const mapChars = (text: string, change: (char: string) => string): string => [...text].map(change).join("");

/** Puts something between some neighbours, at least once; never at either end. */
function between(random: Random, text: string, filler: () => string): string {
  const chars = [...text];
  if (chars.length < 2) return text;
  const sure = random.int(1, chars.length - 1);
  const share = random.pick([0.2, 0.5, 1]);
  return chars
    .map((char, index) => (index === sure || (index > 0 && random.chance(share)) ? filler() + char : char))
    .join("");
}

const INVISIBLE = [..."\u200b\u200c\u200d\u2060\ufeff\u180e\u2063\ufe0f"];
const zeroWidth = (random: Random, text: string): string =>
  between(random, text, () => random.pick(INVISIBLE));

const softHyphen = (random: Random, text: string): string => between(random, text, () => "\u00ad");

/** Letters of the block of tags (E0020 to E007E): no reader shows them. */
const tagCharacters = (random: Random, text: string): string =>
  between(random, text, () => String.fromCodePoint(0xe0000 + random.int(0x20, 0x7e)));

const MARKS = [..."\u0301\u0308\u0332\u0336\u0307\u034f"];
const combining = (random: Random, text: string): string => {
  const mark = random.pick(MARKS);
  return mapChars(text, (char) => (/[a-z0-9]/i.test(char) && random.chance(0.6) ? char + mark : char));
};

const fullwidth = (_: Random, text: string): string =>
  mapChars(text, (char) =>
    /[!-~]/.test(char) ? String.fromCharCode(char.charCodeAt(0) + 0xfee0) : char === " " ? "\u3000" : char,
  );

/** Where the capitals, the small letters and the digits of a style begin; no style here has holes. */
const STYLES: readonly (readonly [number, number, number])[] = [
  [0x1d400, 0x1d41a, 0x1d7ce], // bold
  [0x1d5a0, 0x1d5ba, 0x1d7e2], // sans-serif
  [0x1d5d4, 0x1d5ee, 0x1d7ec], // sans-serif bold
  [0x1d670, 0x1d68a, 0x1d7f6], // monospace
];

function mathematical(random: Random, text: string): string {
  const [capitals, smalls, digits] = random.pick(STYLES);
  return mapChars(text, (char) => {
    if (/[A-Z]/.test(char)) return String.fromCodePoint(capitals + char.charCodeAt(0) - 65);
    if (/[a-z]/.test(char)) return String.fromCodePoint(smalls + char.charCodeAt(0) - 97);
    return /[0-9]/.test(char) ? String.fromCodePoint(digits + Number(char)) : char;
  });
}

const FROM = "AaBCcEeHIiJjKMOoPpSsTXxyNnYZvdhqw";
const CYRILLIC_AND_GREEK = "АаВСсЕеНІіЈјКМОоРрЅѕТХхуΝпΥΖνԁһԛԝ";
/** U+043F looks like n only in some fonts: kept as it is. */
const LOOK_ALIKES = new Map(
  [...FROM]
    .map((char, index) => [char, [...CYRILLIC_AND_GREEK][index] ?? char] as const)
    .filter(([char]) => char !== "n"),
);

function lookAlikes(random: Random, text: string): string {
  const share = random.pick([0.4, 0.7, 1]);
  const sure = [...text].findIndex((char) => LOOK_ALIKES.has(char));
  return [...text]
    .map((char, index) => (index === sure || random.chance(share) ? (LOOK_ALIKES.get(char) ?? char) : char))
    .join("");
}

/** The zeros of Arabic-Indic, extended Arabic-Indic, Devanagari, Bengali and Thai digits. */
const ZEROS = [0x660, 0x6f0, 0x966, 0x9e6, 0xe50];
function unicodeDigits(random: Random, text: string): string {
  const zero = random.pick(ZEROS);
  return mapChars(text, (char) => (/[0-9]/.test(char) ? String.fromCodePoint(zero + Number(char)) : char));
}

const circled = (_: Random, text: string): string =>
  mapChars(text, (char) => {
    if (char === "0") return "⓪";
    if (/[1-9]/.test(char)) return String.fromCodePoint(0x2460 + Number(char) - 1);
    if (/[A-Z]/.test(char)) return String.fromCodePoint(0x24b6 + char.charCodeAt(0) - 65);
    return /[a-z]/.test(char) ? String.fromCodePoint(0x24d0 + char.charCodeAt(0) - 97) : char;
  });

const PLAIN = "aeiouyncszAEIOU";
const ACCENTED = [
  "áàâäãå",
  "éèêë",
  "íìîï",
  "óòôöõ",
  "úùûü",
  "ýÿ",
  "ñň",
  "çč",
  "šś",
  "žź",
  "ÁÀÂÄ",
  "ÉÈÊ",
  "ÍÎ",
  "ÓÖ",
  "ÚÜ",
];
const accents = (random: Random, text: string): string =>
  mapChars(text, (char) => {
    const at = PLAIN.indexOf(char);
    return at < 0 ? char : random.pick([...(ACCENTED[at] ?? char)]);
  });

const SPACES = [..."\u00a0\u2003\u2009\u202f\u3000\u2007"];
const otherSpaces = (random: Random, text: string): string => {
  const space = random.pick(SPACES);
  return text.replaceAll(" ", space);
};

const LEET: Readonly<Record<string, readonly string[]>> = {
  a: ["4", "@"],
  e: ["3"],
  i: ["1", "!"],
  o: ["0"],
  s: ["5", "$"],
  t: ["7"],
};
const leet = (random: Random, text: string): string =>
  mapChars(text, (char) => {
    const signs = LEET[char.toLowerCase()];
    return signs !== undefined && random.chance(0.7) ? random.pick(signs) : char;
  });

const otherCase = (random: Random, text: string): string => {
  const style = random.int(0, 2);
  if (style === 0) return text.toUpperCase();
  if (style === 1) return text.toLowerCase();
  return mapChars(text, (char) => (random.chance(0.5) ? char.toUpperCase() : char.toLowerCase()));
};

export const CHARACTERS = {
  zeroWidth,
  softHyphen,
  tagCharacters,
  combining,
  fullwidth,
  mathematical,
  lookAlikes,
  unicodeDigits,
  circled,
  accents,
  otherSpaces,
  leet,
  otherCase,
};
