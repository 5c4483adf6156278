import { digits, isMod97 } from "./checks";
import { E } from "./entities";
import { mayBe, offer, settle } from "./report";
import { looseEnd } from "./runs";
import { isOn } from "./settings";
import { at, isAlnum, isDigit, isLetter } from "./text";

// International bank account numbers, by SWIFT's IBAN registry (release 99): country, and length.

const LENGTHS: string =
  "ad24ae23al28at20az28ba20be16bg22bh22bi27br29by28ch21cr22cy28cz24de22dj27dk18do28ee20eg29es24fi18fk18fo18fr27gb22ge22gi23" +
  "gl18gr27gt28hn28hr21hu28ie22il23iq23is26it27jo30kw30kz20lb28lc32li21lt20lu20lv21ly25mc27md24me22mk19mn20mr27mt31mu30ni28" +
  "nl18no15om23pk24pl28ps29pt25qa29ro24rs22ru33sa24sc31sd18se24si19sk24sm27so23st25sv28tl23tn24tr26ua29va22vg24xk20ye30";

const CHECKED: i32 = 100;

const lengths: usize = memory.data(26 * 26);

export function makeLengths(): void {
  markBeginnings(LETTERED, LETTER);
  markBeginnings(NUMBERED, DIGIT);
  for (let i = 0; i < LENGTHS.length; i += 4) {
    const place = (LENGTHS.charCodeAt(i) - 0x61) * 26 + (LENGTHS.charCodeAt(i + 1) - 0x61);
    store<u8>(lengths + <usize>place, <u8>((LENGTHS.charCodeAt(i + 2) - 0x30) * 10 + LENGTHS.charCodeAt(i + 3) - 0x30));
  }
}

/** Countries whose bank codes begin with four letters; that tells most words that are no account from those that are. */
const LETTERED: string = "gbienlgibglvromtqajokwpkpsbhazvgiqlcsvscmu";
/** Countries whose bank codes begin with two digits. */
const NUMBERED: string = "adaealatbabechcrcyczdedkeeegesfifofrglgrhrhuilisltlulbmcmemknoplptrssesisktntruaxk";

const beginnings: usize = memory.data(26 * 26);
const LETTER: u8 = 1;
const DIGIT: u8 = 2;

function markBeginnings(list: string, mark: u8): void {
  for (let i = 0; i + 1 < list.length; i += 2) {
    store<u8>(beginnings + <usize>((list.charCodeAt(i) - 0x61) * 26 + list.charCodeAt(i + 1) - 0x61), mark);
  }
}

function beginsAs(start: i32): bool {
  const kind = load<u8>(beginnings + <usize>((at(start) - 0x61) * 26 + (at(start + 1) - 0x61)));
  const bank = isAlnum(at(start + 4)) ? start + 4 : start + 5;
  if (kind == LETTER) return isLetter(at(bank)) && isLetter(at(bank + 1)) && isLetter(at(bank + 2));
  return kind != DIGIT || (isDigit(at(bank)) && isDigit(at(bank + 1)));
}

/** Where the account number that begins with two letters and two digits at `start` ends; -1: it is none. */
export function ibanAt(start: i32): i32 {
  if (!isOn(E.IBAN_CODE)) return -1;
  const length = <i32>load<u8>(lengths + <usize>((at(start) - 0x61) * 26 + (at(start + 1) - 0x61)));
  if (length == 0 || !beginsAs(start)) return -1;
  let count = 0;
  let i = start;
  while (true) {
    const byte = at(i);
    if (isAlnum(byte)) {
      if (count == length) return -1;
      store<u8>(digits + <usize>count, <u8>(isDigit(byte) ? byte - 0x30 : byte - 0x57));
      count++;
      i++;
      continue;
    }
    if (count == length) break;
    if ((byte == 0x20 || byte == 0x2d) && isAlnum(at(i + 1))) {
      i++;
      continue;
    }
    const next = looseEnd(i);
    if (next == i || !isAlnum(at(next))) return -1;
    i = next;
  }
  if (!isMod97(count) || !mayBe(E.IBAN_CODE, start, i, CHECKED, CHECKED)) return -1;
  offer(E.IBAN_CODE, start, i, CHECKED, CHECKED);
  return settle();
}
