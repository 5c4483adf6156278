import { Class } from "./tables";
import { byteAt, folded, foldedAt, isOf, runEnd } from "./text";
import { barePasswordEnd } from "./values";

// From a word such as `password` to the value that it points at: `password=x`, `"password": "x"`, `password is x`,
// `<password>x</password>`, `--password x`, `setPassword("x")`.

/** What stands between word and value. */
export namespace Link {
  export const NONE: i32 = 0;
  /** `is`, a lone line, an option's blank. */
  export const LOOSE: i32 = 1;
  /** A colon. */
  export const COLON: i32 = 2;
  /** An equals sign or another operator of programs. */
  export const EQUALS: i32 = 3;
  /** The name of the member that holds the value. */
  export const NAME: i32 = 4;
}

/** How the value that `findValue` found is linked. */
export let link: i32 = Link.NONE;
/** The quotation mark before it, or 0. */
export let quote: u8 = 0;

/** How far the link may be from the word: `the password for the wifi on the second floor is ...`. */
const REACH = 48;
/** Operators, blanks and quotation marks between link and value. */
const OPENING_MAX = 8;

/** Where the value begins that the word from `start` to `end` points at; -1: it points at none. */
export function findValue(start: i32, end: i32): i32 {
  const next = byteAt(end);
  isBare = false;
  if (next == 0x3d || next == 0x28) return open(end + 1, Link.EQUALS);
  if (next == 0x3a) return open(end + 1, Link.COLON);
  if (next == 0x20 && (byteAt(start - 1) == 0x2d || byteAt(start - 1) == 0x5f)) {
    const value = optionValue(start, end);
    if (value >= 0) return value;
  }
  const value = findFar(start, end);
  isBare = value < 0 && next == 0x20;
  return isBare ? open(end + 1, Link.LOOSE) : value;
}

/** Whether nothing but a blank stands between the word and what `findValue` found: `DB_PASSWORD x`, `IDENTIFIED BY 'x'`. */
export let isBare: bool = false;

function findFar(start: i32, end: i32): i32 {
  const stop = runEnd(Class.FILLER, end);
  if (stop - end <= REACH) {
    const byte = byteAt(stop);
    if (byte == 0x3d || byte == 0x3e || byte == 0x7c) return open(stop + 1, Link.EQUALS);
    if (byte == 0x3a) return open(stop + 1, Link.COLON);
    if (byte == 0x2c && isQuoted(stop)) return open(stop + 1, Link.EQUALS);
  }
  const verb = findVerb(end, min(stop, end + REACH));
  if (verb >= 0) return open(verb, Link.LOOSE);
  if (byteAt(stop) != 0x0a || stop - end > REACH || !isLoneLine(start, stop)) return -1;
  // The line holds the password itself.
  return byteAt(end) == 0x20 && barePasswordEnd(end + 1, 0) >= 0 ? -1 : open(stop + 1, Link.LOOSE);
}

/** `--password x`, `--db-password x`, `-storepass x`: the blank after an option. */
function optionValue(start: i32, end: i32): i32 {
  let at = start;
  while (isOf(byteAt(at - 1), Class.URL)) {
    at--;
    if (start - at > REACH) return -1;
  }
  return byteAt(at) == 0x2d && (byteAt(at + 1) == 0x2d || byteAt(at - 1) == 0x20) ? open(end + 1, Link.EQUALS) : -1;
}

function isQuoted(comma: i32): bool {
  const next = byteAt(comma + 1) == 0x20 ? byteAt(comma + 2) : byteAt(comma + 1);
  return next == 0x22 || next == 0x27;
}

/** A label on a line of its own, or all of a field: the value is on the next line, or in the next field. */
function isLoneLine(start: i32, end: i32): bool {
  let at = start;
  while (isOf(byteAt(at - 1), Class.URL) && end - at < REACH + REACH) at--;
  if (byteAt(at - 1) != 0x0a && !unchecked(selectors[0])(at)) return false;
  // A dash ends it: the heading of a key has five of them.
  for (at = start; at < end; at++) if (!isOf(byteAt(at), Class.LABEL)) return false;
  return true;
}

const SELECTOR_MAX: i32 = 32;

/** In a table, as it is charged then only where it is asked. */
const selectors: StaticArray<(at: i32) => bool> = [isSelector];

