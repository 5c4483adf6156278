import { Part, partSize, readPart } from "../sdk/host";
import { Value } from "../sdk/index";
import { matchesBytes } from "./patterns";

// What the other policies of the bundle found (docs/spec/policy.md, Parts). The host writes this document in one way only; whoever
// writes another is not our host, and the policy traps.

/** Further findings of one rule add a fifth of its points each, up to so many of them. */
const REPEATS_MAX: i32 = 5;

/** Points for a rule that fired, by its severity in the bundle. */
export class SeverityPoints {
  info: i32 = 5;
  warn: i32 = 25;
  defer: i32 = 25;
  block: i32 = 60;

  /** By the first letter of its name. */
  of(severity: u8): i32 {
    switch (severity) {
      case 0x62: return this.block;
      case 0x64: return this.defer;
      case 0x77: return this.warn;
      default: return this.info;
    }
  }
}

let cursor: usize = 0;

/** Points of all that was found; `rules` are the settings' entries for single rules, of which the first that fits counts. */
export function findingsPoints(bySeverity: SeverityPoints, rules: Value): i32 {
  cursor = readPart(Part.FINDINGS);
  const end = cursor + partSize;
  let points = 0;
  expect('{"findings":[');
  if (load<u8>(cursor) != 0x5d) {
    points += readFinding(bySeverity, rules);
    while (load<u8>(cursor) == 0x2c) {
      cursor++;
      points += readFinding(bySeverity, rules);
    }
  }
  expect("]}");
  assert(cursor == end, "findings: more after the end");
  return points;
}

/** `{"count":2,"policy":"pii","rule":"US_SSN","severity":"block"}` */
function readFinding(bySeverity: SeverityPoints, rules: Value): i32 {
  expect('{"count":');
  const count = readCount();
  expect(',"policy":"');
  const policy = cursor;
  skipName();
  const policyEnd = cursor;
  expect('","rule":"');
  const rule = cursor;
  skipName();
  const ruleEnd = cursor;
  expect('","severity":"');
  const severity = load<u8>(cursor);
  skipName();
  expect('"}');
  const points = ruleFits(rules, policy, policyEnd, rule, ruleEnd)
    ? fitting
    : bySeverity.of(severity);
  return points + points * min(count - 1, REPEATS_MAX) / REPEATS_MAX;
}

let fitting: i32 = 0;

/** Whether an entry of the settings is about this rule; its points are then in `fitting`. */
function ruleFits(rules: Value, policy: usize, policyEnd: usize, rule: usize, ruleEnd: usize): bool {
  for (let entry = rules.first; entry.exists; entry = entry.next) {
    const ofPolicy = entry.get("policy");
    const ofRule = entry.get("rule");
    if (ofPolicy.exists && !matchesBytes(ofPolicy, policy, policyEnd)) continue;
    if (ofRule.exists && !matchesBytes(ofRule, rule, ruleEnd)) continue;
    fitting = integerOf(entry.get("points"));
    return true;
  }
  return false;
}

/** Of a number that the settings' check found to be a small integer. */
export function integerOf(number: Value): i32 {
  const isNegative = load<u8>(number.start) == 0x2d;
  let value = 0;
  for (let at = isNegative ? number.start + 1 : number.start; at < number.end; at++) value = value * 10 + <i32>(load<u8>(at) - 0x30);
  return isNegative ? -value : value;
}

function readCount(): i32 {
  let count = 0;
  while (load<u8>(cursor) - 0x30 < 10) {
    count = min(count * 10 + <i32>(load<u8>(cursor) - 0x30), 1_000_000);
    cursor++;
  }
  assert(count > 0, "findings: a count that is none");
  return count;
}

/** Names of policies, rules and severities need no escapes. */
function skipName(): void {
  while (isNameByte(load<u8>(cursor))) cursor++;
}

function isNameByte(byte: u8): bool {
  return byte - 0x30 < 10 || (byte | 0x20) - 0x61 < 26 || byte == 0x5f || byte == 0x2d;
}

function expect(text: string): void {
  for (let i = 0; i < text.length; i++) {
    assert(<i32>load<u8>(cursor) == text.charCodeAt(i), "findings: not as the host writes them");
    cursor++;
  }
}
