import { E } from "./entities";
import { isLocal, SCORE } from "./email";
import { report } from "./report";
import { isOn, thresholdOf } from "./settings";
import { at, isAlnum, isLetter } from "./text";

// Addresses whose signs are spelt so that programs do not collect them: `ada [at] example [dot] com`, `ada(at)example.com`.

const LOCAL_BYTES_MAX: i32 = 64;
const DOMAIN_BYTES_MAX: i32 = 100;

/** At a bracket: the address around it, if it holds an at sign or the word. Returns where to go on. */
export function bracketAt(open: i32): i32 {
  if (at(open + 1) != 0x61 && at(open + 1) != 0x20 && at(open + 1) != 0x40) return open + 1;
  const inside = blank(open + 1);
  const isWord = at(inside) == 0x61 && at(inside + 1) == 0x74;
  if (!isWord && at(inside) != 0x40) return open + 1;
  const close = blank(inside + (isWord ? 2 : 1));
  if (!isClosing(at(close)) || !isOn(E.EMAIL_ADDRESS) || SCORE < thresholdOf(E.EMAIL_ADDRESS)) return open + 1;
  const local = at(open - 1) == 0x20 ? open - 1 : open;
  let start = local;
  while (local - start < LOCAL_BYTES_MAX && isLocal(at(start - 1))) start--;
  const end = domainEnd(blank(close + 1));
  if (start == local || end < 0) return open + 1;
  report(E.EMAIL_ADDRESS, start, end, SCORE);
  return end;
}

function blank(i: i32): i32 {
  return at(i) == 0x20 ? i + 1 : i;
}

function isClosing(byte: u32): bool {
  return byte == 0x29 || byte == 0x5d || byte == 0x7d || byte == 0x3e;
}

/** Where two labels or more end; -1: there are fewer. */
function domainEnd(from: i32): i32 {
  let i = from;
  let end = -1;
  for (let labels = 0; i - from < DOMAIN_BYTES_MAX; labels++) {
    const label = i;
    while (i - label < LOCAL_BYTES_MAX && (isAlnum(at(i)) || at(i) == 0x2d)) i++;
    if (i == label) break;
    if (labels > 0 && i - label >= 2 && isLetter(at(label))) end = i;
    const next = afterDot(i);
    if (next == i) break;
    i = next;
  }
  return end;
}

/** Behind a point, or the word for it in brackets or blanks. */
function afterDot(from: i32): i32 {
  if (at(from) == 0x2e && isAlnum(at(from + 1))) return from + 1;
  let i = blank(from);
  const open = at(i);
  const isOpen = open == 0x28 || open == 0x5b || open == 0x7b || open == 0x3c;
  if (isOpen) i = blank(i + 1);
  else if (i == from) return from;
  if (at(i) == 0x2e && isOpen) i++;
  else if (at(i) == 0x64 && at(i + 1) == 0x6f && at(i + 2) == 0x74) i += 3;
  else return from;
  const close = blank(i);
  if (!isOpen) return close > i && isAlnum(at(close)) ? close : from;
  return isClosing(at(close)) ? blank(close + 1) : from;
}
