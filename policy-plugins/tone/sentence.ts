import { beginsIdiom, continuesIdiom, Entry, find, hasValence, isInLexicon, joinHash, kindOf, valenceOf, WordKind } from "./lexicon";

// The valence of one sentence by VADER's rules (Hutto and Gilbert, "VADER: A Parsimonious Rule-based Model for Sentiment
// Analysis of Social Media Text", 2014), in integers: millionths of a unit of valence.

const UNIT: i64 = 1_000_000;
const TENTH: i64 = 100_000;

const BOOST: i64 = 293_000;
const CAPITALS: i64 = 733_000;
const EXCLAMATION: i64 = 292_000;
const EXCLAMATIONS_MAX: i32 = 4;
const QUESTION: i64 = 180_000;
const QUESTIONS: i64 = 960_000;
/** What the sum of valences is held against: the most that is expected. */
const ALPHA: i64 = 15;

/** A longer sentence is scored in parts. */
export const WORDS_MAX: i32 = 250;

@unmanaged
class Word {
  hash: u32;
  entry: Entry;
  isCapital: u32;
  hasNot: u32;
  /** Whether one of the three words before changes its valence. */
  isChanged: u32;
}

const WORD_SIZE: usize = offsetof<Word>();
// Three words before the first, which are none, so that rules may look back; two behind the last.
const words: usize = memory.data(256 * 20, 4);
/** The places of those with a valence. */
const scored: usize = memory.data(256 * 4, 4);
const SCORED_SIZE: usize = 4;

// @ts-ignore: decorator
@inline
function wordAt(index: i32): Word {
  return changetype<Word>(words + <usize>(index + 3) * WORD_SIZE);
}

// @ts-ignore: decorator
@inline
function kindAt(index: i32): u8 {
  return kindOf(wordAt(index).entry);
}

// Of the sentence that is taken in. A global costs less than a field.
let count: i32 = 0;
let longWords: i32 = 0;
let longCapitals: i32 = 0;
let negatives: i32 = 0;
let addresses = false;
let apologises = false;
let capitalWords: i32 = 0;
let scoredCount: i32 = 0;
/** The first "but"; below 0: there is none. */
let but: i32 = -1;
/** A bit for each word, from the last one back: whether it changes the valence of those behind it. */
let changing: u32 = 0;
/** The last word may begin an idiom; somewhere one goes on. */
let mayBegin = false;
let mayHaveIdiom = false;

/** The sentence that is taken in. */
export class Sentence {
  exclamations: i32 = 0;
  questions: i32 = 0;

  get count(): i32 { return count; }
  /** Words of three letters or more, and how many of those are in capitals. */
  get longWords(): i32 { return longWords; }
  get longCapitals(): i32 { return longCapitals; }
  /** Words that are negative by themselves. */
  get negatives(): i32 { return negatives; }
  get addresses(): bool { return addresses; }
  get apologises(): bool { return apologises; }

  clear(): void {
    count = 0;
    longWords = 0;
    longCapitals = 0;
    this.exclamations = 0;
    this.questions = 0;
    negatives = 0;
    addresses = false;
    apologises = false;
    capitalWords = 0;
    scoredCount = 0;
    but = -1;
    changing = 0;
    mayBegin = false;
    mayHaveIdiom = false;
  }

  /** Takes a word in by its hash; `letters` are those of ASCII in it, `capitals` how many of them are large. */
  // @ts-ignore: decorator
  @inline
  add(hash: u32, entry: Entry, letters: i32, capitals: i32, hasNot: bool): void {
    const word = wordAt(count);
    const isCapital = <u32>(letters > 0) & <u32>(capitals == letters);
    const isLong = <u32>(letters >= 3);
    word.hash = hash;
    word.entry = entry;
    word.isCapital = isCapital;
    word.hasNot = <u32>hasNot;
    word.isChanged = changing & BEFORE;
    changing = (changing << 1) | <u32>hasNot;
    capitalWords += <i32>isCapital;
    longWords += <i32>isLong;
    longCapitals += <i32>(isCapital & isLong);
    if (isInLexicon(entry)) addMeaning(entry, count, letters);
    else mayBegin = false;
    count++;
  }

  /** Whether any of its words has a valence. */
  get hasScore(): bool { return scoredCount != 0; }

