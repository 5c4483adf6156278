import { copyWord } from "./checks";
import { isOfBusiness } from "./context";
import { cryptoAt } from "./crypto";
import { E } from "./entities";
import { ibanAt } from "./iban";
import * as documents from "./lettered";
import { mayBe, offer, settle } from "./report";
import { NAMED, SURE, WEAK } from "./single-runs";
import { at, isAlnum, isDigit, isLetter } from "./text";
import * as national from "./national";

// Words of letters and digits. Which of them are letters decides what a word can be, so nearly all are dismissed by that.

const FAIR: i32 = 60;
const CERTAIN: i32 = 85;
const PLAIN: i32 = 5;
const LONGEST: i32 = 16;

let start: i32 = 0;
let end: i32 = 0;
/** What a number scores at most without a word near. */
let aloneMax: i32 = SURE;

// @ts-ignore: decorator
@inline
function checked(entity: i32, most: i32, valid: bool): void {
  const alone = min(most, aloneMax);
  if (valid && mayBe(entity, start, end, alone, SURE)) offer(entity, start, end, alone, SURE);
}

function named(entity: i32): void {
  if (mayBe(entity, start, end, PLAIN, NAMED) && !isOfBusiness(start)) offer(entity, start, end, PLAIN, NAMED);
}

/** Where the number that the word at `from` up to `to` is, or begins, ends; -1: it is none. */
export function wordAt(from: i32, to: i32): i32 {
  const size = to - from;
  if (size >= 4 && isLetter(at(from)) && isLetter(at(from + 1)) && isDigit(at(from + 2)) && isDigit(at(from + 3))) {
    const found = ibanAt(from);
    if (found >= 0) return found;
  }
  if (size > LONGEST) return cryptoAt(from, to);
  if (size < 4) return -1;
  const mask = copyWord(from, size);
  if (size == 4) {
    start = from;
    end = to;
    return mbiAt(mask);
  }
  return lettered(from, to, size, mask);
}

/** What `size` letters and digits that were copied are the number of; bits of `mask` are set where letters are. */
export function lettered(from: i32, to: i32, size: i32, mask: u32, isOneLine: bool = true, most: i32 = SURE): i32 {
  start = from;
  end = to;
  aloneMax = most;
  switch (size) {
    case 9: nine(mask); break;
    case 10: ten(mask); break;
    case 11: eleven(mask); break;
    case 12: checked(E.DE_SOCIAL_SECURITY, CERTAIN, mask == 0x100 && documents.isRentenversicherung()); break;
    case 13: if (mask == 0x40 && documents.isCorsica()) named(E.FR_NIR); break;
    case 15: checked(E.FR_NIR, CERTAIN, mask == 0x40 && documents.isCorsica() && national.isNir(15)); break;
    case 16: sixteen(mask); break;
  }
  if (isOneLine && size >= 5 && digitCount(mask, size) >= 4) {
    if (size <= 14) named(E.US_DRIVER_LICENSE);
    if (size <= 14) named(E.MEDICAL_RECORD_NUMBER);
  }
  return settle();
}

function digitCount(mask: u32, size: i32): i32 {
  return size - popcnt<u32>(mask);
}

/** Bits of `mask` are set where letters are, from the first on. */
function nine(mask: u32): void {
  if (mask == 0x101) {
    checked(E.SG_NRIC_FIN, FAIR, documents.isNric());
    checked(E.ES_NIE, FAIR, documents.isNie());
  } else if (mask == 0x100) {
    checked(E.ES_NIF, FAIR, documents.isNif(8));
    checked(E.SG_UEN, WEAK, documents.isBusinessUen());
  } else if (mask == 0x103) {
    checked(E.UK_NINO, FAIR, documents.isNino());
  } else if (mask == 3) {
    checked(E.MEDICAL_LICENSE, WEAK, documents.isDea());
  } else if (mask == 1) {
    named(E.US_PASSPORT);
  }
  if (documents.isGermanDocument(9)) {
    named(E.DE_PASSPORT);
    named(E.DE_ID_CARD);
  }
}

/** `2.4+20151223.gitfa8646d.1`: a point joins it to more letters or digits. */
function isOfVersion(): bool {
  return (at(start - 1) == 0x2e && isAlnum(at(start - 2))) || (at(end) == 0x2e && isAlnum(at(end + 1)));
}

function ten(mask: u32): void {
  if (mask == 0x21f && documents.isPan()) {
    const alone = isOfVersion() ? WEAK : FAIR;
    if (mayBe(E.IN_PAN, start, end, alone, CERTAIN)) offer(E.IN_PAN, start, end, alone, CERTAIN);
  } else if (mask == 0x200) {
    checked(E.SG_UEN, WEAK, documents.isCompanyUen());
  } else if (mask == 0x219) {
    checked(E.SG_UEN, FAIR, documents.isOtherUen());
  }
  if (documents.isGermanDocument(10)) {
    checked(E.DE_ID_CARD, WEAK, true);
    checked(E.DE_PASSPORT, PLAIN, true);
  }
}

function eleven(mask: u32): void {
  if (documents.isMbi(mask)) {
    if (mayBe(E.US_MBI, start, end, FAIR, SURE)) offer(E.US_MBI, start, end, FAIR, SURE);
  }
  checked(E.FI_PERSONAL_IDENTITY_CODE, CERTAIN, (mask & 0x3ff) == 0x40 && documents.isFinnishCentury(at(start + 6)) && documents.isFinnishWord());
}

function sixteen(mask: u32): void {
  checked(E.IT_FISCAL_CODE, SURE, documents.isFiscalCode());
  if (documents.isDrivingLicence() && mayBe(E.UK_DRIVING_LICENCE, start, end, FAIR, SURE)) {
    offer(E.UK_DRIVING_LICENCE, start, end, FAIR, SURE);
  }
}

/** `1EG4-TE5-MK73`: the first of three groups. */
function mbiAt(mask: u32): i32 {
  const separator = at(end);
  if ((mask & 9) != 0 || (mask & 2) == 0 || (separator != 0x2d && separator != 0x20) || at(end + 4) != separator) return -1;
  const last = end + 9;
  if (isAlnum(at(last))) return -1;
  const groups = mask | (documents.lettersAt(end + 1, 3) << 4) | (documents.lettersAt(end + 5, 4) << 7);
  documents.copyGroups(start, end + 1, end + 5);
  if (!documents.isMbi(groups) || !mayBe(E.US_MBI, start, last, FAIR + 20, SURE)) return -1;
  offer(E.US_MBI, start, last, FAIR + 20, SURE);
  return settle();
}
