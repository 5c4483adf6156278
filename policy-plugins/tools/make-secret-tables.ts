// Writes secrets/tables.ts: what secrets/providers.json (how tokens look), secrets/words.json (what stands before a
// secret) and secrets/seed-words.txt (the English list of BIP-39) come to for one pass over a text. Run by hand after a change of either, never in the build: what is found is
// pinned with the policy.
//
//     node policy-plugins/tools/make-secret-tables.ts

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataSource } from "./data-source.ts";

interface Provider {
  id: string;
  rule: string;
  /** Texts that a token begins with, or that are its middle where there is a `before`; as written, case and all. */
  prefixes?: string[];
  /** Texts near a token that has no prefix of its own, in any case. */
  words?: string[];
  /** What stands before the prefix: parts of fixed lengths only. */
  before?: string;
  /** What follows the prefix: `class:length`, `class:least-most`, `class:least+`, and 'literals'. */
  token: string;
  /** The prefix may stand inside a word. */
  anywhere?: boolean;
}

const folder = join(import.meta.dirname, "../secrets");
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const providers: Provider[] = read("providers.json");
const words: Record<string, string[]> = read("words.json");

const digits = "0123456789";
const lower = "abcdefghijklmnopqrstuvwxyz";
const upper = lower.toUpperCase();
const alnum = lower + upper + digits;

/** Classes of characters, by name: those that tokens are made of, then those that only the scanner needs. */
const classes: Record<string, string | ((code: number) => boolean)> = {
  digit: digits,
  hex: `${digits}abcdef`,
  hexany: `${digits}abcdefABCDEF`,
  hexh: `${digits}abcdefghABCDEFGH`,
  base36: lower + digits,
  upper: upper + digits,
  base32: `${upper}234567`,
  bech32: "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
  alnum,
  word: `${alnum}_`,
  hyphen36: `${alnum}-`,
  url: `${alnum}_-`,
  hyphened: `${alnum}-`,
  b64: `${alnum}+/`,
  b64eq: `${alnum}+/=`,
  urleq: `${alnum}_-=`,
  urldot: `${alnum}_-=.`,
  azure: `${alnum}_-.~`,
  wide: `${alnum}_-=.+/~%`,
  candidate: `${alnum}_-.+/~%`,
  crypt: `${alnum}./`,
  django: `${lower}${digits}!@#$%^&*(-_=+)`,
  printable: (code) => code > 0x20 && code < 0x7f && !"\"'`<>\\".includes(String.fromCharCode(code)),
  password: (code) => code > 0x20 && code !== 0x7f && !"\"'`<>".includes(String.fromCharCode(code)),
  authority: (code) => code > 0x20 && code !== 0x7f && !"\"'`<>/?#\\".includes(String.fromCharCode(code)),
  filler: (code) => code >= 0x80 || `${alnum} \t_-/()[]'"\\&$@`.includes(String.fromCharCode(code)),
};
const classNames = Object.keys(classes);

function classBits(code: number): number {
  return classNames.reduce((bits, name, index) => {
    const of = classes[name];
    const isIn = typeof of === "function" ? of(code) : of?.includes(String.fromCharCode(code));
    return isIn ? bits | (1 << index) : bits;
  }, 0);
}

/** How many characters a class has, for what its tokens' entropy is at least. */
const classSize = (name: string) => (typeof classes[name] === "string" ? classes[name].length : 64);

interface Part {
  literal?: string;
  class?: string;
  least: number;
  most: number;
}

const NO_MOST = 0xffff;

function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  const rest = text.replace(/\s*(?:'([^']*)'|([a-z0-9]+):(\d+)(?:-(\d+)|(\+))?)/g, (...match: string[]) => {
    const [, literal, name, least, most, more] = match;
    if (literal !== undefined) parts.push({ literal, least: literal.length, most: literal.length });
    else {
      if (name === undefined || !(name in classes)) throw new Error(`no class ${name} in ${text}`);
      parts.push({ class: name, least: Number(least), most: more ? NO_MOST : Number(most ?? least) });
    }
    return "";
  });
  if (rest.trim() !== "") throw new Error(`what is ${rest} in ${text}?`);
  return parts;
}

