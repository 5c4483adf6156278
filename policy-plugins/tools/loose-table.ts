// Phrases as claims/phrases.txt and tone/grammar.txt write them, and of those with other words between theirs the tables that
// sdk/loose.ts goes by.
//
//   {name}            a part that several phrases share
//   a (b|c d) [e]     a, then b or "c d", then perhaps e
//   ~4 a b            a, and b at most four words on in the same sentence; never where a "not" stands before or within
//   ~4! a b           likewise, whatever is denied
//   ~4 a ~1 b c       from there on, one after the other

import { dataSource } from "./data-source.ts";

/** A place of a phrase: one of these words. */
export type Slot = Set<string>;
export type Sequence = Slot[];

export interface LoosePhrase {
  readonly code: number;
  readonly sequence: Sequence;
  /** How far on each word may be from the one before it. */
  readonly reaches: readonly number[];
}

/** Stands for nothing. */
const NOTHING = 0xffff;
const KEEPS_NEGATION = 0x80;
/** As sdk/loose.ts has them. */
const SLOTS_MAX = 0xfff;
const REACH_MAX = 15;
const MASK_BITS = 64;
const LIST_MAX = 256;

export const keyOfSlot = (slot: Slot): string => [...slot].sort().join("|");

function expandMacros(text: string, macros: ReadonlyMap<string, string>): string {
  const expanded = text.replace(/\{([a-z ]+)\}/g, (_, name: string) => {
    const body = macros.get(name);
    if (body === undefined) throw new Error(`no part {${name}}`);
    return `(${body})`;
  });
  return expanded === text ? text : expandMacros(expanded, macros);
}

