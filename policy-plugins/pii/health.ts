import { bit, CUES, E, nameOf, Word } from "./entities";
import { reportSpan } from "../sdk/index";
import { isDiagnosisOf, isSomebodys, sawCue } from "./patients";
import { redactOf, thresholdOf } from "./settings";

// A medical term near a number, date or name that says whose it is, in a member that says what it is, or in a sentence
// about somebody.

/** How far apart they may be: about two sentences. */
const REACH: i32 = 160;
const NEAR_IDENTIFIER: i32 = 85;
const NEAR_NAME: i32 = 60;
/** In a member such as `diagnosis`. */
const IN_RECORD: i32 = 60;
/** In a sentence about somebody without a name. */
const OF_SOMEBODY: i32 = 55;

export let isHealthOn: bool = false;

export function setHealth(on: bool): void {
  isHealthOn = on;
}

let identifierEnd: i32 = -1;
let nameEnd: i32 = -1;

/** Terms that nobody is known for yet: words are looked up ahead of numbers, by fewer than so many terms. A power of two. */
const WAITING: i32 = 32;

@unmanaged
class Term {
  start: i32;
  end: i32;
  isTold: bool;
}

const waiting: usize = memory.data(32 * 12, 4);
let termCount: i32 = 0;
let toldCount: i32 = 0;

function termAt(index: i32): Term {
  return changetype<Term>(waiting + <usize>(index & (WAITING - 1)) * offsetof<Term>());
}

/** The last term that says something by itself. */
let lastTerm: i32 = -1;

/** A word that is a medical term, says whose one is, or both. */
export function sawHealthWord(start: i32, end: i32, mask: u64, isRecord: bool): void {
  if ((mask & CUES) != 0) sawCue(start, end, mask);
  const isTerm = (mask & bit(E.MEDICAL_CONDITION)) != 0;
  if (isTerm) sawMedicalTerm(start, end, isRecord);
  if (isTerm && (mask & bit(Word.VAGUE)) == 0) lastTerm = termCount - 1;
  else if ((mask & TELLING) == 0) return;
  if (isTerm && (mask & bit(Word.CLINICAL)) != 0 && isDiagnosisOf(start, end)) tell(termAt(termCount - 1), OF_SOMEBODY);
  if (lastTerm < 0 || termCount - lastTerm > WAITING) return;
  const term = termAt(lastTerm);
  if (!term.isTold && isSomebodys(term.start, term.end, end)) tell(term, OF_SOMEBODY);
}

/** What may stand behind a term and say whose it is. */
const TELLING: u64 = bit(Word.SUBJECT) | bit(Word.OWNER) | bit(Word.YOU) | bit(Word.CLINICAL) | bit(Word.CARE);

function sawMedicalTerm(start: i32, end: i32, isRecord: bool): void {
  if (termCount - toldCount == WAITING) toldCount++;
  const term = termAt(termCount++);
  term.start = start;
  term.end = end;
  term.isTold = false;
  if (identifierEnd >= 0 && start - identifierEnd <= REACH) tellNear(start, NEAR_IDENTIFIER);
  else if (nameEnd >= 0 && start - nameEnd <= REACH) tellNear(start, NEAR_NAME);
  else if (isRecord) tell(term, IN_RECORD);
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

function tell(term: Term, score: i32): void {
  if (term.isTold || score < thresholdOf(E.MEDICAL_CONDITION)) return;
  term.isTold = true;
  reportSpan(nameOf(E.MEDICAL_CONDITION), term.start, term.end, redactOf(E.MEDICAL_CONDITION), score);
}

/** Reports the terms that wait, before a place or behind it. */
function tellNear(place: i32, score: i32): void {
  if (score < thresholdOf(E.MEDICAL_CONDITION)) return;
  for (; toldCount < termCount; toldCount++) {
    const term = termAt(toldCount);
    if (place - term.end <= REACH) tell(term, score);
  }
}
