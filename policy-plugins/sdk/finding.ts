import { isInPayload } from "./place";
import { Pool } from "./pool";
import { Field, FieldKind, Reading, reading, Segment, utf16Length } from "./reading";
import { Redact } from "./redact";
import { Text } from "./texts";
import { MISSING, Value } from "./value";

/** The host accepts no more (docs/spec/policy.md). */
const FINDINGS_MAX: i32 = 256;

/** One rule that fired, and where. */
@unmanaged
export class Finding {
  rule: FiredRule;
  value: Value;
  /** A field of the reading instead of a value. */
  field: Field | null;
  /** -1: all of it. */
  start: i32;
  end: i32;
  isName: bool;
  method: Redact;
  /** -1: none. */
  scored: i32;
  listed: i32;
  /** Where in the output the place was written, for the obligation to repeat it; no size: there is none. */
  placeOffset: usize;
  placeSize: usize;
  next: Finding | null;
  nextOfRule: Finding | null;

  /** Points at a value as a whole. */
  at(value: Value): Finding {
    this.value = value;
    return this;
  }

  /** Points into a text, from `start` up to `end`, in UTF-16 code units. */
  span(text: Text, start: i32, end: i32): Finding {
    this.value = text.value;
    this.isName = text.isName;
    // The contract has spans within strings only; a number is pointed at as a whole.
    if (!text.isNumber) {
      this.start = start;
      this.end = end;
    }
    return this;
  }

  /**
   * Points at bytes `start` up to `end` of the reading's `plain` and `folded`, in the field where they stand; of a span over
   * several fields, at the first, and `reportSpan` at all.
   */
  view(start: i32, end: i32): Finding {
    const all = reading();
    return this.within(all, all.segment(all.segmentAt(start)), <u32>start, <u32>end);
  }

  /** Points at bytes of the reading's `raw`. */
  raw(start: i32, end: i32): Finding {
    const all = reading();
    const raw = all.rawSegment(all.rawSegmentAt(start));
    const segment = all.segment(<i32>raw.segment);
    const before = utf16Length(all.raw + raw.start, all.raw + <u32>start);
    const size = utf16Length(all.raw + <u32>start, all.raw + min(<u32>end, raw.end));
    return this.inField(all.fieldOf(segment), before, before + size);
  }

  within(all: Reading, segment: Segment, start: u32, end: u32): Finding {
    const last = min(end, segment.end);
    if (last <= start) return this.inWhole(all.fieldOf(segment));
    return this.inField(all.fieldOf(segment), all.unitStart(segment, start), all.unitEnd(segment, last));
  }

  /** Points at all of a field: where nothing of it can be read, there is no span of it. */
  inWhole(field: Field): Finding {
    this.field = field;
    this.isName = field.kind == FieldKind.NAME;
    return this;
  }

  inField(field: Field, start: u32, end: u32): Finding {
    this.inWhole(field);
    if (field.kind == FieldKind.NUMBER) return this;
    this.start = <i32>start;
    this.end = <i32>end;
    return this;
  }

  /** How sure the policy is, from 0 to 100. */
  score(hundredths: i32): Finding {
    this.scored = hundredths;
    return this;
  }

  /** Which entry of the settings' list it was, from 0. */
  item(index: i32): Finding {
    this.listed = index;
    return this;
  }

  /**
   * Asks the gateway to redact the span before the action may go on; what is left is judged again. Only strings of the
   * payload can be: elsewhere, in a member's name, or in a number, the finding stays one that nothing settles.
   */
  redact(method: Redact): Finding {
    this.method = method;
    return this;
  }

  /** Whether an obligation goes with it. */
  get isRedacted(): bool {
    if (this.method == Redact.None || this.start < 0) return false;
    const field = this.field;
    return field ? field.isRedactable : !this.isName && isInPayload(this.value);
  }
}

/** A rule that fired at least once. A policy has a handful, so a list is searched faster than a map. */
@unmanaged
export class FiredRule {
  id: string;
  /** Its findings in the verdict. */
  count: i32;
  written: bool;
  first: Finding | null;
  last: Finding | null;
  /** That which `isTold` found last. */
  told: Finding | null;
  next: FiredRule | null;
}

export let firstFinding: Finding | null = null;
let lastFinding: Finding | null = null;
let findingCount: i32 = 0;
export let firstRule: FiredRule | null = null;
export let ruleCount: i32 = 0;

const findings: Pool = new Pool(offsetof<Finding>());
const rules: Pool = new Pool(offsetof<FiredRule>());

/** Reports that `rule`, an id of the manifest, fired. */
export function finding(rule: string): Finding {
  return findingOf(firedRule(rule));
}

