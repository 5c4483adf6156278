import { FieldKind, reading, Segment } from "../sdk/index";
import { NO_SEGMENT } from "../sdk/reading";
import { Anchor, anchorAt, definitionAt } from "./anchors";
import { afterScheme, isAboutIt, isHarmlessKind, Link } from "./context";
import { isWord } from "./near";
import { isSegmentTold, report, reportToken } from "./report";
import { Class, Meaning } from "./tables";
import { byteAt, folded, runEnd } from "./text";
import { isPassword, isSecret, isStrong, valueEnd } from "./values";

// The name of a member as the word that points at its value: `{"password": "..."}`. Names come after all values in the
// reading: what they say is kept, and the values are looked at in the end.

/** For each segment, the first anchor of each sort in it, plus one: of the general kinds, and of a provider. */
let words: usize = 0;
let wordEnds: usize = 0;
let wordStarts: usize = 0;
let providers: usize = 0;
let namesStart: i32 = -1;
let namesEnd: i32 = -1;

/** Where the names are; nothing where there are none. */
export function readNames(): void {
  const all = reading();
  if (all.firstName >= all.segmentCount || all.firstName >= all.firstDerived) return;
  namesStart = <i32>all.segment(all.firstName).start;
  namesEnd = <i32>all.segment(all.firstDerived - 1).end;
}

// @ts-ignore: decorator
@inline
export function isName(at: i32): bool {
  return at >= namesStart && at < namesEnd;
}

/** Keeps that a name has an anchor; `index` is the anchor's. */
export function keep(anchor: Anchor, index: u32, start: i32): void {
  const all = reading();
  const isGeneral = anchor.meaning >= Meaning.PASSWORD && anchor.meaning <= Meaning.TOKEN;
  const end = start + anchor.size;
  if (isGeneral && (!isWord(anchor.meaning, start, end) || isAboutIt(end) || isHarmless(anchor.meaning, start))) return;
  const isProvider = anchor.count > 0 && definitionAt(anchor.first).isWord;
  if (!isGeneral && !isProvider) return;
  if (words == 0) allocate(all.segmentCount);
  const slot = <usize>all.segmentAt(start) << 2;
  if (isGeneral) {
    if (load<u32>(words + slot) != 0) return;
    store<u32>(words + slot, anchor.meaning);
    store<i32>(wordStarts + slot, start);
    store<i32>(wordEnds + slot, end);
  }
  if (isProvider && load<u32>(providers + slot) == 0) store<u32>(providers + slot, index);
}

function isHarmless(meaning: u8, start: i32): bool {
  return meaning == Meaning.TOKEN && isHarmlessKind(start);
}

function allocate(count: i32): void {
  const bytes = <usize>count << 2;
  words = heap.alloc(bytes * 4);
  memory.fill(words, 0, bytes * 4);
  wordStarts = words + bytes;
  wordEnds = wordStarts + bytes;
  providers = wordEnds + bytes;
}

/** Looks at the values of the names that were kept. */
export function lookAtMembers(): void {
  if (words == 0) return;
  const all = reading();
  // What a value decodes to is known by the same name.
  for (let index = 0; index < all.segmentCount; index++) {
    if (index == all.firstName) index = all.firstDerived;
    if (index >= all.segmentCount) break;
    const segment = all.segment(index);
    const field = all.fieldOf(segment);
    const name = field.nameSegment;
    if (name == NO_SEGMENT || field.kind == FieldKind.NAME || isSegmentTold(index)) continue;
    lookAtMember(segment, name);
  }
}

function lookAtMember(segment: Segment, name: u32): void {
  const slot = <usize>name << 2;
  const start = <i32>segment.start;
  const end = <i32>segment.end;
  const provider = load<u32>(providers + slot);
  if (provider != 0 && isOfProvider(anchorAt(provider), afterQuery(start, end), end)) return;
  const meaning = <u8>load<u32>(words + slot);
  if (meaning == Meaning.PASSWORD) {
    const from = afterQuery(start, end);
    if (end - from >= 4 && runEnd(Class.PASSWORD, from) == end && isPassword(from, end, Link.NAME, true)) {
      report("PASSWORD_ASSIGNMENT", from, end);
    }
  } else if (meaning != Meaning.NONE) {
    const from = afterScheme(afterQuery(start, end));
    if (runEnd(Class.WIDE, from) != end || !isSecret(from, end, meaning == Meaning.TOKEN)) return;
    const isAllOfName = load<i32>(wordEnds + slot) - load<i32>(wordStarts + slot) == 3 && byteAt(load<i32>(wordEnds + slot)) == 0x0a;
    if (isAllOfName && byteAt(load<i32>(wordStarts + slot) - 1) == 0x0a && !isStrong(from, end)) return;
    report("HIGH_ENTROPY_SECRET", from, end);
  }
}

/** Where the value of an address's last parameter begins; of what is no address, the beginning. */
function afterQuery(start: i32, end: i32): i32 {
  if (load<u32>(folded + start) != 0x70747468) return start; // http
  let at = end;
  while (at > start && end - at < ADDRESS_MAX && byteAt(at - 1) != 0x3d) at--;
  return byteAt(at - 1) == 0x3d ? at : start;
}

const ADDRESS_MAX: i32 = 256;

function isOfProvider(anchor: Anchor, start: i32, end: i32): bool {
  for (let i: u32 = 0; i < anchor.count; i++) {
    const definition = definitionAt(anchor.first + i);
    if (!definition.isWord || valueEnd(definition, start) != end) continue;
    reportToken(definition.rule, start, end, definition.item);
    return true;
  }
  return false;
}
