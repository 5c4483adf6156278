// Writes claims/phrase-table.ts from claims/phrases.txt: the words with their meaning, and one automaton over words for
// all phrases (Aho and Corasick's, its rows laid into each other). Run by hand, never in the build: the table is pinned.
//
//     node policy-plugins/tools/make-claims-table.ts

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  keyOfSlot,
  type LoosePhrase,
  looseSource,
  looseTables,
  readLoosePhrases,
  type Sequence,
  sequencesOf,
} from "./loose-table.ts";

/** Words are compared as their first eight bytes and their last eight. */
const WORD_BYTES_MAX = 16;
const INDEX_BITS = 14;
/** Stands for nothing. Not zero: the optimiser cuts a table at each run of zeros, and a module may have few pieces. */
const NOTHING = 0xffff;
/** Symbols of what is no word. 0: a word that no phrase has. */
const QUANTITIES = ["<num>", "<pct>", "<money>", "<frac>"];
const SKIP_SYMBOL = 0xffff;
/** In twelve bits. */
const NO_STATE = 0xfff;
const NAMES_OF_OWN = ["QUANTITY", "COMPETITOR", "CONTEXT"];
const CURRENCY_KINDS = ["CURRENCY_CODE", "CURRENCY_MARK", "CURRENCY_NAME", "CENT"];
const CANCEL = 255;
/** Outputs from here on are guards: what takes back what its sentence says of some rules, or of all. */
const FIRST_GUARD = 32;
const GUARDS_MAX = 32;
const GUARD_KINDS = ["DENIES", "DOUBTS", "VOIDS"];
/** As claims/rules.ts numbers what needs more than a phrase. */
const DISCOUNT_RULES = [33, 34];
/** Outputs from here on are kinds of tokens, not rules. */
const KIND_OUTPUT = 64;

interface Word {
  kind: string | null;
  value: number;
  skipped: boolean;
}

const folder = join(import.meta.dirname, "../claims");
const lines = readFileSync(join(folder, "phrases.txt"), "utf8")
  .split("\n")
  .map((line) => line.trim())
  .filter((line) => line !== "" && !line.startsWith("#"));

const words = new Map<string, Word>();
const kinds: string[] = [];
const currencies: string[] = [];
/** The headings of guards, in the order of their codes. */
const guards: string[] = [];
const macros = new Map<string, string>();
const rules: string[] = [];
const phrases: { output: string; sequence: Sequence }[] = [];
/** Phrases with other words between theirs. */
const loosePhrases: LoosePhrase[] = [];

