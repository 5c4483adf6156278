import { addRun, at, begin, cut, end, lineFeeds, plain, roomLeft, skip, stepOf } from "./output";
import { depth, field } from "./source";

// Tag characters: ASCII that nobody sees. They read as nothing where they stand, and what they spell is a text of its own.

@unmanaged
class TagRow {
  segment: u32;
  letter: u32;
  /** Code units of the field. */
  unit: u32;
  unitEnd: u32;
}

/** More are a text of nothing else. */
const TAGS_MAX: u32 = 2_048;
let tags: usize = 0;
let count: u32 = 0;
let next: u32 = 0;

// @ts-ignore: decorator
@inline
function tagAt(index: u32): TagRow {
  return changetype<TagRow>(tags + <usize>index * offsetof<TagRow>());
}

/** False where there is no room for it. */
export function addTag(segment: u32, point: u32, unit: u32, unitEnd: u32): bool {
  const letter = point - 0xe0000;
  if (letter - 0x20 >= 0x5f) return true;
  if (count == TAGS_MAX) return false;
  if (tags == 0) tags = heap.alloc(<usize>TAGS_MAX * offsetof<TagRow>());
  const tag = tagAt(count++);
  tag.segment = segment;
  tag.letter = letter;
  tag.unit = unit;
  tag.unitEnd = unitEnd;
  return true;
}

/** Whether any are left to derive a text from. */
// @ts-ignore: decorator
@inline
export function hasTags(): bool {
  return next < count;
}

/** Of the segment that is open, and has this index; segments are asked for in rising order. */
export function deriveTags(index: u32, origin: u32): void {
  while (next < count && tagAt(next).segment < index) next++;
  if (next == count || tagAt(next).segment != index) return;
  const unit = tagAt(next).unit;
  if (roomLeft() == 0) return cut();
  begin(field, origin, depth + 1, unit);
  for (; next < count && tagAt(next).segment == index; next++) {
    if (roomLeft() == 0) {
      cut();
      break;
    }
    const tag = tagAt(next);
    store<u8>(at, <u8>tag.letter);
    addRun(<u32>(at - plain), tag.unit, tag.unitEnd, stepOf(1, tag.unitEnd - tag.unit));
    skip(1);
  }
  end();
  lineFeeds(4);
}
