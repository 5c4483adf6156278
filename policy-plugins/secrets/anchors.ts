import { ANCHOR_TEXTS, ANCHORS, DEFINITIONS } from "./tables";

// The records of tables.ts.

const LAST_OF_HASH: u8 = 1;
const EXACT: u8 = 2;
const WORD_START: u8 = 4;

/** In what follows `begin`, taken as one. */
const SIZE_SHIFT: u32 = 16;
const FLAGS_SHIFT: u32 = 24;

/** A text that makes the scanner look closer: what a token begins with, or a word that stands near secrets. */
@unmanaged
export class Anchor {
  /** Its first eight bytes, zeros after the last: as written where it is exact, else folded. */
  begin: u64;
  /** Where in ANCHOR_TEXTS the others are. */
  rest: u16;
  size: u8;
  flags: u8;
  meaning: u8;
  count: u8;
  /** The first of its definitions. */
  first: u16;

  get isLast(): bool { return (this.flags & LAST_OF_HASH) != 0; }
  get isExact(): bool { return (this.flags & EXACT) != 0; }

  /** Whether its first eight bytes are those of a text, given as written and folded, that begins within a word or does not. */
  // @ts-ignore: decorator
  @inline
  isAt(asWritten: u64, asFolded: u64, isInside: bool): bool {
    const facts = load<u32>(changetype<usize>(this), offsetof<Anchor>("rest"));
    const flags = <u8>(facts >> FLAGS_SHIFT);
    // No anchor in the middle of a word.
    if (isInside && (flags & WORD_START) != 0) return false;
    const text = (flags & EXACT) != 0 ? asWritten : asFolded;
    const size = (facts >> SIZE_SHIFT) & 0xff;
    return (this.begin ^ text) << <u64>(size < 8 ? 64 - (size << 3) : 0) == 0;
  }

  /** Whether its bytes after the eighth stand at an address where the others do. */
  goesOn(spelt: usize): bool {
    const text = ANCHOR_TEXTS + <usize>this.rest - 8;
    const size = <usize>this.size;
    for (let i: usize = 8; i < size; i++) {
      if (load<u8>(spelt + i) != load<u8>(text + i)) return false;
    }
    return true;
  }
}

/** A form of token that an anchor may mean. */
@unmanaged
export class Definition {
  /** Offsets into PROGRAMS; `before` is 0 where nothing need be. */
  program: u16;
  before: u16;
  rule: u8;
  flags: u8;
  /** The entry of providers.json. */
  item: u16;
  /** Sixteenths of a bit for each character. */
  entropy: u8;
  reserved: u8;

  /** The anchor is a word before the token, not its beginning. */
  get isWord(): bool { return (this.flags & 1) != 0; }
  get needsDigit(): bool { return (this.flags & 2) != 0; }
  /** The prefix is letters and digits alone, so that it may be in any base64. */
  get isBare(): bool { return (this.flags & 8) != 0; }
}

// @ts-ignore: decorator
@inline
export function anchorAt(index: u32): Anchor {
  return changetype<Anchor>(ANCHORS + <usize>index * offsetof<Anchor>());
}

// @ts-ignore: decorator
@inline
export function definitionAt(index: u32): Definition {
  return changetype<Definition>(DEFINITIONS + <usize>index * offsetof<Definition>());
}