/** Whether what is before the word begins a selector of its line: `#`, `.`, `input[name=`. */
function isSelector(at: i32): bool {
  let start = at;
  let isIndex = false;
  while (byteAt(start - 1) > 0x20 && at - start < SELECTOR_MAX) {
    start--;
    isIndex = isIndex || byteAt(start) == 0x5b;
  }
  if (byteAt(start - 1) != 0x0a) return false;
  return isIndex || (at - start == 1 && (byteAt(start) == 0x23 || byteAt(start) == 0x2e));
}

let verbFrom: i32 = 0;
let verbSeen: i32 = 0;
let verbEnd: i32 = -1;

const IS: u32 = 0x207369;
const ES: u32 = 0x207365;
const WAS: u32 = 0x20736177;
const IST: u32 = 0x20747369;
const EST: u32 = 0x20747365;

/** `e`, `ar` and `er` of Portuguese, Italian, Swedish and Danish, whose accents are gone; `lautet`, `heisst` and `jest`. */
const E: u16 = 0x2065;
const AR: u32 = 0x207261;
const ER: u32 = 0x207265;
const LAUT: u32 = 0x7475616c;
const HEIS: u32 = 0x73696568;
const JEST: u32 = 0x7473656a;

/** A verb with its blanks; 0: another word begins so. */
function lengthOf(at: i32): i32 {
  const end = runEnd(Class.WORD, at + 1);
  return byteAt(end) == 0x20 && end - at <= 7 ? end + 1 - at : 0;
}

/** In a table, as it is charged then only where a blank is. */
const verbs: StaticArray<(at: i32) => i32> = [verbLength];

/** The size of a verb behind the blank at `at`, with its blanks; 0: another word is there. */
function verbLength(at: i32): i32 {
  const next = load<u32>(folded + at, 1);
  const three = next & 0xffffff;
  return <u16>next == E ? 3 : three == IS || three == ES || three == AR || three == ER ? 4
    : next == WAS || next == IST || next == EST ? 5 : next == LAUT || next == HEIS || next == JEST ? lengthOf(at) : 0;
}

/** The end of ` is `, ` was ` or the like between two places; what was looked through once is not looked through again. */
function findVerb(from: i32, to: i32): i32 {
  if (from < verbFrom || from > verbSeen) {
    verbFrom = from;
    verbSeen = from;
    verbEnd = -1;
  } else if (verbEnd >= 0) {
    if (from < verbSeen) return verbEnd <= to ? verbEnd : -1;
    verbEnd = -1;
  }
  for (let at = verbSeen; at < to; at++) {
    if (byteAt(at) != 0x20) continue;
    const length = unchecked(verbs[0])(at);
    if (length == 0) continue;
    verbSeen = at + 1;
    verbEnd = at + length;
    return verbEnd;
  }
  verbSeen = max(verbSeen, to);
  return -1;
}

/** Past the rest of an operator, blanks and quotation marks, and the name of a scheme. */
function open(at: i32, kind: i32): i32 {
  link = kind;
  quote = 0;
  const last = at + OPENING_MAX;
  // After `:` and `=` the value may be on the next line, or in the next field.
  const opener = byteAt(at - 1);
  let feeds = opener == 0x3a || opener == 0x3d ? 1 : 0;
  const mayFeed = feeds;
  for (; at < last; at++) {
    const byte = byteAt(at);
    if (byte == 0x22 || byte == 0x27 || byte == 0x60) quote = byte;
    else if (byte == 0x3d || byte == 0x3a || byte == 0x3e) link = max(link, byte == 0x3a ? Link.COLON : Link.EQUALS);
    else if (byte == 0x0a && feeds > 0 && quote == 0) feeds = 0;
    else if (isMarkup(byte, at)) continue;
    else if (byte != 0x20 && byte != 0x09 && byte != 0x5c) break;
  }
  if (feeds < mayFeed && isAssignment(at)) return -1;
  return inside(afterScheme(at));
}

/** How far into an address or a tag its first value is. */
const INSIDE_REACH: i32 = 160;
const HTTP: u32 = 0x70747468;

/** Where a value begins that stands in an address (`https://host/?q=x`) or in a tag (`<img alt="x">`). */
function inside(at: i32): i32 {
  const four = load<u32>(folded + at);
  if (four == HTTP) return parameter(at);
  return <u8>four == 0x3c || foldedAt(at - 1) == 0x3c ? attribute(at) : at;
}

