// Words and phrases as the table that sdk/words.ts scans with. What a text begins a word with, its first four bytes, is looked
// for among those that patterns can begin with (the heads): in a filter of bits first, which rules out most words of a text,
// then in a hash table, which knows the tree of the patterns with that head. A tree's nodes carry whole pieces of text, and know by a
// bit each what their children begin with. Branches that are the same are kept once.
//
// A pattern is lower case ASCII and begins with a letter or digit. In it stands
//   a blank      for one or more blanks, hyphens, underscores or line ends; in closed-up text for none as well
//   a hyphen     for any number of those, or none: "risk-free" is "risk free", "riskfree" and "risk-free"
//   an apostrophe  for one, or none: "don't" is "dont"
// and every other character for itself.

import { dataSource } from "./data-source.ts";
import { classOf, SIGN, SPECIAL, slotOf } from "./word-bytes.ts";

/** A pattern and what the policy is told where it stands. */
export type WordEntry = readonly [pattern: string, value: number];

// As sdk/phrases.ts has them.
const HEADER_SIZE = 32;
const NODE_SIZE = 24;
const HEAD_SIZE = 8;
const NO_VALUE = 0xffff;
const NO_NODE = 0xffffffff;
const KINDS_MAX = 8;

const LABEL_BYTES_MAX = 255;

const code = (character: string): number => character.charCodeAt(0);

/** As sdk/phrases.ts makes it of a text; what follows a 0 does not count, unless that is the first. */
function headKey(classes: readonly number[]): number {
  const end = classes.indexOf(0, 1);
  return classes
    .slice(0, 4)
    .reduce((key, value, i) => key + (end >= 0 && i > end ? 0 : value) * 2 ** (8 * i), 0);
}

const hashOf = (key: number): number => Math.imul(key, 0x9e3779b1) >>> 0;

/** Every way in which a text that holds the pattern can begin, as classes of its first four bytes. */
function* headsOf(pattern: string, at = 0, head: number[] = []): Generator<number[]> {
  const character = pattern[at];
  if (head.length === 4) {
    yield head;
  } else if (character === undefined) {
    yield [...head, 0];
  } else if (character in SPECIAL) {
    yield [...head, 0];
    yield* headsOf(pattern, at + 1, head);
  } else {
    yield* headsOf(pattern, at + 1, [...head, classOf(code(character)) & ~SIGN]);
  }
}

interface Node {
  label: string;
  value: number;
  children: Node[];
}

function insert(siblings: Node[], pattern: string, value: number): void {
  const node = siblings.find(({ label }) => label[0] === pattern[0]);
  if (node === undefined) {
    siblings.push({ label: pattern, value, children: [] });
    return;
  }
  let common = 1;
  while (common < node.label.length && node.label[common] === pattern[common]) common++;
  if (common < node.label.length) {
    node.children = [{ ...node, label: node.label.slice(common) }];
    node.label = node.label.slice(0, common);
    node.value = NO_VALUE;
  }
  if (common < pattern.length) insert(node.children, pattern.slice(common), value);
  else if (node.value === NO_VALUE) node.value = value;
  else if (node.value !== value) throw new Error(`a pattern that ends in ${pattern} has two values`);
}

