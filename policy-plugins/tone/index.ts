import { Input, MISSING, reading, Redact, refuse, Settings, Value } from "../sdk/index";
import { addEdges } from "./disguise";
import { add, hashOf } from "./lexicon";
import { ToneScan } from "./patterns";
import { Limits, scanTexts } from "./texts";

const limits = new Limits();
let profanityFrom: i32 = 2;
let redact: Redact = Redact.None;

const VALENCE_MAX: i32 = 40;
/** Beyond every setting. */
const TOO_LARGE: i32 = 1_000_000;
const WORDS_MAX: i32 = 1000;

export function configure(settings: Settings): void {
  limits.negativeBelow = integer(settings, "negative_below", -100, 0, limits.negativeBelow);
  limits.hostileBelow = integer(settings, "hostile_below", -100, 0, limits.hostileBelow);
  limits.shoutingShare = integer(settings, "shouting_share", 1, 100, limits.shoutingShare);
  profanityFrom = integer(settings, "profanity_from", 1, 3, profanityFrom);
  redact = settings.redact("profanity_redact");
  const words = settings.array("lexicon");
  for (let word = words.isArray ? words.first : MISSING; word.exists; word = word.next) addWord(word);
}

function addWord(value: Value): void {
  const entry = new Settings(value, "lexicon/" + value.index.toString() + "/");
  entry.require("word");
  entry.require("valence");
  const word = entry.text("word");
  const valence = integer(entry, "valence", -VALENCE_MAX, VALENCE_MAX, 0);
  entry.end();
  if (value.index >= WORDS_MAX) refuse("lexicon has more than " + WORDS_MAX.toString() + " words");
  else if (!isPlain(word)) refuse(entry.where + "word must be small letters of ASCII, digits, hyphens and apostrophes");
  else {
    add(hashOf(word.start, word.end), valence);
    addEdges(word.start, word.end);
  }
}

/** As the texts have it, where a word is found by its bytes. */
function isPlain(word: Value): bool {
  for (let at = word.start; at < word.end; at++) {
    const byte = load<u8>(at);
    if (byte - 0x61 >= 26 && byte - 0x30 >= 10 && byte != 0x2d && byte != 0x27) return false;
  }
  return true;
}

/** A whole number without a fraction or exponent. */
function integer(settings: Settings, name: string, least: i32, most: i32, otherwise: i32): i32 {
  const value = settings.number(name);
  if (!value.exists) return otherwise;
  const isNegative = load<u8>(value.start) == 0x2d;
  let result = 0;
  for (let at = value.start + <usize>isNegative; at < value.end; at++) {
    const digit = <i32>load<u8>(at) - 0x30;
    result = digit < 0 || digit > 9 || result >= TOO_LARGE ? TOO_LARGE : result * 10 + digit;
  }
  if (isNegative) result = -result;
  if (result >= least && result <= most) return result;
  refuse(settings.where + name + " must be a whole number from " + least.toString() + " to " + most.toString());
  return otherwise;
}

export function evaluate(_input: Input): void {
  const all = reading();
  const patterns = new ToneScan(all, profanityFrom, redact);
  scanTexts(all, limits, patterns);
  patterns.finish();
}
