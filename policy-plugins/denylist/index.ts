import { foldUnit, isSpace, isWordUnit } from "../sdk/fold";
import { finding, Input, refuse, Settings, Text } from "../sdk/index";
import { addTerms, DENIED, DISCOURAGED, findSibling, rootOf, TermNode } from "./terms";

let wholeWord = true;

export function configure(settings: Settings): void {
  if (!settings.has("denied_terms") && !settings.has("discouraged_terms")) {
    refuse("denied_terms or discouraged_terms is needed");
  }
  wholeWord = settings.flag("whole_word", true);
  addTerms(settings.texts("denied_terms"), DENIED);
  addTerms(settings.texts("discouraged_terms"), DISCOURAGED);
}

export function evaluate(input: Input): void {
  const texts = input.texts();
  while (texts.next()) scan(texts.text);
}

function scan(text: Text): void {
  const length = text.length;
  fold(text.units, length);
  let inWord = false;
  for (let i = 0; i < length; i++) {
    const unit = text.unit(i);
    const isWord = isWordUnit(unit);
    // A term that begins with a letter begins a word; one that begins with a sign may stand anywhere.
    if (!(wholeWord && inWord && isWord)) {
      const node = rootOf(unit);
      if (node != 0) matchFrom(text, i, node);
    }
    inWord = isWord;
  }
}

/** Folds in place; any white space becomes a space. */
function fold(units: usize, length: i32): void {
  const end = units + (<usize>length << 1);
  for (let at = units; at < end; at += 2) {
    const unit = <u32>load<u16>(at);
    if (unit - 0x61 < 26 || unit == 0x20) continue;
    store<u16>(at, <u16>(isSpace(unit) ? 0x20 : foldUnit(unit)));
  }
}

/** Reports every term that begins at `start`, down the tree from its first unit's node. */
function matchFrom(text: Text, start: i32, node: usize): void {
  let at = start;
  for (;;) {
    at = after(text, at);
    const list = changetype<TermNode>(node).list;
    if (list != 0 && endsWord(text, at)) {
      finding(list == DENIED ? "DENIED_TERM" : "DISCOURAGED_TERM").span(text, start, at);
    }
    if (at == text.length) return;
    node = findSibling(changetype<TermNode>(node).child, text.unit(at));
    if (node == 0) return;
  }
}

/** The place after the unit at `at`, or after the whole run if it is white space. */
function after(text: Text, at: i32): i32 {
  if (text.unit(at++) != 0x20) return at;
  while (at < text.length && text.unit(at) == 0x20) at++;
  return at;
}

function endsWord(text: Text, end: i32): bool {
  return !wholeWord || end == text.length || !isWordUnit(text.unit(end)) || !isWordUnit(text.unit(end - 1));
}