  /** From -10000, as negative as can be, to 10000; asked for only where a word has a valence. */
  compound(): i32 {
    this.endWords();
    const end = scored + <usize>scoredCount * SCORED_SIZE;
    let sum: i64 = 0;
    for (let at = scored; at < end; at += SCORED_SIZE) {
      const index = load<i32>(at);
      const score = this.scoreOf(index);
      if (but < 0 || index == but) sum += score;
      // What follows a "but" counts for more than what comes before it.
      else sum += index < but ? score / 2 : score * 3 / 2;
    }
    if (sum == 0) return 0;
    const emphasis = this.emphasis();
    sum += sum > 0 ? emphasis : -emphasis;
    const doubled = <i32>(sum * 20_000 / root(sum * sum + ALPHA * UNIT * UNIT));
    return (doubled + (doubled < 0 ? -1 : 1)) / 2;
  }

  private endWords(): void {
    memory.fill(words + <usize>(count + 3) * WORD_SIZE, 0, 2 * WORD_SIZE);
  }

  /** Some words are in capitals, others not. */
  private get isMixed(): bool {
    return capitalWords > 0 && capitalWords < count;
  }

  private emphasis(): i64 {
    const questions = this.questions;
    const asked = questions < 2 ? 0 : questions <= 3 ? QUESTION * questions : QUESTIONS;
    return EXCLAMATION * min(this.exclamations, EXCLAMATIONS_MAX) + asked;
  }

  private scoreOf(i: i32): i64 {
    const word = wordAt(i);
    const entry = word.entry;
    // Most words.
    if (word.isChanged == 0 && !mayHaveIdiom && kindOf(entry) == WordKind.PLAIN && word.isCapital == 0) return TENTH * valenceOf(entry);
    return this.changedScoreOf(i);
  }

  private changedScoreOf(i: i32): i64 {
    const word = wordAt(i);
    const entry = word.entry;
    const kind = kindOf(entry);
    if (kind == WordKind.KIND && kindAt(i + 1) == WordKind.OF) return 0;
    let valence = TENTH * valenceOf(entry);
    if (kind == WordKind.NO && hasValence(wordAt(i + 1).entry)) valence = 0;
    if (isAfterNo(i)) valence = negated(TENTH * valenceOf(entry));
    if (word.isCapital != 0 && this.isMixed) valence += valence > 0 ? CAPITALS : -CAPITALS;
    for (let back = 1; back <= 3; back++) {
      if (i < back || hasValence(wordAt(i - back).entry)) continue;
      valence += this.boost(wordAt(i - back), valence, back);
      valence = afterNegation(valence, i, back);
      if (back == 3) valence = withIdioms(valence, i);
    }
    return isAfterLeast(i) ? negated(valence) : valence;
  }

  /** What a word before another does to its valence, the less the farther it is away. */
  private boost(word: Word, valence: i64, back: i32): i64 {
    const kind = kindOf(word.entry);
    const isDampener = kind == WordKind.DAMPENER;
    if (!isDampener && kind != WordKind.BOOSTER && kind != WordKind.SO && kind != WordKind.VERY) return 0;
    let boost = isDampener ? -BOOST : BOOST;
    if (valence < 0) boost = -boost;
    if (word.isCapital != 0 && this.isMixed) boost += valence > 0 ? CAPITALS : -CAPITALS;
    return back == 2 ? boost * 95 / 100 : back == 3 ? boost * 90 / 100 : boost;
  }
}

/** The three words before one. */
const BEFORE: u32 = 7;

/** What the word at `index` means; not part of what every word costs. */
function addMeaning(entry: Entry, index: i32, letters: i32): void {
  const valence = valenceOf(entry);
  const kind = kindOf(entry);
  if (hasValence(entry)) {
    store<i32>(scored + <usize>scoredCount * SCORED_SIZE, index);
    scoredCount++;
  }
  // Faces are no words, and numbers none, though VADER has some (187 is murder).
  negatives += <i32>(valence < 0) & <i32>(letters > 0);
  mayHaveIdiom = mayHaveIdiom || (mayBegin && continuesIdiom(entry));
  mayBegin = beginsIdiom(entry);
  changing |= <u32>((CHANGING >> <u32>kind) & 1);
  if (kind == WordKind.YOU) addresses = true;
  else if (kind == WordKind.APOLOGY) apologises = true;
  else if (kind == WordKind.BUT && but < 0) but = index;
}

