import { ruleOf } from "./tables";
import { isFull, reading, Redact, reportSpan } from "../sdk/index";

// What was found. Where a word such as `token=` points at a token whose form is known, only the token is told: what is
// found by context waits until the scan has passed it.

let redact = Redact.None;
let waitingRule = "";
let waitingStart: i32 = 0;
let waitingEnd: i32 = 0;
let waitingItem: i32 = -1;
let toldFrom: i32 = 0;
let toldUntil: i32 = 0;
/** For each segment, whether something was told of it. */
let told: usize = 0;

export function setRedact(method: Redact): void {
  redact = method;
}

/** By the number of a token's rule, whether it fired. */
const fired: usize = memory.data(256);

/** Whether one more finding of a token's rule would be told to nobody. */
export function isToldRule(rule: u8): bool {
  return isFull() && load<u8>(fired + rule) != 0;
}

export function reportToken(rule: u8, start: i32, end: i32, item: i32): void {
  store<u8>(fired + rule, 1);
  report(ruleOf(rule), start, end, item);
}

export function report(rule: string, start: i32, end: i32, item: i32 = -1, score: i32 = -1): void {
  if (waitingEnd > start && waitingStart < end) waitingEnd = 0;
  // What a word pointed at is a token with a prefix: it was told.
  if (start >= toldFrom && end <= toldUntil) return;
  toldFrom = start;
  toldUntil = max(toldUntil, end);
  markSegment(start);
  reportSpan(rule, start, end, redact, score, item);
}

/** Reports once nothing more certain can be found at that place. */
export function reportLater(rule: string, start: i32, end: i32, item: i32 = -1): void {
  if (start < toldUntil || (waitingEnd > start && waitingStart < end)) return;
  flush();
  waitingRule = rule;
  waitingStart = start;
  waitingEnd = end;
  waitingItem = item;
}

/** Reports in place of what was found there by words further off. */
export function reportInstead(rule: string, start: i32, end: i32): void {
  if (waitingEnd > start && waitingStart < end) waitingEnd = 0;
  reportLater(rule, start, end);
}

/** Whether a find by context would be of something that is told already. */
export function isTold(at: i32): bool {
  return at < toldUntil;
}

export function flush(): void {
  if (waitingEnd == 0) return;
  const start = waitingStart;
  const end = waitingEnd;
  waitingEnd = 0;
  report(waitingRule, start, end, waitingItem);
}

function markSegment(start: i32): void {
  if (isFull()) return;
  const all = reading();
  if (told == 0) {
    told = heap.alloc(<usize>all.segmentCount);
    memory.fill(told, 0, <usize>all.segmentCount);
  }
  store<u8>(told + all.segmentAt(start), 1);
}

export function isSegmentTold(index: i32): bool {
  return told != 0 && load<u8>(told + index) != 0;
}
