import { foldedSizeMax, foldTerm } from "../sdk/fold-term";
import { FieldKind, reading, refuse, Settings, Value } from "../sdk/index";
import { Kind, WORD_BYTES_MAX } from "./phrase-table";
import { report, Rule } from "./rules";
import { addCue, isNegatedAt, Token } from "./sentence";
import { firstBytes, hashOf, lastBytes } from "./vocabulary";

// Phrases of the settings: few, so each is found by its first word, and the rest compared word by word. What stands between
// words does not matter.

/** What a phrase of the settings means. */
namespace Own {
  export const COMPETITOR: u8 = 1;
  export const CONTEXT: u8 = 2;
  export const PROMISE: u8 = 3;
  export const TOPIC: u8 = 4;
  export const DISCLAIMER: u8 = 5;
}

/** Bounds the work at each word of a text. */
const PHRASE_BYTES_MAX: usize = 1024;
const SAME_FIRST_WORD_MAX: i32 = 16;

class Phrase {
  /** Of the first word. */
  first: u64 = 0;
  last: u64 = 0;
  size: usize = 0;
  /** Folded UTF-8 and a zero. */
  text: usize = 0;
  meaning: u8 = 0;
  item: i32 = 0;
  next: Phrase | null = null;
}

const SLOT_BITS: u64 = 8;
const SLOTS: i32 = 256;
/** Phrases by the hash of their first word. */
const slots: usize = memory.data(SLOTS << 2, 4);

export let hasOwnPhrases: bool = false;

const DISCLAIMERS_MAX: i32 = 64;
/** Where each disclaimer's topic first stood; 0: nowhere. And whether its text stood anywhere. */
const topicStarts: usize = memory.data(DISCLAIMERS_MAX << 2, 4);
const topicEnds: usize = memory.data(DISCLAIMERS_MAX << 2, 4);
const isDisclaimed: usize = memory.data(DISCLAIMERS_MAX, 4);
let disclaimerCount: i32 = 0;

export function readOwnPhrases(settings: Settings): void {
  addAll(settings.texts("competitors"), Own.COMPETITOR);
  addAll(settings.texts("competitor_contexts"), Own.CONTEXT);
  addAll(settings.texts("promises"), Own.PROMISE);
  const disclaimers = settings.array("disclaimers");
  for (let entry = disclaimers.first; entry.exists; entry = entry.next) addDisclaimer(entry);
}

function addAll(texts: Value, meaning: u8): void {
  for (let text = texts.first; text.exists; text = text.next) add(text, meaning, text.index);
}

function addDisclaimer(entry: Value): void {
  const disclaimer = new Settings(entry, "disclaimers/" + entry.index.toString() + "/");
  disclaimer.require("topics");
  disclaimer.require("text");
  const topics = disclaimer.texts("topics");
  const text = disclaimer.text("text");
  disclaimer.end();
  if (entry.index >= DISCLAIMERS_MAX) return refuse("more than " + DISCLAIMERS_MAX.toString() + " disclaimers");
  for (let topic = topics.first; topic.exists; topic = topic.next) add(topic, Own.TOPIC, entry.index);
  if (text.exists) add(text, Own.DISCLAIMER, entry.index);
  disclaimerCount = entry.index + 1;
}

function add(text: Value, meaning: u8, item: i32): void {
  const phrase = new Phrase();
  phrase.meaning = meaning;
  phrase.item = item;
  phrase.text = foldedText(text);
  const start = skipBetween(phrase.text);
  phrase.size = wordSize(start);
  if (phrase.size == 0) return refuse("a phrase without words");
  phrase.first = firstBytes(start, phrase.size);
  phrase.last = lastBytes(start, phrase.size);
  // Behind its first word.
  phrase.text = start + phrase.size;
  const slot = slotFor(phrase.first, phrase.last);
  const others = changetype<Phrase | null>(load<usize>(slot));
  if (lengthOf(others) == SAME_FIRST_WORD_MAX) return refuse("too many phrases that begin with one word");
  phrase.next = others;
  store<usize>(slot, changetype<usize>(phrase));
  hasOwnPhrases = true;
}

function lengthOf(phrases: Phrase | null): i32 {
  let length = 0;
  while (phrases) {
    length++;
    phrases = phrases.next;
  }
  return length;
}

