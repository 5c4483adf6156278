import { foldUnit, isSpace } from "../sdk/fold";
import { refuse, Value } from "../sdk/index";
import { decode, scratchFor } from "../sdk/utf16";

// All terms of both lists in one tree of folded units, so that a text is passed over once however many terms
// there are, and terms with a common beginning are tried together.

export const DENIED: u8 = 1;
export const DISCOURAGED: u8 = 2;

/** A longer term is surely a mistake, and the length bounds the work at each place of a text. */
const TERM_UNITS_MAX: i32 = 256;

@unmanaged
export class TermNode {
  unit: u16;
  /** DENIED or DISCOURAGED where a term ends here; 0 elsewhere. */
  list: u8;
  /** Addresses; 0: none. Siblings are other units at the same place. */
  child: usize;
  sibling: usize;
}

// First units by their low byte: most places of a text are ruled out by one load.
const ROOTS: usize = memory.data(256 * sizeof<usize>(), 8);

// @ts-ignore: decorator
@inline
function rootSlot(unit: u16): usize {
  return ROOTS + (<usize>(unit & 0xff) << 2);
}

/** The node of a first unit, or 0. */
// @ts-ignore: decorator
@inline
export function rootOf(unit: u16): usize {
  const node = load<usize>(rootSlot(unit));
  return node == 0 ? 0 : findSibling(node, unit);
}

/** The node of `unit` among `node` and its siblings, or 0. */
export function findSibling(node: usize, unit: u16): usize {
  while (node != 0 && changetype<TermNode>(node).unit != unit) node = changetype<TermNode>(node).sibling;
  return node;
}

/** Adds every term of a list of strings. */
export function addTerms(terms: Value, list: u8): void {
  if (!terms.isArray) return;
  for (let term = terms.first; term.exists; term = term.next) addTerm(term, list);
}

function addTerm(term: Value, list: u8): void {
  const units = scratchFor(term.end - term.start);
  const length = foldSpaces(units, decode(term.start, term.end, term.flags, units));
  if (length == 0 || length > TERM_UNITS_MAX) {
    refuse("a term of nothing but white space, or longer than " + TERM_UNITS_MAX.toString());
    return;
  }
  let slot = rootSlot(load<u16>(units));
  let node: usize = 0;
  for (let i = 0; i < length; i++) {
    node = nodeAt(slot, load<u16>(units + (<usize>i << 1)));
    slot = node + offsetof<TermNode>("child");
  }
  const end = changetype<TermNode>(node);
  // A term on both lists is denied.
  if (end.list != DENIED) end.list = list;
}

/** Folds in place, makes one space of each run of white space, and drops those at both ends. */
function foldSpaces(units: usize, length: i32): i32 {
  let to = 0;
  for (let i = 0; i < length; i++) {
    const unit = <u32>load<u16>(units + (<usize>i << 1));
    const space = isSpace(unit);
    if (space && (to == 0 || load<u16>(units + (<usize>(to - 1) << 1)) == 0x20)) continue;
    store<u16>(units + (<usize>to << 1), <u16>(space ? 0x20 : foldUnit(unit)));
    to++;
  }
  return to > 0 && load<u16>(units + (<usize>(to - 1) << 1)) == 0x20 ? to - 1 : to;
}

/** Finds or adds `unit` in the list of siblings that `slot` points to. */
function nodeAt(slot: usize, unit: u16): usize {
  const found = findSibling(load<usize>(slot), unit);
  if (found != 0) return found;
  const node = heap.alloc(offsetof<TermNode>());
  const made = changetype<TermNode>(node);
  made.unit = unit;
  made.list = 0;
  made.child = 0;
  made.sibling = load<usize>(slot);
  store<usize>(slot, node);
  return node;
}
