import { digit, digits, isAllSame, isDayOf, isLuhn, isMod1110, isVerhoeff, valueOf, weighted } from "./checks";

// What the numbers of each country look like, over the digits that were copied.

/** https://www.ssa.gov/employer/randomization.html for what is never issued. */
export function isSsn(area: i32, group: i32, serial: i32): bool {
  return area != 0 && area != 666 && area < 900 && group != 0 && serial != 0;
}

/** Individual taxpayer numbers: 9xx, and the groups that the IRS issues; not nine times nine. */
export function isItin(area: i32, group: i32, serial: i32): bool {
  return area >= 900 && !(area == 999 && group == 99 && serial == 9999) && ((group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group != 93));
}

const ABA: usize = memory.data<u8>([3, 7, 1, 3, 7, 1, 3, 7, 1]);

/** A Federal Reserve district, and the checksum of the American Bankers Association. */
export function isAba(): bool {
  const district = <i32>valueOf(0, 2);
  const known = district <= 12 || (district >= 21 && district <= 32) || (district >= 61 && district <= 72) || district == 80;
  return known && weighted(0, ABA, 9) % 10 == 0 && !isAllSame(0, 9);
}

/** The first digit is the province; 0 and 8 are not issued to persons, but 0 stands in every published example. */
export function isSin(): bool {
  return digit(0) != 8 && isLuhn(0, 9) && !isAllSame(0, 9);
}

const BSN: usize = memory.data<u8>([9, 8, 7, 6, 5, 4, 3, 2]);

export function isBsn(): bool {
  return (weighted(0, BSN, 8) + 110 - digit(8)) % 11 == 0 && !isAllSame(0, 9);
}

const TFN_9: usize = memory.data<u8>([1, 4, 3, 7, 5, 8, 6, 9, 10]);
const TFN_8: usize = memory.data<u8>([10, 7, 8, 4, 6, 3, 5, 1]);

export function isTfn(count: i32): bool {
  return weighted(0, count == 9 ? TFN_9 : TFN_8, count) % 11 == 0 && !isAllSame(0, count);
}

const ACN: usize = memory.data<u8>([8, 7, 6, 5, 4, 3, 2, 1]);

export function isAcn(): bool {
  return (10 - weighted(0, ACN, 8) % 10) % 10 == digit(8) && !isAllSame(0, 9);
}

