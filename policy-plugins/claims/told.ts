import { CLASSES, Class } from "./bytes";

// "The courier delivered it on Friday", "it was fixed within two days": what has been is told, and not promised.

const WORDS_BEFORE: i32 = 6;
const BYTES_MAX: usize = 256;

// Words by their first three bytes, and the byte behind them where they are shorter.
const WAS: u32 = 0x20736177;
const WERE: u32 = 0x65726577;
const HAD: u32 = 0x20646168;
const LAST: u32 = 0x7473616c;
const WILL: u32 = 0x6c6c6977;
const SHALL: u32 = 0x6c616873;
const GOING: u32 = 0x6e696f67;
const WITHIN: u32 = 0x68746977;
const NEXT: u32 = 0x7478656e;
const TOMORROW: u32 = 0x6f6d6f74;
const TONIGHT: u32 = 0x696e6f74;
const BEFORE: u32 = 0x6f666562;
const HAVE: u32 = 0x65766168;
const CAN: u32 = 0x206e6163;
const ARE: u32 = 0x20657261;
const GET: u32 = 0x20746567;
const BE: u32 = 0x206562;
const IS: u32 = 0x207369;
const TO: u32 = 0x206f74;
const BY: u32 = 0x207962;
const LL: u32 = 0x6c6c27;
const ED: u32 = 0x206465;
const SENT: u32 = 0x746e6573;

/** Whether what the sentence says from a word to the end of a date is told of what has been. */
export function isTold(start: usize, end: usize): bool {
  const first = wordsBefore(start);
  let isPast = false;
  let isComing = false;
  let isParticiple = false;
  let isAhead = false;
  const limit = min(end, first + BYTES_MAX);
  for (let at = first; at < limit; at++) {
    const byte = load<u8>(CLASSES + <usize>load<u8>(at - 1));
    const four = load<u32>(at);
    const three = four & 0xffffff;
    if (three == LL) isComing = true;
    if (three == ED) isParticiple = true;
    if (byte == Class.LETTER) continue;
    if (four == WAS || four == WERE || four == HAD || four == LAST) isPast = true;
    else if (four == WILL || four == SHALL || four == GOING) isComing = true;
    else if (four == SENT) isParticiple = true;
    else if (
      four == WITHIN || four == NEXT || four == TOMORROW || four == TONIGHT || four == BEFORE || four == HAVE || four == CAN ||
      four == ARE || four == GET || three == BE || three == IS || three == TO || three == BY
    ) isAhead = true;
  }
  if (isComing) return false;
  return isPast || (isParticiple && !isAhead && first < start);
}

/** Where the sixth word before begins, or the first of the sentence. */
function wordsBefore(start: usize): usize {
  let at = start;
  for (let words = 0; words < WORDS_BEFORE && load<u8>(at - 1) == 0x20; words++) {
    let before = at - 2;
    while (load<u8>(CLASSES + <usize>load<u8>(before)) <= Class.APOSTROPHE && at - before < BYTES_MAX) before--;
    if (before + 2 == at) break;
    at = before + 1;
  }
  return at;
}
