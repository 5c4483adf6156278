import { isWordBefore, SEPARATORS, wordSizeAt } from "../sdk/phrases";

// From a term as settings have it to what the tree holds: the term's bytes as the reading has them, one SEPARATORS for each run
// of blanks, hyphens and underscores between letters or digits, and apart from them whether its ends are those of words.

/** Of a pattern: its match begins, or ends, where a word does. */
export const BEGINS_WORD: u8 = 1;
export const ENDS_WORD: u8 = 2;

const ASTERISK: u8 = 0x2a;
const BLANK: u8 = 0x20;

export class Pattern {
  begin: usize = 0;
  end: usize = 0;
  flags: u8 = 0;
}

const pattern = new Pattern();

// @ts-ignore: decorator
@inline
function isJoint(byte: u8): bool {
  return byte == BLANK || byte == 0x2d || byte == 0x5f;
}

/** Bytes of the dash beyond ASCII at `at`, or 0. */
function dashSize(at: usize): usize {
  return load<u8>(at) == 0xe2 && load<u8>(at, 1) == 0x80 && load<u8>(at, 2) - 0x90 < 6 ? 3 : 0;
}

/**
 * Makes a pattern of a folded term, in the term's place; `wholeWord` unless an asterisk at an end says otherwise. One serves
 * for all.
 */
export function makePattern(begin: usize, end: usize, wholeWord: bool): Pattern {
  let from = begin;
  let to = end;
  while (from < to && load<u8>(from) == BLANK) from++;
  while (from < to && load<u8>(to - 1) == BLANK) to--;
  let openBegin = !wholeWord;
  let openEnd = !wholeWord;
  if (to - from > 1 && load<u8>(from) == ASTERISK && wordSizeAt(from + 1) != 0) {
    openBegin = true;
    from++;
  }
  if (to - from > 1 && load<u8>(to - 1) == ASTERISK && isWordBefore(to - 1)) {
    openEnd = true;
    to--;
  }
  pattern.flags = 0;
  if (!openBegin && wordSizeAt(from) != 0) pattern.flags |= BEGINS_WORD;
  if (!openEnd && from < to && isWordBefore(to)) pattern.flags |= ENDS_WORD;
  pattern.begin = from;
  pattern.end = joined(from, to);
  return pattern;
}

/** Puts SEPARATORS into the term, and returns where it ends now. Hyphens and underscores at its ends stay what they are. */
function joined(from: usize, to: usize): usize {
  let into = from;
  let first = from;
  let last = to;
  while (first < last && isJoint(load<u8>(first))) first++;
  while (first < last && isJoint(load<u8>(last - 1))) last--;
  for (let at = from; at < to; ) {
    const byte = load<u8>(at);
    const isInside = at > first && at < last;
    const size: usize = byte == BLANK || (isInside && isJoint(byte)) ? 1 : isInside ? dashSize(at) : <usize>0;
    if (size == 0) {
      store<u8>(into++, byte);
      at++;
    } else {
      if (load<u8>(into - 1) != SEPARATORS) store<u8>(into++, SEPARATORS);
      at += size;
    }
  }
  return into;
}
