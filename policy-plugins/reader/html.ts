import { Class, classOf, hexOf, isHex } from "./classes";
import { HASH_START, hashed, pointOfName, TAG_PREFIX } from "./names";
import { plain } from "./output";
import { find, findEither } from "./search";
import { byteAt, copy, isNew, NEAR, offsetOf, origin as madeBy, put, start, stop } from "./source";
import { beginWindows, endWindows, goesOn, isProbing, replace } from "./window";

// HTML as its reader sees it: tags that begin a line are one, all others are nothing, and references are what they stand for.
// Attributes and comments stand in the text as written anyway; only references within them are read once more by themselves. What a
// reader sees in a tag's place, an image's text for one, is read a second time with the words around it.

const LESS: u32 = 0x3c;
const GREATER: u32 = 0x3e;
const AMPERSAND: u32 = 0x26;
const NUMBER_SIGN: u32 = 0x23;
const SEMICOLON: u32 = 0x3b;
const DOUBLE: u32 = 0x22;
const SINGLE: u32 = 0x27;
const SLASH: u32 = 0x2f;
const BANG: u32 = 0x21;
const QUESTION: u32 = 0x3f;
const DASH: u32 = 0x2d;
const EQUALS: u32 = 0x3d;

/** The longest name of a reference, and digits of a numeric one. */
const NAME_MAX: u32 = 24;
/** Names that need no semicolon, as in `&lt` and `&frac12`. */
const SHORT_NAME_MIN: u32 = 2;
const SHORT_NAME_MAX: u32 = 6;

let hasReferenceInTag: bool = false;
let near: u32 = NEAR;
/** A tag never ended: to a browser all after it is part of it, and none is looked for again. */
let isUnclosed: bool = false;
/** A quoted value or a comment has a `>`. What quotes and dashes are is told by the folded text: to a browser that `>` may end the tag. */
let hasInnerEnd: bool = false;
/** Every tag ends at its first `>`. */
let isPlainly: bool = false;

/** A tag has an attribute that is seen in its place. */
let hasShown: bool = false;
/** Of the tag that ended last: where the value of such an attribute begins and ends. */
let shownFrom: u32 = 0;
let shownTo: u32 = 0;
/** So far before and after what is seen in a tag's place other tags are read. */
const SHOWN_REACH: u32 = 96;

export function deriveHtml(origin: u32): bool {
  isPlainly = false;
  hasInnerEnd = false;
  hasShown = false;
  let made = deriveTags(origin);
  if (hasShown && !isProbing) made = deriveShown(origin) || made;
  if (!hasInnerEnd) return made;
  isPlainly = true;
  return deriveTags(origin) || made;
}

function deriveTags(origin: u32): bool {
  isUnclosed = !hasGreater();
  hasReferenceInTag = false;
  // What was HTML already is HTML again only where it came of references.
  near = madeBy == origin ? 0 : NEAR;
  beginWindows(origin);
  let odd: u32 = 0;
  let at = start;
  for (;;) {
    at = offsetOf(findEither(plain + at, plain + stop, LESS, AMPERSAND));
    if (at >= stop) break;
    const isTag = byteAt(at) == LESS;
    const to = isTag ? endOfTag(at) : endOfReference(at);
    if (to == 0) {
      at++;
      continue;
    }
    if (isProbing && isTag && tagHash == 0 && ++odd < ODD_MIN) {
      at = to;
      continue;
    }
    if ((goesOn(at) || isNew(at, to, near)) && !(isTag ? writeTag(at, to) : writeReference(at, to))) break;
    at = to;
  }
  const made = endWindows();
  return (hasReferenceInTag && deriveInTags(origin)) || made;
}

/** Fewer that have no name at the last depth are no tags, but comparisons of a program: `a<b&&c>d`. */
const ODD_MIN: u32 = 3;