function wordOf(text: string): Word {
  if (text.length > WORD_BYTES_MAX || !/^[a-z0-9][a-z0-9']*$/.test(text)) throw new Error(`no word: ${text}`);
  const known = words.get(text) ?? { kind: null, value: 0, skipped: false };
  words.set(text, known);
  return known;
}

function give(text: string, kind: string, value = 0): void {
  const word = wordOf(text);
  if (word.kind !== null && word.kind !== kind) throw new Error(`${text} is ${word.kind} and ${kind}`);
  word.kind = kind;
  word.value = value;
  addKind(kind);
}

function addKind(kind: string): void {
  if (!kinds.includes(kind)) kinds.push(kind);
}

function readCurrency(line: string): void {
  const [code = "", names = ""] = line.split(":").map((part) => part.trim());
  currencies.push(code.replace("*", ""));
  const giveIt = (name: string, kind: string) =>
    give(name.replace("*", ""), name.endsWith("*") ? "CURRENCY_MARK" : kind, currencies.length);
  giveIt(code, "CURRENCY_CODE");
  for (const name of names.split(/\s+/).filter(Boolean)) giveIt(name, "CURRENCY_NAME");
}

const isSkipped = (word: string): boolean => words.get(word)?.skipped === true;

const isGuard = (name: string): boolean => GUARD_KINDS.includes(name.split(" ")[0] ?? "");

let output = "";

for (const line of lines) {
  const [head = "", ...rest] = line.split(/\s+/);
  const [, name = "", body = ""] = /^\S+ ([A-Z_a-z]+):? ?(.*)$/.exec(line) ?? [];
  const macro = /^\{([a-z ]+)\} = (.*)$/.exec(line);
  const heading = /^\[(=?[A-Z_]+(?: [A-Z_]+)*)\]$/.exec(line);
  if (head === "skip") for (const word of rest) wordOf(word).skipped = true;
  else if (head === "kind") for (const word of body.split(/\s+/)) give(word, name);
  else if (head === "number") {
    for (const pair of body.split(/\s+/)) {
      const [word = "", value] = pair.split("=");
      give(word, name, Number(value));
    }
  } else if (head === "currency") readCurrency(line.slice("currency ".length));
  else if (head === "cent") for (const word of rest) give(word, "CENT");
  else if (macro?.[1] !== undefined && macro[2] !== undefined) macros.set(macro[1], macro[2]);
  else if (heading?.[1] !== undefined) {
    output = heading[1];
    if (output.startsWith("=")) addKind(output.slice(1));
    else if (isGuard(output)) {
      if (!guards.includes(output)) guards.push(output);
    } else if (output !== "CANCEL" && !rules.includes(output)) rules.push(output);
  } else if (line.startsWith("~"))
    loosePhrases.push(...readLoosePhrases(line, macros, codeOf(output), isSkipped));
  else for (const sequence of sequencesOf(line, macros)) phrases.push({ output, sequence });
}
for (const kind of [...CURRENCY_KINDS, ...NAMES_OF_OWN]) addKind(kind);

if (guards.length > GUARDS_MAX || rules.length >= FIRST_GUARD) throw new Error("too many rules or guards");

/** A bit for each rule that a guard's heading names; all where it names none. */
function rulesOf(guard: string): bigint {
  const names = guard.split(" ").slice(1);
  if (names.length === 0) return (1n << 64n) - 1n;
  const bits = names.flatMap((name) => {
    if (name === "DISCOUNT") return DISCOUNT_RULES;
    if (!rules.includes(name)) throw new Error(`no rule: ${name}`);
    return [rules.indexOf(name) + 1];
  });
  return bits.reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n);
}

// Words that stand in the same slots everywhere are one symbol.
const slotNumbers = new Map<string, number>();
const slotsOf = new Map<string, Set<number>>();
for (const { sequence } of [...phrases, ...loosePhrases]) {
  for (const slot of sequence) {
    const key = keyOfSlot(slot);
    const number = slotNumbers.get(key) ?? slotNumbers.size;
    slotNumbers.set(key, number);
    for (const word of slot) slotsOf.set(word, (slotsOf.get(word) ?? new Set()).add(number));
  }
}
const symbols = new Map<string, number>(QUANTITIES.map((name, index) => [name, index + 1]));
const symbolOfSlots = new Map<string, number>();
let symbolCount = QUANTITIES.length + 1;
for (const [word, slots] of slotsOf) {
  if (symbols.has(word)) continue;
  const { skipped, kind } = wordOf(word);
  if (skipped) throw new Error(`${word} is skipped, and stands in a phrase`);
  if (kind !== null && /^(UNIT|TEN|HUNDRED|THOUSAND|FRACTION|CURRENCY_NAME|CENT|PERCENT)$/.test(kind))
    throw new Error(`${word} is a quantity, and stands in a phrase`);
  const key = [...slots].sort((a, b) => a - b).join();
  const symbol = symbolOfSlots.get(key) ?? symbolCount++;
  symbolOfSlots.set(key, symbol);
  symbols.set(word, symbol);
}

// The tree of all phrases.
interface Node {
  next: Map<number, number>;
  outputs: Map<number, number>;
  fail: number;
}
const nodes: Node[] = [{ next: new Map(), outputs: new Map(), fail: 0 }];

function nodeAt(index: number): Node {
  const node = nodes[index];
  if (node === undefined) throw new Error("no node");
  return node;
}

function codeOf(name: string): number {
  if (name === "CANCEL") return CANCEL;
  if (isGuard(name)) return FIRST_GUARD + guards.indexOf(name);
  if (name.startsWith("=")) return KIND_OUTPUT + kinds.indexOf(name.slice(1)) + 1;
  return rules.indexOf(name) + 1;
}

for (const { output: name, sequence } of phrases) {
  let ends = new Set([0]);
  for (const slot of sequence) {
    const after = new Set<number>();
    for (const symbol of new Set([...slot].map((word) => symbols.get(word) ?? 0))) {
      for (const end of ends) {
        const known = nodeAt(end).next.get(symbol);
        const next = known ?? nodes.push({ next: new Map(), outputs: new Map(), fail: 0 }) - 1;
        nodeAt(end).next.set(symbol, next);
        after.add(next);
      }
    }
    ends = after;
  }
  for (const end of ends) nodeAt(end).outputs.set(codeOf(name), sequence.length);
}

// Breadth first: where a node fails to, and what it finds by that, its own first.
const queue = [...nodeAt(0).next.values()];
for (const index of queue) {
  const node = nodeAt(index);
  for (const [code, length] of nodeAt(node.fail).outputs) {
    if (!node.outputs.has(code)) node.outputs.set(code, length);
  }
  for (const [symbol, child] of node.next) {
    nodeAt(child).fail = nodeAt(node.fail).next.get(symbol) ?? 0;
    queue.push(child);
  }
  // All moves but those that the root would make.
  for (const [symbol, target] of nodeAt(node.fail).next) {
    if (!node.next.has(symbol) && node.fail !== 0) node.next.set(symbol, target);
  }
}

// States that find the same, and go on the same, are one.
let classOf = nodes.map(() => 0);
for (let count = 1; ; ) {
  const numbers = new Map<string, number>();
  classOf = nodes.map(({ next, outputs: found }) => {
    const moves = [...next].map(([symbol, target]) => `${symbol}>${classOf[target]}`).sort();
    const key = JSON.stringify([[...found].sort(), moves]);
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
  if (numbers.size === count) break;
  count = numbers.size;
}
const states: { next: Map<number, number>; outputs: Map<number, number> }[] = [];
nodes.forEach(({ next, outputs: found }, index) => {
  const state = classOf[index] ?? 0;
  states[state] = {
    outputs: found,
    next: new Map([...next].map(([symbol, target]) => [symbol, classOf[target] ?? 0])),
  };
});

// Rows laid into each other: the cell of a move says whose it is.
const bases: number[] = [];
const cells: ({ owner: number; next: number } | undefined)[] = [];
// The longest first: the others fill what they leave free.
const rowsByLength = states
  .map(({ next }, owner) => ({ owner, moves: owner === 0 ? [] : [...next] }))
  .sort((a, b) => b.moves.length - a.moves.length);
for (const { owner, moves } of rowsByLength) {
  let base = 0;
  while (moves.some(([symbol]) => cells[base + symbol] !== undefined)) base++;
  for (const [symbol, target] of moves) cells[base + symbol] = { owner, next: target };
  bases[owner] = base;
}
/** Symbols from here on are in no phrase without gaps: no state moves by them. */
const exactSymbols = 1 + Math.max(...states.flatMap(({ next }) => [...next.keys()]));
const cellCount = Math.max(0, ...bases) + exactSymbols;

// What each state finds: pairs of output and length, up to a zero.
const outputs: number[] = [];
const firstOfList = new Map<string, number>([["", NOTHING]]);
const firstOutput = states.map(({ outputs: found }) => {
  const pairs = [...found].sort(([a], [b]) => b - a);
  const key = pairs.join();
  const known = firstOfList.get(key);
  if (known !== undefined) return known;
  const first = outputs.length / 2;
  firstOfList.set(key, first);
  for (const pair of pairs) outputs.push(...pair);
  outputs.push(0, 0);
  return first;
});

const loose = looseTables(loosePhrases, symbols, symbolCount);

function wordKey(text: string): { first: bigint; last: bigint } {
  const bytes = [...text].map((letter) => BigInt(letter.charCodeAt(0)));
  const little = (part: bigint[]) => part.reduceRight((sum, byte) => (sum << 8n) | byte, 0n);
  return { first: little(bytes.slice(0, 8)), last: little(bytes.length > 8 ? bytes.slice(-8) : bytes) };
}

const FIRST_FACTOR = 0x9e3779b97f4a7c15n;
const LAST_FACTOR = 0xc2b2ae3d27d4eb4fn;
const MASK = (1n << 64n) - 1n;

function slotOf({ first, last }: { first: bigint; last: bigint }): number {
  return Number((((first ^ ((last * LAST_FACTOR) & MASK)) * FIRST_FACTOR) & MASK) >> BigInt(64 - INDEX_BITS));
}

if (words.size > 0.9 * (1 << INDEX_BITS))
  throw new Error(`${words.size} words are too many for ${INDEX_BITS} bits`);
const index = new Array<number>(1 << INDEX_BITS).fill(NOTHING);
/** Of a word longer than eight bytes the last four are compared as well, and its size. */
const RECORD_BYTES = 20;
const records = new DataView(new ArrayBuffer(words.size * RECORD_BYTES));
[...words].forEach(([text, { kind, value, skipped }], at) => {
  const key = wordKey(text);
  let slot = slotOf(key);
  while (index[slot] !== NOTHING) slot = (slot + 1) % index.length;
  index[slot] = at;
  const record = at * RECORD_BYTES;
  records.setBigUint64(record, key.first, true);
  // Inverted, as the optimiser cuts a table at each run of zeros.
  records.setUint32(record + 8, ~Number(key.last >> 32n) >>> 0, true);
  records.setUint32(record + 12, value === 0 ? 0xffffffff : value, true);
  records.setUint16(record + 16, skipped ? SKIP_SYMBOL : (symbols.get(text) ?? 0), true);
  records.setUint8(record + 18, kind === null ? 0 : kinds.indexOf(kind) + 1);
  records.setUint8(record + 19, text.length);
});

function bytesOf(type: "u8" | "u16" | "u32", values: number[]): Uint8Array {
  const array = { u8: Uint8Array, u16: Uint16Array, u32: Uint32Array }[type].from(values);
  return new Uint8Array(array.buffer);
}

/** As few literals as may be: the compiler is slow with many. */
function table(name: string, bytes: Uint8Array): string {
  const padded = new Uint8Array(Math.ceil(bytes.length / 8) * 8);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  const literals = Array.from({ length: padded.length / 8 }, (_, at) => view.getBigUint64(at * 8, true));
  const rows: string[] = [];
  for (let at = 0; at < literals.length; at += 6) {
    rows.push(
      `  ${literals
        .slice(at, at + 6)
        .map((value) => `0x${value.toString(16)}`)
        .join(", ")},`,
    );
  }
  return `export const ${name}: usize = memory.data<u64>([\n${rows.join("\n")}\n]);`;
}

function namespace(name: string, entries: [string, number][]): string {
  const rows = entries.map(([key, value]) => `  export const ${key}: u8 = ${value};`);
  return `export namespace ${name} {\n${rows.join("\n")}\n}`;
}

const rootRow = Array.from({ length: exactSymbols }, (_, symbol) => states[0]?.next.get(symbol) ?? NOTHING);
if (states.length >= NO_STATE) throw new Error(`${states.length} states are too many`);
const cellBytes = Array.from({ length: cellCount }, (_, at) => {
  const { owner, next } = cells[at] ?? { owner: NO_STATE, next: NO_STATE };
  return [owner & 0xff, (owner >> 8) | ((next & 0xf) << 4), next >> 4];
}).flat();
const text = [
  "// Written by tools/make-claims-table.ts from phrases.txt. Do not edit.",
  "/** What a word means for its sentence. */",
  namespace("Kind", [["NONE", 0], ...kinds.map((kind, at): [string, number] => [kind, at + 1])]),
  "/** Rules that phrases alone decide, in the order of phrases.txt. */",
  namespace("Phrase", [
    ...rules.map((rule, at): [string, number] => [rule, at + 1]),
    ["CANCEL", CANCEL],
    ["KIND", KIND_OUTPUT],
  ]),
  "/** The order of phrases.txt. */",
  namespace(
    "Currency",
    currencies.map((code, at): [string, number] => [code.toUpperCase(), at + 1]),
  ),
  `export const SKIP: u16 = ${SKIP_SYMBOL};`,
  `export const WORD_BYTES_MAX: usize = ${WORD_BYTES_MAX};`,
  `export const INDEX_BITS: u64 = ${INDEX_BITS};`,
  `export const FIRST_FACTOR: u64 = 0x${FIRST_FACTOR.toString(16)};`,
  `export const LAST_FACTOR: u64 = 0x${LAST_FACTOR.toString(16)};`,
  `export const NOTHING: u32 = 0x${NOTHING.toString(16)};`,
  "/** u16 for each hash: which record, or NOTHING. */",
  table("WORD_INDEX", bytesOf("u16", index)),
  "/** See `Word` of vocabulary.ts. */",
  table("WORDS", new Uint8Array(records.buffer)),
  `export const EXACT_SYMBOLS: u32 = ${exactSymbols};`,
  "/** u16 for each symbol below EXACT_SYMBOLS: the state after it, from the state of no phrase; NOTHING: that again. */",
  table("ROOT_ROW", bytesOf("u16", rootRow)),
  "/** u16 for each state: where its row begins in CELLS. */",
  table("BASES", bytesOf("u16", bases)),
  "/** Three bytes: the state whose move it is in the lower twelve bits, the next state in the upper. One more is read behind. */",
  table("CELLS", bytesOf("u8", [...cellBytes, 0xff])),
  "/** u16 for each state: its first pair in OUTPUTS, or NOTHING. */",
  table("FIRST_OUTPUT", bytesOf("u16", firstOutput)),
  `export const FIRST_GUARD: u32 = ${FIRST_GUARD};`,
  "/** Of each guard, as rules.ts numbers them. */",
  table(
    "GUARD_KINDS",
    bytesOf(
      "u8",
      guards.map((name) => GUARD_KINDS.indexOf(name.split(" ")[0] ?? "") + 1),
    ),
  ),
  "/** u64: a bit for each of its rules. */",
  table("GUARD_RULES", new Uint8Array(BigUint64Array.from(guards.map(rulesOf)).buffer)),
  looseSource(loose),
  "/** Pairs of u8: a rule, CANCEL, or KIND and a kind; how many words the phrase has. Zero ends a state's. */",
  table("OUTPUTS", bytesOf("u8", outputs)),
];
writeFileSync(join(folder, "phrase-table.ts"), `${text.join("\n\n")}\n`);
console.log(
  `${words.size} words, ${symbolCount} symbols, ${phrases.length} phrases, ${states.length} states of ${nodes.length}, ${cells.filter(Boolean).length} moves in ${cellCount} cells, ${outputs.length} outputs`,
);
