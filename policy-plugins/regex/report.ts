import { firstFinding } from "../sdk/finding";
import { finding, isFull, Origin, Reading, reading, Redact, reportSpan, Segment } from "../sdk/index";
import { setDone } from "./matches";

// From a match to a finding: in which buffer it stands, and whether it is still worth telling.

const RULES: StaticArray<string> = ["DENIED_PATTERN", "DISCOURAGED_PATTERN", "NOTED_PATTERN"];

/** By pattern: index of its rule, and whether it is looked for in the text as written alone. */
const RULE_OF: usize = memory.data(256);
const WRITTEN_ONLY: usize = memory.data(256);

/** By pattern: whether a match was told. */
const TOLD: usize = memory.data(256);

/**
 * Bytes that may still be read to tell further matches of a pattern that has one. Long matches are read once more to find
 * where they begin and end; a text of nothing else would take twice as long as another.
 */
let spare: i32 = 0;
const SPARE_LEAST: i32 = 16 * 1024;
/** What telling takes, in bytes that are read in the same time; in a view it is first looked for among all that was told. */
const FINDING_COST: usize = 32;
const VIEW_COST: usize = 512;

/** Bits of the rules that any pattern has, and of those that fired. */
let ruled: u32 = 0;
let fired: u32 = 0;
/** The texts scanned are those of `raw`. */
let inRaw: bool = false;
/** The text that is scanned is not as written. */
let isView: bool = false;
/** Of `plain`: the text that is scanned. */
let segment: Segment = changetype<Segment>(<usize>0);

export function setRule(index: u32, rule: u8, writtenOnly: bool): void {
  store<u8>(RULE_OF + index, rule);
  store<u8>(WRITTEN_ONLY + index, writtenOnly ? 1 : 0);
  ruled |= 1 << rule;
}

export function setBuffer(raw: bool): void {
  inRaw = raw;
  isView = false;
}

/** Before a text of `plain`; `hasRaw`: it was scanned as written, which is something else. */
export function setSegment(scanned: Segment, hasRaw: bool): void {
  segment = scanned;
  isView = hasRaw || scanned.origin != Origin.ITSELF;
}

/** Before a reading with so many bytes of text. */
export function beginReading(size: i32): void {
  spare = SPARE_LEAST + (size >> 3);
}

export function spend(bytes: usize): void {
  spare -= <i32>bytes;
}

/** Whether a match of the pattern would be told. */
export function wants(index: u32): bool {
  if (isView && load<u8>(WRITTEN_ONLY + index) != 0) return false;
  if (spare < 0 && load<u8>(TOLD + index) != 0) return false;
  return !isFull() || (fired & (1 << load<u8>(RULE_OF + index))) == 0;
}

/** Tells a match; both are addresses in the buffer that is scanned. */
export function report(index: u32, start: usize, end: usize): void {
  const ruleIndex = load<u8>(RULE_OF + index);
  const rule = RULES[ruleIndex];
  fired |= 1 << ruleIndex;
  store<u8>(TOLD + index, 1);
  spend(isView ? VIEW_COST : FINDING_COST);
  const all = reading();
  const item = <i32>index;
  if (start == end) {
    // There is no span without a character in it.
    finding(rule).item(item);
  } else if (inRaw) {
    finding(rule).item(item).raw(<i32>(start - all.raw), <i32>(end - all.raw));
  } else {
    reportInPlain(all, <u32>(start - all.plain), <u32>(end - all.plain), item, rule);
  }
  if (isFull() && fired == ruled) setDone();
}

function reportInPlain(all: Reading, start: u32, end: u32, item: i32, rule: string): void {
  if (segment.origin != Origin.ITSELF) {
    reportSpan(rule, <i32>start, <i32>end, Redact.None, -1, item);
  } else if (!isView || !isToldInRaw(all, start, end, item, rule)) {
    finding(rule).item(item).within(all, segment, start, end);
  }
}

/** Whether the text as written has had the same match: views of an action's own texts are not told twice. */
function isToldInRaw(all: Reading, start: u32, end: u32, item: i32, rule: string): bool {
  const field = all.fieldOf(segment);
  const from = <i32>all.unitStart(segment, start);
  const to = <i32>all.unitEnd(segment, end);
  let at = firstFinding;
  while (at) {
    if (at.field == field && at.listed == item && at.rule.id == rule && at.start < to && from < at.end) return true;
    at = at.next;
  }
  return false;
}