/** Each tag of which something is seen, as that, among the words around it. */
function deriveShown(origin: u32): bool {
  isUnclosed = false;
  beginWindows(origin);
  /** Where the last tag or reference ends that was written, and up to where they are because of one that is seen. */
  let writtenTo = start;
  let nearTo = start;
  recentCount = 0;
  let at = start;
  for (;;) {
    at = offsetOf(findEither(plain + at, plain + stop, LESS, AMPERSAND));
    if (at >= stop) break;
    const isTag = byteAt(at) == LESS;
    shownTo = 0;
    const to = isTag ? endOfTag(at) : endOfReference(at);
    if (to == 0) {
      at++;
      continue;
    }
    const isShown = isTag && shownTo != 0 && isNew(at, to, near);
    if (isShown) {
      const from = shownFrom;
      const valueEnd = shownTo;
      if (!writeBefore(firstNear(at, max(writtenTo, at < start + SHOWN_REACH ? start : at - SHOWN_REACH)), at)) break;
      if (!writeShown(at, to, from, valueEnd)) break;
      nearTo = to + SHOWN_REACH;
      writtenTo = to;
    } else if (at < nearTo) {
      if (!(isTag ? writeTag(at, to) : writeReference(at, to))) break;
      writtenTo = to;
    } else {
      recent[<i32>(recentCount++ % RECENT)] = at;
    }
    at = to;
  }
  return endWindows();
}

/** Where tags and references begin that were passed last, so that no text within one is taken for one. */
const RECENT: u32 = 32;
const recent: StaticArray<u32> = new StaticArray<u32>(<i32>RECENT);
let recentCount: u32 = 0;

/** The first of them from `least` on; `at`: there is none. */
function firstNear(at: u32, least: u32): u32 {
  for (let left = min(recentCount, RECENT); left > 0; left--) {
    const from = recent[<i32>((recentCount - left) % RECENT)];
    if (from >= least) return from;
  }
  return at;
}

/** Tags and references from `at` up to `last`. */
function writeBefore(at: u32, last: u32): bool {
  for (;;) {
    at = offsetOf(findEither(plain + at, plain + last, LESS, AMPERSAND));
    if (at >= last) return true;
    const isTag = byteAt(at) == LESS;
    const to = isTag ? endOfTag(at) : endOfReference(at);
    if (to == 0) at++;
    else if (isTag ? writeTag(at, to) : writeReference(at, to)) at = to;
    else return false;
  }
  return true;
}

/** A tag as the value of its attribute, in which references are read. */
function writeShown(at: u32, to: u32, from: u32, last: u32): bool {
  if (!replace(at, to)) return false;
  while (from < last) {
    const next = offsetOf(findEither(plain + from, plain + last, AMPERSAND, LESS));
    copy(from, next);
    if (next >= last) break;
    // No tag to a browser, but what is shown may be read as HTML once more.
    if (byteAt(next) == LESS && isBreak(next)) {
      put(LINE_FEED, next, next + 4);
      from = next + 4;
      continue;
    }
    const end = byteAt(next) == LESS ? 0 : endOfReference(next);
    if (end == 0) copy(next, next + 1);
    else put(point, next, end);
    from = end == 0 ? next + 1 : end;
  }
  return true;
}

function isBreak(at: u32): bool {
  return (load<u32>(plain + at) | 0x20202000) == 0x3e72623c; // "<br>", little-endian
}

const LINE_FEED: u32 = 0x0a;

/** References within tags: numeric ones, since `&amp;` in an address hides nothing. */
function deriveInTags(origin: u32): bool {
  isUnclosed = false;
  beginWindows(origin);
  let at = start;
  let tagEnd: u32 = 0;
  while (at < stop) {
    const byte = byteAt(at);
    if (at >= tagEnd) {
      if (byte == LESS) tagEnd = endOfTag(at);
    } else if (byte == AMPERSAND && byteAt(at + 1) == NUMBER_SIGN) {
      const to = endOfReference(at);
      if (to != 0 && isNew(at, to, near) && !writeReference(at, to)) break;
    }
    at++;
  }
  return endWindows();
}

/** Most that has a `<` and is no HTML is told by this, at a fraction of what it takes to read it as a tag. */
function hasGreater(): bool {
  return find(plain + start, plain + stop, GREATER) < plain + stop;
}

/** Of the tag that ended last: the hash of its name; 0: a comment or declaration, or a name that HTML has not. */
let tagHash: u32 = 0;

