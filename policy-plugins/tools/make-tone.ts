// Writes the tables of policy `tone`: tone/pattern-table.ts, tone/lexicon-table.ts and, from tone/grammar.txt,
// tone/grammar-table.ts. Run by hand, never in the build: tables
// are pinned.
//
//     node policy-plugins/tools/make-tone.ts

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataSource } from "./data-source.ts";
import { keyOfSlot, type LoosePhrase, looseSource, looseTables, readLoosePhrases } from "./loose-table.ts";
import { IDIOMS, LEXICON, WORD_KINDS } from "./tone-lexicon.ts";
import {
  DOUBLE_MEANINGS,
  HOSTILE,
  PRESSURE,
  PROFANITY,
  PROMISE,
  patternsOf,
  THREAT,
} from "./tone-patterns.ts";
import { classOf } from "./word-bytes.ts";
import { type WordEntry, wordTableSource } from "./word-table.ts";

const folder = join(import.meta.dirname, "../tone");

const OVERLAP_CHARS_MIN = 6;

// As tone/ has them.
const INDEX_BITS = 12;
const CATEGORY = 4096;
const WEIGHT = 1024;
const WEIGHT_ENOUGH = 3;
const THREATS = 2;
const BEGINS_IDIOM = 0x40;
const CONTINUES_IDIOM = 0x80;

/** Of a pattern in two lists of a category, the heavier one counts; in two categories, the first. */
function entries(): WordEntry[] {
  const known = new Map<string, number>();
  const add = (category: number, weight: number, patterns: readonly string[]) => {
    for (const [i, pattern] of patterns.entries()) {
      // Weak phrases count once each; strong ones need not be told apart, so that they share branches.
      const which =
        category === 0
          ? Number(DOUBLE_MEANINGS.has(pattern))
          : weight === WEIGHT_ENOUGH || category < THREATS
            ? 0
            : i % WEIGHT;
      if (!known.has(pattern)) known.set(pattern, category * CATEGORY + weight * WEIGHT + which);
    }
  };
  for (const grade of [3, 2, 1] as const) add(0, grade, patternsOf(PROFANITY[grade]));
  for (const [category, lists] of [THREAT, PRESSURE, PROMISE].entries()) {
    for (const weight of [3, 2, 1] as const) add(category + 2, weight, lists[weight]);
  }
  for (const weight of [3, 2, 1] as const) add(1, weight, patternsOf(HOSTILE[weight]));
  return [...known, ...overlaps(known)];
}

/**
 * A scan goes on behind what it found, so a weak phrase would hide a strong one that begins with its last words ("we know where",
 * "know where you live"): both together are a pattern as well.
 */
function overlaps(known: ReadonlyMap<string, number>): WordEntry[] {
  const weightOf = (value: number) => Math.floor((value % CATEGORY) / WEIGHT);
  const strong = [...known].filter(([, value]) => value >= 2 * CATEGORY && weightOf(value) === 3);
  const made = new Map<string, number>();
  for (const [phrase, value] of known) {
    if (value >= CATEGORY && weightOf(value) === 3) continue;
    const words = phrase.split(" ");
    for (let from = 1; from < words.length; from++) {
      const rest = `${words.slice(from).join(" ")} `;
      // Hardly anybody writes "kill you have no choice".
      if (rest.length < OVERLAP_CHARS_MIN) continue;
      for (const [other, otherValue] of strong) {
        const both = `${words.slice(0, from).join(" ")} ${other}`;
        if (other.startsWith(rest) && !known.has(both)) made.set(both, otherValue);
      }
    }
  }
  return [...made];
}

const HASH_STEP = 0x9e3779b97f4a7c15n;
const PHRASE_STEP = 0x01000193;

/** As tone/lexicon.ts has it: eight bytes at a time. */
function hashOf(word: string): number {
  const bytes = Buffer.from(word);
  let hash = 0n;
  for (let at = 0; at < bytes.length; at += 8) {
    const eight = Buffer.alloc(8);
    bytes.copy(eight, 0, at);
    hash = BigInt.asUintN(64, (hash ^ eight.readBigUInt64LE()) * HASH_STEP);
    hash ^= hash >> 32n;
  }
  return Number(hash & 0xffffffffn);
}

const phraseHash = (phrase: string): number =>
  phrase
    .split(" ")
    .map(hashOf)
    .reduce((before, word) => Math.imul((Math.imul(before, 31) + word) >>> 0, PHRASE_STEP) >>> 0);

// As tone/disguise.ts has them.
const EDGE_LETTERS = 3;
const LETTER = 31;

/** Of the first eight letters the first three that differ from those before them. */
const edgeOf = (letters: readonly number[]): number =>
  letters
    .slice(0, 8)
    .filter((letter, index) => letter !== letters[index - 1])
    .slice(0, EDGE_LETTERS)
    .reduce((sum, letter, index) => sum | (letter << (5 * index)), 0);