function findingOf(fired: FiredRule): Finding {
  if (findingCount == FINDINGS_MAX) {
    // Full. A rule's first finding still gets a place, in exchange for a repeated one of another rule: else a
    // text with 256 warnings would hide what has to be blocked.
    if (fired.count > 0 || !dropRepeated()) return untold(fired);
  }
  const made = newFinding(fired);
  const lastOfRule = fired.last;
  if (lastOfRule) lastOfRule.nextOfRule = made;
  else fired.first = made;
  fired.last = made;
  fired.count++;
  findingCount++;
  const last = lastFinding;
  if (last) last.next = made;
  else firstFinding = made;
  lastFinding = made;
  return made;
}

/** Whether a further finding of a rule that has one already would be told: if not, its place need not be looked for. */
export function isFull(): bool {
  return findingCount == FINDINGS_MAX;
}

/**
 * Reports that `rule` fired on bytes `start` up to `end` of the reading's `plain` and `folded`: one finding for each field
 * that they lie in. Null where all of it was reported already, in another view of the same text.
 */
export function reportSpan(rule: string, start: i32, end: i32, method: Redact = Redact.None, score: i32 = -1, item: i32 = -1): Finding | null {
  const fired = firedRule(rule);
  if (isFull() && fired.count > 0) return untold(fired);
  const all = reading();
  let made: Finding | null = null;
  let index = all.segmentAt(start);
  for (; index < all.segmentCount; index++) {
    const segment = all.segment(index);
    if (<i32>segment.start >= end) break;
    const from = max<u32>(<u32>start, segment.start);
    const to = min<u32>(<u32>end, segment.end);
    if (from >= to) continue;
    const field = all.fieldOf(segment);
    const unitStart = all.unitStart(segment, from);
    const unitEnd = all.unitEnd(segment, to);
    if (segment.origin != 0 && isTold(fired, item, field, unitStart, unitEnd)) continue;
    made = findingOf(fired).redact(method).score(score).item(item).inField(field, unitStart, unitEnd);
  }
  return made;
}

/** Whether a finding of this rule has a place in common with code units `start` up to `end` of a field. */
function isTold(rule: FiredRule, item: i32, field: Field, start: u32, end: u32): bool {
  // A view of a text has the same findings, mostly in the same order.
  const last = rule.told;
  return isToldIn(rule, last, null, item, field, start, end) || isToldIn(rule, rule.first, last, item, field, start, end);
}

function isToldIn(rule: FiredRule, from: Finding | null, to: Finding | null, item: i32, field: Field, start: u32, end: u32): bool {
  let at = from;
  while (at && at != to) {
    if (at.field == field && at.listed == item && (at.start < 0 || (<u32>at.start < end && start < <u32>at.end))) {
      rule.told = at;
      return true;
    }
    at = at.nextOfRule;
  }
  return false;
}

let lastUntold: Finding | null = null;

/** A finding that nobody will hear of; one serves for all, since a text may have thousands. */
function untold(rule: FiredRule): Finding {
  const made = lastUntold;
  if (made) return made;
  const first = newFinding(rule);
  lastUntold = first;
  return first;
}

function newFinding(rule: FiredRule): Finding {
  const made = changetype<Finding>(findings.take());
  made.rule = rule;
  made.value = MISSING;
  made.field = null;
  made.start = -1;
  made.end = -1;
  made.isName = false;
  made.method = Redact.None;
  made.scored = -1;
  made.listed = -1;
  made.placeSize = 0;
  made.next = null;
  made.nextOfRule = null;
  return made;
}

function firedRule(id: string): FiredRule {
  // A policy names a rule by one literal, mostly, so the letters need not be compared.
  let rule = firstRule;
  while (rule && changetype<usize>(rule.id) != changetype<usize>(id)) rule = rule.next;
  if (rule) return rule;
  rule = firstRule;
  while (rule && rule.id != id) rule = rule.next;
  if (rule) return rule;
  const made = changetype<FiredRule>(rules.take());
  made.id = id;
  made.count = 0;
  made.written = false;
  made.first = null;
  made.last = null;
  made.told = null;
  made.next = firstRule;
  firstRule = made;
  ruleCount++;
  return made;
}

/** Takes out the last finding whose rule has another one. */
function dropRepeated(): bool {
  let before: Finding | null = null;
  let dropped: Finding | null = null;
  let beforeDropped: Finding | null = null;
  let at = firstFinding;
  while (at) {
    if (at.rule.count > 1) {
      dropped = at;
      beforeDropped = before;
    }
    before = at;
    at = at.next;
  }
  if (!dropped) return false;
  if (beforeDropped) beforeDropped.next = dropped.next;
  else firstFinding = dropped.next;
  if (dropped == lastFinding) lastFinding = beforeDropped;
  dropLastOf(dropped.rule);
  findingCount--;
  return true;
}

/** Takes the last finding out of its rule's list, which has another one. */
function dropLastOf(rule: FiredRule): void {
  const dropped = rule.last;
  let last = rule.first;
  while (last && last.nextOfRule != dropped) last = last.nextOfRule;
  if (last) last.nextOfRule = null;
  rule.last = last;
  rule.told = null;
  rule.count--;
}
