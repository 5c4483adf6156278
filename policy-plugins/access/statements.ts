import { kept } from "./state";
import { begins, hasWord, isSpace, isWord, isWordStart, unit } from "./view";

// Statements of SQL: the words that begin one are in sentences too, so more of it is asked for.

/** The words after which a statement is one; `;` is a word here, too. */
const FROM: i32 = 0;
const VALUES: i32 = 1;
const SELECT: i32 = 2;
const WHERE: i32 = 3;
const SEMICOLON: i32 = 4;

const SEARCHES_BYTES = 60;
/** For each word, from where and up to where it was looked for, and where it was found to end, or 0. */
const searches: usize = memory.data(SEARCHES_BYTES, 4);

/** For another text. */
export function forgetSearches(): void {
  memory.fill(searches, 0, SEARCHES_BYTES);
}

/** How long a statement may be before the word that makes it one. */
const STATEMENT_MAX: i32 = 240;

/** The end of what makes a statement of the word at `at`; -1: it is none. */
export function statementEnd(at: i32): i32 {
  switch (unit(at)) {
    case 0x73: return hasWord(at, "select") ? selectEnd(at) : -1;
    case 0x69: return hasWord(at, "insert") && hasWord(after(at + 6), "into") ? wordThen(at + 6, VALUES, SELECT) : -1;
    case 0x75: return hasWord(at, "update") ? assignmentEnd(at) : -1;
    case 0x64: {
      if (hasWord(at, "delete") && hasWord(after(at + 6), "from")) return wordThen(at + 6, WHERE, SEMICOLON);
      return hasWord(at, "drop") ? objectEnd(after(at + 4)) : -1;
    }
    case 0x74: return hasWord(at, "truncate") ? objectEnd(after(at + 8)) : -1;
    case 0x61: return hasWord(at, "alter") ? objectEnd(after(at + 5)) : -1;
    case 0x63: return hasWord(at, "create") ? definitionEnd(after(at + 6)) : -1;
    default: return -1;
  }
}

/** Past blanks. */
function after(at: i32): i32 {
  while (isSpace(unit(at))) at++;
  return at;
}

/** The kind of thing that a statement is about, and its name. */
function objectEnd(at: i32): i32 {
  if (hasWord(at, "table") || hasWord(at, "index")) return nameEnd(at + 6);
  if (hasWord(at, "database")) return nameEnd(at + 9);
  return hasWord(at, "schema") ? nameEnd(at + 7) : -1;
}

/** A name, and the end of the statement or more of it: people drop a table off at the office, too. */
function nameEnd(at: i32): i32 {
  const start = after(at);
  let end = start;
  while (isWord(unit(end)) || unit(end) == 0x2e) end++;
  if (end == start) return -1;
  if (hasWord(start, "if")) return end;
  const next = unit(after(end));
  const isDone = end >= kept.length || next == 0x3b || unit(end) == 0x0a || next == 0x0a;
  return isDone || hasWord(after(end), "add") || hasWord(after(end), "drop") || hasWord(after(end), "cascade") ? end : -1;
}

/** `create table name (` */
function definitionEnd(at: i32): i32 {
  if (!hasWord(at, "table") && !hasWord(at, "index") && !hasWord(at, "view")) return -1;
  let end = after(at + 5);
  while (isWord(unit(end)) || unit(end) == 0x2e) end++;
  const next = after(end);
  return unit(next) == 0x28 ? next + 1 : -1;
}

/** A list of columns or a star, and a table; a sentence that begins with `select` has neither. */
function selectEnd(at: i32): i32 {
  const columns = after(at + 6);
  const from = wordAfter(columns, FROM);
  if (from < 0) return -1;
  const table = after(from);
  let end = table;
  while (isWord(unit(end)) || unit(end) == 0x2e) end++;
  if (unit(columns) == 0x2a) return end;
  const next = after(end);
  const isMore = hasWord(next, "where") || hasWord(next, "limit") || hasWord(next, "join") || hasWord(next, "group") ||
    hasWord(next, "order") || hasWord(next, "union") || unit(next) == 0x3b;
  return isMore ? end : -1;
}

/** `update name set column =` */
function assignmentEnd(at: i32): i32 {
  let end = after(at + 6);
  while (isWord(unit(end)) || unit(end) == 0x2e) end++;
  const set = after(end);
  if (!hasWord(set, "set")) return -1;
  end = after(set + 3);
  while (isWord(unit(end)) || unit(end) == 0x2e) end++;
  return unit(after(end)) == 0x3d ? end : -1;
}

/** The end of one of two words that follows soon. */
function wordThen(at: i32, word: i32, other: i32): i32 {
  const found = wordAfter(at, word);
  return found >= 0 ? found : wordAfter(at, other);
}

/** The end of a word after `at`, within the reach of a statement; -1: it is not there. No place is searched twice. */
function wordAfter(at: i32, word: i32): i32 {
  const search = searches + <usize>(word * 12);
  const last = min(kept.length, at + STATEMENT_MAX);
  let from = load<i32>(search);
  let to = load<i32>(search, 4);
  let found = load<i32>(search, 8);
  if (at < from || at > to || (found != 0 && at >= found)) {
    from = to = at;
    found = 0;
    store<i32>(search, at);
  }
  if (found == 0) {
    for (; to < last && found == 0; to++) if (isWordStart(to)) found = wordEnd(to, word);
    store<i32>(search, to, 4);
    store<i32>(search, found, 8);
  }
  return found != 0 && found <= last ? found : -1;
}

/** The end of a word that stands at `at`; 0: it does not. */
function wordEnd(at: i32, word: i32): i32 {
  switch (word) {
    case FROM: return endOf(at, "from");
    case VALUES: return endOf(at, "values");
    case SELECT: return endOf(at, "select");
    case WHERE: return endOf(at, "where");
    default: return unit(at) == 0x3b ? at + 1 : 0;
  }
}

function endOf(at: i32, word: string): i32 {
  return begins(at, word) && !isWord(unit(at + word.length)) ? at + word.length : 0;
}
