import { Head, NO_NODE, NO_VALUE, Node, SLOTS, Table } from "../sdk/phrases";
import { WORD_BYTES } from "../sdk/word-bytes";
import { oneOf, termOf } from "./terms";

// The trees of a table: first as lists of siblings, to which terms are easily added; then as sdk/phrases.ts has them, siblings
// beside each other, in the place of the lists.

const LABEL_BYTES_MAX: usize = 255;

@unmanaged
class Sibling {
  label: u32;
  /** The first of those that go on, or NO_NODE; and the next that begins otherwise, likewise. */
  child: u32;
  sibling: u32;
  value: u16;
  size: u8;
  /** The label's first byte. */
  begin: u8;
}

const SIBLING_SIZE: usize = offsetof<Sibling>();
const NODE_SIZE: usize = offsetof<Node>();

/** The table; all places are bytes from here. */
let base: usize = 0;
let lists: usize = 0;
let siblingCount: usize = 0;

/** How many a term adds at the most: it may cut one in two. */
export function siblingsMax(size: usize): usize {
  return 2 + size / LABEL_BYTES_MAX;
}

export function beginTrees(table: usize, count: usize): void {
  base = table;
  lists = heap.alloc(count * SIBLING_SIZE);
}

/** Adds a term to the tree of siblings whose first one `link` names. */
export function insert(link: usize, value: u16, begin: usize, end: usize): void {
  let at = begin;
  for (;;) {
    const node = siblingWith(link, load<u8>(at));
    if (!node) {
      append(link, at, end, value);
      return;
    }
    const common = commonSize(node, at, end);
    if (common < <usize>node.size) split(node, common);
    at += common;
    if (at == end) {
      node.value = node.value == NO_VALUE ? value : oneOf(node.value, value);
      return;
    }
    link = changetype<usize>(node) + offsetof<Sibling>("child");
  }
}

function siblingWith(link: usize, byte: u8): Sibling | null {
  for (let place = load<u32>(link); place != NO_NODE; ) {
    const node = changetype<Sibling>(base + place);
    if (node.begin == byte) return node;
    place = node.sibling;
  }
  return null;
}

function commonSize(node: Sibling, at: usize, end: usize): usize {
  const label = base + node.label;
  const most = min(<usize>node.size, end - at);
  let size: usize = 1;
  while (size < most && load<u8>(label + size) == load<u8>(at + size)) size++;
  return size;
}

/** Cuts a node in two: the second half becomes its only child. */
function split(node: Sibling, size: usize): void {
  const rest = newSibling(node.label + <u32>size, <u8>(<usize>node.size - size));
  rest.child = node.child;
  rest.value = node.value;
  node.child = placeOf(changetype<usize>(rest));
  node.size = <u8>size;
  node.value = NO_VALUE;
}

/** Adds the rest of a term as a node of its own, or as several where it is long. */
function append(link: usize, at: usize, end: usize, value: u16): void {
  let last: Sibling;
  do {
    const size = min(end - at, LABEL_BYTES_MAX);
    last = newSibling(<u32>(at - base), <u8>size);
    last.sibling = load<u32>(link);
    store<u32>(link, placeOf(changetype<usize>(last)));
    link = changetype<usize>(last) + offsetof<Sibling>("child");
    at += size;
  } while (at < end);
  last.value = value;
}

function newSibling(label: u32, size: u8): Sibling {
  const node = changetype<Sibling>(lists + siblingCount++ * SIBLING_SIZE);
  node.label = label;
  node.child = NO_NODE;
  node.sibling = NO_NODE;
  node.value = NO_VALUE;
  node.size = size;
  node.begin = load<u8>(base + label);
  return node;
}

function placeOf(address: usize): u32 {
  return <u32>(address - base);
}

/** Where nodes are made, and how far from where they will be. */
let made: usize = 0;
let madeCount: usize = 0;

/** Nothing is added any more: makes the nodes, and puts them where the lists were. */
export function endTrees(table: Table): void {
  const heads = base + table.heads;
  const headsEnd = heads + (offsetof<Head>() << (32 - table.headShift));
  let rootCount: usize = 0;
  for (let at = heads; at < headsEnd; at += offsetof<Head>()) {
    rootCount += <usize>(changetype<Head>(at).node != NO_NODE);
  }
  const size = (siblingCount + rootCount) * NODE_SIZE;
  made = heap.alloc(size);
  memory.fill(made, 0, size);
  for (let at = heads; at < headsEnd; at += offsetof<Head>()) {
    const head = changetype<Head>(at);
    if (head.node == NO_NODE) continue;
    const root = changetype<Node>(made + madeCount++ * NODE_SIZE);
    root.value = NO_VALUE;
    addChildren(root, head.node);
    head.node = finalPlace(root);
  }
  // The lists' memory is the last one then, so that it stays where it is.
  heap.free(made);
  lists = heap.realloc(lists, size);
  memory.copy(lists, made, size);
  // What is not zero would be copied for every action.
  memory.fill(lists + size, 0, made - lists);
}

function finalPlace(node: Node): u32 {
  return placeOf(lists) + <u32>(changetype<usize>(node) - made);
}

/** Makes a block of a list of siblings. */
function addChildren(parent: Node, first: u32): void {
  let slots: u64 = 0;
  let count: usize = 0;
  for (let place = first; place != NO_NODE; count++) {
    const sibling = changetype<Sibling>(base + place);
    slots |= slotBit(sibling.begin);
    place = sibling.sibling;
  }
  parent.without = ~slots;
  parent.child = NO_NODE;
  if (count == 0) return;
  const block = made + madeCount * NODE_SIZE;
  madeCount += count;
  parent.child = finalPlace(changetype<Node>(block));
  let twins = <usize>popcnt(slots);
  for (let place = first; place != NO_NODE; ) {
    const sibling = changetype<Sibling>(base + place);
    const index = <usize>popcnt(slots & (slotBit(sibling.begin) - 1));
    let node = changetype<Node>(block + index * NODE_SIZE);
    if (node.size != 0) node = twinOf(node, block + twins++ * NODE_SIZE);
    fill(node, sibling);
    parent.kinds |= node.kinds;
    place = sibling.sibling;
  }
}

function slotBit(byte: u8): u64 {
  return <u64>1 << <u64>load<u8>(WORD_BYTES + byte, SLOTS);
}

/** The node at `place`, chained to one with its slot. */
function twinOf(node: Node, place: usize): Node {
  let last = node;
  while (last.twin != 0) last = changetype<Node>(changetype<usize>(last) + <usize>last.twin * NODE_SIZE);
  last.twin = <u8>((place - changetype<usize>(last)) / NODE_SIZE);
  return changetype<Node>(place);
}

function fill(node: Node, from: Sibling): void {
  node.label = from.label;
  node.size = from.size;
  node.value = from.value;
  for (let i: usize = 0; i < <usize>from.size; i++) node.letters += <u8>(load<u8>(base + from.label + i) - 0x61 < 26);
  addChildren(node, from.child);
  if (from.value != NO_VALUE) node.kinds |= 1 << termOf(from.value).kind;
}
