/** Patterns to the program that the `regex` policy runs. The same patterns come out as the same bytes, everywhere. */
import { toBase64 } from "../../encoding.ts";
import { ok, type Result, refuse } from "../../result.ts";
import { type Alphabet, alphabetOf } from "./alphabet.ts";
import { type Dfa, determinise } from "./dfa.ts";
import { PatternError, type PatternFault } from "./fault.ts";
import { type Group, groupPatterns } from "./groups.ts";
import { hittingDfa } from "./hits.ts";
import { PATTERN_CHARS_MAX, PATTERNS_MAX } from "./limits.ts";
import { anchored, backwards } from "./machines.ts";
import { buildNfa } from "./nfa.ts";
import { type Instructions, parse } from "./parse.ts";
import { isOvertaken, isReadAgain, matchesNothing, resumingState } from "./questions.ts";
import { type TwoPass, twoPass } from "./two-pass.ts";
import { Work } from "./work.ts";
import { ProgramWriter } from "./writer.ts";

export interface Compiled {
  /** Base64. */
  readonly program: string;
  readonly bytes: number;
  /** By pattern: whether matches are found by way of the whole text (docs/design/regex.md). */
  readonly twoPass: readonly boolean[];
  /** By automaton of several patterns. */
  readonly groups: readonly { readonly states: number; readonly symbols: number }[];
}

export function compilePatterns(
  patterns: readonly string[],
  work = new Work(),
): Result<Compiled, PatternFault> {
  let current: number | null = null;
  try {
    if (patterns.length === 0 || patterns.length > PATTERNS_MAX)
      throw new PatternError("program_too_large", `1 to ${PATTERNS_MAX} patterns are needed.`);
    // Each is read before any is compiled: a slip of the pen in the last one is told at once, not after two seconds.
    for (const [index, pattern] of patterns.entries()) {
      current = index;
      readPattern(pattern, work);
    }
    const automata: Automata[] = [];
    for (const [index, pattern] of patterns.entries()) {
      current = index;
      work.beginPattern();
      automata.push(automataOf(pattern, work));
    }
    work.endPattern();
    current = null;
    return ok(assemble(automata, work));
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    return refuse({ code: error.code, pattern: current, message: error.message });
  }
}

/** A pattern's own automata, over its own alphabet. */
interface Automata {
  readonly symbolOf: Uint8Array;
  readonly hits: Dfa;
  /** Of the short way: what reads back to the beginning, and on to the end. */
  readonly short: { readonly backward: Dfa; readonly forward: Dfa } | null;
  readonly long: TwoPass | null;
}

function readPattern(pattern: string, work: Work): Instructions {
  if (pattern.length > PATTERN_CHARS_MAX)
    throw new PatternError("pattern_too_large", `The pattern has more than ${PATTERN_CHARS_MAX} characters.`);
  return parse(pattern, work);
}

function automataOf(pattern: string, work: Work): Automata {
  const nfa = buildNfa(readPattern(pattern, work));
  const alphabet = alphabetOf(nfa);
  const backward = determinise(
    backwards(nfa, alphabet, work),
    alphabet,
    work,
    "to find where a match begins",
  );
  const hits = hittingDfa(backward, alphabet, work);
  const forward = determinise(anchored(nfa, alphabet, work), alphabet, work, "to find where a match ends");
  if (
    matchesNothing(forward) ||
    isOvertaken(forward, hits, alphabet, work) ||
    isReadAgain(forward, hits, work)
  ) {
    return { symbolOf: alphabet.symbolOf, hits, short: null, long: twoPass(nfa, alphabet, work) };
  }
  return narrowed(alphabet, hits, backward, forward);
}

/** Symbols that none of the three tells apart become one. */
function narrowed(alphabet: Alphabet, hits: Dfa, backward: Dfa, forward: Dfa): Automata {
  const dfas = [hits, backward, forward];
  const numbers = new Map<string, number>();
  const kept: number[] = [];
  const end = alphabet.byteOf.length - 1;
  const numberOf = Array.from({ length: end }, (_, symbol) => {
    const key = dfas.map((dfa) => column(dfa, symbol)).join();
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, kept.length);
    kept.push(symbol);
    return kept.length - 1;
  });
  const columns = [...kept, end];
  const symbolOf = alphabet.symbolOf.map((symbol) => numberOf[symbol] as number); // in range
  return {
    symbolOf,
    hits: withColumns(hits, columns),
    short: { backward: withColumns(backward, columns), forward: withColumns(forward, columns) },
    long: null,
  };
}