/** The first parameter's value of an address; its beginning, where it has none. */
function parameter(start: i32): i32 {
  const last = min(runEnd(Class.PRINTABLE, start), start + INSIDE_REACH);
  for (let at = start; at < last; at++) {
    if (byteAt(at) != 0x3f) continue;
    const end = runEnd(Class.WORD, at + 1);
    if (byteAt(end) != 0x3d || isOwnToken(at + 1, end - at - 1)) return start;
    quote = 0;
    return end + 1;
  }
  return start;
}

/** Whether a parameter's name says that its value is what makes the address work, as in a link to set a new password. */
function isOwnToken(name: i32, size: i32): bool {
  const four = load<u32>(folded + name);
  if (size == 1) return <u8>four == 0x74 || <u8>four == 0x6b; // t, k
  if (size == 2) return (four & 0xffff) == 0x6469; // id
  switch (four & 0xffffff) {
    case 0x6b6f74: case 0x646f63: case 0x79656b: case 0x636974: case 0x736168: case 0x676973: // tok(en), cod(e), key, tic(ket), has(h), sig(nature)
    case 0x747561: case 0x726576: case 0x6e6f63: case 0x736572: case 0x766e69: case 0x736573: // aut(h), ver(ify), con(firmation), res(et), inv(ite), ses(sion)
    case 0x646975: // uid
      return true;
    default:
      return false;
  }
}

/** The value of a tag's first attribute; where it has none, the tag. */
function attribute(start: i32): i32 {
  for (let at = start; at < start + ATTRIBUTE_REACH; at++) {
    const byte = byteAt(at);
    if (byte == 0x3e || byte == 0x0a) return start;
    if (byte != 0x3d) continue;
    const mark = byteAt(at + 1);
    if (mark != 0x22 && mark != 0x27) return start;
    quote = mark;
    return at + 2;
  }
  return start;
}

const ATTRIBUTE_REACH: i32 = 32;

/** A YAML block's sign, a list's dash, the end of what is bold. */
function isMarkup(byte: u8, at: i32): bool {
  const next = byteAt(at + 1);
  if (byte == 0x7c) return next == 0x0a || next == 0x2d || next == 0x2b;
  if (byte == 0x2d) return next == 0x0a || (next == 0x20 && byteAt(at - 1) <= 0x20);
  return byte == 0x2a && (next == 0x2a || next == 0x20);
}

/** Whether a line is one of its own, not the value of the line before: `DEBUG=1`. */
function isAssignment(at: i32): bool {
  const next = byteAt(runEnd(Class.WORD, at));
  return next == 0x3d || next == 0x3a;
}

/** `Bearer x`, `Basic x`, `Token x`, `base64:x`. */
export function afterScheme(at: i32): i32 {
  const four = load<u32>(folded + at);
  if (four == 0x72616562 && foldedAt(at + 6) == 0x20) return overFeed(at + 7);
  if (four == 0x69736162 && foldedAt(at + 5) == 0x20) return overFeed(at + 6);
  if (four == 0x656b6f74 && foldedAt(at + 5) == 0x20) return overFeed(at + 6);
  if (four == 0x65736162 && foldedAt(at + 4) == 0x36 && foldedAt(at + 6) == 0x3a) return at + 7;
  return at;
}

/** In the next line, or the next field. */
function overFeed(at: i32): i32 {
  return byteAt(at) == 0x0a ? at + 1 : at;
}

/** What a name goes on with where it holds no secret but something about one: `token_type`, `password reset link`. */
export function isAboutIt(end: i32): bool {
  let at = end;
  while (byteAt(at) == 0x5f || byteAt(at) == 0x2d || byteAt(at) == 0x20 || byteAt(at) == 0x2e) at++;
  const four = load<u32>(folded + at);
  const three = four & 0xffffff;
  if ((three & 0xffff) == 0x6469 && !isOf(<u8>(four >> 16), Class.ALNUM)) return true; // id
  return three == URL || three == URI || three == TTL || three == AGE || three == MAX || (isNoun(four) && !isProvisional(four, at));
}

/** `provisoire`, and no provider. */
function isProvisional(four: u32, at: i32): bool {
  return four == 0x766f7270 && foldedAt(at + 5) == 0x73;
}

const URL: u32 = 0x6c7275;
const URI: u32 = 0x697275;
const TTL: u32 = 0x6c7474;
const AGE: u32 = 0x656761;
const MAX: u32 = 0x78616d;

