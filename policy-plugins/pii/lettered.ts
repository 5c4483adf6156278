import { copyWord, digit, digits, isDayOf, valueOf, weighted } from "./checks";
import { isFinnish, isNirBody, replaceCorsica } from "./national";
import { at, isAlnum, isLetter } from "./text";

// Numbers with letters in them, over the word that was copied: `digit` is 10 to 35 for a letter.

const A: i32 = 10;

/** `TRWAGMYFPDXBNJZSQVHLCKE`, by the number modulo 23. */
const DNI: string = "TRWAGMYFPDXBNJZSQVHLCKE";

// @ts-ignore: decorator
@inline
function isLetterOf(table: string, index: i32, value: i32): bool {
  return table.charCodeAt(index) - 0x41 + A == value;
}

/** `count` digits and the letter. */
export function isNif(count: i32): bool {
  return isLetterOf(DNI, <i32>(valueOf(0, count) % 23), digit(count));
}

/** X, Y or Z stands for 0, 1 or 2. */
export function isNie(): bool {
  const first = digit(0) - (A + 23);
  return first >= 0 && first <= 2 && isLetterOf(DNI, <i32>((<u64>first * 10000000 + valueOf(1, 7)) % 23), digit(8));
}

const NRIC: usize = memory.data<u8>([2, 7, 6, 5, 4, 3, 2]);

export function isNric(): bool {
  const first = digit(0) - A + 0x41;
  const sum = weighted(1, NRIC, 7);
  if (first == 0x53) return isLetterOf("JZIHGFEDCBA", sum % 11, digit(8)); // S
  if (first == 0x54) return isLetterOf("JZIHGFEDCBA", (sum + 4) % 11, digit(8)); // T
  if (first == 0x46) return isLetterOf("XWUTRQPNMLK", sum % 11, digit(8)); // F
  if (first == 0x47) return isLetterOf("XWUTRQPNMLK", (sum + 4) % 11, digit(8)); // G
  return first == 0x4d && isLetterOf("XWUTRQPNJLK", (sum + 3) % 11, digit(8)); // M
}

const UEN_9: usize = memory.data<u8>([10, 4, 9, 3, 8, 2, 7, 1]);
const UEN_10: usize = memory.data<u8>([10, 8, 6, 4, 9, 7, 5, 3, 1]);
const UEN_OTHER: usize = memory.data<u8>([4, 3, 5, 3, 10, 2, 2, 5, 7]);

/** Businesses: eight digits and a letter. */
export function isBusinessUen(): bool {
  return isLetterOf("XMKECAWLJDB", weighted(0, UEN_9, 8) % 11, digit(8));
}

/** Local companies: the year, five digits and a letter. */
export function isCompanyUen(): bool {
  const year = valueOf(0, 4);
  return year >= 1800 && year <= 2100 && isLetterOf("ZKCMDNERGWH", weighted(0, UEN_10, 9) % 11, digit(9));
}

/** All others: R, S or T, two digits of the year, two letters of the kind, four digits and a letter. */
export function isOtherUen(): bool {
  const century = digit(0) - A + 0x41;
  if (century < 0x52 || century > 0x54) return false;
  let sum = 0;
  for (let i = 0; i < 9; i++) sum += otherUenValue(digit(i)) * <i32>load<u8>(UEN_OTHER + <usize>i);
  return otherUenValue(digit(9)) == (sum + 11 * 9 - 5) % 11;
}

/** The place in `ABCDEFGHJKLMNPQRSTUVWX0123456789`. */
function otherUenValue(value: i32): i32 {
  if (value < A) return 22 + value;
  const letter = value - A;
  return letter - (letter > 14 ? 2 : letter > 8 ? 1 : 0);
}

/** Two letters, the first one of registrant types, and seven digits with their check. */
export function isDea(): bool {
  const first = digit(0) - A + 0x61;
  const known = (first >= 0x61 && first <= 0x68) || first == 0x6a || first == 0x6b || first == 0x6c || first == 0x6d ||
    (first >= 0x70 && first <= 0x75) || first == 0x78;
  const sum = digit(2) + digit(4) + digit(6) + 2 * (digit(3) + digit(5) + digit(7));
  return known && sum % 10 == digit(8);
}

/** The fourth letter is the holder's kind. */
export function isPan(): bool {
  const kind = digit(3) - A + 0x41;
  return kind == 0x50 || kind == 0x43 || kind == 0x48 || kind == 0x41 || kind == 0x42 || kind == 0x47 || kind == 0x4a ||
    kind == 0x4c || kind == 0x46 || kind == 0x54;
}

/** National insurance: two letters, six digits, A to D. */
export function isNino(): bool {
  return digit(8) <= A + 3 && isNinoPrefix(<u32>(digit(0) - A) + 0x61, <u32>(digit(1) - A) + 0x61);
}

const NINO_NEVER: u32 = (1 << 3) | (1 << 5) | (1 << 8) | (1 << 16) | (1 << 20) | (1 << 21);

