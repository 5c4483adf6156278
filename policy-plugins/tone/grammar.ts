import { reportSpan } from "../sdk/index";
import { KEEPS_NEGATION, LooseScan } from "../sdk/loose";
import {
  BEGIN_SYMBOL, END_SYMBOL, LOOSE_CELLS, LOOSE_LISTS, LOOSE_MASKS, LOOSE_PHRASES, LOOSE_SPAN, LOOSE_SYMBOLS,
  NUMBER_SYMBOL, PERCENT_SYMBOL, QUOTE_SYMBOL,
} from "./grammar-table";
import { Category, isToldIn, RULE_FINDINGS_MAX } from "./patterns";
import { find, grammarOf, hashOf } from "./lexicon";
import { isToBeTried, undisguise, undisguisedSize, undisguisedText, wholeFrom, wholeHash, wholeTo } from "./disguise";

// Sentences that say by their make what no phrase of the word table does: somebody, will, harm, somebody. The words of grammar.txt
// in the order of one of its lines, with a few others between.

/** As grammar.txt numbers its rules. */
export namespace Rule {
  /** Of lines that take back: all of them, the sentence tells what others say. */
  export const ALL: u8 = 0;
  export const THREAT: u8 = 1;
  export const HOSTILE_TONE: u8 = 2;
  export const PRESSURE: u8 = 3;
  export const OVER_PROMISING: u8 = 4;
  /** Only taken back: swear words that mean animals, plants and places as well. */
  export const PROFANITY: u8 = 5;
}
const RULES: i32 = 6;

/** In a line's code: a sentence with it means nothing by what other lines of the rule find there. */
const TAKES_BACK: u32 = 0x40;
/** And it means it all the same. */
const CONFIRMS: u32 = 0x20;
const RULE: u32 = 0x1f;

const told: usize = memory.data(RULES << 2, 4);
/** Of each rule where what the sentence says begins, and ends; 0: it says nothing. */
const spans: usize = memory.data(RULES << 3, 4);

/** How many words on a "not" reaches. */
const NEGATION_REACH: i32 = 3;
const NOWHERE: i32 = -100;

/** More than English takes: a text of nothing but such words takes not much longer than another. */
const STEPS_MIN: i32 = 12_000;
const STEPS_A_BYTE: i32 = 3;

/** What is known of a word: whether it denies, or ends that; whether it begins a condition; its symbol. */
export const DENIES: u32 = 0x8000;
export const AFFIRMS: u32 = 0x4000;
export const SUPPOSES: u32 = 0x2000;
const SYMBOL: u32 = 0x1fff;

// A global costs less than a field.

/** Which word of the text was read last. */
let place: i32 = 0;
let negation: i32 = NOWHERE;
/** The last one that is no condition's: "if you do not pay, we will" denies nothing. */
let firmNegation: i32 = NOWHERE;
let isCondition = false;
/** A sentence or clause is about to begin. */
let begins: bool = true;
/** The sentence says something that is to be told. */
let says = false;
/** A bit for each rule whose finds the sentence takes back, or confirms. */
let takenBack: u32 = 0;
let confirmed: u32 = 0;
/** A quotation that somebody is said to have said goes on from the sentence before. */
let isQuoted = false;

// @ts-ignore: decorator
@inline
function isLetter(byte: u8): bool {
  return byte - 0x61 < 26 || byte - 0x30 < 10 || byte >= 0x80;
}

// @ts-ignore: decorator
@inline
function endsClause(byte: u8): bool {
  return byte == 0x2c || byte == 0x3a || byte == 0x3b || byte == 0x2d || byte == 0x28 || byte == 0x29 || byte == 0x22;
}

export class Grammar extends LooseScan {
  /** The sentence insults. */
  isInsult: bool = false;

  constructor(private folded: usize, size: i32) {
    super(LOOSE_SYMBOLS, LOOSE_MASKS, LOOSE_LISTS, LOOSE_PHRASES, LOOSE_CELLS, LOOSE_SPAN);
    this.allow(STEPS_MIN + size * STEPS_A_BYTE);
  }

