// Phrases with other words between theirs: "we will gladly *match* whatever *price* they quote". A phrase is looked for where its
// last word stands, and only where the rarest of its words stood shortly before; then back from there, word by word.
// tools/loose-table.ts makes the tables.

const NOTHING: u32 = 0xffff;

/** In a phrase's code: it holds though a "not" stands in it. */
export const KEEPS_NEGATION: u32 = 0x80;

/** No phrase reaches further back than a mask has bits. */
const WORDS: i32 = 64;
/** Of the last words of the text, by their number: where each begins, and its row. */
const starts: usize = memory.data(WORDS << 2, 4);
const rows: usize = memory.data(WORDS << 1, 2);

/** A list: a mask of rare words, inverted; for each of its bits where in the lists the phrases are, which NOTHING ends. */
const GROUPS: usize = 8;

/**
 * A phrase, in units of two bytes: code and number of steps; the bit of its second rarest words; then each slot and how far back
 * it may be, the last slot first.
 */
const COUNT_SHIFT: u32 = 8;
const SECOND_SHIFT: u32 = 16;
const PHRASE_HEAD: usize = 4;
const REACH_SHIFT: u32 = 12;
const SLOT: u32 = 0xfff;

/** As many phrases as a list may have, and one more. */
const NOTED: usize = memory.data(256 * 4, 4);

/** A symbol's record: its row, which of the masks says what rare words it is, and the list of the phrases that end with it. */
const ANCHOR_SHIFT: u64 = 16;
const ENDS_SHIFT: u64 = 32;
/** And which of the masks says what second rarest word of phrases it is. */
const SECONDS_SHIFT: u64 = 48;

// A global costs less than a field, and a policy has one such scan. What tools/loose-table.ts makes:

/** For each symbol its record; without a row it is in no phrase. */
let symbols: usize = 0;
let masks: usize = 0;
let lists: usize = 0;
let phrases: usize = 0;
/** A row's cell of a slot has the row, where the symbol is in that slot. */
let cells: usize = 0;
/** How many words the longest phrase may have from its first to its last. */
let span: i32 = 0;

/** The rare words since the last change of `turn`, and before it. */
let seen: u64 = 0;
let seenBefore: u64 = 0;
/** The second rarest, likewise. */
let seconds: u64 = 0;
let secondsBefore: u64 = 0;
let turn: i32 = 0;
/** Which of the last words are in phrases at all: a bit for each, from the last one back. */
let known: u64 = 0;
let last: i32 = 0;
let steps: i32 = 0;
/** The end of the first word that no phrase was looked for at, since too many were before; 0: there is none. */
let untried: usize = 0;

export abstract class LooseScan {
  constructor(symbolTable: usize, maskTable: usize, listTable: usize, phraseTable: usize, cellTable: usize, words: i32) {
    symbols = symbolTable;
    masks = maskTable;
    lists = listTable;
    phrases = phraseTable;
    cells = cellTable;
    span = words;
  }

  /**
   * Before each text: so many words of phrases may be looked for, so that a text of nothing but such words takes not much longer
   * than another. `untriedEnd` says whether it was not enough.
   */
  allow(count: i32): void {
    steps = count;
    untried = 0;
  }

  /** Where the first word ends that may end a phrase and was not looked at; 0: all were. */
  get untriedEnd(): usize {
    return untried;
  }

  /** A phrase ends at `end`. `first`: which word of the text it began with; `start`: where that is. */
  protected abstract matched(code: u32, first: i32, start: usize, end: usize): void;

  /** A sentence ended. */
  // @ts-ignore: decorator
  @inline
  endSentence(): void {
    known = seen = seenBefore = seconds = secondsBefore = 0;
  }

