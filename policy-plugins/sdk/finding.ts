import { isInPayload } from "./place";
import { Redact } from "./redact";
import { Text } from "./texts";
import { MISSING, Value } from "./value";

/** The host accepts no more (docs/spec/policy.md). */
const FINDINGS_MAX: i32 = 256;

/** One rule that fired, and where. */
export class Finding {
  value: Value = MISSING;
  isName: bool = false;
  start: i32 = -1;
  end: i32 = -1;
  method: Redact = Redact.None;
  /** Where in the output the place was written, for the obligation to repeat it; no size: there is none. */
  placeOffset: usize = 0;
  placeSize: usize = 0;
  next: Finding | null = null;

  constructor(public rule: FiredRule) {}

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
   * Asks the gateway to redact the span before the action may go on; what is left is judged again. Only strings of the
   * payload can be: elsewhere, in a member's name, or in a number, the finding stays one that nothing settles.
   */
  redact(method: Redact): Finding {
    this.method = method;
    return this;
  }

  /** Whether an obligation goes with it. */
  get isRedacted(): bool {
    return this.method != Redact.None && this.start >= 0 && !this.isName && isInPayload(this.value);
  }
}

/** A rule that fired at least once. A policy has a handful, so a list is searched faster than a map. */
export class FiredRule {
  count: i32 = 0;
  written: bool = false;
  next: FiredRule | null = null;

  constructor(public id: string) {}
}

export let firstFinding: Finding | null = null;
let lastFinding: Finding | null = null;
let findingCount: i32 = 0;
export let firstRule: FiredRule | null = null;
export let ruleCount: i32 = 0;

/** Reports that `rule`, an id of the manifest, fired. */
export function finding(rule: string): Finding {
  const fired = firedRule(rule);
  if (findingCount == FINDINGS_MAX) {
    // Full. A rule's first finding still gets a place, in exchange for a repeated one of another rule: else a
    // text with 256 warnings would hide what has to be blocked.
    if (fired.count > 0 || !dropRepeated()) return untold(fired);
  }
  const made = new Finding(fired);
  fired.count++;
  findingCount++;
  const last = lastFinding;
  if (last) last.next = made;
  else firstFinding = made;
  lastFinding = made;
  return made;
}

let lastUntold: Finding | null = null;

/** A finding that nobody will hear of; one serves for all, since a text may have thousands. */
function untold(rule: FiredRule): Finding {
  const made = lastUntold;
  if (made) return made;
  const first = new Finding(rule);
  lastUntold = first;
  return first;
}

function firedRule(id: string): FiredRule {
  let rule = firstRule;
  while (rule) {
    if (rule.id == id) return rule;
    rule = rule.next;
  }
  const made = new FiredRule(id);
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
  dropped.rule.count--;
  findingCount--;
  return true;
}
