import { isFull, Reading, reading, Redact, reportSpan } from "../sdk/index";
import { scanWords, WordScan } from "../sdk/words";
import { isDenied } from "./denial";
import { Grammar, Rule } from "./grammar";
import { PATTERNS } from "./pattern-table";

// Words and phrases that stand for themselves, whatever the sentence: swear words at once; threats, pressure and promises by
// their weight, so that a weak phrase needs others near it.

/** A pattern's value: category, weight or grade, and which of its category it is. */
const CATEGORY_SHIFT: i32 = 12;
const WEIGHT_SHIFT: i32 = 10;
const WEIGHT_MASK: i32 = 3;

/** Of a swear word: it means an animal, a plant or a place as well, which its sentence may tell. */
const DOUBLE_MEANING: i32 = 1;

export namespace Category {
  export const PROFANITY: i32 = 0;
  export const HOSTILE: i32 = 1;
  export const THREAT: i32 = 2;
  export const PRESSURE: i32 = 3;
  export const PROMISE: i32 = 4;
}
const CATEGORIES: i32 = 5;

/** No more is told of a rule: who reads that much has seen it. */
export const RULE_FINDINGS_MAX: i32 = 32;

/** What it takes: a strong phrase alone, or weaker ones, each but once, with no more bytes between their beginnings. */
const WEIGHT_ENOUGH: i32 = 3;
const NEAR_BYTES: i32 = 240;
/** No more phrases are looked at before one. */
const NEAR_MAX: i32 = 12;

/** Twice what English takes. */
const WALKS_MIN: i32 = 4096;
const BYTES_A_WALK: i32 = 16;

/** Swear words of one to three: how sure it is that they are not wanted. */
const SCORE_OF_GRADE: i32 = 30;

@unmanaged
class Hit {
  start: i32;
  end: i32;
  value: i32;
  isTold: i32;
}

/** A power of two, above NEAR_MAX. */
const HITS: i32 = 16;
const HIT_SIZE: usize = offsetof<Hit>();
/** The last phrases that have a weight. */
const hits = memory.data(16 * 16, 4);
let hitCount: i32 = 0;

// @ts-ignore: decorator
@inline
function hitAt(index: i32): Hit {
  return changetype<Hit>(hits + <usize>(index & (HITS - 1)) * HIT_SIZE);
}

let gradeMin: i32 = 0;
let redact: Redact = Redact.None;
/** Of each category, what has been told. */
const told: usize = memory.data(CATEGORIES << 2, 4);
let isProfanityDone = false;
let isHostileDone = false;

/** Looks for all patterns in a reading, sentence by sentence. */
export class ToneScan {
  /** Of the hostile words of the last sentence: the sum of their weights, and the most of them. */
  weight: i32 = 0;
  most: i32 = 0;

  private scan: WordScan;
  /** One was found that the last sentence did not reach. */
  private isAhead: bool = false;
  private isOver: bool = false;

  constructor(all: Reading, grade: i32, method: Redact) {
    this.scan = scanWords(PATTERNS, all);
    this.scan.limit(WALKS_MIN + all.size / BYTES_A_WALK);
    gradeMin = grade;
    redact = method;
  }

  /** Reports what begins before `end`, and weighs hostile words from `start` on. `grammar` knows of the sentence what it takes back. */
  takeSentence(start: i32, end: i32, grammar: Grammar): void {
    this.weight = 0;
    this.most = 0;
    while (this.find()) {
      if (this.scan.start >= end) return;
      this.isAhead = false;
      this.take(this.scan.start >= start ? grammar : null);
    }
  }

  /** What is left. */
  finish(): void {
    while (this.find()) {
      this.isAhead = false;
      this.take(null);
    }
    this.scan.tellUntried("DISGUISE_LIMIT", "PHRASE_LIMIT");
  }

  /** No further hostile sentence would be told. */
  endHostile(): void {
    isHostileDone = true;
    this.scan.ignore(Category.HOSTILE);
    if (isProfanityDone) this.scan.ignore(Category.PROFANITY);
  }

  private find(): bool {
    if (this.isAhead) return true;
    if (!this.isOver) this.isOver = !this.scan.next();
    this.isAhead = !this.isOver;
    return this.isAhead;
  }

  /** One that was found, in no sentence or in one that has ended. */
  private take(grammar: Grammar | null): void {
    const scan = this.scan;
    const category = scan.value >> CATEGORY_SHIFT;
    const weight = (scan.value >> WEIGHT_SHIFT) & WEIGHT_MASK;
    if (category == Category.PROFANITY) {
      if (grammar !== null && (scan.value & DOUBLE_MEANING) != 0 && grammar.takesBack(Rule.PROFANITY)) return;
      if (weight >= gradeMin && !isProfanityDone) this.reportProfanity(weight);
      if (grammar !== null) this.weigh(weight - 1);
    } else if (category == Category.HOSTILE) {
      if (grammar !== null && !isDenied(scan.start, category)) this.weigh(weight);
    } else if ((grammar === null || !grammar.takesBack(ruleOf(category))) && !isDenied(scan.start, category)) this.addHit();
  }