  /** A word by what is known of it, or nothing. */
  // @ts-ignore: decorator
  @inline
  take(word: u32, from: usize, to: usize): void {
    if (begins) this.begin(from);
    place++;
    if (word != 0) this.takeKnown(word, from, to);
  }

  private takeKnown(word: u32, from: usize, to: usize): void {
    if ((word & (DENIES | AFFIRMS | SUPPOSES)) != 0) this.takeDenial(word);
    if ((word & SYMBOL) != 0) this.pass(word & SYMBOL, from, to, place);
  }

  private takeDenial(word: u32): void {
    if ((word & DENIES) != 0) {
      negation = place;
      if (!isCondition) firmNegation = place;
    }
    if ((word & AFFIRMS) != 0) negation = firmNegation = NOWHERE;
    if ((word & SUPPOSES) != 0) isCondition = true;
  }

  /** A sign that a word begins with; a quotation mark has a place of its own. */
  // @ts-ignore: decorator
  @inline
  takeFirstSign(at: usize): void {
    const byte = load<u8>(at);
    if (endsClause(byte)) this.endClause(at + 1);
    if (byte == 0x22 || byte == 0x27) this.pass(QUOTE_SYMBOL, at, at + 1, ++place);
  }

  /** A sign that a word ends with. */
  // @ts-ignore: decorator
  @inline
  takeSign(at: usize): void {
    if (endsClause(load<u8>(at))) this.endClause(at + 1);
  }

  /** What stands between blanks otherwise: no word, one with signs around it or, as `fire/pay`, several; with `letters` of ASCII in it. */
  takePieces(from: usize, to: usize, letters: i32): void {
    let at = from;
    while (at < to) {
      while (at < to && !beginsPiece(at, to)) {
        // Those within are of times, addresses and the like.
        if (at == from) this.takeFirstSign(at++);
        else if (endsClause(load<u8>(at++)) && at == to) this.endClause(at);
      }
      const begin = at;
      do {
        while (at < to && isLetter(load<u8>(at))) at++;
      } while (at < to && isWithin(at, to) && ++at < to);
      if (begin < at) this.piece(begin, at, at < to && load<u8>(at) == 0x25, letters);
    }
  }

  private piece(from: usize, to: usize, isPercent: bool, letters: i32): void {
    const hash = hashOf(from, to);
    const word = grammarOf(find(hash));
    if (word == 0 && isNumber(from, to)) this.symbol(isPercent ? PERCENT_SYMBOL : NUMBER_SYMBOL, from, to);
    else if (from == wholeFrom && to == wholeTo) this.take(grammarOf(find(wholeHash)), from, to);
    else if (word == 0 && letters != 0 && isToBeTried(from, to)) this.take(undisguised(from, to, 0), from, to);
    else this.take(word, from, to);
  }

  symbol(symbol: u32, from: usize, to: usize): void {
    if (begins) this.begin(from);
    this.pass(symbol, from, to, ++place);
  }

  /** The first word of a sentence or clause has a place of its own before it. */
  private begin(from: usize): void {
    begins = false;
    this.symbol(BEGIN_SYMBOL, from, from);
  }

  /** What comes behind a clause's last word has a place of its own as well. */
  endClause(at: usize): void {
    if (begins) return;
    this.symbol(END_SYMBOL, at, at);
    begins = true;
    isCondition = false;
    negation = firmNegation = NOWHERE;
  }

  /** Whether what was found for the rule in the sentence, which has ended, is not meant. */
  takesBack(rule: u8): bool {
    const all = takenBack & ~confirmed;
    return isQuoted || (all & (1 << Rule.ALL | 1 << rule)) != 0;
  }

  /** After the last text: tells where no phrase was looked for any more. */
  finish(): void {
    const end = this.untriedEnd;
    if (end != 0) reportSpan("PHRASE_LIMIT", <i32>(end - this.folded) - 1, <i32>(end - this.folded));
  }

  /** The sentence has ended, and its last clause with it. */
  end(from: usize, to: usize): void {
    if (says) this.reportAll();
    if (isQuoted || takenBack != 0) this.goOnQuoting(from, to);
    this.endSentence();
    this.isInsult = false;
  }