/** Where the tag ends that begins at `at`, as browsers have it; 0: it is none. */
function endOfTag(at: u32): u32 {
  if (isUnclosed) return 0;
  let next = at + 1;
  const first = byteAt(next);
  tagHash = 0;
  shownTo = 0;
  if (first == BANG && !isPlainly && byteAt(next + 1) == DASH && byteAt(next + 2) == DASH) return endOfComment(next + 1);
  if (first == BANG || first == QUESTION) return afterGreater(next);
  if (first == SLASH) {
    next++;
    if ((classOf(byteAt(next)) & Class.LETTER) == 0) return afterGreater(next);
  }
  if ((classOf(byteAt(next)) & Class.LETTER) == 0) return 0;
  next = endOfName(next);
  return isPlainly ? afterGreater(next) : endOfElement(next);
}

/** Hashes the name on the way. */
function endOfName(at: u32): u32 {
  let hash = hashed(HASH_START, TAG_PREFIX);
  while ((classOf(byteAt(at)) & (Class.LETTER | Class.DIGIT)) != 0) hash = hashed(hash, byteAt(at++) | 0x20);
  if (endsName(at)) {
    tagHash = hash;
    return at;
  }
  while (at < stop && !endsName(at)) at++;
  return at;
}

function endsName(at: u32): bool {
  const byte = byteAt(at);
  return byte == GREATER || byte == SLASH || isSpace(byte);
}

// @ts-ignore: decorator
@inline
function isSpace(byte: u32): bool {
  return byte == 0x20 || (byte - 9 < 5 && byte != 0x0b);
}

function unclosed(): u32 {
  isUnclosed = true;
  return 0;
}

function afterGreater(at: u32): u32 {
  const end = offsetOf(find(plain + at, plain + stop, GREATER));
  return end < stop ? end + 1 : unclosed();
}

/** `at` is that of its first dash: those two may be those of its end too. */
function endOfComment(at: u32): u32 {
  const body = at + 2;
  for (at += 2; ; at++) {
    at = offsetOf(find(plain + at, plain + stop, GREATER));
    if (at >= stop) break;
    if (byteAt(at - 1) == DASH && byteAt(at - 2) == DASH) return at + 1;
    const isLoud = byteAt(at - 1) == BANG && byteAt(at - 2) == DASH && byteAt(at - 3) == DASH;
    if (isLoud && at >= body + 3) return at + 1;
    hasInnerEnd = true;
  }
  return unclosed();
}

namespace In {
  export const BETWEEN: u32 = 0;
  export const NAME: u32 = 1;
}

/** A quote delimits only a value, and a value follows a name and an equals sign. */
function endOfElement(at: u32): u32 {
  let state = In.BETWEEN;
  for (;;) {
    // Of the signs that matter here none comes after these in ASCII.
    if (at < stop && byteAt(at) > GREATER) {
      do at++; while (at < stop && byteAt(at) > GREATER);
      state = In.NAME;
    }
    if (at >= stop) break;
    const byte = byteAt(at++);
    if (byte == GREATER) return at;
    noteReference(byte, at);
    if (byte == SLASH) {
      state = In.BETWEEN;
    } else if (state == In.BETWEEN) {
      if (!isSpace(byte)) state = In.NAME;
    } else if (byte == EQUALS) {
      const value = at;
      at = endOfValue(at);
      if (at == 0) return unclosed();
      // A loop, since its fuel is charged only where it is entered.
      for (let isIn = (<u32>byteAt(value - 2) | 0x20) - 0x65 < 16 && !isProbing; isIn; isIn = false) noteShown(value, at);
      state = In.BETWEEN;
    }
  }
  return unclosed();
}

/** Up to the tag's end, where no value is there; 0: it never ends. */
function endOfValue(at: u32): u32 {
  while (at < stop && isSpace(byteAt(at))) at++;
  const quote = byteAt(at);
  if (quote == DOUBLE || quote == SINGLE) {
    for (at++; at < stop; at++) {
      if (byteAt(at) == quote) return at + 1;
      if (byteAt(at) == GREATER) hasInnerEnd = true;
      noteReference(byteAt(at), at + 1);
    }
    return 0;
  }
  for (; at < stop && byteAt(at) != GREATER && !isSpace(byteAt(at)); at++) noteReference(byteAt(at), at + 1);
  return at;
}

