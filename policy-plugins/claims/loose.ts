import { FIRST_LOOSE, KEEPS_NEGATION, LOOSE_COUNT, LOOSE_LISTS, LOOSE_NODES, LOOSE_REACH, NOTHING } from "./phrase-table";
import { isRuleFull, report } from "./rules";
import { isDeniedSince, isQuestion } from "./sentence";

// Phrases with other words between theirs: "we will gladly *match* whatever *price* they quote". For each word of each such
// phrase which word of the text it last was, after those before it; the next one looks whether that is near enough. Only
// the words of such phrases do any work.

/** More words than such a phrase reaches over; a power of two. */
const STARTS: i32 = 64;
/** Where the last words of the text begin, by their number. */
const starts: usize = memory.data(STARTS << 2, 4);
/** Of each node which word of the text it was, and which the phrase began with. */
const places: usize = memory.data(LOOSE_COUNT << 2, 4);
const firstPlaces: usize = memory.data(LOOSE_COUNT << 2, 4);

const NOWHERE: i32 = -100;
/** The last word that began a phrase or went on with one, in this sentence. */
let lastPlace: i32 = NOWHERE;
/** Which phrases began in reach, as the masks of the lists have it: most words go on with none of them. */
let begun: u64 = 0;
/** Words up to here are of another sentence. */
let before: i32 = 0;

/** A sentence ended with that word of the text. */
// @ts-ignore: decorator
@inline
export function endLoose(place: i32): void {
  before = place;
  lastPlace = NOWHERE;
}

// @ts-ignore: decorator
@inline
export function passLoose(symbol: u32, start: usize, end: usize, place: i32): void {
  const first = <usize>load<u16>(FIRST_LOOSE + (<usize>symbol << 1));
  if (first != NOTHING) advance(LOOSE_LISTS + (first << 1), start, end, place);
}

/** Masks are stored inverted. */
const MASK_BYTES: usize = 8;

function advance(list: usize, start: usize, end: usize, place: i32): void {
  if (place - lastPlace > LOOSE_REACH) begun = 0;
  let at = list + 2 * MASK_BYTES;
  if ((~load<u64>(list) & begun) == 0) {
    while (load<u16>(at) != NOTHING) at += 2;
  } else {
    for (let node = <usize>load<u16>(at); node != NOTHING; node = <usize>load<u16>((at += 2))) {
      const record = load<u32>(LOOSE_NODES + (node << 2));
      const parent = <usize>(record & 0xffff) << 2;
      const last = load<i32>(places + parent);
      if (last <= before || place - last > <i32>((record >> 16) & 0xff)) continue;
      goOn(node << 2, parent, record >> 24, end, place);
    }
  }
  const begins = ~load<u64>(list + MASK_BYTES);
  if (begins == 0) return;
  begun |= begins;
  lastPlace = place;
  for (let node = <usize>load<u16>((at += 2)); node != NOTHING; node = <usize>load<u16>((at += 2))) {
    store<i32>(places + (node << 2), place);
    store<i32>(firstPlaces + (node << 2), place);
  }
  store<usize>(starts + (<usize>(place & (STARTS - 1)) << 2), start);
}

function goOn(node: usize, parent: usize, code: u32, end: usize, place: i32): void {
  const first = load<i32>(firstPlaces + parent);
  store<i32>(places + node, place);
  store<i32>(firstPlaces + node, first);
  lastPlace = place;
  if (code == 0 || isQuestion) return;
  const rule = <u8>(code & ~KEEPS_NEGATION);
  if (isRuleFull(rule) || (code == rule && isDeniedSince(first))) return;
  report(rule, load<usize>(starts + (<usize>(first & (STARTS - 1)) << 2)), end);
}
