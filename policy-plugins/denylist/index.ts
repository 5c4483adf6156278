import { Input, isFull, MISSING, Redact, reading, refuse, reportSpan, Settings, Value } from "../sdk/index";
import { isWordBefore, PhraseScan, wordSizeAt } from "../sdk/phrases";
import { BEGINS_WORD, ENDS_WORD } from "./patterns";
import { addTerms, buildTable, Kind, knownKinds, termOf } from "./terms";

let table: usize = 0;

const READING_BYTES: usize = 192 * 1024;

export function configure(settings: Settings): void {
  if (!settings.has("denied_terms") && !settings.has("discouraged_terms") && !settings.has("lists")) {
    refuse("denied_terms, discouraged_terms or lists is needed");
  }
  const wholeWord = settings.flag("whole_word", true);
  addTerms(settings.texts("denied_terms"), Kind.DENIED, wholeWord);
  addTerms(settings.texts("discouraged_terms"), Kind.DISCOURAGED, wholeWord);
  addTerms(settings.texts("exceptions"), Kind.EXCEPTION, wholeWord);
  const lists = settings.array("lists");
  for (let list = lists.isArray ? lists.first : MISSING; list.exists; list = list.next) addList(list, wholeWord);
  table = buildTable();
  // Memory for a long reading, so that none has to be added while an action waits.
  heap.free(heap.alloc(READING_BYTES));
}

function addList(value: Value, wholeWord: bool): void {
  const list = new Settings(value, "lists/" + value.index.toString() + "/");
  list.text("name");
  list.require("terms");
  const severity = list.text("severity");
  const whole = list.flag("whole_word", wholeWord);
  let kind = Kind.DENIED;
  if (severity.is("warn")) kind = Kind.DISCOURAGED;
  else if (severity.is("info")) kind = Kind.NOTED;
  else if (!severity.is("block")) refuse(list.where + "severity must be block, warn or info");
  addTerms(list.texts("terms"), kind, whole);
  addTerms(list.texts("exceptions"), Kind.EXCEPTION, whole);
  list.end();
}

export function evaluate(_input: Input): void {
  new TermScan(table, reading()).tellAll();
}

/** Terms with one beginning: no more are told at one place. */
const MATCHES_MAX: i32 = 256;
const MATCH_SIZE: usize = 8;
// The term and where the match ends, of each that begins at one place.
const matches = memory.data(256 * 8, 4);

class TermScan extends PhraseScan {
  private count: i32 = 0;
  /** What exceptions cover, up to here. */
  private covered: usize = 0;
  private isOverfull: bool = false;

  tellAll(): void {
    this.kinds = knownKinds;
    this.run();
    this.reportUntried("DISGUISE_LIMIT", "DISGUISE_LIMIT");
  }

  protected matched(value: u16, end: usize): void {
    if (!this.isLegible) return;
    if (this.count == MATCHES_MAX) return this.tellLimit(end);
    const flags = termOf(value).flags;
    const isWhole = ((flags & BEGINS_WORD) == 0 || !isWordBefore(this.at)) && ((flags & ENDS_WORD) == 0 || wordSizeAt(end) == 0);
    if (!isWhole && !this.isWithinClosed) return;
    const match = matches + <usize>this.count * MATCH_SIZE;
    store<u32>(match, <u32>value);
    store<usize>(match, end, 4);
    this.count++;
  }

  /** More terms begin at this place than are told, or looked at for an exception. */
  private tellLimit(end: usize): void {
    if (this.isOverfull) return;
    this.isOverfull = true;
    const folded = this.read.folded;
    reportSpan("TERM_LIMIT", <i32>(this.at - folded), <i32>(end - folded));
  }

  protected tried(): bool {
    if (this.count != 0) this.tell();
    // Nothing is left but exceptions.
    return this.kinds <= 1 << Kind.EXCEPTION;
  }

  private tell(): void {
    const end = matches + <usize>this.count * MATCH_SIZE;
    this.count = 0;
    for (let match = matches; match < end; match += MATCH_SIZE) {
      if (termOf(load<u16>(match)).kind == Kind.EXCEPTION) this.covered = max(this.covered, load<usize>(match, 4));
    }
    for (let match = matches; match < end; match += MATCH_SIZE) {
      const term = termOf(load<u16>(match));
      const to = load<usize>(match, 4);
      if (term.kind == Kind.EXCEPTION || to <= this.covered || isRepeated(match)) continue;
      const folded = this.read.folded;
      reportSpan(ruleOf(term.kind), <i32>(this.at - folded), <i32>(to - folded), Redact.None, -1, term.item);
      // One of this kind at least is told, and no further one would be.
      if (isFull()) this.kinds &= ~(<u8>1 << term.kind);
    }
  }
}

/** Whether a term was found twice at one place, by two readings of its letters. */
function isRepeated(match: usize): bool {
  for (let before = matches; before < match; before += MATCH_SIZE) {
    if (load<u64>(before) == load<u64>(match)) return true;
  }
  return false;
}

function ruleOf(kind: u8): string {
  if (kind == Kind.DENIED) return "DENIED_TERM";
  return kind == Kind.DISCOURAGED ? "DISCOURAGED_TERM" : "NOTED_TERM";
}