// The programs that tokens are matched by: an operation a part (see token.ts).
const LITERAL = 1;
const RUN = 2;
const programs: number[] = [0];
const known = new Map<string, number>();

function programOf(parts: Part[]): number {
  const bytes = parts.flatMap(({ literal, class: name, least, most }) =>
    literal === undefined
      ? [RUN, classNames.indexOf(name ?? ""), least & 255, least >> 8, most & 255, most >> 8]
      : [LITERAL, literal.length, ...Buffer.from(literal)],
  );
  bytes.push(0);
  const key = bytes.join();
  let at = known.get(key);
  if (at === undefined) {
    at = programs.length;
    programs.push(...bytes);
    known.set(key, at);
  }
  return at;
}

/**
 * Sixteenths of a bit that a token's characters must have on the average: below what as many random ones have, and above
 * fillers. Some of an alphabet's tokens are hexadecimal, or digits in part, so no more than those have.
 */
function entropyOf(parts: Part[]): number {
  const runs = parts.filter(({ class: name }) => name !== undefined);
  const length = runs.reduce((sum, { least }) => sum + least, 0);
  const size = Math.min(16, ...runs.map(({ class: name }) => classSize(name ?? "")));
  return length < 8 ? 0 : Math.floor(Math.log2(Math.min(size, length)) * 0.72 * 16);
}

// What a definition says beside its program; see tables.ts.
const IS_WORD = 1;
const NEEDS_DIGIT = 2;
const IS_BARE = 8;

const rules = [...new Set(providers.map(({ rule }) => rule))];

interface Definition {
  program: number;
  before: number;
  rule: number;
  flags: number;
  item: number;
  entropy: number;
}

/** A text that makes the scanner look closer: a prefix, or a word; what it means, and what may be there. */
interface Anchor {
  text: string;
  isExact: boolean;
  meaning: string;
  beginsWord: boolean;
  definitions: Definition[];
}

const anchors = new Map<string, Anchor>();

function anchorOf(text: string, isExact: boolean): Anchor {
  const key = `${isExact}${text}`;
  const made = anchors.get(key) ?? { text, isExact, meaning: "NONE", beginsWord: false, definitions: [] };
  anchors.set(key, made);
  return made;
}

/** The scanner looks for three characters at least: a shorter prefix is continued with all that may follow. */
function expand(prefix: string, parts: Part[]): { prefix: string; parts: Part[] }[] {
  if (prefix.length >= 3) return [{ prefix, parts }];
  const [first, ...rest] = parts;
  const characters = first?.class === undefined ? undefined : classes[first.class];
  if (first === undefined || typeof characters !== "string") throw new Error(`${prefix} is too short`);
  const shorter = { ...first, least: first.least - 1, most: first.most - 1 };
  return [...characters].flatMap((character) => expand(prefix + character, [shorter, ...rest]));
}

for (const [item, provider] of providers.entries()) {
  const { prefixes = [], words: near = [], before, token, anywhere } = provider;
  const parts = partsOf(token);
  const entropy = entropyOf(parts);
  const rule = rules.indexOf(provider.rule);
  for (const word of near) {
    const program = programOf(parts);
    const definition = { program, before: 0, rule, flags: IS_WORD | NEEDS_DIGIT, item, entropy };
    anchorOf(word, false).definitions.push(definition);
  }
  for (const written of prefixes) {
    for (const { prefix, parts: rest } of expand(written, parts)) {
      const isBare = /^[A-Za-z0-9]+$/.test(prefix);
      const isLong = rest.reduce((sum, { least }) => sum + least, 0) >= 16;
      const isMixed = rest.some(
        ({ class: name = "digit" }) => String(classes[name]).includes(lower + digits) || classSize(name) > 60,
      );
      let flags = isBare ? IS_BARE : 0;
      // Short prefixes begin names in programs too.
      if (prefix.length <= 4 && isLong && isMixed && prefix !== "hf_") flags |= NEEDS_DIGIT;
      const beforeProgram = before === undefined ? 0 : programOf(partsOf(before).reverse());
      const program = programOf(rest);
      const anchor = anchorOf(prefix, true);
      anchor.definitions.push({ program, before: beforeProgram, rule, flags, item, entropy });
      // What a sign begins is no part of the word before it.
      anchor.beginsWord = before === undefined && !anywhere && /^[A-Za-z0-9]/.test(prefix);
    }
  }
}
const meanings = ["NONE", ...Object.keys(words)];
for (const [meaning, texts] of Object.entries(words)) {
  for (const text of texts) Object.assign(anchorOf(text, false), { meaning, beginsWord: meaning === "JWT" });
}