function check([pattern, value]: WordEntry): void {
  if (!/^[a-z0-9][\x21-\x40\x5b-\x7e ]*$/.test(pattern)) throw new Error(`not a pattern: ${pattern}`);
  if (/[ -]{2}|[ '-]$/.test(pattern)) throw new Error(`separators at the end or in a row: ${pattern}`);
  if (pattern.length > LABEL_BYTES_MAX) throw new Error(`too long: ${pattern}`);
  if (!Number.isInteger(value) || value < 0 || value >= NO_VALUE) {
    throw new Error(`not a value: ${pattern} ${value}`);
  }
}

/** What a scan can be told to leave out from some place on: of each value, one kind of eight. */
export type KindOf = (value: number) => number;

/** The table's bytes. */
export function wordTable(entries: Iterable<WordEntry>, kindOf: KindOf = () => 0): Uint8Array {
  const patternsOf = new Map<number, WordEntry[]>();
  for (const entry of entries) {
    check(entry);
    if (!(kindOf(entry[1]) < KINDS_MAX)) throw new Error(`not a kind: ${entry[0]}`);
    const keys = new Set([...headsOf(entry[0])].map(headKey));
    for (const key of keys) patternsOf.set(key, [...(patternsOf.get(key) ?? []), entry]);
  }
  const treeOf = treesOf(patternsOf);
  const layout = new Layout(kindOf);
  const placeOf = new Map<number, number>();
  for (const [key, children] of treeOf) {
    placeOf.set(key, HEADER_SIZE + layout.add([{ label: "", value: NO_VALUE, children }]));
  }
  const { pool, offsets } = pooled(layout.nodes.map(({ label }) => label));

  // One in thirty-two of the filter's bits is cleared, or fewer; two in three of the hash table's places, or fewer.
  const filterBits = Math.max(10, Math.ceil(Math.log2(treeOf.size * 32)));
  const headBits = Math.max(3, Math.ceil(Math.log2(treeOf.size * 1.5)));
  const headsAt = HEADER_SIZE + NODE_SIZE * layout.nodes.length;
  const filterAt = headsAt + HEAD_SIZE * 2 ** headBits;
  const poolAt = filterAt + 2 ** (filterBits - 3);
  const table = new Uint8Array(poolAt + pool.length + LABEL_BEHIND);
  const view = new DataView(table.buffer);
  [32 - filterBits, filterAt, 32 - headBits, headsAt].forEach((value, i) => {
    view.setUint32(4 * i, value, true);
  });
  table.set(new TextEncoder().encode(pool), poolAt);
  table.fill(0xff, headsAt, poolAt);
  for (const [i, node] of layout.nodes.entries()) {
    const at = HEADER_SIZE + NODE_SIZE * i;
    view.setBigUint64(at, BigInt.asUintN(64, ~node.slots), true);
    view.setUint32(at + 8, poolAt + (offsets.get(node.label) ?? 0), true);
    view.setUint32(at + 12, node.slots === 0n ? NO_NODE : HEADER_SIZE + node.children, true);
    view.setUint16(at + 16, node.value, true);
    table[at + 18] = node.label.length;
    table[at + 19] = node.label.replace(/[^a-z]/g, "").length;
    table[at + 20] = node.kinds;
    table[at + 21] = node.twin;
  }
  for (const [key, place] of placeOf) {
    const hash = hashOf(key);
    const bit = hash >>> (32 - filterBits);
    table[filterAt + (bit >> 3)] = (table[filterAt + (bit >> 3)] ?? 0) & ~(1 << (bit & 7));
    let slot = hash >>> (32 - headBits);
    while (view.getUint32(headsAt + HEAD_SIZE * slot + 4, true) !== NO_NODE)
      slot = (slot + 1) % 2 ** headBits;
    view.setUint32(headsAt + HEAD_SIZE * slot, key, true);
    view.setUint32(headsAt + HEAD_SIZE * slot + 4, place, true);
  }
  return table;
}

/** So many bytes are read at once, and may be behind the last label. */
const LABEL_BEHIND = 8;

/** A node as it is written. */
interface Placed {
  readonly label: string;
  readonly value: number;
  readonly slots: bigint;
  readonly children: number;
  readonly kinds: number;
  readonly twin: number;
}

/** Puts siblings beside each other, in the order of their slots; behind them those whose slot another one has. */
class Layout {
  readonly nodes: Placed[] = [];
  readonly #known = new Map<string, number>();
  readonly #kindOf: KindOf;

  constructor(kindOf: KindOf) {
    this.#kindOf = kindOf;
  }

  /** Where the siblings are, from the first node. */
  add(siblings: readonly Node[]): number {
    const placed = inOrder(siblings).map((node, i, all) => this.#placed(node, twinOf(all, i)));
    const name = placed.map((node) => Object.values(node).join("\x00")).join("\n");
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const place = NODE_SIZE * this.nodes.length;
    this.nodes.push(...placed);
    this.#known.set(name, place);
    return place;
  }

  #placed({ label, value, children }: Node, twin: number): Placed {
    const place = children.length > 0 ? this.add(children) : 0;
    const below =
      children.length > 0 ? this.nodes.slice(place / NODE_SIZE, place / NODE_SIZE + children.length) : [];
    const own = value === NO_VALUE ? 0 : 1 << this.#kindOf(value);
    return {
      label,
      value,
      slots: children.reduce((bits, child) => bits | (1n << BigInt(slotIn(child))), 0n),
      children: place,
      kinds: below.reduce((kinds, child) => kinds | child.kinds, own),
      twin,
    };
  }
}

const slotIn = ({ label }: Node): number => slotOf(code(label));

/** Of a block, a node of each slot, then the others. */
function inOrder(siblings: readonly Node[]): Node[] {
  if (siblings.length < 2) return [...siblings];
  const sorted = siblings.toSorted((a, b) => slotIn(a) - slotIn(b) || code(a.label) - code(b.label));
  const isFirst = (node: Node, i: number) => i === 0 || slotIn(node) !== slotIn(sorted[i - 1] as Node);
  return [...sorted.filter(isFirst), ...sorted.filter((node, i) => !isFirst(node, i))];
}

/** How many nodes on the next one with the same slot is; 0: there is none. */
function twinOf(all: readonly Node[], index: number): number {
  const node = all[index] as Node;
  if (node.label === "") return 0;
  const next = all.findIndex((other, i) => i > index && slotIn(other) === slotIn(node));
  return next < 0 ? 0 : next - index;
}

/** The tree of each head; heads that begin the same patterns share it. */
function treesOf(patternsOf: ReadonlyMap<number, WordEntry[]>): Map<number, Node[]> {
  const known = new Map<string, Node[]>();
  const trees = new Map<number, Node[]>();
  for (const [key, patterns] of patternsOf) {
    const name = patterns
      .map(([pattern]) => pattern)
      .sort()
      .join("\n");
    let tree = known.get(name);
    if (tree === undefined) {
      tree = [];
      for (const [pattern, value] of patterns) {
        insert(
          tree,
          pattern.replace(/[ '-]/g, (one) => SPECIAL[one] ?? one),
          value,
        );
      }
      known.set(name, tree);
    }
    trees.set(key, tree);
  }
  return trees;
}

/** One text that holds all labels, those first that others are part of. */
function pooled(labels: string[]): { pool: string; offsets: Map<string, number> } {
  const offsets = new Map<string, number>();
  let pool = "";
  for (const label of labels.toSorted((a, b) => b.length - a.length)) {
    if (offsets.has(label)) continue;
    const known = pool.indexOf(label);
    offsets.set(label, known < 0 ? pool.length : known);
    if (known < 0) pool += label;
  }
  return { pool, offsets };
}

/** The table as a source of AssemblyScript: `export const NAME`. */
export const wordTableSource = (
  name: string,
  comment: string,
  entries: Iterable<WordEntry>,
  kindOf?: KindOf,
): string => dataSource(name, comment, wordTable(entries, kindOf));