const ABN: usize = memory.data<u8>([10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);

export function isAbn(): bool {
  return digit(0) != 0 && (weighted(0, ABN, 11) - 10) % 89 == 0;
}

const MEDICARE: usize = memory.data<u8>([1, 3, 7, 9, 1, 3, 7, 9]);

/** Australian Medicare card: eight digits, their check, the issue, and perhaps the person's place on the card. */
export function isMedicare(): bool {
  return digit(0) >= 2 && digit(0) <= 6 && weighted(0, MEDICARE, 8) % 10 == digit(8) && digit(9) != 0;
}

const NHS: usize = memory.data<u8>([10, 9, 8, 7, 6, 5, 4, 3, 2]);

export function isNhs(): bool {
  const check = 11 - weighted(0, NHS, 9) % 11;
  return (check == 11 ? 0 : check) == digit(9) && !isAllSame(0, 10);
}

/** Luhn's check with the prefix 80840, whose own digits sum up to 24. */
export function isNpi(): bool {
  return (digit(0) == 1 || digit(0) == 2) && isLuhn(0, 10, 24);
}

/** Six digits of a date, a day that may be 60 more, and Luhn's check; `from` is 2 where the century is written. */
export function isPersonnummer(from: i32): bool {
  if (from == 2 && (digit(0) < 1 || digit(0) > 2 || valueOf(0, 2) < 18)) return false;
  const day = <i32>valueOf(from + 4, 2);
  return isDayOf(<i32>valueOf(from + 2, 2), day > 60 ? day - 60 : day) && isLuhn(from, from + 10);
}

/** ISO 7064, and of the first ten digits one occurs twice or thrice, the others once. */
export function isTaxId(): bool {
  if (digit(0) == 0 || !isMod1110(11)) return false;
  let counts: u64 = 0;
  for (let i = 0; i < 10; i++) counts += (<u64>1) << (<u64>digit(i) << 2);
  let repeated = 0;
  for (; counts != 0; counts >>= 4) {
    const times = <i32>(counts & 15);
    if (times > 3) return false;
    if (times > 1) repeated++;
  }
  return repeated == 1;
}

const PESEL: usize = memory.data<u8>([1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]);

/** The month says the century: 81 to 92 are of the nineteenth, 21 to 32 of the twenty-first. */
export function isPesel(): bool {
  return isDayOf(<i32>valueOf(2, 2) % 20, <i32>valueOf(4, 2)) && weighted(0, PESEL, 11) % 10 == 0;
}

const CPF_FIRST: usize = memory.data<u8>([10, 9, 8, 7, 6, 5, 4, 3, 2]);
const CPF_SECOND: usize = memory.data<u8>([11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);

export function isCpf(): bool {
  return brazilian(CPF_FIRST, 9) && brazilian(CPF_SECOND, 10) && !isAllSame(0, 11);
}

const CNPJ_FIRST: usize = memory.data<u8>([5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
const CNPJ_SECOND: usize = memory.data<u8>([6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);

export function isCnpj(): bool {
  return brazilian(CNPJ_FIRST, 12) && brazilian(CNPJ_SECOND, 13) && !isAllSame(0, 14);
}

function brazilian(weights: usize, count: i32): bool {
  const rest = weighted(0, weights, count) % 11;
  return (rest < 2 ? 0 : 11 - rest) == digit(count);
}

/** Partita IVA: Luhn's check, and an office that exists. */
export function isVat(): bool {
  const office = <i32>valueOf(7, 3);
  return isLuhn(0, 11) && ((office >= 1 && office <= 100) || office == 120 || office == 121 || office == 888 || office == 999) &&
    !isAllSame(0, 11);
}

export function isAadhaar(): bool {
  return digit(0) >= 2 && isVerhoeff(12) && !isPalindrome(12);
}

function isPalindrome(count: i32): bool {
  for (let i = 0; i < count >> 1; i++) if (digit(i) != digit(count - 1 - i)) return false;
  return true;
}

const RRN: usize = memory.data<u8>([2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);

/** Numbers given since October 2020 end in any digit, and pass one time in ten. */
export function isRrn(): bool {
  if (!isDayOf(<i32>valueOf(2, 2), <i32>valueOf(4, 2)) || digit(6) > 8) return false;
  return (11 - weighted(0, RRN, 12) % 11) % 10 == digit(12);
}

/** Of a person born since October 2020: a number with a date, and no check digit. */
export function isNewRrn(): bool {
  const century = digit(6);
  const month = <i32>valueOf(0, 4);
  return (century == 3 || century == 4 || century == 7 || century == 8) && month >= 2010 && month <= 3512 &&
    isDayOf(<i32>valueOf(2, 2), <i32>valueOf(4, 2));
}

/** Sex, year, month, department, commune, order. Months above 12 are those of persons whose birth date is not known. */
export function isNirBody(): bool {
  const sex = digit(0);
  const month = <i32>valueOf(3, 2);
  return ((sex >= 1 && sex <= 4) || sex == 7 || sex == 8) && ((month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50) &&
    valueOf(5, 2) != 0;
}

/** With its key: 97 less the rest of the thirteen digits, Corsica's 2A and 2B being 19 and 18. */
export function isNir(count: i32): bool {
  if (!isNirBody() || count != 15) return false;
  return 97 - valueOf(0, 13) % 97 == valueOf(13, 2);
}

/** 2A and 2B of a NIR as the key's rule has them; the letter stands at digit 6 with its value, 10 or 11. */
export function replaceCorsica(): bool {
  const letter = digit(6);
  if (digit(5) != 2 || letter < 10 || letter > 11) return false;
  store<u8>(digits + 5, 1);
  store<u8>(digits + 6, letter == 10 ? 9 : 8);
  return true;
}

const FINNISH_CHECKS: usize = memory.data<u8>([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17, 19, 20, 21, 22, 23, 25, 27, 28, 29, 30, 31, 32, 33, 34,
]);

/** Day, month, year, three digits, and a check of 31 letters and digits; 002 is the first number given. */
export function isFinnish(): bool {
  if (!isDayOf(<i32>valueOf(2, 2), <i32>valueOf(0, 2)) || valueOf(6, 3) < 2) return false;
  const rest = <i32>((valueOf(0, 6) * 1000 + valueOf(6, 3)) % 31);
  return <i32>load<u8>(FINNISH_CHECKS + <usize>rest) == digit(9);
}
