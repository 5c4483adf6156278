import { Class, PROGRAMS } from "./tables";
import { byteAt, isOf, runEnd } from "./text";

// How a token looks, as a program of a few operations: tools/make-secret-tables.ts writes them.

const LITERAL: u8 = 1;
const NO_MOST: i32 = 0xffff;

/** The end of what a program describes from `at` on; -1: something else is there. */
export function match(program: u32, at: i32): i32 {
  let step = PROGRAMS + <usize>program;
  while (true) {
    const operation = load<u8>(step);
    if (operation == 0) return at;
    if (operation == LITERAL) {
      const length = <i32>load<u8>(step, 1);
      for (let i = 0; i < length; i++) {
        if (byteAt(at + i) != load<u8>(step + i, 2)) return -1;
      }
      at += length;
      step += 2 + length;
      continue;
    }
    const least = <i32>load<u16>(step, 2);
    const most = <i32>load<u16>(step, 4);
    const kind = <u32>load<u8>(step, 1);
    let end = runEnd(kind, at);
    step += 6;
    let feeds = 0;
    if (end - at < least) {
      end = endOverLine(kind, at, end, least);
      if (end < 0) return -1;
      feeds = 1;
    }
    // What follows may be of the same class, where the length is known.
    if (least == most && load<u8>(step) != 0) {
      at += least + feeds;
      continue;
    }
    if (end - at > most + feeds && most != NO_MOST) return -1;
    at = end;
  }
}

/** The end of a run that is long enough with what follows a line feed: wrapped, or put into two fields; -1: of none. */
function endOverLine(kind: u32, at: i32, end: i32, least: i32): i32 {
  if (byteAt(end) != 0x0a || !isOf(byteAt(end + 1), kind)) return -1;
  const next = runEnd(kind, end + 1);
  return next - at > least ? next : -1;
}

/** The same backwards, from the byte before `at` on: where it begins. Its parts are in turn. */
export function matchBefore(program: u32, at: i32): i32 {
  let step = PROGRAMS + <usize>program;
  while (true) {
    const operation = load<u8>(step);
    if (operation == 0) return at;
    const isLiteral = operation == LITERAL;
    const length = <i32>(isLiteral ? load<u8>(step, 1) : load<u16>(step, 2));
    at -= length;
    if (at < 0) return -1;
    for (let i = length - 1; i >= 0; i--) {
      const byte = byteAt(at + i);
      if (isLiteral ? byte != load<u8>(step + i, 2) : !isOf(byte, load<u8>(step, 1))) return -1;
    }
    if (isLiteral) {
      step += 2 + length;
      continue;
    }
    const first = at + length - <i32>load<u16>(step, 4);
    while (at > first && isOf(byteAt(at - 1), load<u8>(step, 1))) at--;
    step += 6;
  }
}

/** Whether nothing of a token goes on at `at`. */
export function endsToken(at: i32): bool {
  return !isOf(byteAt(at), Class.ALNUM);
}
