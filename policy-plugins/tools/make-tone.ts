// Writes the tables of policy `tone`: tone/pattern-table.ts and tone/lexicon-table.ts. Run by hand, never in the build: tables
// are pinned.
//
//     node policy-plugins/tools/make-tone.ts

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { dataSource } from "./data-source.ts";
import { IDIOMS, LEXICON, NOTICE, WORD_KINDS } from "./tone-lexicon.ts";
import { HOSTILE, PRESSURE, PROFANITY, PROMISE, patternsOf, THREAT } from "./tone-patterns.ts";
import { type WordEntry, wordTableSource } from "./word-table.ts";

const folder = join(import.meta.dirname, "../tone");

const OVERLAP_CHARS_MIN = 6;

// As tone/ has them.
const FREE = 0xffffffff;
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
      const which = weight === WEIGHT_ENOUGH || category < THREATS ? 0 : i % WEIGHT;
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

/** Room for as many words again, so that those of settings fit in. */
function lexiconSource(): string {
  const words = new Map<string, { valence: number; kind: number }>();
  for (const [word, valence] of LEXICON) words.set(word, { valence, kind: 1 });
  for (const [word, kind] of WORD_KINDS) words.set(word, { valence: words.get(word)?.valence ?? 0, kind });
  for (const [phrase, valence, kind] of IDIOMS) {
    for (const [i, word] of phrase.split(" ").entries()) {
      const known = words.get(word) ?? { valence: 0, kind: 0 };
      words.set(word, { ...known, kind: known.kind | (i === 0 ? BEGINS_IDIOM : CONTINUES_IDIOM) });
    }
    words.set(phrase, { valence, kind });
  }
  const bits = Math.ceil(Math.log2((words.size + 1000) * 1.5));
  const size = 2 ** bits;
  const table = new Uint32Array(size).fill(FREE);
  for (const [word, { valence, kind }] of words) {
    const hash = word.includes(" ") ? phraseHash(word) : hashOf(word);
    const tag = hash >>> 16;
    let slot = ((hash ^ (hash >>> 15)) >>> 0) % size;
    while (table[slot] !== FREE) {
      if (((table[slot] ?? 0) & 0xffff) === tag) throw new Error(`${word} cannot be told from another`);
      slot = (slot + 1) % size;
    }
    table[slot] = (tag | ((valence & 0xff) << 16) | (kind << 24)) >>> 0;
  }
  const comment = `${NOTICE}

/** A hash table: its size in bits. */
export const LEXICON_BITS: u32 = ${bits};

/** Of each slot 16 bits of the word's hash, its valence in tenths, and its kind. ${words.size} words. */`;
  return dataSource("LEXICON", comment, new Uint8Array(table.buffer));
}

const written = "// Written by tools/make-tone.ts. Do not edit.";
const patterns = entries();
writeFileSync(
  join(folder, "pattern-table.ts"),
  wordTableSource(
    "PATTERNS",
    `${written}\n\n/** ${patterns.length} words and phrases, for sdk/words.ts. */`,
    patterns,
    (value) => Math.floor(value / CATEGORY),
  ),
);
writeFileSync(join(folder, "lexicon-table.ts"), `${written}\n${lexiconSource()}`);
console.log(`${patterns.length} patterns, ${LEXICON.length} words`);
