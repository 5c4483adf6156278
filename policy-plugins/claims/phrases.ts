import { freeItemPercent, WHOLE } from "./discounts";
import { BASES, CELLS, EXACT_SYMBOLS, FIRST_OUTPUT, FIRST_GUARD, GUARD_KINDS, GUARD_RULES, Kind, NOTHING, OUTPUTS, Phrase, ROOT_ROW } from "./phrase-table";
import { loose } from "./loose";
import { lastNumber, lastValue, numberBeforeLast } from "./quantity";
import { guard, report } from "./rules";
import { addCue, isDeniedBefore, isNegatedAt } from "./sentence";

// The automaton over words: one move for each word, whatever the phrases. A phrase that was found waits for the word after it,
// which may give it another meaning.

/** More than the longest phrase has; a power of two. */
const STARTS: i32 = 32;
/** Where the last words began that are part of phrases at all. */
const starts: usize = memory.data(STARTS << 2, 4);
/** And which word of the text each is. */
const places: usize = memory.data(STARTS << 2, 4);

const CELL_BYTES: usize = 3;
const STATE_BITS: u32 = 12;
const STATE_MASK: u32 = 0xfff;

let state: u32 = 0;
let count: i32 = 0;

/** One word may end a few phrases; that of a longer one of the same rule counts. */
const WAITING_MAX: i32 = 8;

@unmanaged
class Waiting {
  code: u8;
  isNegated: bool;
  start: usize;
  end: usize;
  place: i32;
  value: i64;
}

const waiting: usize = memory.data(WAITING_MAX * offsetof<Waiting>(), 8);
let waitingCount: i32 = 0;

// @ts-ignore: decorator
@inline
function waitingAt(index: i32): Waiting {
  return changetype<Waiting>(waiting + <usize>index * offsetof<Waiting>());
}

/** A word that is in no phrase, or the end of a sentence. */
// @ts-ignore: decorator
@inline
export function passOther(): void {
  state = 0;
  if (waitingCount > 0) settle();
}

/** The next word by its symbol. `place`: which word of the text it is. */
// @ts-ignore: decorator
@inline
export function pass(symbol: u32, start: usize, end: usize, place: i32): void {
  count++;
  const slot = <usize>(count & (STARTS - 1)) << 2;
  store<usize>(starts + slot, start);
  store<i32>(places + slot, place);
  state = symbol < EXACT_SYMBOLS ? moved(symbol) : 0;
  const first = <usize>load<u16>(FIRST_OUTPUT + (<usize>state << 1));
  if (first != NOTHING) found(OUTPUTS + (first << 1), end);
  else if (waitingCount > 0) settle();
  loose.pass(symbol, start, end, place);
}

/** The state after a symbol that phrases without gaps have. */
// @ts-ignore: decorator
@inline
function moved(symbol: u32): u32 {
  const cell = load<u32>(CELLS + <usize>(<u32>load<u16>(BASES + (<usize>state << 1)) + symbol) * CELL_BYTES);
  return (cell & STATE_MASK) == state ? (cell >> STATE_BITS) & STATE_MASK : rootMove(symbol);
}

// @ts-ignore: decorator
@inline
function rootMove(symbol: u32): u32 {
  const next = <u32>load<u16>(ROOT_ROW + (<usize>symbol << 1));
  return next == NOTHING ? 0 : next;
}

function found(pairs: usize, end: usize): void {
  // The highest code comes first, and that is CANCEL.
  if (load<u8>(pairs) == Phrase.CANCEL) {
    drop(startOf(load<u8>(pairs, 1)));
    pairs += 2;
  }
  settle();
  for (; load<u8>(pairs) != 0 && waitingCount < WAITING_MAX; pairs += 2) {
    const length = load<u8>(pairs, 1);
    const place = load<i32>(places + slotOf(length));
    const one = waitingAt(waitingCount++);
    one.code = load<u8>(pairs);
    one.start = startOf(length);
    one.end = end;
    one.place = place;
    // "No investment is without risk": the phrase denies, and is denied.
    one.isNegated = isNegatedAt(place) || isDeniedBefore(place);
    one.value = valueOf(one.code);
  }
}

const ONE: i64 = 1_00;
const TWO: i64 = 2_00;

/** What "buy two get one" or "pay only 40 % of" comes to; of other phrases nothing. */
function valueOf(code: u8): i64 {
  if (code == Phrase.KIND + Kind.PAY_SHARE) return max(WHOLE - lastValue, 0);
  if (code == Phrase.KIND + Kind.BUY_GET) return freeItemPercent(numberBeforeLast, lastNumber, true);
  const isTwoForOne = code == Phrase.KIND + Kind.TWO_FOR_ONE && numberBeforeLast == TWO && lastNumber == ONE;
  if (code != Phrase.KIND + Kind.FOR_PRICE_OF && !isTwoForOne) return 0;
  return freeItemPercent(numberBeforeLast, lastNumber, false);
}

// @ts-ignore: decorator
@inline
function slotOf(length: u8): usize {
  return <usize>((count + 1 - <i32>length) & (STARTS - 1)) << 2;
}

function startOf(length: u8): usize {
  return load<usize>(starts + slotOf(length));
}

/** What waits and begins at or after an address means something else. */
function drop(start: usize): void {
  let kept = 0;
  for (let index = 0; index < waitingCount; index++) {
    if (waitingAt(index).start >= start) continue;
    memory.copy(changetype<usize>(waitingAt(kept)), changetype<usize>(waitingAt(index)), offsetof<Waiting>());
    kept++;
  }
  waitingCount = kept;
}

/** What waits means what it says. */
export function settle(): void {
  for (let index = 0; index < waitingCount; index++) {
    const one = waitingAt(index);
    if (one.code > Phrase.KIND) addCue(one.code - Phrase.KIND, one.start, one.end, one.place, one.isNegated, one.value);
    else if (one.isNegated) continue;
    else if (one.code >= FIRST_GUARD) takeGuard(one.code, one.start);
    else report(one.code, one.start, one.end);
  }
  waitingCount = 0;
}

/** A phrase that takes back what its sentence says of some rules. */
export function takeGuard(code: u32, start: usize): void {
  const index = <usize>(code - FIRST_GUARD);
  guard(load<u8>(GUARD_KINDS + index), load<u64>(GUARD_RULES + (index << 3)), start);
}

let stateBeforeAside: u32 = 0;
let countBeforeAside: i32 = 0;

/** What may turn out to be an aside begins: see scan.ts. */
export function beginAside(): void {
  stateBeforeAside = state;
  countBeforeAside = count;
}

/** Goes on as if the words since then were not there. */
export function endAside(place: i32): void {
  passOther();
  state = stateBeforeAside;
  count = countBeforeAside;
  loose.rewind(place);
}