// Anchors by a hash of their first three characters, folded; the longest first.
const HASH_BITS = 13;
const headOf = (text: string) => {
  const folded = text.toLowerCase();
  return folded.charCodeAt(0) | (folded.charCodeAt(1) << 8) | (folded.charCodeAt(2) << 16);
};
const hashOf = (text: string) => Math.imul(headOf(text), 0x9e3779b1) >>> (32 - HASH_BITS);
const sorted = [...anchors.values()].sort(
  (a, b) => hashOf(a.text) - hashOf(b.text) || b.text.length - a.text.length || (a.text < b.text ? -1 : 1),
);

const u16 = (value: number) => [value & 255, value >> 8];

const texts: number[] = [];
const definitions: Definition[] = [];
const buckets = new Array(1 << HASH_BITS).fill(0);
const anchorBytes: number[] = new Array(16).fill(0);
for (const [index, { text, isExact, meaning, beginsWord, definitions: own }] of sorted.entries()) {
  const hash = hashOf(text);
  if (buckets[hash] === 0) buckets[hash] = index + 1;
  const next = sorted[index + 1];
  const isLast = next === undefined || hashOf(next.text) !== hash;
  const folded = isExact ? text : text.toLowerCase();
  const flags = (isLast ? 1 : 0) | (isExact ? 2 : 0) | (beginsWord ? 4 : 0);
  const bytes = [...Buffer.from(folded)];
  const eight = Array.from({ length: 8 }, (_, at) => bytes[at] ?? 0);
  const meaningIndex = meanings.indexOf(meaning);
  anchorBytes.push(...eight, ...u16(texts.length), bytes.length, flags, meaningIndex, own.length);
  anchorBytes.push(...u16(definitions.length));
  texts.push(...bytes.slice(8));
  definitions.push(...own);
}

const definitionBytes = definitions.flatMap(({ program, before, rule, flags, item, entropy }) => [
  ...u16(program),
  ...u16(before),
  rule,
  flags,
  ...u16(item),
  entropy,
  0,
]);

const lines = [
  "// Written by tools/make-secret-tables.ts from providers.json and words.json. Do not edit.",
  "",
];
const addTable = (name: string, type: string, values: number[], comment: string) => {
  lines.push(`/** ${comment} */`, `export const ${name}: usize = memory.data<${type}>([`);
  for (let at = 0; at < values.length; at += 24) lines.push(`  ${values.slice(at, at + 24).join(", ")},`);
  lines.push(type === "u8" ? "], 4);" : "]);", "");
};
addTable(
  "CLASSES",
  "u32",
  Array.from({ length: 256 }, (_, code) => classBits(code)),
  "The classes of each byte, a bit each.",
);
addTable("BUCKETS", "u16", buckets, "The first anchor with a hash; 0: none.");
addTable("ANCHORS", "u8", anchorBytes, "Anchors: see anchors.ts.");
addTable("ANCHOR_TEXTS", "u8", texts, "What they spell after their eighth byte.");
addTable("DEFINITIONS", "u8", definitionBytes, "What may be at an anchor: see anchors.ts.");
addTable("PROGRAMS", "u8", programs, "How it looks: see token.ts.");
/** What a character adds to what is counted of a value, a byte each: letters, digits, signs, letters beyond `f`. */
function tallyOf(code: number): number {
  const character = String.fromCharCode(code).toLowerCase();
  if (code >= 0x80) return 1;
  if (lower.includes(character)) return character > "f" ? 0x01000001 : 1;
  if (digits.includes(character)) return 0x100;
  return "!#$%&*+?@^~".includes(character) ? 0x10000 : 0;
}

/** 0: a sign, 1: a digit, 2: a capital, 3: another letter. */
function kindOf(code: number): number {
  const character = String.fromCharCode(code);
  return digits.includes(character) ? 1 : upper.includes(character) ? 2 : lower.includes(character) ? 3 : 0;
}

