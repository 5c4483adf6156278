import { CONTEXT_BYTES } from "./limits";
import { begin, cut, end, lineFeeds, roomLeft, takeSingle } from "./output";
import { byteAt, copy, depth, field, start, stop, unitAt } from "./source";

// A text with some of it replaced. What is far from every replacement is left out: it says nothing that it did not say before.

let origin: u32 = 0;
/** Up to here the source has been read. */
let readTo: u32 = 0;
let isOpen: bool = false;
/** Nothing is written: that there is something to replace is all that counts. */
export let isProbing: bool = false;

export function setProbing(probing: bool): void {
  isProbing = probing;
}

export function beginWindows(made: u32): void {
  origin = made;
  readTo = start;
  isOpen = false;
}

function openAt(from: u32): void {
  isOpen = true;
  readTo = from;
  begin(field, origin, depth + 1, unitAt(from));
}

function close(): void {
  isOpen = false;
  end();
  lineFeeds(4);
}

/** What was written since stands for bytes `from` up to `to`; the text up to there comes first. False: there is no room. */
export function replace(from: u32, to: u32): bool {
  if (goesOn(from)) {
    readTo = to;
    return true;
  }
  if (isProbing || roomLeft() == 0 || !takeSingle()) {
    cut();
    return false;
  }
  if (isOpen && from > readTo + <u32>CONTEXT_BYTES * 3) {
    copy(readTo, cutAfter(readTo));
    close();
    if (roomLeft() == 0) {
      cut();
      return false;
    }
  }
  if (!isOpen) openAt(cutBefore(from));
  if (from > readTo) copy(readTo, from);
  readTo = max(readTo, to);
  return true;
}

/** Whether the text up to here was replaced last. */
// @ts-ignore: decorator
@inline
export function goesOn(from: u32): bool {
  return isOpen && readTo == from;
}

/** The source has been read up to here. */
export function replaced(to: u32): void {
  readTo = max(readTo, to);
}

/** True where anything was replaced. */
export function endWindows(): bool {
  if (!isOpen) return false;
  copy(readTo, cutAfter(readTo));
  close();
  return true;
}

/** Where the words before a place begin. */
function cutBefore(place: u32): u32 {
  let from = max<i32>(<i32>readTo, <i32>place - <i32>CONTEXT_BYTES);
  const least = max<i32>(<i32>readTo, from - <i32>CONTEXT_BYTES);
  while (from > least && byteAt(from - 1) > 0x20) from--;
  while (from > <i32>readTo && (byteAt(from) & 0xc0) == 0x80) from--;
  return from;
}

/** Where the words after a place end. */
function cutAfter(place: u32): u32 {
  let to = min<u32>(stop, place + <u32>CONTEXT_BYTES);
  const most = min<u32>(stop, to + <u32>CONTEXT_BYTES);
  while (to < most && byteAt(to) > 0x20) to++;
  while (to < stop && (byteAt(to) & 0xc0) == 0x80) to++;
  return to;
}