const nouns: usize = memory.data<u8>([
  0x6e, 0x61, 0x6d, 0x65, // name
  0x65, 0x6e, 0x64, 0x70, // endpoint
  0x74, 0x79, 0x70, 0x65, // type
  0x6c, 0x65, 0x6e, 0x67, // length
  0x73, 0x69, 0x7a, 0x65, // size
  0x66, 0x69, 0x6c, 0x65, // file
  0x70, 0x61, 0x74, 0x68, // path
  0x65, 0x78, 0x70, 0x69, // expires
  0x63, 0x6f, 0x75, 0x6e, // count
  0x6c, 0x69, 0x6d, 0x69, // limit
  0x70, 0x6f, 0x6c, 0x69, // policy
  0x68, 0x61, 0x73, 0x68, // hash
  0x76, 0x65, 0x72, 0x73, // version
  0x61, 0x6c, 0x69, 0x61, // alias
  0x72, 0x65, 0x73, 0x65, // reset
  0x63, 0x68, 0x61, 0x6e, // change
  0x68, 0x69, 0x6e, 0x74, // hint
  0x61, 0x74, 0x74, 0x65, // attempts
  0x6d, 0x61, 0x6e, 0x61, // manager
  0x66, 0x69, 0x65, 0x6c, // field
  0x73, 0x74, 0x72, 0x65, // strength
  0x70, 0x72, 0x6f, 0x74, // protection
  0x72, 0x65, 0x63, 0x6f, // recovery
  0x72, 0x75, 0x6c, 0x65, // rule
  0x72, 0x65, 0x71, 0x75, // requirements
  0x6c, 0x69, 0x6e, 0x6b, // link
  0x70, 0x72, 0x65, 0x66, // prefix
  0x66, 0x6f, 0x72, 0x6d, // format
  0x72, 0x6f, 0x74, 0x61, // rotation
  0x70, 0x72, 0x6f, 0x76, // provider
  0x75, 0x70, 0x64, 0x61, // updated
  0x66, 0x69, 0x6e, 0x67, // fingerprint
  0x61, 0x6c, 0x67, 0x6f, // algorithm
  0x75, 0x73, 0x61, 0x67, // usage
  0x65, 0x6e, 0x74, 0x72, // entropy
  0x63, 0x6f, 0x6e, 0x66, // confirmation
]);
const NOUN_COUNT = 36;

function isNoun(four: u32): bool {
  for (let i = 0; i < NOUN_COUNT; i++) {
    if (load<u32>(nouns + (<usize>i << 2)) == four) return true;
  }
  return false;
}

/** What stands before `key` or `token` where that is no secret: `public key`, `idempotency-key`, `next_page_token`. */
export function isHarmlessKind(start: i32): bool {
  let at = start;
  if (byteAt(at - 1) == 0x5f || byteAt(at - 1) == 0x2d || byteAt(at - 1) == 0x20 || byteAt(at - 1) == 0x2e) at--;
  if (at < 4) return false;
  const four = load<u32>(folded + at - 4);
  return four == PUBLIC || four == PRIMARY || four == FOREIGN || four == IDEMPOTENCY || four == SORT ||
    four == CACHE || four == OBJECT || four == BUCKET || four == PAGE || four == NEXT || four == CSRF || four == XSRF ||
    four == UNIQUE || four == INDEX || four == ABLE || four == SITE || four == FILE || four == SSUE || four == FLAG || four == HOST;
}

// publishable, site, file, issue, flag, host
const ABLE: u32 = 0x656c6261;
const SITE: u32 = 0x65746973;
const FILE: u32 = 0x656c6966;
const SSUE: u32 = 0x65757373;
const FLAG: u32 = 0x67616c66;
const HOST: u32 = 0x74736f68;
const PUBLIC: u32 = 0x63696c62;
const PRIMARY: u32 = 0x7972616d;
const FOREIGN: u32 = 0x6e676965;
const IDEMPOTENCY: u32 = 0x79636e65;
const SORT: u32 = 0x74726f73;
const CACHE: u32 = 0x65686361;
const OBJECT: u32 = 0x7463656a;
const BUCKET: u32 = 0x74656b63;
const PAGE: u32 = 0x65676170;
const NEXT: u32 = 0x7478656e;
const CSRF: u32 = 0x66727363;
const XSRF: u32 = 0x66727378;
const UNIQUE: u32 = 0x65757169;
const INDEX: u32 = 0x7865646e;