// What people write where a secret belongs, by four of its letters, in a table that a multiplication finds a place in; and the
// fifth, where there is one: four letters alone stand in a random token now and then.
const fillers = [
  "examp",
  "sampl",
  "dummy",
  "place",
  "your",
  "chang",
  "redac",
  "inser",
  "repla",
  "fake",
  "xxxx",
  "****",
];
const FILLER_BITS = 6;
const fillerNumbers = fillers.map((text) => Buffer.from(text.slice(0, 4)).readUInt32LE());
const fillerSpread = findSpread();

function findSpread(): number {
  for (let spread = 0x9e3779b1; ; spread += 2) {
    const places = fillerNumbers.map((number) => Math.imul(number, spread) >>> (32 - FILLER_BITS));
    if (new Set(places).size === fillers.length) return spread;
  }
}

const placeOfFiller = (number: number) => Math.imul(number, fillerSpread) >>> (32 - FILLER_BITS);
const fillerTable = new Array(1 << FILLER_BITS).fill(0);
const fifths = new Array(1 << FILLER_BITS).fill(0);
for (const [index, number] of fillerNumbers.entries()) {
  fillerTable[placeOfFiller(number)] = number;
  fifths[placeOfFiller(number)] = fillers[index]?.charCodeAt(4) || 0;
}
addTable("FILLERS", "u32", fillerTable, "Four letters of fillers, by a hash of them.");
addTable("FIFTHS", "u8", fifths, "The letter behind them; 0: any.");
lines.push(`export const FILLER_SPREAD: u32 = ${fillerSpread};`);
lines.push(`export const FILLER_SHIFT: u32 = ${32 - FILLER_BITS};`, "");
const codes = Array.from({ length: 256 }, (_, code) => code);
addTable(
  "TALLIES",
  "u32",
  codes.map(tallyOf),
  "What each byte adds to a value's letters, digits, signs and letters beyond f.",
);
addTable("KINDS", "u8", codes.map(kindOf), "0: a sign, 1: a digit, 2: a capital, 3: another letter.");
const log2 = Array.from({ length: 257 }, (_, count) =>
  Math.round(count * Math.log2(Math.max(1, count)) * 16),
);
addTable("COUNT_LOG2", "u16", log2, "n times the binary logarithm of n, in sixteenths.");
lines.push(`export const HASH_SHIFT: u32 = ${32 - HASH_BITS};`, "");
const seedWords = readFileSync(join(folder, "seed-words.txt"), "utf8").trim().split("\n");
const seedBytes = new BigUint64Array(
  seedWords.map((word) => Buffer.from(word.padEnd(8, "\0")).readBigUInt64BE()),
);
lines.push(
  dataSource(
    "SEED_WORDS",
    "/** The words of a wallet in their order: their letters, the first the highest byte. */",
    new Uint8Array(seedBytes.buffer),
  ),
);
const firsts = [...lower].map((letter) => seedWords.findIndex((word) => word >= letter));
addTable(
  "SEED_FIRSTS",
  "u16",
  firsts.map((first) => (first < 0 ? seedWords.length : first)).concat(seedWords.length),
  "The first of them from each letter on.",
);
lines.push("/** Places of the classes' bits. */", "export namespace Class {");
for (const [index, name] of classNames.entries())
  lines.push(`  export const ${name.toUpperCase()}: u32 = ${index};`);
lines.push(
  "}",
  "",
  "/** What an anchor means beside the tokens that begin with it. */",
  "export namespace Meaning {",
);
for (const [index, name] of meanings.entries()) lines.push(`  export const ${name}: u8 = ${index};`);
lines.push("}", "", "export function ruleOf(index: u8): string {", "  switch (index) {");
for (const [index, rule] of rules.entries()) {
  lines.push(
    index < rules.length - 1 ? `    case ${index}: return "${rule}";` : `    default: return "${rule}";`,
  );
}
lines.push("  }", "}");
writeFileSync(join(folder, "tables.ts"), `${lines.join("\n")}\n`);
console.log(
  `${sorted.length} anchors, ${definitions.length} definitions, ${programs.length} bytes of programs`,
);
