import { isAboutIt, Link } from "./context";
import { isWord } from "./near";
import { Class, Meaning } from "./tables";
import { byteAt, folded, isOf, runEnd } from "./text";
import { isPassword, isSecret } from "./values";

// Lines of files that hold passwords: netrc (`machine x login y password z`), .pgpass (`host:port:database:user:password`),
// and variables of Terraform with a value of their own.

export let valueStart: i32 = 0;

/** Blanks and line feeds between the words of a netrc. */
const GAP_MAX: i32 = 8;

/** The end of the password of a netrc's entry; `at` is behind `machine `; -1: it is none. */
export function netrcEnd(at: i32): i32 {
  const host = runEnd(Class.PASSWORD, at);
  const login = wordAfter(host, 0x69676f6c); // logi
  if (host == at || login < 0) return -1;
  const user = runEnd(Class.PASSWORD, login);
  const start = wordAfter(user, 0x73736170); // pass
  if (start < 0) return -1;
  const end = runEnd(Class.PASSWORD, start);
  valueStart = start;
  // Words of a sentence may come in this order too; no sentence has a host.
  const link = hasDot(at, host) ? Link.NAME : Link.EQUALS;
  return isPassword(start, end, link, false) ? end : -1;
}

/** Where the value begins behind a word that begins with four letters, after blanks at `at`; -1: another word is there. */
function wordAfter(at: i32, four: u32): i32 {
  const word = skipBlanks(at);
  if (word == at || load<u32>(folded + word) != four) return -1;
  const end = runEnd(Class.ALNUM, word);
  const value = skipBlanks(end);
  return value > end ? value : -1;
}

function skipBlanks(at: i32): i32 {
  let next = at;
  while (next - at < GAP_MAX && (byteAt(next) == 0x20 || byteAt(next) == 0x09 || byteAt(next) == 0x0a)) next++;
  return next;
}

function hasDot(start: i32, end: i32): bool {
  for (let at = start; at < end; at++) if (byteAt(at) == 0x2e) return true;
  return false;
}

const FIELD_MAX: i32 = 64;

/** The end of the password of a .pgpass' line whose port, with its colons, is from `at` to `end`; -1: it is none. */
export function pgpassEnd(at: i32, end: i32): i32 {
  let start = at;
  while (at - start < FIELD_MAX && (isOf(byteAt(start - 1), Class.HYPHEN36) || byteAt(start - 1) == 0x2e || byteAt(start - 1) == 0x2a)) start--;
  if (start == at || byteAt(start - 1) > 0x20) return -1;
  const user = fieldEnd(end);
  const password = user < 0 ? -1 : fieldEnd(user);
  if (password < 0) return -1;
  const last = runEnd(Class.PASSWORD, password);
  valueStart = password;
  return isPassword(password, last, Link.EQUALS, false) ? last : -1;
}

/** Behind the colon that ends a field of a name, or a star; -1: there is none. */
function fieldEnd(at: i32): i32 {
  const end = byteAt(at) == 0x2a ? at + 1 : runEnd(Class.URL, at);
  return end > at && end - at < FIELD_MAX && byteAt(end) == 0x3a ? end + 1 : -1;
}

/** How far a variable's value may be below its name. */
const BLOCK_MAX: i32 = 400;

let nameStart: i32 = 0;
let nameEnd: i32 = 0;
let kind: u8 = Meaning.NONE;

/** `variable "`: a name begins at `at`. */
export function sawVariable(at: i32): void {
  nameStart = at;
  nameEnd = runEnd(Class.URL, at);
  kind = Meaning.NONE;
}

// @ts-ignore: decorator
@inline
export function isNameOfVariable(at: i32): bool {
  return at < nameEnd && at >= nameStart;
}

/** A word of secrets in a variable's name, from `start` to `end`, says of which kind the value is. */
export function noteVariable(meaning: u8, start: i32, end: i32): void {
  if (kind == Meaning.NONE && isWord(meaning, start, end) && !isAboutIt(end)) kind = meaning;
}

/** The end of the value of the variable last seen, whose `default` ends at `at`; -1: it holds no secret. */
export function defaultEnd(at: i32): i32 {
  if (kind == Meaning.NONE || at - nameEnd > BLOCK_MAX || at < nameEnd) return -1;
  let start = at;
  while (start - at < GAP_MAX * 2 && (byteAt(start) == 0x20 || byteAt(start) == 0x3d)) start++;
  const quote = byteAt(start++);
  if (quote != 0x22 && quote != 0x27) return -1;
  const end = runEnd(Class.PASSWORD, start);
  if (byteAt(end) != quote) return -1;
  valueStart = start;
  const isFound = kind == Meaning.PASSWORD ? isPassword(start, end, Link.NAME, true) : isSecret(start, end, kind == Meaning.TOKEN);
  return isFound ? end : -1;
}
