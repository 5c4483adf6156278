import { isCardNumber } from "./cards";
import { isClosed, isOfBusiness } from "./context";
import { digit, valueOf } from "./checks";
import { closedDate } from "./dates";
import { bit, E } from "./entities";
import { mayBe, mayBeAny, offer, possibleNear, settle } from "./report";
import * as national from "./national";

// Numbers written without separators. Nearly all of them count only where a word near says what they are: any nine
// digits pass one of the check digits below.

/** By a word alone. */
export const NAMED: i32 = 65;
/** By a word and, where there is one, the check digit. */
export const SURE: i32 = 100;
/** A check digit alone that one in ten numbers has. */
export const WEAK: i32 = 45;
const PLAIN: i32 = 5;

let start: i32 = 0;
let end: i32 = 0;
/** Entities that a word near, or a low threshold, lets count; with strong checks, also without. */
let possible: u64 = 0;

// @ts-ignore: decorator
@inline
function named(entity: i32): void {
  if ((possible & bit(entity)) != 0 && mayBe(entity, start, end, PLAIN, NAMED) && !isOfBusiness(start)) offer(entity, start, end, PLAIN, NAMED);
}

/**
 * Whether the `size` digits that were copied are anything's number, and reports what. `whole`: they are written without
 * separators, so that a card or another number with much of a check counts by itself. What has no check digit at all has
 * to stand on one line.
 */
export function single(from: i32, to: i32, size: i32, whole: bool, isOneLine: bool = true): bool {
  start = from;
  end = to;
  const isCard = size >= 13 && size <= 19 && isCardNumber(size) && !(isClosed(start) && size != 15 && size != 16);
  if (isCard && whole && !(size == 13 && isArticle())) offered(E.CREDIT_CARD, SURE);
  else if (size > 17 || !mayBeAny(start, end, whole && (size == 14 || size == 15))) return false;
  else if (isCard) offered(E.CREDIT_CARD, WEAK);
  possible = possibleNear(start, end);
  if (whole && (size == 8 || size == 6) && isPossible(E.DATE_OF_BIRTH) && closedDate(start, end)) return true;
  switch (size) {
    case 8: eight(); break;
    case 9: nine(); break;
    case 10: ten(); break;
    case 11: eleven(); break;
    case 12: twelve(); break;
    case 13: thirteen(); break;
    case 14: if (national.isCnpj()) offered(E.BR_CNPJ, 60); break;
    case 15: if (national.isNir(15)) offered(E.FR_NIR, 85); break;
  }
  if (isOneLine) unchecked(size);
  return settle() >= 0;
}

/** GTIN's check digit: more articles in trade begin like a card of thirteen digits than there are such cards. */
function isArticle(): bool {
  let sum = 0;
  for (let i = 0; i < 13; i++) sum += digit(i) * ((i & 1) == 0 ? 1 : 3);
  return sum % 10 == 0;
}

function unchecked(size: i32): void {
  if (size >= 6 && size <= 17) named(E.US_BANK_NUMBER);
  if (size <= 12) named(E.MEDICAL_RECORD_NUMBER);
  if (size <= 14) named(E.US_DRIVER_LICENSE);
}

// @ts-ignore: decorator
@inline
function isPossible(entity: i32): bool {
  return (possible & bit(entity)) != 0;
}

function offered(entity: i32, alone: i32): void {
  if (mayBe(entity, start, end, alone, SURE)) offer(entity, start, end, alone, SURE);
}

function eight(): void {
  if (isPossible(E.AU_TFN) && national.isTfn(8)) offered(E.AU_TFN, WEAK);
}

function nine(): void {
  const area = <i32>valueOf(0, 3);
  const group = <i32>valueOf(3, 2);
  const serial = <i32>valueOf(5, 4);
  if (national.isSsn(area, group, serial)) named(E.US_SSN_UNDELIMITED);
  else if (national.isItin(area, group, serial)) named(E.US_ITIN);
  named(E.UK_PASSPORT);
  named(E.US_PASSPORT);
  if (isPossible(E.ABA_ROUTING_NUMBER) && national.isAba()) offered(E.ABA_ROUTING_NUMBER, PLAIN);
  if (isPossible(E.CA_SIN) && national.isSin()) offered(E.CA_SIN, WEAK);
  if (isPossible(E.NL_BSN) && national.isBsn()) offered(E.NL_BSN, WEAK);
  if (isPossible(E.AU_TFN) && national.isTfn(9)) offered(E.AU_TFN, WEAK);
  if (isPossible(E.AU_ACN) && national.isAcn()) offered(E.AU_ACN, WEAK);
}

function ten(): void {
  if (isPossible(E.UK_NHS) && national.isNhs()) offered(E.UK_NHS, WEAK);
  if (isPossible(E.US_NPI) && national.isNpi()) offered(E.US_NPI, WEAK);
  if (isPossible(E.AU_MEDICARE) && national.isMedicare()) offered(E.AU_MEDICARE, WEAK);
  if (isPossible(E.SE_PERSONNUMMER) && national.isPersonnummer(0)) offered(E.SE_PERSONNUMMER, WEAK);
}

function eleven(): void {
  if (isPossible(E.DE_TAX_ID) && national.isTaxId()) offered(E.DE_TAX_ID, WEAK);
  if (isPossible(E.PL_PESEL) && national.isPesel()) offered(E.PL_PESEL, WEAK);
  if (isPossible(E.BR_CPF) && national.isCpf()) offered(E.BR_CPF, WEAK);
  if (isPossible(E.AU_ABN) && national.isAbn()) offered(E.AU_ABN, WEAK);
  if (isPossible(E.IT_VAT_CODE) && national.isVat()) offered(E.IT_VAT_CODE, WEAK);
  if (isPossible(E.AU_MEDICARE) && national.isMedicare()) offered(E.AU_MEDICARE, WEAK);
}

function twelve(): void {
  if (isPossible(E.IN_AADHAAR) && national.isAadhaar()) offered(E.IN_AADHAAR, WEAK);
  if (isPossible(E.SE_PERSONNUMMER) && national.isPersonnummer(2)) offered(E.SE_PERSONNUMMER, WEAK);
}

function thirteen(): void {
  if (isPossible(E.KR_RRN) && national.isRrn()) offered(E.KR_RRN, WEAK);
  if (mayBe(E.FR_NIR, start, end, PLAIN, NAMED) && national.isNirBody()) offer(E.FR_NIR, start, end, PLAIN, NAMED);
}
