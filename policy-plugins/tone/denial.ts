import { reading } from "../sdk/index";
import { AFFIRMS, DENIES, SUPPOSES } from "./grammar";
import { find, grammarOf, hashOf } from "./lexicon";
import { Category } from "./patterns";

// Whether a "not" before a word or phrase takes it back: "you do not have to act now", "nobody can promise that it always works".

/** How many words on a "not" reaches, by category; swear words are not taken back. */
const REACHES: StaticArray<i32> = [0, 5, 3, 4, 6];
/** No further back. */
const BYTES_MAX: usize = 80;

/** Whether what begins at `start` of the reading is denied in its clause. A condition's "not" denies no threat behind it. */
export function isDenied(start: i32, category: i32): bool {
  const begin = reading().folded;
  const least = begin + <usize>max(start - <i32>BYTES_MAX, 0);
  let to = begin + <usize>start;
  let isBefore = false;
  for (let left = unchecked(REACHES[category]); left > 0; left--) {
    while (to > least && load<u8>(to - 1) <= 0x20) to--;
    let from = to;
    while (from > least && isOfWord(load<u8>(from - 1))) from--;
    if (from == to) return isBefore;
    const word = grammarOf(find(hashOf(from, to)));
    if ((word & DENIES) != 0) isBefore = true;
    if ((word & AFFIRMS) != 0) return isBefore;
    if ((word & SUPPOSES) != 0 && category == Category.THREAT) return false;
    to = from;
  }
  return isBefore;
}

// @ts-ignore: decorator
@inline
function isOfWord(byte: u8): bool {
  return byte - 0x61 < 26 || byte == 0x27 || byte - 0x30 < 10 || byte >= 0x80;
}