  /** Of a quotation that is left open the next sentence is a part. */
  private goOnQuoting(from: usize, to: usize): void {
    let marks = <i32>isQuoted;
    for (let at = from; at < to; at++) marks += <i32>(load<u8>(at) == 0x22);
    isQuoted = (marks & 1) != 0 && (isQuoted || (takenBack & ~confirmed & (1 << Rule.ALL)) != 0);
    takenBack = confirmed = 0;
  }

  /** A text has ended, and no quotation goes on in the next one. */
  endText(): void {
    isQuoted = false;
  }

  private reportAll(): void {
    says = false;
    this.report(Rule.THREAT, Category.THREAT, "THREAT");
    this.report(Rule.PRESSURE, Category.PRESSURE, "PRESSURE");
    this.report(Rule.OVER_PROMISING, Category.PROMISE, "OVER_PROMISING");
  }

  protected matched(code: u32, first: i32, start: usize, end: usize): void {
    const rule = <u8>(code & RULE);
    const last = rule == Rule.THREAT ? firmNegation : negation;
    if ((code & KEEPS_NEGATION) == 0 && last >= first - NEGATION_REACH) return;
    if ((code & TAKES_BACK) != 0) {
      takenBack |= 1 << rule;
      return;
    }
    if ((code & CONFIRMS) != 0) {
      confirmed |= 1 << rule;
      return;
    }
    if (rule == Rule.HOSTILE_TONE) {
      this.isInsult = true;
      return;
    }
    says = true;
    const span = spans + (<usize>rule << 3);
    if (load<i32>(span, 4) == 0) store<i32>(span, <i32>(start - this.folded));
    store<i32>(span, <i32>(end - this.folded), 4);
  }

  /** Reports what the sentence says, but for what the words and phrases have said of it. */
  private report(rule: u8, category: i32, id: string): void {
    const span = spans + (<usize>rule << 3);
    const end = load<i32>(span, 4);
    if (end == 0) return;
    const start = load<i32>(span);
    store<i32>(span, 0, 4);
    if (this.takesBack(rule)) return;
    const count = told + (<usize>rule << 2);
    if (load<i32>(count) == RULE_FINDINGS_MAX || isToldIn(category, start, end)) return;
    store<i32>(count, load<i32>(count) + 1);
    reportSpan(id, start, end);
  }
}

/** What is known of the word that this may be; 0: nothing. It calls itself so that no loop is charged for it. */
function undisguised(from: usize, to: usize, way: i32): u32 {
  if (!undisguise(from, to, way)) return 0;
  const word = grammarOf(find(hashOf(undisguisedText, undisguisedText + undisguisedSize)));
  return word != 0 ? word : undisguised(from, to, way + 1);
}

/** A sign that may stand for a letter, before one. */
// @ts-ignore: decorator
@inline
export function standsForLetter(at: usize, to: usize): bool {
  const byte = load<u8>(at);
  return mayStandFor(byte) && at + 1 < to && isLetter(load<u8>(at, 1));
}

// @ts-ignore: decorator
@inline
function mayStandFor(byte: u8): bool {
  return byte == 0x40 || byte == 0x24 || byte == 0x21 || byte == 0x7c;
}

/** A letter or digit, or a sign that may stand for one before one; most signs are neither. */
// @ts-ignore: decorator
@inline
function beginsPiece(at: usize, to: usize): bool {
  const byte = load<u8>(at);
  return isLetter(byte) || (mayStandFor(byte) && at + 1 < to && isLetter(load<u8>(at, 1)));
}

/** An apostrophe, or a sign that may stand for a letter, with a letter behind it. */
// @ts-ignore: decorator
@inline
function isWithin(at: usize, to: usize): bool {
  const byte = load<u8>(at);
  return (byte == 0x27 || mayStandFor(byte)) && at + 1 < to && isLetter(load<u8>(at, 1));
}

export function isNumber(from: usize, to: usize): bool {
  for (let at = from; at < to; at++) if (load<u8>(at) - 0x30 >= 10) return false;
  return true;
}