/** Bits that are cleared at these places. */
function clearedAt(keys: readonly number[], size: number): Uint8Array {
  const bits = new Uint8Array(size >> 3).fill(0xff);
  for (const key of keys) bits[key >> 3] = (bits[key >> 3] ?? 0) & ~(1 << (key & 7));
  return bits;
}

const bothOf = (first: number, last: number): number =>
  ((Math.imul(first, 0x9e3779b1) ^ Math.imul(last, 0x85ebca6b)) >>> 16) & 0xffff;

/** `grammar`: of each of its words what tone/grammar.ts knows of it. */
function lexiconSource(grammar: ReadonlyMap<string, number>): string {
  const words = new Map<string, { valence: number; kind: number }>();
  for (const word of grammar.keys()) words.set(word, { valence: 0, kind: 0 });
  for (const [word, valence] of LEXICON) words.set(word, { valence, kind: 1 });
  for (const [word, kind] of WORD_KINDS) words.set(word, { valence: words.get(word)?.valence ?? 0, kind });
  for (const [phrase, valence, kind] of IDIOMS) {
    for (const [i, word] of phrase.split(" ").entries()) {
      const known = words.get(word) ?? { valence: 0, kind: 0 };
      words.set(word, { ...known, kind: known.kind | (i === 0 ? BEGINS_IDIOM : CONTINUES_IDIOM) });
    }
    words.set(phrase, { valence, kind });
  }
  // About one word in two buckets: most words of a text are none of them.
  const bits = Math.round(Math.log2(words.size * 2));
  const buckets = Array.from({ length: 2 ** bits }, (): Map<number, number> => new Map());
  const details = new Map<number, number>();
  for (const [word, { valence, kind }] of words) {
    const hash = word.includes(" ") ? phraseHash(word) : hashOf(word);
    const tag = hash >>> INDEX_BITS;
    const bucket = buckets[((hash ^ (hash >>> 15)) >>> 0) % buckets.length] as Map<number, number>;
    if (bucket.has(tag)) throw new Error(`${word} cannot be told from another`);
    const detail = ((grammar.get(word) ?? 0) | ((valence & 0xff) << 16) | (kind << 24)) >>> 0;
    const index = details.get(detail) ?? details.size;
    details.set(detail, index);
    bucket.set(tag, ((tag << INDEX_BITS) | index) >>> 0);
  }
  if (details.size > 2 ** INDEX_BITS || words.size > 0xffff) throw new Error("too many words");
  const starts = new Uint16Array(buckets.length + 1);
  buckets.forEach((bucket, i) => {
    starts[i + 1] = (starts[i] ?? 0) + bucket.size;
  });
  const entries = new Uint32Array(buckets.flatMap((bucket) => [...bucket.values()]));
  console.log(
    `${words.size} words, ${bytesOf(entries).length + bytesOf(starts).length + 4 * details.size} bytes`,
  );
  const letters = [...words.keys()]
    .filter((word) => !word.includes(" "))
    .map((word) => [...Buffer.from(word)].map((byte) => classOf(byte) & LETTER));
  const ends = letters.map((word) => [edgeOf(word), edgeOf(word.toReversed())] as const);
  return [
    `//
// Valences from VADER's lexicon, Copyright (c) 2016 C.J. Hutto, MIT licence: see NOTICE.

/** Buckets of words: their count in bits. */
export const LEXICON_BITS: u32 = ${bits};
`,
    dataSource("STARTS", "/** Of each bucket the first word, u16, and one more. */", bytesOf(starts)),
    dataSource(
      "WORDS",
      `/** Of each word ${32 - INDEX_BITS} bits of its hash, and which details it has. ${words.size} words. */`,
      bytesOf(entries),
    ),
    dataSource(
      "DETAILS",
      "/** Of words: what the grammar knows, valence in tenths, kind. */",
      bytesOf(new Uint32Array(details.keys())),
    ),
    dataSource(
      "FIRST_LETTERS",
      "/** A bit for each three letters, cleared where a word begins with them: see disguise.ts. */",
      clearedAt(
        ends.map(([first]) => first),
        2 ** (5 * EDGE_LETTERS),
      ),
    ),
    dataSource(
      "BOTH_ENDS",
      "/** The same for a word's first and last letters together. */",
      clearedAt(
        ends.map(([first, last]) => bothOf(first, last)),
        2 ** 16,
      ),
    ),
  ].join("\n");
}

// As tone/grammar.ts has them.
const RULES = ["THREAT", "HOSTILE_TONE", "PRESSURE", "OVER_PROMISING", "PROFANITY"];
const DENIES = 0x8000;
const AFFIRMS = 0x4000;
const SUPPOSES = 0x2000;
const TAKES_BACK = 0x40;
const CONFIRMS = 0x20;
/** Symbols of what is no word. 0: none. */
const OTHERS = ["<begin>", "<end>", "<num>", "<pct>", "<quote>"];

