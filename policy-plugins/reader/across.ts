import { isWordByte } from "./classes";
import { addRun, at, begin, BYTES, cut, end, lineFeeds, plain, roomLeft, segmentRow, setDecoding, skip, WHOLE } from "./output";
import { fieldRow, firstName, isString } from "./values";

// Letters written one by one into neighbouring strings, as in ["p","a","s","s"], closed up. Each keeps a segment of its own,
// but nothing stands between them.

const LETTERS_MIN: u32 = 4;
/** Of all of them together: each takes a segment. */
const LETTERS_MAX: u32 = 512;

let lettersLeft: u32 = 0;

export function deriveAcross(origin: u32): void {
  lettersLeft = LETTERS_MAX;
  let first: u32 = 0;
  for (let index: u32 = 0; index <= firstName; index++) {
    while (index < firstName && isSingle(index)) index++;
    if (index - first >= LETTERS_MIN && !write(first, index, origin)) return;
    first = index + 1;
  }
}

function isSingle(index: u32): bool {
  const row = segmentRow(index);
  return row.end - row.start == 1 && isWordByte(<u32>load<u8>(plain + row.start)) && isString(fieldRow(row.field));
}

function write(first: u32, last: u32, origin: u32): bool {
  for (let index = first; index < last; index++) {
    if (roomLeft() == 0 || lettersLeft == 0) {
      setDecoding(index);
      cut();
      return false;
    }
    lettersLeft--;
    const row = segmentRow(index);
    const length = fieldRow(row.field).length;
    begin(row.field, origin, 1, 0);
    addRun(<u32>(at - plain), 0, length, length == 1 ? BYTES : WHOLE);
    store<u8>(at, load<u8>(plain + row.start));
    skip(1);
    end();
  }
  lineFeeds(4);
  return true;
}