/** Whether the name that ends there is of an attribute that is seen in the tag's place. Little-endian, its last letters. */
function isShownName(end: u32): bool {
  const last = load<u32>(plain + end - 4) | 0x20202020;
  if (last >> 8 == 0x746c61) return (classOf(byteAt(end - 4)) & Class.LETTER) == 0; // "alt"
  const before = byteAt(end - 5) | 0x20;
  if (last == 0x656c7469) return before == 0x74; // "title"
  if (last == 0x65756c61) return before == 0x76; // "value"
  if (last == 0x6c656261) return before == 0x6c; // "label"
  if (last == 0x746e6574) return before == 0x6e; // "content"
  return last == 0x7265646c && before == 0x6f; // "placeholder"
}

/** Of several the first. */
function noteShown(at: u32, to: u32): void {
  if (!isShownName(at - 1)) return;
  while (at < to && isSpace(byteAt(at))) at++;
  const quote = byteAt(at);
  if (quote == DOUBLE || quote == SINGLE) {
    at++;
    to--;
  }
  if (at >= to || shownTo != 0) return;
  hasShown = true;
  shownFrom = at;
  shownTo = to;
}

// @ts-ignore: decorator
@inline
function noteReference(byte: u32, next: u32): void {
  if (byte == AMPERSAND && byteAt(next) == NUMBER_SIGN) hasReferenceInTag = true;
}

function writeTag(at: u32, to: u32): bool {
  if (!replace(at, to)) return false;
  const separator = tagHash == 0 ? 0 : pointOfName(tagHash);
  if (separator != 0) put(separator, at, to);
  return true;
}

let point: u32 = 0;

/** Where the reference ends that begins at `at`, its semicolon with it; 0: it is none. */
function endOfReference(at: u32): u32 {
  let next = at + 1;
  if (byteAt(next) == NUMBER_SIGN) return endOfNumber(next + 1);
  const most = min(stop, next + NAME_MAX);
  let hash = HASH_START;
  let shortEnd: u32 = 0;
  let shortPoint: u32 = 0;
  while (next < most && (classOf(byteAt(next)) & (Class.LETTER | Class.DIGIT)) != 0) {
    hash = hashed(hash, byteAt(next++));
    if (next - at - 1 - SHORT_NAME_MIN > SHORT_NAME_MAX - SHORT_NAME_MIN) continue;
    const named = pointOfName(hash);
    if (named == 0 || !needsNoSemicolon(named)) continue;
    shortEnd = next;
    shortPoint = named;
  }
  if (next < stop && byteAt(next) == SEMICOLON) {
    point = pointOfName(hash);
    if (point != 0) return next + 1;
  }
  point = shortPoint;
  return shortEnd;
}

/** Those of HTML 2: Latin 1, and what HTML itself is written with. */
function needsNoSemicolon(named: u32): bool {
  return named - 0xa0 < 0x60 || named == AMPERSAND || named == LESS || named == GREATER || named == DOUBLE;
}

/** `next` is after the `#`. The semicolon may be missing. */
function endOfNumber(next: u32): u32 {
  const isHexadecimal = (byteAt(next) | 0x20) == 0x78;
  if (isHexadecimal) next++;
  const first = next;
  const most = min(stop, next + NAME_MAX);
  let value: u32 = 0;
  while (next < most && (isHexadecimal ? isHex(byteAt(next)) : (classOf(byteAt(next)) & Class.DIGIT) != 0)) {
    value = min<u32>(value * (isHexadecimal ? 16 : 10) + hexOf(byteAt(next)), 0x110000);
    next++;
  }
  if (next == first) return 0;
  point = readPoint(value);
  return next < stop && byteAt(next) == SEMICOLON ? next + 1 : next;
}

/** As browsers have it: what would be C1 controls are the signs of Windows 1252, of which quotes and dashes matter. */
function readPoint(value: u32): u32 {
  if (value == 0 || value > 0x10ffff || value - 0xd800 < 0x800) return 0xfffd;
  if (value - 0x80 >= 0x20) return value;
  if (value == 0x91 || value == 0x92) return 0x27;
  if (value == 0x93 || value == 0x94) return 0x22;
  if (value == 0x96 || value == 0x97) return 0x2d;
  return value == 0x85 ? 0x2026 : value;
}

function writeReference(at: u32, to: u32): bool {
  if (!replace(at, to)) return false;
  put(point, at, to);
  return true;
}