  /** The next word by its symbol. `place`: which word of the text it is. */
  // @ts-ignore: decorator
  @inline
  pass(symbol: u32, start: usize, end: usize, place: i32): void {
    const record = load<u64>(symbols + (<usize>symbol << 3));
    const row = <u32>record & 0xffff;
    if (row == NOTHING) return;
    note(place);
    store<u16>(rows + (<usize>(place & (WORDS - 1)) << 1), row);
    store<usize>(starts + (<usize>(place & (WORDS - 1)) << 2), start);
    seen |= ~load<u64>(masks + (<usize>((record >> ANCHOR_SHIFT) & 0xffff) << 3));
    seconds |= ~load<u64>(masks + (<usize>(record >> SECONDS_SHIFT) << 3));
    const first = <u32>(record >> ENDS_SHIFT) & 0xffff;
    if (first == NOTHING) return;
    const list = lists + (<usize>first << 1);
    if ((~load<u64>(list) & (seen | seenBefore)) != 0) this.tryGroups(list, end, place);
  }

  private tryGroups(list: usize, end: usize, place: i32): void {
    if (steps <= 0) {
      if (untried == 0) untried = end;
      return;
    }
    const all = ~load<u64>(list);
    let active = all & (seen | seenBefore);
    while (active != 0) {
      const bit = active & (0 - active);
      const group = list + GROUPS + (<usize>popcnt(all & (bit - 1)) << 1);
      this.tryAll(lists + (<usize>load<u16>(group) << 1), end, place);
      active ^= bit;
    }
  }

  /** A loop is charged what the costliest way through it costs, so what is found is only noted in the first one. */
  private tryAll(from: usize, end: usize, place: i32): void {
    let noted = NOTED;
    let at = from;
    for (let phrase = <usize>load<u16>(at); phrase != NOTHING; phrase = <usize>load<u16>((at += 2))) {
      const firsts = firstsOf(phrases + (phrase << 1), place);
      store<u32>(noted, <u32>phrase << 8 | <u32>ctz(firsts));
      noted += <usize>(firsts != 0) << 2;
    }
    for (let one = NOTED; one < noted; one += 4) this.found(load<u32>(one), end, place);
  }

  private found(one: u32, end: usize, place: i32): void {
    const first = place - <i32>(one & 0xff);
    const start = load<usize>(starts + (<usize>(first & (WORDS - 1)) << 2));
    this.matched(<u32>load<u8>(phrases + (<usize>(one >> 8) << 1)), first, start, end);
  }
}

/** One more word, at `place`. */
// @ts-ignore: decorator
@inline
function note(place: i32): void {
  const since = place - turn;
  if (since > span) {
    seenBefore = since > 2 * span ? 0 : seen;
    secondsBefore = since > 2 * span ? 0 : seconds;
    seen = seconds = 0;
    turn = place;
  }
  const gap = place - last;
  known = (gap < WORDS ? known << <u64>gap : 0) | 1;
  last = place;
}

/** The words that a phrase which ends at `place` begins with, a bit for each, from there back; none: it does not stand there. */
function firstsOf(phrase: usize, place: i32): u64 {
  const head = load<u32>(phrase);
  steps--;
  let found: u64 = ((seconds | secondsBefore) >> <u64>(head >> SECOND_SHIFT)) & 1;
  let at = phrase + PHRASE_HEAD;
  const end = at + (<usize>((head >> COUNT_SHIFT) & 0xff) << 1);
  for (; at < end && found != 0; at += 2) {
    const step = <u32>load<u16>(at);
    found = inSlot(before(found, step >> REACH_SHIFT) & known, cells + (<usize>(step & SLOT) << 1), place);
    steps--;
  }
  return found;
}

/** All bits up to so many above those of a mask. */
// @ts-ignore: decorator
@inline
function before(mask: u64, reach: u32): u64 {
  let all = mask | (mask << <u64>(reach > 1));
  all |= all << <u64>min(2, max(<i32>reach - 2, 0));
  all |= all << <u64>min(4, max(<i32>reach - 4, 0));
  all |= all << <u64>min(8, max(<i32>reach - 8, 0));
  return all << 1;
}

/** Which of these words are in a slot. */
// @ts-ignore: decorator
@inline
function inSlot(words: u64, column: usize, place: i32): u64 {
  let found: u64 = 0;
  for (let left = words; left != 0; left &= left - 1) {
    const back = ctz(left);
    const row = <usize>load<u16>(rows + (<usize>((place - <i32>back) & (WORDS - 1)) << 1));
    found |= <u64>(<usize>load<u16>(column + (row << 1)) == row) << back;
  }
  return found;
}