const bytesOf = (array: Uint16Array | Uint32Array): Uint8Array => new Uint8Array(array.buffer);

/** Words that stand in the same slots everywhere are one symbol. */
function symbolsOf(phrases: readonly LoosePhrase[]): Map<string, number> {
  const slotsOf = new Map<string, Set<string>>(OTHERS.map((name) => [name, new Set([name])]));
  for (const slot of phrases.flatMap(({ sequence }) => sequence)) {
    for (const word of slot) slotsOf.set(word, (slotsOf.get(word) ?? new Set()).add(keyOfSlot(slot)));
  }
  const numbers = new Map<string, number>();
  return new Map(
    [...slotsOf].map(([word, slots]) => {
      const key = [...slots].sort().join("\n");
      const number = numbers.get(key) ?? numbers.size + 1;
      numbers.set(key, number);
      return [word, number];
    }),
  );
}

/** Of a section: "[NOT THREAT]" takes back what is found, "[YET THREAT]" ends that, and both without a name are of all rules. */
function codeOf(section: string): number {
  const [, kind = "", name = ""] = /^\[(NOT|YET)? ?([A-Z_]*)\]$/.exec(section) ?? [];
  if (kind === "" ? !RULES.includes(name) : name !== "" && !RULES.includes(name)) throw new Error(section);
  return RULES.indexOf(name) + 1 + (kind === "NOT" ? TAKES_BACK : 0) + (kind === "YET" ? CONFIRMS : 0);
}

/** The grammar's table, and what it knows of each word. */
function grammarOf(): { source: string; words: ReadonlyMap<string, number> } {
  const macros = new Map<string, string>();
  const phrases: LoosePhrase[] = [];
  const flags = new Map<string, number>();
  const skipped = new Set<string>();
  let rule = 0;
  const lines = readFileSync(join(folder, "grammar.txt"), "utf8").split("\n");
  for (const line of lines) {
    const [, name, body = ""] = /^\{([a-z ]+)\} = (.*)$/.exec(line) ?? [];
    if (name !== undefined) macros.set(name, body);
  }
  for (const line of lines) {
    const [head = "", ...rest] = line.trim().split(/\s+/);
    if (head === "" || head.startsWith("#")) continue;
    else if (head === "skip") for (const word of rest) skipped.add(word);
    else if (head === "denies") for (const word of rest) flags.set(word, DENIES);
    else if (head === "affirms") for (const word of rest) flags.set(word, AFFIRMS);
    else if (head === "supposes") for (const word of rest) flags.set(word, (flags.get(word) ?? 0) | SUPPOSES);
    else if (/^\{[a-z ]+\} = /.test(line)) continue;
    else if (head.startsWith("[")) rule = codeOf(line.trim());
    else
      phrases.push(
        ...readLoosePhrases(line.startsWith("~") ? line.trim() : `~1 ${line.trim()}`, macros, rule, (word) =>
          skipped.has(word),
        ),
      );
  }
  const symbols = symbolsOf(phrases);
  const symbolCount = Math.max(...symbols.values()) + 1;
  const tables = looseTables(phrases, symbols, symbolCount);
  const names = [...new Set([...symbols.keys(), ...flags.keys()])].filter((word) => !word.startsWith("<"));
  const words = new Map(names.map((word) => [word, (flags.get(word) ?? 0) | (symbols.get(word) ?? 0)]));
  console.log(`${words.size} words of ${symbolCount} symbols`);
  if (symbolCount > SUPPOSES) throw new Error(`${symbolCount} symbols are too many`);
  const symbolOf = (name: string): string => `export const ${name.toUpperCase()}: u32 = `;
  const source = [
    `${symbolOf("begin_symbol")}${symbols.get("<begin>")};`,
    `${symbolOf("end_symbol")}${symbols.get("<end>")};`,
    `${symbolOf("number_symbol")}${symbols.get("<num>")};`,
    `${symbolOf("percent_symbol")}${symbols.get("<pct>")};`,
    `${symbolOf("quote_symbol")}${symbols.get("<quote>")};`,
    looseSource(tables),
  ].join("\n");
  return { source, words };
}

const written = "// Written by tools/make-tone.ts. Do not edit.";
const patterns = entries();
const grammar = grammarOf();
writeFileSync(
  join(folder, "pattern-table.ts"),
  wordTableSource(
    "PATTERNS",
    `${written}\n\n/** ${patterns.length} words and phrases, for sdk/words.ts. */`,
    patterns,
    (value) => Math.floor(value / CATEGORY),
  ),
);
writeFileSync(join(folder, "lexicon-table.ts"), `${written}\n${lexiconSource(grammar.words)}`);
writeFileSync(join(folder, "grammar-table.ts"), `${written}\n\n${grammar.source}`);
console.log(`${patterns.length} patterns, ${LEXICON.length} words with a valence`);
