import { copyWord, digits } from "./checks";
import { E } from "./entities";
import { isFinnish } from "./national";
import * as lettered from "./lettered";
import { mayBe, offer, settle } from "./report";
import { at, isAlnum, isDigit, isLetter } from "./text";

// Numbers whose letters stand apart from the digits: `AB 12 34 56 C`, `12345678-Z`, `131052-308T`, `65 170839 J 003`.

const FAIR: i32 = 60;
const CERTAIN: i32 = 85;
const SURE: i32 = 100;

function isGap(byte: u32): bool {
  return byte == 0x20 || byte == 0x2d || byte == 0x2e || byte == 0x2f || byte == 0x5f;
}

function found(entity: i32, start: i32, end: i32, alone: i32): i32 {
  if (!mayBe(entity, start, end, alone, SURE)) return -1;
  offer(entity, start, end, alone, SURE);
  return settle();
}

/** At the first digit of a word: where the number around it ends, or -1. */
export function tailedAt(first: i32): i32 {
  let run = first;
  while (run - first < 9 && isDigit(at(run))) run++;
  const size = run - first;
  if (size == 2) return pairAt(first);
  if (size < 6 || size > 8) return -1;
  if (size == 7) return nieAt(first, run);
  if (size == 6) {
    const end = ninoAt(first);
    return end < 0 ? finnishAt(first, run) : end;
  }
  const end = nifAt(first);
  return end < 0 ? rentenversicherungAt(first) : end;
}

/** Numbers that begin with two digits and go on after a separator; which, the places of the next ones tell. */
function pairAt(first: i32): i32 {
  if (!isGap(at(first + 2))) return ninoAt(first);
  if (!isDigit(at(first + 3)) || !isDigit(at(first + 4))) return -1;
  if (isGap(at(first + 5))) return ninoAt(first);
  if (isGap(at(first + 6))) return nifAt(first);
  return isDigit(at(first + 7)) ? rentenversicherungAt(first) : -1;
}

/** Behind one separator, or a blank and a line feed. */
function afterGap(i: i32): i32 {
  let after = i;
  while (after - i < 2 && (isGap(at(after)) || at(after) == 0x0a)) after++;
  return after;
}

/** Copies `count` digits from `from` on over single separators; where they end, or -1. */
function collect(from: i32, count: i32, to: i32): i32 {
  let i = from;
  for (let done = 0; done < count; done++) {
    let byte = at(i);
    if (done > 0 && !isDigit(byte)) {
      i = afterGap(i);
      byte = at(i);
    }
    if (!isDigit(byte)) return -1;
    store<u8>(digits + <usize>(to + done), <u8>(byte - 0x30));
    i++;
  }
  return i;
}

/** The letter behind a number, with a separator or without, and nothing beside it; its place, or -1. */
function letterAfter(end: i32): i32 {
  const i = isGap(at(end)) ? end + 1 : end;
  return isLetter(at(i)) && !isAlnum(at(i + 1)) ? i : -1;
}

/** National insurance: two letters, six digits, A to D. Neither D, F, I, Q, U, V at all, nor O as the second. */
function ninoAt(first: i32): i32 {
  let gap = first - 1;
  while (first - gap < 3 && (isGap(at(gap)) || at(gap) == 0x0a)) gap--;
  const letters = gap - 1;
  if (letters < 0 || !isLetter(at(letters)) || !isLetter(at(letters + 1)) || isAlnum(at(letters - 1))) return -1;
  const end = collect(first, 6, 0);
  const last = end < 0 ? -1 : letterAfter(end);
  // Without separators it is a word like others.
  if (last == letters + 8) return -1;
  if (last < 0 || at(last) > 0x64 || !lettered.isNinoPrefix(at(letters), at(letters + 1))) return -1;
  return found(E.UK_NINO, letters, last + 1, FAIR);
}

/** Those of the nineteenth and twentieth century, whose sign is + or -. */
function finnishAt(first: i32, run: i32): i32 {
  if ((at(run) != 0x2d && at(run) != 0x2b) || isAlnum(at(first - 1))) return -1;
  const end = run + 5;
  for (let i = run + 1; i < run + 4; i++) if (!isDigit(at(i))) return -1;
  if (!isLetter(at(run + 4)) || isAlnum(at(end))) return -1;
  copyWord(first, 6, 0);
  copyWord(run + 1, 4, 6);
  return isFinnish() ? found(E.FI_PERSONAL_IDENTITY_CODE, first, end, CERTAIN) : -1;
}

function nifAt(first: i32): i32 {
  if (isAlnum(at(first - 1)) || (at(first - 1) == 0x2e && isAlnum(at(first - 2)))) return -1;
  const end = collect(first, 8, 0);
  const last = end < 0 ? -1 : letterAfter(end);
  // Without separators it is a word like others.
  if (last < 0 || last == first + 8) return -1;
  copyWord(last, 1, 8);
  return lettered.isNif(8) ? found(E.ES_NIF, first, last + 1, FAIR) : -1;
}

function nieAt(first: i32, run: i32): i32 {
  const letter = isGap(at(first - 1)) ? first - 2 : first - 1;
  const last = letterAfter(run);
  if (letter < 0 || last < 0 || !isLetter(at(letter)) || isAlnum(at(letter - 1))) return -1;
  copyWord(letter, 1, 0);
  copyWord(first, 7, 1);
  copyWord(last, 1, 8);
  return lettered.isNie() ? found(E.ES_NIE, letter, last + 1, FAIR) : -1;
}

function rentenversicherungAt(first: i32): i32 {
  if (isAlnum(at(first - 1))) return -1;
  const date = collect(first, 8, 0);
  if (date < 0) return -1;
  const letter = isGap(at(date)) ? date + 1 : date;
  const serial = isGap(at(letter + 1)) ? letter + 2 : letter + 1;
  if (!isLetter(at(letter)) || isAlnum(at(serial + 3))) return -1;
  copyWord(letter, 1, 8);
  if (collect(serial, 3, 9) != serial + 3 || !lettered.isRentenversicherung()) return -1;
  return found(E.DE_SOCIAL_SECURITY, first, serial + 3, CERTAIN);
}
