import { reading } from "../sdk/index";
import { Class, CLASSES } from "./tables";

// The text that is scanned, and its runs of characters of a class. A run is measured once and remembered: whatever a
// hostile text puts inside it, no byte is measured twice for a class.

export let plain: usize = 0;
export let folded: usize = 0;
export let size: i32 = 0;

const CLASS_COUNT = 32;
/** For each class, where the run that was last measured begins and ends. */
const runs: usize = memory.data(CLASS_COUNT * 8, 4);

export function readTexts(): void {
  const all = reading();
  plain = all.plain;
  folded = all.folded;
  size = all.size;
}

// @ts-ignore: decorator
@inline
export function isOf(byte: u8, kind: u32): bool {
  return ((load<u32>(CLASSES + (<usize>byte << 2)) >> kind) & 1) != 0;
}

// @ts-ignore: decorator
@inline
export function byteAt(at: i32): u8 {
  return load<u8>(plain + at);
}

// @ts-ignore: decorator
@inline
export function foldedAt(at: i32): u8 {
  return load<u8>(folded + at);
}

/** The end of the run of a class that begins at `at` at the latest. No class has a line feed: the guard ends all. */
// @ts-ignore: decorator
@inline
export function runEnd(kind: u32, at: i32): i32 {
  const known = runs + (<usize>kind << 3);
  return at < load<i32>(known, 4) && at >= load<i32>(known) ? load<i32>(known, 4) : measure(kind, at);
}

function measure(kind: u32, at: i32): i32 {
  const known = runs + (<usize>kind << 3);
  let next = plain + <usize>at;
  while (isOf(load<u8>(next), kind)) next++;
  const end = <i32>(next - plain);
  store<i32>(known, at);
  store<i32>(known, end, 4);
  return end;
}

// @ts-ignore: decorator
@inline
export function isAlnum(byte: u8): bool {
  return isOf(byte, Class.ALNUM);
}

/** Whether what begins at `at` begins a word; the letter of a `\n` that was written out is none of it. */
export function beginsWord(at: i32): bool {
  const before = byteAt(at - 1);
  if (!isAlnum(before)) return true;
  return byteAt(at - 2) == 0x5c && (before == 0x6e || before == 0x72 || before == 0x74);
}
