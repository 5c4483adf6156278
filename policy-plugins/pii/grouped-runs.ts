import { isDayOf } from "./checks";
import { isClosed } from "./context";
import { E } from "./entities";
import * as national from "./national";
import { isWhole } from "./numbers";
import { mayBe, offer, settle } from "./report";
import { Joint } from "./joints";
import { copyRuns, hasRun, jointOf, numberIn, runEnd, runStart, sizeOf } from "./runs";
import { NAMED, SURE, WEAK } from "./single-runs";
import { at, isLetter } from "./text";

// Numbers in the groups that people write them in. A group pattern is itself a sign, so some count without a word near.

/** By its groups and no check digit. */
const GROUPED: i32 = 85;
/** By its groups, a check digit and a date or rule beside it. */
const CHECKED: i32 = 85;
const FAIR: i32 = 60;

const PLUS: u32 = 0x2b;

let start: i32 = 0;
let end: i32 = 0;
/** What a number scores at most without a word near. */
let mostAlone: i32 = SURE;

/** Copies the digits of runs that are one number. */
function take(first: i32, last: i32): bool {
  if (!isOneNumber(first, last)) return false;
  copyRuns(first, last);
  return true;
}

/** Whether runs `first` to `last` are one number: no parenthesis, nothing beside them. */
function isOneNumber(first: i32, last: i32): bool {
  if (!hasRun(last)) return false;
  let lines = 0;
  for (let index = first + 1; index <= last; index++) {
    const joint = jointOf(index);
    if (joint == Joint.PARENTHESIS) return false;
    if (joint == Joint.LINE) lines++;
  }
  // On several lines a number counts where a word is near; more often they are a column of numbers.
  mostAlone = lines > 1 ? WEAK : SURE;
  if (!isWhole(first, last)) return false;
  start = runStart(first);
  end = runEnd(last);
  return true;
}

// @ts-ignore: decorator
@inline
function ended(last: i32): i32 {
  return settle() >= 0 ? last : -1;
}

// @ts-ignore: decorator
@inline
function checked(entity: i32, most: i32, valid: bool): void {
  const alone = min(most, mostAlone);
  if (valid && mayBe(entity, start, end, alone, SURE)) offer(entity, start, end, alone, SURE);
}

export function threeGroups(first: i32): i32 {
  if (!hasRun(first + 2)) return -1;
  const a = sizeOf(first);
  const b = sizeOf(first + 1);
  const c = sizeOf(first + 2);
  const last = first + 2;
  if (a == 3 && b == 2 && c == 4) return socialSecurity(first);
  if (a == 3 && b == 3 && c == 3 && !isInRow(first, last) && take(first, last)) {
    checked(E.CA_SIN, WEAK, national.isSin());
    checked(E.AU_TFN, WEAK, national.isTfn(9));
    checked(E.AU_ACN, WEAK, national.isAcn());
    checked(E.NL_BSN, WEAK, national.isBsn());
    return ended(last);
  }
  if (a == 3 && b == 3 && c == 4 && take(first, last)) {
    checked(E.UK_NHS, WEAK, national.isNhs());
    checked(E.US_NPI, WEAK, national.isNpi());
    return ended(last);
  }
  if (a == 4 && b == 4 && c == 4 && !isInRow(first, last) && take(first, last)) {
    checked(E.IN_AADHAAR, FAIR, national.isAadhaar());
    return ended(last);
  }
  if (a == 4 && b == 5 && (c == 1 || c == 2) && take(first, last)) {
    checked(E.AU_MEDICARE, WEAK, national.isMedicare());
    return ended(last);
  }
  if (a == 4 && b == 4 && c == 1 && take(first, last)) {
    checked(E.ABA_ROUTING_NUMBER, WEAK, national.isAba());
    return ended(last);
  }
  if (a == 4 && b == 2 && c == 3 && take(first, last)) {
    checked(E.NL_BSN, FAIR, national.isBsn());
    return ended(last);
  }
  if (a == 2 && b == 3 && c == 3 && take(first, last)) {
    checked(E.AU_TFN, WEAK, national.isTfn(8));
    return ended(last);
  }
  return -1;
}

/** Whether further groups of the same size stand beside three: a longer number, or a list. */
function isInRow(first: i32, last: i32): bool {
  const size = sizeOf(first);
  const joint = jointOf(last);
  if (first > 0 && sizeOf(first - 1) == size && jointOf(first) == joint) return true;
  return hasRun(last + 1) && sizeOf(last + 1) == size && jointOf(last + 1) == joint;
}