/** Neither of the letters D, F, I, Q, U, V, nor O as the second, nor a pair that is not given. */
export function isNinoPrefix(one: u32, two: u32): bool {
  if ((NINO_NEVER >> (one - 0x61) & 1) != 0 || (NINO_NEVER >> (two - 0x61) & 1) != 0 || two == 0x6f) return false;
  const pair = (one << 8) | two;
  return pair != 0x6267 && pair != 0x6762 && pair != 0x6b6e && pair != 0x6e6b && pair != 0x6e74 && pair != 0x746e && pair != 0x7a7a;
}

const CODE_ODD: usize = memory.data<u8>([
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25,
  24, 23,
]);
/** Letters that stand for digits where two persons would have the same code: `LMNPQRSTUV` for 0 to 9. */
const SAME_CODE_FIRST: i32 = A + 11;

/** Codice fiscale: surname, name, year, month, day, place, and a check letter. */
export function isFiscalCode(): bool {
  for (let i = 0; i < 16; i++) {
    const isPlaceOfDigit = i == 6 || i == 7 || i == 9 || i == 10 || (i >= 12 && i <= 14);
    const value = digit(i);
    if (isPlaceOfDigit ? value >= A && (value < SAME_CODE_FIRST || value == A + 14 || value > A + 21) : value < A) return false;
  }
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const value = digit(i);
    sum += (i & 1) == 0 ? <i32>load<u8>(CODE_ODD + <usize>value) : value >= A ? value - A : value;
  }
  return sum % 26 == digit(15) - A;
}

/** Great Britain: surname, birth date in an order of its own, initials, two letters. */
export function isDrivingLicence(): bool {
  for (let i = 0; i < 5; i++) if (digit(i) < A && (i == 0 || digit(i) != 9)) return false;
  for (let i = 5; i < 11; i++) if (digit(i) >= A) return false;
  const month = <i32>valueOf(6, 2) % 50;
  return isDayOf(month, <i32>valueOf(8, 2)) && digit(14) >= A && digit(15) >= A;
}

const RENTE: usize = memory.data<u8>([2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]);

/** Area, birth date, the surname's first letter as two digits, a serial number, and the check: sums of digits of products. */
export function isRentenversicherung(): bool {
  // A second person of the same date and letter has 50 more in the day.
  if (!isDayOf(<i32>valueOf(4, 2), <i32>valueOf(2, 2) % 50)) return false;
  const letter = digit(8) - A + 1;
  let sum = 0;
  for (let i = 0; i < 12; i++) {
    const value = i < 8 ? digit(i) : i == 8 ? letter / 10 : i == 9 ? letter % 10 : digit(i - 1);
    const product = value * <i32>load<u8>(RENTE + <usize>i);
    sum += product / 10 + product % 10;
  }
  return sum % 10 == digit(11);
}

/** Nine of the letters and digits that German documents use, and with ten the check digit of ICAO 9303. */
export function isGermanDocument(count: i32): bool {
  let sum = 0;
  for (let i = 0; i < 9; i++) {
    const value = digit(i);
    if (!isGermanSign(value)) return false;
    sum += value * (i % 3 == 0 ? 7 : i % 3 == 1 ? 3 : 1);
  }
  if (digit(0) < A) return false;
  return count == 9 || sum % 10 == digit(9);
}

/** Digits, and letters but for vowels and those that look like digits: B, D, Q, S. */
function isGermanSign(value: i32): bool {
  if (value < A) return true;
  const letter = value - A + 0x41;
  return letter != 0x41 && letter != 0x42 && letter != 0x44 && letter != 0x45 && letter != 0x49 && letter != 0x4f &&
    letter != 0x51 && letter != 0x53 && letter != 0x55;
}

/** Medicare beneficiary identifier: digits at 1, 4, 7, 10, 11, letters at 2, 5, 8, 9; none of S, L, O, I, B, Z. */
export function isMbi(letters: u32): bool {
  if ((letters & 0x192) != 0x192 || (letters & 0x649) != 0 || digit(0) == 0) return false;
  for (let i = 0; i < 11; i++) {
    const letter = digit(i) - A + 0x41;
    if (letter == 0x53 || letter == 0x4c || letter == 0x4f || letter == 0x49 || letter == 0x42 || letter == 0x5a) return false;
  }
  return true;
}

/** Which bytes are letters; not of `size` letters and digits: bits that no identifier has. */
export function lettersAt(from: i32, size: i32): u32 {
  let letters: u32 = 0;
  for (let i = 0; i < size; i++) {
    if (!isAlnum(at(from + i))) return 0xffff;
    if (isLetter(at(from + i))) letters |= <u32>1 << i;
  }
  return letters;
}

export function copyGroups(first: i32, second: i32, third: i32): void {
  copyWord(first, 4, 0);
  copyWord(second, 3, 4);
  copyWord(third, 4, 7);
}

/** The letter between date and serial number that says the century, besides + and -. */
export function isFinnishCentury(byte: u32): bool {
  return byte - 0x61 < 6 || byte - 0x75 < 5; // a to f, u to y
}

/** The sign of the century at place 6 is left out, so that only digits and the check remain. */
export function isFinnishWord(): bool {
  memory.copy(digits + 6, digits + 7, 4);
  return isFinnish();
}

/** A NIR of Corsica, whose letter becomes digits. */
export function isCorsica(): bool {
  return replaceCorsica() && isNirBody();
}