// @ts-ignore: decorator
@inline
function slotFor(first: u64, last: u64): usize {
  return slots + (hashOf(first, last, SLOT_BITS) << 2);
}

/** As the reading's folded text has it, with zeros behind it. */
function foldedText(text: Value): usize {
  const room = heap.alloc(foldedSizeMax(text) + WORD_BYTES_MAX);
  const end = foldTerm(text, room);
  if (end - room > PHRASE_BYTES_MAX) refuse("a phrase is longer than " + PHRASE_BYTES_MAX.toString() + " bytes");
  memory.fill(end, 0, WORD_BYTES_MAX);
  return room;
}

// @ts-ignore: decorator
@inline
function isWordByte(byte: u32): bool {
  return byte - 0x61 < 26 || byte - 0x30 < 10 || byte >= 0x80;
}

export function wordSize(at: usize): usize {
  let size: usize = 0;
  while (isWordByte(load<u8>(at + size))) size++;
  return size;
}

/** Signs and blanks between words of one phrase; a phrase ends at a zero. */
function skipBetween(at: usize): usize {
  for (let i = 0; i < BETWEEN_MAX; i++) {
    const byte = <u32>load<u8>(at);
    // A typographic apostrophe.
    if (byte == 0xe2 && (load<u16>(at, 1) & 0xfeff) == 0x9880) at += 2;
    else if (byte == 0 || isWordByte(byte)) break;
    at++;
  }
  return at;
}

const BETWEEN_MAX: i32 = 8;

/** Whether phrases of the settings begin with this word of the text. */
export function findOwn(start: usize, size: usize, place: i32): void {
  const first = firstBytes(start, size);
  const last = lastBytes(start, size);
  let phrase = changetype<Phrase | null>(load<usize>(slotFor(first, last)));
  while (phrase) {
    if (phrase.first == first && phrase.last == last && phrase.size == size) {
      const end = endOf(phrase.text, start + size);
      if (end != 0) found(phrase, start, end, place);
    }
    phrase = phrase.next;
  }
}

/** Where the text has all of the phrase; 0: it has something else. */
function endOf(phrase: usize, text: usize): usize {
  phrase = skipBetween(phrase);
  let size = wordSize(phrase);
  while (size != 0) {
    const start = skipBetween(text);
    if (start == text || memory.compare(start, phrase, size) != 0 || isWordByte(load<u8>(start + size))) return 0;
    text = start + size;
    phrase = skipBetween(phrase + size);
    size = wordSize(phrase);
  }
  return text;
}

function found(phrase: Phrase, start: usize, end: usize, place: i32): void {
  const item = phrase.item;
  switch (phrase.meaning) {
    case Own.COMPETITOR:
      addCue(Kind.COMPETITOR, start, end, place, false, item);
      break;
    case Own.CONTEXT:
      addCue(Kind.CONTEXT, start, end, place, false);
      break;
    case Own.PROMISE:
      if (!isNegatedAt(place)) report(Rule.PROMISE, start, end, item);
      break;
    case Own.TOPIC:
      if (load<usize>(topicStarts + (<usize>item << 2)) != 0) break;
      store<usize>(topicStarts + (<usize>item << 2), start);
      store<usize>(topicEnds + (<usize>item << 2), end);
      break;
    default:
      if (isForReaders(start)) store<u8>(isDisclaimed + item, 1);
  }
}

/** Whether a text goes out: a string of the payload or of the rendered message, not what the caller says of it. */
function isForReaders(start: usize): bool {
  const all = reading();
  const field = all.fieldOf(all.segment(all.segmentAt(<i32>(start - all.folded))));
  return field.kind == FieldKind.STRING && (field.part == PAYLOAD || field.part == MESSAGE);
}

/** Of `Field.part`. */
const PAYLOAD: u32 = 0;
const MESSAGE: u32 = 3;

export function competitorNamed(cue: Token): void {
  report(Rule.COMPETITOR_MENTION, cue.start, cue.end, <i32>cue.value);
}

/** Once all is read: topics whose disclaimer is nowhere. */
export function reportDisclaimers(): void {
  for (let item = 0; item < disclaimerCount; item++) {
    const start = load<usize>(topicStarts + (<usize>item << 2));
    if (start == 0 || load<u8>(isDisclaimed + item) != 0) continue;
    report(Rule.DISCLAIMER_MISSING, start, load<usize>(topicEnds + (<usize>item << 2)), item);
  }
}