/** The kinds of words that change another's valence. */
const CHANGING: u32 = (1 << WordKind.BOOSTER) | (1 << WordKind.DAMPENER) | (1 << WordKind.NEGATION) | (1 << WordKind.NO) |
  (1 << WordKind.NEVER) | (1 << WordKind.WITHOUT) | (1 << WordKind.NOR) | (1 << WordKind.SO) | (1 << WordKind.VERY) |
  (1 << WordKind.THIS) | (1 << WordKind.LEAST);

// @ts-ignore: decorator
@inline
function negated(valence: i64): i64 {
  return valence * -74 / 100;
}

function isNegation(i: i32): bool {
  const kind = kindAt(i);
  return wordAt(i).hasNot != 0 || kind == WordKind.NEGATION || kind == WordKind.NEVER || kind == WordKind.WITHOUT || kind == WordKind.NOR;
}

function isSoOrThis(i: i32): bool {
  const kind = kindAt(i);
  return kind == WordKind.SO || kind == WordKind.THIS;
}

function isAfterNo(i: i32): bool {
  if ((i > 0 && kindAt(i - 1) == WordKind.NO) || (i > 1 && kindAt(i - 2) == WordKind.NO)) return true;
  const before = kindAt(i - 1);
  return i > 2 && kindAt(i - 3) == WordKind.NO && (before == WordKind.OR || before == WordKind.NOR);
}

function afterNegation(valence: i64, i: i32, back: i32): i64 {
  const kind = kindAt(i - back);
  // "never so good"; three words back VADER takes any "so" or "this" for one.
  const isStressed = back == 2 ? kind == WordKind.NEVER && isSoOrThis(i - 1)
    : back == 3 && ((kind == WordKind.NEVER && isSoOrThis(i - 2)) || isSoOrThis(i - 1));
  if (isStressed) return valence * 125 / 100;
  if (back > 1 && kind == WordKind.WITHOUT) {
    if (kindAt(i - 1) == WordKind.DOUBT || (back == 3 && kindAt(i - 2) == WordKind.DOUBT)) return valence;
  }
  return isNegation(i - back) ? negated(valence) : valence;
}

/** "least" negates what follows it, unless as in "at least" and "very least". */
function isAfterLeast(i: i32): bool {
  if (i < 1 || kindAt(i - 1) != WordKind.LEAST) return false;
  return i < 2 || (kindAt(i - 2) != WordKind.AT && kindAt(i - 2) != WordKind.VERY);
}

/** The entry of two or three words from `i` on. */
function phraseAt(i: i32, size: i32): Entry {
  if (!beginsIdiom(wordAt(i).entry) || !continuesIdiom(wordAt(i + 1).entry)) return 0;
  let hash = joinHash(wordAt(i).hash, wordAt(i + 1).hash);
  if (size == 3) hash = joinHash(hash, wordAt(i + 2).hash);
  const entry = find(hash);
  const kind = kindOf(entry);
  return kind == WordKind.IDIOM || kind == WordKind.DAMPENER ? entry : 0;
}

function withIdioms(valence: i64, i: i32): i64 {
  let idiom = phraseAt(i - 1, 2);
  if (idiom == 0) idiom = phraseAt(i - 2, 3);
  if (kindOf(idiom) != WordKind.IDIOM) idiom = phraseAt(i - 2, 2);
  if (kindOf(idiom) != WordKind.IDIOM) idiom = phraseAt(i - 3, 3);
  if (kindOf(idiom) != WordKind.IDIOM) idiom = phraseAt(i - 3, 2);
  if (kindOf(idiom) == WordKind.IDIOM) valence = TENTH * valenceOf(idiom);
  const next = phraseAt(i, 2);
  const far = phraseAt(i, 3);
  if (kindOf(next) == WordKind.IDIOM) valence = TENTH * valenceOf(next);
  if (kindOf(far) == WordKind.IDIOM) valence = TENTH * valenceOf(far);
  // "kind of", "sort of".
  if (kindOf(phraseAt(i - 3, 2)) == WordKind.DAMPENER) valence -= BOOST;
  if (kindOf(phraseAt(i - 2, 2)) == WordKind.DAMPENER) valence -= BOOST;
  return valence;
}

/** The integer square root, by Newton's method from above. */
function root(square: i64): i64 {
  let guess = <i64>1 << ((65 - clz(square)) >> 1);
  let next = (guess + square / guess) >> 1;
  while (next < guess) {
    guess = next;
    next = (guess + square / guess) >> 1;
  }
  return guess;
}
