import { foldUnit, isWordUnit } from "../sdk/fold";
import { Value } from "../sdk/index";
import { decode, scratchFor } from "../sdk/utf16";

/** Whether any of some words, or phrases with single spaces, stands in a text, whatever its case. */
export function hasAnyWord(words: Value, text: Value): bool {
  if (!text.isString) return false;
  for (let word = words.first; word.exists; word = word.next) {
    if (hasWord(word, text)) return true;
  }
  return false;
}

function hasWord(word: Value, text: Value): bool {
  const units = scratchFor((text.end - text.start) + (word.end - word.start));
  const length = decode(text.start, text.end, text.flags, units);
  // Decoding may write up to three units ahead: the word is put behind those.
  const wanted = units + (<usize>length << 1) + 8;
  const size = decode(word.start, word.end, word.flags, wanted);
  const first = foldedAt(wanted, 0);
  for (let start = 0; start + size <= length; start++) {
    if (foldedAt(units, start) != first || (start > 0 && isWordUnit(foldedAt(units, start - 1)))) continue;
    let i = 1;
    while (i < size && foldedAt(units, start + i) == foldedAt(wanted, i)) i++;
    if (i == size && (start + size == length || !isWordUnit(foldedAt(units, start + size)))) return true;
  }
  return false;
}

// @ts-ignore: decorator
@inline
function foldedAt(units: usize, index: i32): u32 {
  return foldUnit(<u32>load<u16>(units + (<usize>index << 1)));
}
