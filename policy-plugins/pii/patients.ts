import { bit, Word } from "./entities";
import { at, Class, classAt, folded } from "./text";
import { findWord, wordMask } from "./word-table";

// Whether a medical term is somebody's where neither a number nor a name says whose: `your biopsy came back positive for
// lymphoma`, `she has lupus`, `his chemotherapy`. Words of persons and of what happens to patients stand in the same
// sentence then; words of research, advice and awareness say that it is nobody's.

/** How far apart the words of one statement may be. */
const REACH: i32 = 110;
/** Between somebody and the verb: `employee 4471 is`. */
const VERB_GAP: i32 = 12;
/** Between the verb and the term: `has stage 4 breast cancer`. */
const TERM_GAP: i32 = 18;
/** Between verb and term, where a word such as `on` is between them: `is on dialysis`. */
const PREPOSITION_GAP: i32 = 6;
/** Between `her` and the term: `her recent mastectomy`. */
const OWNER_GAP: i32 = 14;
const NONE: i32 = -REACH - 1;
const WORD_BYTES_MAX: i32 = 16;

let subjectStart: i32 = NONE;
let subjectEnd: i32 = NONE;
let ownerStart: i32 = NONE;
let ownerEnd: i32 = NONE;
let youStart: i32 = NONE;
let clinicalStart: i32 = NONE;
let careStart: i32 = NONE;
let generalStart: i32 = NONE;
let topicEnd: i32 = NONE;
/** The end of a verb that somebody is the subject of. */
let verbEnd: i32 = NONE;
/** Of one that the reader is. */
let yourVerbEnd: i32 = NONE;
let youEnd: i32 = NONE;

/** Remembers a word that says whose a term is; `mask` are the classes that it is of. */
export function sawCue(start: i32, end: i32, mask: u64): void {
  if ((mask & bit(Word.LINK)) != 0 && start - subjectEnd <= VERB_GAP && isOneSentence(subjectEnd, start)) verbEnd = end;
  if ((mask & bit(Word.LINK)) != 0 && start - youEnd == 1) yourVerbEnd = end;
  if ((mask & bit(Word.SUBJECT)) != 0) {
    subjectStart = start;
    subjectEnd = end;
    if (at(end) == 0x27) verbEnd = end + 2; // she's
  }
  if ((mask & bit(Word.OWNER)) != 0) {
    ownerStart = start;
    ownerEnd = end;
  }
  if ((mask & bit(Word.YOU)) != 0) {
    youStart = start;
    youEnd = end;
  }
  if ((mask & bit(Word.CLINICAL)) != 0) clinicalStart = start;
  if ((mask & bit(Word.CARE)) != 0) careStart = start;
  if ((mask & bit(Word.GENERAL)) != 0) generalStart = start;
  if ((mask & bit(Word.TOPIC)) != 0) topicEnd = end;
}

/** Whether the words so far, up to `now`, say that the term from `start` to `end` is about one person. */
export function isSomebodys(start: i32, end: i32, now: i32): bool {
  const from = now - REACH;
  if (start < from || isOfThings(end)) return false;
  const isOwned = ownerEnd <= start && start - ownerEnd <= OWNER_GAP && topicEnd <= ownerEnd;
  const isHad = verbEnd <= start && start - verbEnd <= TERM_GAP && (topicEnd <= verbEnd || start - verbEnd <= PREPOSITION_GAP);
  if (yourVerbEnd <= start && start - yourVerbEnd <= PREPOSITION_GAP) return isStatement(youStart, end, now);
  if (isOwned || isHad) return isStatement(isOwned ? ownerStart : subjectStart, end, now);
  const person = max(subjectStart, ownerStart);
  if (clinicalStart >= from && max(person, youStart) >= from) {
    if (isStatement(min(start, min(clinicalStart, max(person, youStart))), end, now)) return true;
  }
  return careStart >= from && person >= from && isStatement(min(start, min(careStart, person)), end, now);
}

const WITH: u64 = 0x206874697720; // ` with `

/** `she was diagnosed with`: whatever follows, it is hers. */
export function isDiagnosisOf(start: i32, end: i32): bool {
  if ((load<u64>(folded + <usize>end) & 0xffffffffffff) != WITH) return false;
  return subjectStart >= start - REACH / 2 && isStatement(subjectStart, end, end);
}

/** One sentence, in which nothing says that it is about many. */
function isStatement(from: i32, termEnd: i32, now: i32): bool {
  const to = max(termEnd, now);
  if (generalStart >= to - REACH && isOneSentence(min(from, generalStart), to)) return false;
  return isOneSentence(from, to);
}

/** A full stop, question mark or semicolon before a blank, or an empty line, ends a sentence. */
function isOneSentence(from: i32, to: i32): bool {
  for (let i = from; i < to; i++) {
    const byte = at(i);
    if (byte >= 0x40) continue;
    const next = at(i + 1);
    if ((byte == 0x2e || byte == 0x3f || byte == 0x21 || byte == 0x3b) && next <= 0x20) return false;
    if (byte == 0x0a && next == 0x0a) return false;
  }
  return true;
}

/** `cancer research`, `insulin pumps`: one of the two words behind a term says that it names something else. */
function isOfThings(end: i32): bool {
  let i = end;
  for (let words = 0; words < 2; words++) {
    const gap = at(i);
    if (gap != 0x20 && gap != 0x2d) return false;
    const start = i + 1;
    for (i = start; i - start < WORD_BYTES_MAX && classAt(i) == Class.LETTER; i++) {}
    if (i - start < 2) return false;
    const word = findWord(folded + <usize>start, i - start);
    if (word >= 0 && (wordMask(word) & bit(Word.THING)) != 0) return true;
  }
  return false;
}