function socialSecurity(first: i32): i32 {
  // `+353 20 9112 221` is a telephone number.
  if (!isOneNumber(first, first + 2) || at(runStart(first) - 1) == PLUS) return -1;
  const area = numberIn(first);
  const group = numberIn(first + 1);
  const serial = numberIn(first + 2);
  if (national.isSsn(area, group, serial)) checked(E.US_SSN, isOfAnother(first) ? WEAK : GROUPED, true);
  else if (national.isItin(area, group, serial)) checked(E.US_ITIN, GROUPED, true);
  return ended(first + 2);
}

/**
 * A letter or two with a hyphen behind make it a part number, as long as no word says otherwise (Medicare's old claim numbers
 * end so); and where signs were left out, a digit and a date read as `811-05-2005`.
 */
function isOfAnother(first: i32): bool {
  const after = end + 1;
  if (at(end) == 0x2d && isLetter(at(after)) && (!isLetter(at(after + 1)) || !isLetter(at(after + 2)))) return true;
  if (!isClosed(start)) return false;
  const area = numberIn(first) % 100;
  const group = numberIn(first + 1);
  const serial = numberIn(first + 2);
  return serial >= 1900 && serial < 2100 && (isDayOf(area, group) || isDayOf(group, area));
}

/** Four groups and more. */
export function manyGroups(first: i32): i32 {
  if (!hasRun(first + 3)) return -1;
  const a = sizeOf(first);
  const b = sizeOf(first + 1);
  const c = sizeOf(first + 2);
  const d = sizeOf(first + 3);
  if (a == 2 && b == 3 && c == 3 && d == 3 && take(first, first + 3)) {
    checked(E.AU_ABN, FAIR, national.isAbn());
    checked(E.DE_TAX_ID, FAIR, national.isTaxId());
    return ended(first + 3);
  }
  if (a == 3 && b == 3 && c == 3 && d == 2 && take(first, first + 3)) {
    checked(E.BR_CPF, CHECKED, national.isCpf());
    return ended(first + 3);
  }
  if (a == 2 && b == 3 && c == 3 && d == 4 && hasRun(first + 4) && sizeOf(first + 4) == 2 && take(first, first + 4)) {
    checked(E.BR_CNPJ, CHECKED, national.isCnpj());
    return ended(first + 4);
  }
  if (a == 1 && b == 2 && c == 2 && d == 2) return frenchNumber(first);
  return -1;
}

/** Sex, year, month, department, commune, order, and mostly the key. */
function frenchNumber(first: i32): i32 {
  if (!hasRun(first + 5) || sizeOf(first + 4) != 3 || sizeOf(first + 5) != 3) return -1;
  if (hasRun(first + 6) && sizeOf(first + 6) == 2 && take(first, first + 6)) {
    checked(E.FR_NIR, CHECKED, national.isNir(15));
    return ended(first + 6);
  }
  if (!take(first, first + 5)) return -1;
  if (national.isNirBody() && mayBe(E.FR_NIR, start, end, WEAK, NAMED)) offer(E.FR_NIR, start, end, WEAK, NAMED);
  return ended(first + 5);
}

export function twoGroups(first: i32): i32 {
  const a = sizeOf(first);
  const b = sizeOf(first + 1);
  const last = first + 1;
  if (a == 6 && b == 4 && take(first, last)) {
    checked(E.SE_PERSONNUMMER, isHyphened(last) ? FAIR : WEAK, national.isPersonnummer(0));
    checked(E.FI_PERSONAL_IDENTITY_CODE, isHyphened(last) ? FAIR : WEAK, national.isFinnish());
    return ended(last);
  }
  if (a == 8 && b == 4 && take(first, last)) {
    checked(E.SE_PERSONNUMMER, isHyphened(last) ? FAIR : WEAK, national.isPersonnummer(2));
    return ended(last);
  }
  if (a == 6 && b == 7 && take(first, last)) {
    if (national.isRrn()) checked(E.KR_RRN, isHyphened(last) ? FAIR : WEAK, true);
    else if (national.isNewRrn() && mayBe(E.KR_RRN, start, end, WEAK, NAMED)) offer(E.KR_RRN, start, end, WEAK, NAMED);
    return ended(last);
  }
  if (a == 13 && b == 2 && take(first, last)) {
    checked(E.FR_NIR, CHECKED, national.isNir(15));
    return ended(last);
  }
  return -1;
}

function isHyphened(run: i32): bool {
  return jointOf(run) == Joint.HYPHEN;
}