function column({ next, symbols, found }: Dfa, symbol: number): string {
  const entries: number[] = [];
  for (let state = 0; state < found.length; state++) entries.push(next[state * symbols + symbol] as number);
  return entries.join();
}

function withColumns(dfa: Dfa, columns: readonly number[]): Dfa {
  const symbols = columns.length;
  const next = new Uint16Array(dfa.found.length * symbols);
  for (let at = 0; at < next.length; at++) {
    const state = Math.floor(at / symbols);
    next[at] = dfa.next[state * dfa.symbols + (columns[at % symbols] as number)] as number; // in range
  }
  return { ...dfa, symbols, next };
}

/** "CSX2". */
const MAGIC = [0x43, 0x53, 0x58, 0x32];

function assemble(automata: readonly Automata[], work: Work): Compiled {
  const groups = joined(automata, work);
  const writer = new ProgramWriter(work);
  writer.numbers(MAGIC);
  writer.number(automata.length);
  writer.number(groups.length);
  for (const group of groups) writeGroup(writer, group);
  for (const each of automata) writePattern(writer, each);
  const { bytes } = writer;
  return {
    program: toBase64(bytes),
    bytes: bytes.length,
    twoPass: automata.map(({ long }) => long !== null),
    groups: groups.map(({ found, symbols }) => ({ states: found.length, symbols })),
  };
}

/** One of several patterns, with the symbol of each byte. */
export interface Joined extends Group {
  readonly symbolOfByte: Uint8Array;
}

/** What a text passes. */
function joined(automata: readonly Automata[], work: Work): readonly Joined[] {
  const { symbolOf, byteOf } = commonAlphabet(automata);
  const widened = automata.map(({ hits, symbolOf: own }) => ({
    dfa: hits,
    symbolOf: [...byteOf.map((byte) => own[byte] as number), hits.symbols - 1], // by byte
  }));
  return groupPatterns(widened, byteOf.length + 1, work).map((group) => ({
    ...group,
    symbolOfByte: symbolOf.map((symbol) => group.symbolOf[symbol] as number), // by symbol
  }));
}

/** The tables alone, for measuring. Throws a PatternError. */
export function joinPatterns(patterns: readonly string[]): readonly Joined[] {
  const work = new Work();
  return joined(
    patterns.map((pattern) => automataOf(pattern, work)),
    work,
  );
}

/** Bytes that no pattern tells apart, as one symbol. */
function commonAlphabet(automata: readonly Automata[]): { symbolOf: Uint8Array; byteOf: readonly number[] } {
  const numbers = new Map<string, number>();
  const byteOf: number[] = [];
  const symbolOf = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const key = automata.map(({ symbolOf: own }) => own[byte]).join();
    let number = numbers.get(key);
    if (number === undefined) {
      number = byteOf.length;
      numbers.set(key, number);
      byteOf.push(byte);
    }
    symbolOf[byte] = number;
  }
  return { symbolOf, byteOf };
}

function writeGroup(writer: ProgramWriter, group: Joined): void {
  const { next, starts, found, sets, symbols, symbolOfByte } = group;
  writer.number(symbols);
  writer.byteMap(symbolOfByte);
  writer.number(found.length);
  writer.numbers(starts);
  writer.number(sets.length - 1);
  // How much room all sets take.
  writer.number(sets.slice(1).reduce((sum, set) => sum + 1 + set.length, 0));
  for (const set of sets.slice(1)) {
    writer.number(set.length);
    writer.numbers(set);
  }
  writer.numbers(found);
  writer.rows(next, symbols);
}

function writePattern(writer: ProgramWriter, { symbolOf, hits, short, long }: Automata): void {
  writer.number(long === null ? 0 : 1);
  writer.number(hits.symbols);
  writer.byteMap(symbolOf);
  if (short !== null) {
    for (const dfa of [hits, short.backward, short.forward]) writeDfa(writer, dfa);
    const resuming = resumingState(short.forward);
    writer.number(resuming === null ? 0 : resuming + 1);
  }
  if (long !== null) writeTwoPass(writer, long);
}

function writeDfa(writer: ProgramWriter, { found, starts, next, symbols }: Dfa): void {
  writer.number(found.length);
  writer.numbers(starts);
  writer.numbers(found);
  writer.rows(next, symbols);
}

function writeTwoPass(writer: ProgramWriter, long: TwoPass): void {
  const { symbols, next, starts, choices, leads, places, nodes, start } = long;
  writer.number(next.length / symbols);
  writer.number(starts[0] as number); // the edge's
  writer.rows(next, symbols);
  writer.number(places);
  writer.number(start);
  writer.rows(choices, places);
  writer.number(nodes);
  writer.rows(leads, symbols);
}