/** All sequences of slots that a phrase stands for. */
export function sequencesOf(text: string, macros: ReadonlyMap<string, string>): Sequence[] {
  const tokens = expandMacros(text, macros).match(/[()[\]|]|<[a-z]+>|~[0-9]+|[a-z0-9']+/g) ?? [];
  let at = 0;
  const readAlternatives = (end: string | undefined): Sequence[] => {
    const alternatives: Sequence[] = [];
    const single: Slot = new Set();
    for (;;) {
      for (const sequence of readSequence()) {
        const [only] = sequence;
        if (sequence.length === 1 && only !== undefined) for (const word of only) single.add(word);
        else alternatives.push(sequence);
      }
      const token = tokens[at++];
      if (token === end) break;
      if (token !== "|") throw new Error(`${text}: ${token}`);
    }
    return single.size > 0 ? [[single], ...alternatives] : alternatives;
  };
  const readSequence = (): Sequence[] => {
    let all: Sequence[] = [[]];
    for (;;) {
      const token = tokens[at];
      if (token === undefined || token === ")" || token === "]" || token === "|") return all;
      at++;
      const next =
        token === "("
          ? readAlternatives(")")
          : token === "["
            ? [...readAlternatives("]"), []]
            : [[new Set([token])] as Sequence];
      all = all.flatMap((before) => next.map((after) => [...before, ...after]));
    }
  };
  const all = readAlternatives(undefined);
  if (all.some((sequence) => sequence.length === 0)) throw new Error(`${text}: may be nothing`);
  return all;
}

const reachIn = (slot: Slot): number | null => {
  const [only = ""] = slot;
  return only.startsWith("~") ? Number(only.slice(1)) : null;
};

/** The phrases of a line that begins with `~`. What is skipped anywhere may be left out of it. */
export function readLoosePhrases(
  line: string,
  macros: ReadonlyMap<string, string>,
  rule: number,
  isSkipped: (word: string) => boolean,
): LoosePhrase[] {
  const code = rule | (line.includes("!") ? KEEPS_NEGATION : 0);
  return sequencesOf(line.replaceAll("!", ""), macros).map((slots) => {
    let reach = 1;
    const sequence: Sequence = [];
    const reaches: number[] = [];
    for (const slot of slots) {
      const changed = reachIn(slot);
      if (changed !== null) reach = changed;
      else if (![...slot].every(isSkipped)) {
        sequence.push(slot);
        reaches.push(sequence.length === 1 ? 0 : reach);
      }
    }
    return { code, sequence, reaches };
  });
}

/**
 * The commonest words of English, of its mails and of logs and programs, the commonest first: a phrase is looked for where its
 * rarest word stands.
 */
const COMMON =
  "<end> <begin> <num> <quote> <money> <pct> the if for i this return get let run to and of a you in your is that we it " +
  "on with be have are as our will at or not can from by any all an but do me my please no was so up what they out would " +
  "just has us one there their when more about been time know now it's i'm don't had who them how he were should could " +
  "here only her his she these those which than then some also like make see need want we'll you'll i'll you're we're " +
  "we've i've new other back after before day today team work thanks over next into because too may well good go until " +
  "take week send order price very never even way last still first two long every free right use email call people help " +
  "find look think come give keep pay can't won't best off down customer service product account offer set sure always " +
  "end both each such again many must money being might got going tomorrow deal rate monday friday days minutes hours " +
  "report meeting update plan months year month tell say ask sign really part done full open most own ready start " +
  "everything anything nothing data left another through while without same business company customers products review " +
  "share change check buy read put hear turn show try move risk results sales office home house car place bad life job " +
  "boss system software platform policy question questions error errors problem problems delivery deliver guarantee " +
  "guaranteed promise support family";
const rankOf = new Map([...new Set(COMMON.split(" "))].map((word, rank) => [word, rank + 1]));
const RARE = 1e-4;

/** How often a word of the slot stands in a text, more or less. */
const frequencyOf = (slot: Slot): number =>
  [...slot].reduce((sum, word) => sum + (rankOf.has(word) ? 0.1 / (rankOf.get(word) ?? 1) : RARE), 0);

/** Numbers of two bytes. As sdk/loose.ts says of all of them. */
export interface LooseTables {
  readonly symbols: number[];
  readonly masks: number[];
  readonly lists: number[];
  readonly phrases: number[];
  readonly cells: number[];
  readonly span: number;
}

/** Lists of numbers in one, each list once. */
class Shared {
  readonly all: number[] = [];
  readonly #places = new Map<string, number>();

  placeOf(list: readonly number[]): number {
    const key = list.join();
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.all.length;
    this.all.push(...list);
    this.#places.set(key, place);
    if (this.all.length >= NOTHING) throw new Error("lists of phrases are too long");
    return place;
  }
}

/** Inverted, so that they are seldom zeros: four numbers. */
function maskOf(bits: Iterable<number>): number[] {
  let mask = 0n;
  for (const bit of bits) mask |= 1n << BigInt(bit);
  return [0n, 16n, 32n, 48n].map((shift) => Number((~mask >> shift) & 0xffffn));
}

/** Rows of cells, one over the other, none beginning where another does: which row, the cell says. */
function packed(
  rows: ReadonlyMap<number, readonly number[]>,
  width: number,
): { places: Map<number, number>; cells: number[] } {
  const places = new Map<number, number>();
  const taken = new Set<number>();
  const cells: number[] = [];
  for (const [row, slots] of [...rows].sort(([, a], [, b]) => b.length - a.length)) {
    let place = 0;
    while (taken.has(place) || slots.some((slot) => cells[place + slot] !== undefined)) place++;
    for (const slot of slots) cells[place + slot] = place;
    taken.add(place);
    places.set(row, place);
  }
  const size = Math.max(...taken) + width;
  if (size >= NOTHING) throw new Error(`${size} cells are too many`);
  return { places, cells: Array.from({ length: size }, (_, index) => cells[index] ?? NOTHING) };
}

/** The rarest slot of each phrase is one of 64 bits; those that share one are seldom met, or in few phrases. */
function bitsOf(anchors: readonly Slot[]): Map<string, number> {
  const weights = new Map<string, { frequency: number; count: number }>();
  for (const slot of anchors) {
    const key = keyOfSlot(slot);
    const known = weights.get(key) ?? { frequency: frequencyOf(slot), count: 0 };
    weights.set(key, { ...known, count: known.count + 1 });
  }
  const sums = Array.from({ length: MASK_BITS }, () => ({ frequency: 0, count: 0 }));
  const bits = new Map<string, number>();
  for (const [key, { frequency, count }] of [...weights].sort(
    ([, a], [, b]) => b.frequency * b.count - a.frequency * a.count,
  )) {
    const costs = sums.map((sum) => sum.frequency * count + sum.count * frequency);
    const bit = costs.indexOf(Math.min(...costs));
    bits.set(key, bit);
    const sum = sums[bit] ?? { frequency: 0, count: 0 };
    sum.frequency += frequency;
    sum.count += count;
  }
  return bits;
}

export function looseTables(
  phrases: readonly LoosePhrase[],
  symbols: ReadonlyMap<string, number>,
  symbolCount: number,
): LooseTables {
  const keyOf = ({ code, sequence, reaches }: LoosePhrase): string =>
    [code, ...sequence.map((slot, index) => `${keyOfSlot(slot)} ${index === 0 ? 0 : reaches[index]}`)].join();
  const all = [...new Map(phrases.map((phrase) => [keyOf(phrase), phrase])).values()];
  const slots = [
    ...new Map(all.flatMap(({ sequence }) => sequence).map((slot) => [keyOfSlot(slot), slot])).values(),
  ];
  const numberOf = new Map(slots.map((slot, number) => [keyOfSlot(slot), number]));
  if (slots.length > SLOTS_MAX) throw new Error(`${slots.length} slots are too many`);
  const wordOf = new Map([...symbols].map(([word, symbol]) => [symbol, word]));
  const slotsOf = new Map<string, number[]>();
  slots.forEach((slot, number) => {
    for (const word of slot) slotsOf.set(word, [...(slotsOf.get(word) ?? []), number]);
  });

  const rarestOf = ({ sequence }: LoosePhrase): Slot[] =>
    sequence.toSorted((a, b) => frequencyOf(a) - frequencyOf(b));
  const anchorOf = (phrase: LoosePhrase): Slot => rarestOf(phrase)[0] ?? new Set();
  const secondOf = (phrase: LoosePhrase): Slot => rarestOf(phrase)[1] ?? new Set();
  const bits = bitsOf(all.map(anchorOf));
  const secondBits = bitsOf(all.map(secondOf));
  const records: number[] = [];
  const ending = new Map<number, { bit: number; place: number }[]>();
  let span = 0;
  for (const phrase of all) {
    const { code, sequence, reaches } = phrase;
    if (sequence.length < 2) throw new Error(`a phrase of one word: ${[...(sequence[0] ?? [])].join(" ")}`);
    const steps = sequence.slice(0, -1).map((slot, index) => {
      const reach = reaches[index + 1] ?? 0;
      if (reach > REACH_MAX) throw new Error(`${reach} words are too many`);
      return reach * (SLOTS_MAX + 1) + (numberOf.get(keyOfSlot(slot)) ?? 0);
    });
    const last = numberOf.get(keyOfSlot(sequence.at(-1) ?? new Set())) ?? 0;
    const list = ending.get(last) ?? [];
    list.push({ bit: bits.get(keyOfSlot(anchorOf(phrase))) ?? 0, place: records.length });
    ending.set(last, list);
    records.push(
      code + steps.length * 256,
      secondBits.get(keyOfSlot(secondOf(phrase))) ?? 0,
      ...steps.reverse(),
    );
    span = Math.max(
      span,
      reaches.slice(1).reduce((sum, reach) => sum + reach, 0),
    );
  }
  if (span >= MASK_BITS) throw new Error(`a phrase of ${span} words is too long`);
  if (records.length >= NOTHING) throw new Error("phrases are too long");

  const { places, cells } = packed(
    new Map(
      [...wordOf]
        .map(([symbol, word]) => [symbol, slotsOf.get(word) ?? []] as const)
        .filter(([, of]) => of.length > 0),
    ),
    slots.length,
  );
  const lists = new Shared();
  const masks = new Shared();
  const symbolTable = new Array<number>(symbolCount * 4).fill(NOTHING);
  for (const [symbol, place] of places) {
    const of = slotsOf.get(wordOf.get(symbol) ?? "") ?? [];
    const maskIn = (bitOf: ReadonlyMap<string, number>): number =>
      masks.placeOf(maskOf(of.flatMap((number) => bitOf.get(keyOfSlot(slots[number] ?? new Set())) ?? []))) /
      4;
    const ended = of.flatMap((number) => ending.get(number) ?? []);
    const bitsOfEnded = [...new Set(ended.map(({ bit }) => bit))].sort((a, b) => a - b);
    const groups = bitsOfEnded.map((bit) => {
      const group = ended.filter((one) => one.bit === bit).map(({ place }) => place);
      if (group.length >= LIST_MAX) throw new Error(`${wordOf.get(symbol)} ends too many phrases`);
      return lists.placeOf([...group, NOTHING]);
    });
    const list = ended.length === 0 ? NOTHING : lists.placeOf([...maskOf(bitsOfEnded), ...groups]);
    symbolTable.splice(symbol * 4, 4, place, maskIn(bits), list, maskIn(secondBits));
  }
  console.log(
    `${all.length} loose phrases over ${span} words at most, ${slots.length} slots in ${cells.length} cells, ${lists.all.length} in lists, ${records.length} in phrases, ${masks.all.length / 4} masks`,
  );
  return { symbols: symbolTable, masks: masks.all, lists: lists.all, phrases: records, cells, span };
}

/** The tables as constants, which `LOOSE_TABLES` of a policy is made of. */
export function looseSource(tables: LooseTables): string {
  const { span, ...lists } = tables;
  return [
    `export const LOOSE_SPAN: i32 = ${span};`,
    ...Object.entries(lists).map(([name, list]) =>
      dataSource(
        `LOOSE_${name.toUpperCase()}`,
        "/** u16: for sdk/loose.ts. */",
        new Uint8Array(Uint16Array.from(list).buffer),
      ),
    ),
  ].join("\n");
}
