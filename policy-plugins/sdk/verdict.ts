import { Bytes } from "./bytes";
import { Finding, FiredRule, firstFinding, ruleCount } from "./finding";
import { setOutput } from "./host";
import { writePlace } from "./place";
import { Field, reading } from "./reading";
import { redactName } from "./redact";

/** What the host accepts at most (docs/spec/policy.md). */
const OUTPUT_BYTES_MAX: usize = 64 * 1024;

// A finding without a place: a rule id of at most 64 characters, and at most 12 around it.
const PLACELESS_BYTES_MAX: usize = 80;

// The end of the findings, and the beginning and end of the obligations.
const BRACKETS_BYTES_MAX: usize = 20;

/** Around an obligation's rule, method and place: `{"rule":"","type":"redact","method":"mask_keep_4"},`. */
const OBLIGATION_BYTES_MAX: usize = 50;

/**
 * Writes all findings and obligations as the output. Long pointers may not fit: then findings of rules that are written
 * already are left out, and the others lose their place and with it their obligation, so that every rule that fired is
 * still told.
 */
export function writeVerdict(): void {
  const to = new Bytes();
  to.ascii('{"findings":[');
  let pendingRules = ruleCount;
  let owed: usize = 0; // bytes of the obligations that are to follow
  let comma = false;
  let at = firstFinding;
  while (at) {
    const first = !at.rule.written;
    const reserved = PLACELESS_BYTES_MAX * <usize>(first ? pendingRules - 1 : pendingRules) + BRACKETS_BYTES_MAX;
    const before = to.size;
    if (comma) to.byte(0x2c);
    const again = isLikeLast(at);
    const bare = again ? writeAgain(to) : writeRule(to, at);
    const isShort = again ? writeNumbers(to, at, bare) : writeRest(to, at);
    const more = at.placeSize > 0 ? at.placeSize + <usize>at.rule.id.length + OBLIGATION_BYTES_MAX : 0;
    const fits = isShort && to.size + owed + more + reserved <= OUTPUT_BYTES_MAX;
    if (fits) owed += more;
    else forget(at);
    if (!fits && first) {
      to.size = bare;
      to.byte(0x7d);
    }
    if (fits || first) {
      comma = true;
      if (first) pendingRules--;
      at.rule.written = true;
    } else {
      to.size = before;
    }
    at = at.next;
  }
  to.byte(0x5d);
  if (owed > 0) writeObligations(to);
  to.byte(0x7d);
  setOutput(to.begin, to.size);
}

/** Of the last finding with a field: its rule and field, and where in the output it says them. The next mostly says the same. */
let toldRule: FiredRule | null = null;
let toldField: Field | null = null;
let toldAt: usize = 0;
let toldRuleSize: usize = 0;
let toldSize: usize = 0;

/** `{"rule":""`, around a rule's id. */
const RULE_BYTES: usize = 10;

function isLikeLast(made: Finding): bool {
  return toldField != null && made.field == toldField && made.rule == toldRule;
}

/** Of a finding that does not fit as a whole: what was written of it is taken back. */
function forget(made: Finding): void {
  made.placeSize = 0;
  toldField = null;
}

/** As writeRule, with the field behind it. */
function writeAgain(to: Bytes): usize {
  const begin = to.size;
  to.again(toldAt, toldSize);
  return begin + toldRuleSize;
}

/** Returns the size up to where the place begins. */
function writeRule(to: Bytes, made: Finding): usize {
  to.ascii('{"rule":"');
  to.ascii(made.rule.id);
  to.byte(0x22);
  return to.size;
}

/** Writes what follows the rule; false, and not all of it, where the place alone is too long. */
function writeRest(to: Bytes, made: Finding): bool {
  const before = to.size;
  const field = made.field;
  if (field) {
    const place = reading().placeOf(field);
    // Long names are not copied time after time to find that they do not fit.
    if (before + place.size > OUTPUT_BYTES_MAX) return false;
    to.byte(0x2c);
    to.raw(place.begin, place.begin + place.size);
    to.byte(0x22);
    toldRule = made.rule;
    toldField = field;
    toldRuleSize = RULE_BYTES + <usize>made.rule.id.length;
    toldAt = before - toldRuleSize;
    toldSize = to.size - toldAt;
  } else if (made.value.exists) {
    writePlace(to, made.value);
  }
  return writeNumbers(to, made, before);
}

/** `place` is where the place begins. */
function writeNumbers(to: Bytes, made: Finding, place: usize): bool {
  if (to.size > place) writeSpan(to, made, place);
  if (made.listed >= 0) to.item(made.listed);
  if (made.scored >= 0) {
    to.ascii(',"score":');
    to.integer(made.scored);
  }
  to.byte(0x7d);
  return true;
}

/** Writes where in its value the finding is; `place` is where that begins. */
function writeSpan(to: Bytes, made: Finding, place: usize): void {
  if (made.start >= 0) to.span(made.start, made.end);
  if (made.isRedacted) {
    made.placeOffset = place;
    made.placeSize = to.size - place;
  }
  if (made.isName) to.ascii(',"key":true');
}

function writeObligations(to: Bytes): void {
  to.ascii(',"obligations":[');
  let comma = false;
  let at = firstFinding;
  while (at) {
    if (at.placeSize > 0) {
      if (comma) to.byte(0x2c);
      comma = true;
      to.ascii('{"rule":"');
      to.ascii(at.rule.id);
      to.ascii('","type":"redact","method":"');
      to.ascii(redactName(at.method));
      to.byte(0x22);
      to.again(at.placeOffset, at.placeSize);
      to.byte(0x7d);
    }
    at = at.next;
  }
  to.byte(0x5d);
}