  private weigh(weight: i32): void {
    this.weight += weight;
    this.most = max(this.most, weight);
  }

  private reportProfanity(grade: i32): void {
    reportSpan("PROFANITY", this.scan.start, this.scan.end, redact, grade * SCORE_OF_GRADE);
    // All of it where it is to be hidden.
    isProfanityDone = isFull() || (redact == Redact.None && isTold(Category.PROFANITY));
    if (isProfanityDone && isHostileDone) this.scan.ignore(Category.PROFANITY);
  }

  private addHit(): void {
    const hit = hitAt(hitCount);
    hit.start = this.scan.start;
    hit.end = this.scan.end;
    hit.value = this.scan.value;
    hit.isTold = 0;
    weigh(hitCount);
    if (hit.isTold != 0 && (isFull() || load<i32>(told + (<usize>categoryOf(hit) << 2)) >= RULE_FINDINGS_MAX)) this.scan.ignore(categoryOf(hit));
    hitCount++;
  }
}

// @ts-ignore: decorator
@inline
function weightOf(hit: Hit): i32 {
  return (hit.value >> WEIGHT_SHIFT) & WEIGHT_MASK;
}

/** Reports a phrase and those of its category before it, where they are enough as far as they are near. */
function weigh(index: i32): void {
  const hit = hitAt(index);
  let weight = weightOf(hit);
  let first = index;
  const least = max(index - NEAR_MAX, 0);
  while (weight < WEIGHT_ENOUGH && first > least && hit.start - hitAt(first - 1).start <= NEAR_BYTES) {
    first--;
    if (isNewIn(first, index)) weight += weightOf(hitAt(first));
  }
  if (weight < WEIGHT_ENOUGH) return;
  for (let i = first; i <= index; i++) if (categoryOf(hitAt(i)) == categoryOf(hit)) report(hitAt(i));
}

// @ts-ignore: decorator
@inline
function categoryOf(hit: Hit): i32 {
  return hit.value >> CATEGORY_SHIFT;
}

/** Whether a phrase is of the last one's category, and is not repeated after it. */
function isNewIn(index: i32, last: i32): bool {
  const hit = hitAt(index);
  if (categoryOf(hit) != categoryOf(hitAt(last))) return false;
  for (let i = index + 1; i <= last; i++) if (hitAt(i).value == hit.value) return false;
  return true;
}

/** Counts one more, and says whether that is enough of it. */
function isTold(category: i32): bool {
  const count = told + (<usize>category << 2);
  store<i32>(count, load<i32>(count) + 1);
  return load<i32>(count) >= RULE_FINDINGS_MAX;
}

/** Whether one of the last phrases told is of the category and overlaps the span. */
export function isToldIn(category: i32, start: i32, end: i32): bool {
  for (let i = max(hitCount - HITS, 0); i < hitCount; i++) {
    const hit = hitAt(i);
    if (hit.isTold != 0 && categoryOf(hit) == category && hit.start < end && hit.end > start) return true;
  }
  return false;
}

const WHEN: u64 = 0x6e65687720;
const WHILE: u64 = 0x6c69687720;
const MISSING: u64 = 0x7373696d20;
const FRAU: u64 = 0x7561726620;
const SCAM: u64 = 0x6d61637320;
const FIVE: u64 = 0xffffffffff;
/** How far behind a promise its sentence may say what it thinks of it. */
const VERDICT_REACH: i32 = 80;

/** "Watch your back when you lift", "you will regret missing it", "guaranteed profits are a scam": what follows takes it back. */
function isTakenBack(hit: Hit, category: i32): bool {
  const folded = reading().folded;
  const next = load<u64>(folded + <usize>hit.end) & FIVE;
  if (category == Category.THREAT) return next == WHEN || next == WHILE || next == MISSING;
  if (category != Category.PROMISE) return false;
  for (let at = hit.end; at < hit.end + VERDICT_REACH; at++) {
    const five = load<u64>(folded + <usize>at) & FIVE;
    if ((five & 0xff) == 0x2e || (five & 0xff) == 0x0a) return false;
    if (five == FRAU || five == SCAM) return true;
  }
  return false;
}

function ruleOf(category: i32): u8 {
  return category == Category.THREAT ? Rule.THREAT : category == Category.PRESSURE ? Rule.PRESSURE : Rule.OVER_PROMISING;
}

function report(hit: Hit): void {
  if (hit.isTold != 0 || isTakenBack(hit, categoryOf(hit))) return;
  hit.isTold = 1;
  const category = categoryOf(hit);
  isTold(category);
  const rule = category == Category.THREAT ? "THREAT" : category == Category.PRESSURE ? "PRESSURE" : "OVER_PROMISING";
  reportSpan(rule, hit.start, hit.end);
}
