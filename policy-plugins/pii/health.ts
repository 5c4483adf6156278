import { E, nameOf } from "./entities";
import { reportSpan } from "../sdk/index";
import { redactOf, thresholdOf } from "./settings";

// A medical term near a number, date or name that says whose it is.

/** How far apart they may be: about two sentences. */
const REACH: i32 = 160;
const NEAR_IDENTIFIER: i32 = 85;
const NEAR_NAME: i32 = 60;

export let isHealthOn: bool = false;

export function setHealth(on: bool): void {
  isHealthOn = on;
}

let identifierEnd: i32 = -1;
let nameEnd: i32 = -1;

/** Terms that nobody is known for yet: words are looked up ahead of numbers, by fewer than so many terms. A power of two. */
const WAITING: i32 = 8;

@unmanaged
class Term {
  start: i32;
  end: i32;
}

const waiting: usize = memory.data(8 * 8, 4);
let termCount: i32 = 0;
let toldCount: i32 = 0;

export function sawMedicalTerm(start: i32, end: i32): void {
  if (termCount - toldCount == WAITING) toldCount++;
  const term = changetype<Term>(waiting + (<usize>(termCount++ & (WAITING - 1)) << 3));
  term.start = start;
  term.end = end;
  if (identifierEnd >= 0 && start - identifierEnd <= REACH) tellNear(start, NEAR_IDENTIFIER);
  else if (nameEnd >= 0 && start - nameEnd <= REACH) tellNear(start, NEAR_NAME);
}

/** An entity that is about one person was found. */
export function sawIdentifier(start: i32, end: i32): void {
  identifierEnd = end;
  tellNear(start, NEAR_IDENTIFIER);
}

export function sawName(end: i32): void {
  nameEnd = end;
  tellNear(end, NEAR_NAME);
}

/** Reports the terms that wait, before a place or behind it. */
function tellNear(place: i32, score: i32): void {
  const isTold = score >= thresholdOf(E.MEDICAL_CONDITION);
  for (; isTold && toldCount < termCount; toldCount++) {
    const term = changetype<Term>(waiting + (<usize>(toldCount & (WAITING - 1)) << 3));
    if (place - term.end > REACH) continue;
    reportSpan(nameOf(E.MEDICAL_CONDITION), term.start, term.end, redactOf(E.MEDICAL_CONDITION), score);
  }
}
