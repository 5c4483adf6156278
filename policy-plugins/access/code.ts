import { finding, Input, Text } from "../sdk/index";
import { hasRole, isMeant } from "./callers";
import { commandEnd, fenceEnd, programEnd } from "./lines";
import { kept } from "./state";
import { forgetSearches, statementEnd } from "./statements";
import { begins, fold, isBlank, isWord, lineEnd, place, unit } from "./view";

// Code in what goes out, for callers that may not send any: fenced blocks, SQL, shell commands, scripts in HTML, and programs.

export function configureCode(): void {
  const kinds = kept.code.get("kinds");
  const isAll = !kinds.exists;
  kept.hasFences = kept.hasSql = kept.hasShell = kept.hasScripts = kept.hasPrograms = isAll;
  for (let kind = kinds.first; kind.exists; kind = kind.next) {
    if (kind.is("fence")) kept.hasFences = true;
    else if (kind.is("sql")) kept.hasSql = true;
    else if (kind.is("shell")) kept.hasShell = true;
    else if (kind.is("script")) kept.hasScripts = true;
    else kept.hasPrograms = true;
  }
}

export function checkCode(input: Input): void {
  if (!isMeant(kept.code) || hasRole(kept.code.get("roles"))) return;
  const texts = input.texts();
  while (texts.next()) if (!texts.text.isNumber) scan(texts.text);
}

/** What may begin with a character: a statement, a line of a program or shell, a tag. */
const STATEMENT: u8 = 1;
const LINE: u8 = 2;
const TAG: u8 = 4;

/** `#$<`, a grave accent, a tilde, and the first letters of the words that are looked for. */
const STARTS: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  0, 0, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0,
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  2, 3, 0, 3, 3, 0, 2, 0, 0, 3, 4, 2, 2, 0, 2, 0, 2, 0, 2, 3, 1, 1, 2, 2, 0, 0, 0, 0, 0, 0, 2, 0,
]);

function scan(text: Text): void {
  fold(text);
  forgetSearches();
  const units = kept.units;
  const length = kept.length;
  let isLineStart = true;
  let isInWord = false;
  for (let at = 0; at < length; at++) {
    const one = load<u16>(units + (<usize>at << 1));
    let starts = one < 0x80 && !isInWord ? load<u8>(STARTS + <usize>one) : 0;
    if (!isLineStart) starts &= ~LINE;
    if (starts != 0) {
      const end = unchecked(lookers[0])(at, starts);
      if (end > at) {
        finding("CODE_NOT_PERMITTED").span(text, place(at), place(end - 1) + 1);
        // One finding for what belongs together: the next is looked for on another line.
        at = lineEnd(end) - 1;
        isInWord = false;
        continue;
      }
    }
    isLineStart = one == 0x0a || (isLineStart && isBlank(one));
    isInWord = isWord(one);
  }
}

/** The end of code that begins at `at`; -1: none does. */
function codeEnd(at: i32, starts: u8): i32 {
  if ((starts & LINE) != 0) {
    const end = lineCodeEnd(at);
    if (end >= 0) return end;
  }
  if ((starts & TAG) != 0 && kept.hasScripts) return tagEnd(at);
  return (starts & STATEMENT) != 0 && kept.hasSql ? statementEnd(at) : -1;
}

function lineCodeEnd(at: i32): i32 {
  const one = unit(at);
  if (one == 0x60 || one == 0x7e) return kept.hasFences ? fenceEnd(at) : -1;
  if (kept.hasShell) {
    const end = commandEnd(at);
    if (end >= 0) return end;
  }
  return kept.hasPrograms ? programEnd(at) : -1;
}

/** Tags that run something. */
function tagEnd(at: i32): i32 {
  if (unit(at) == 0x6a) return begins(at, "javascript:") && unit(at + 11) > 0x20 ? at + 11 : -1;
  const next = unit(at + 1);
  if (next != 0x73 && next != 0x69 && next != 0x6f && next != 0x3f) return -1;
  if (begins(at, "<script") && !isWord(unit(at + 7))) return at + 7;
  if (begins(at, "<iframe") && !isWord(unit(at + 7))) return at + 7;
  if (begins(at, "<object") && !isWord(unit(at + 7))) return at + 7;
  return begins(at, "<?php") ? at + 5 : -1;
}

/** Called by its place, so that what is seldom there is charged only where it is looked for. */
const lookers: StaticArray<(at: i32, starts: u8) => i32> = [codeEnd];
