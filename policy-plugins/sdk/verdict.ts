import { Bytes } from "./bytes";
import { Finding, firstFinding, ruleCount } from "./finding";
import { setOutput } from "./host";
import { writePlace } from "./place";

/** What the host accepts at most (docs/spec/policy.md). */
const OUTPUT_BYTES_MAX: usize = 64 * 1024;

// A finding without a place: a rule id of at most 64 characters, and at most 12 around it.
const PLACELESS_BYTES_MAX: usize = 80;

/**
 * Writes all findings as the output. Long pointers may not fit: then findings of rules that are written already
 * are left out, and the others lose their place, so that every rule that fired is still told.
 */
export function writeVerdict(): void {
  const to = new Bytes();
  to.ascii('{"findings":[');
  let pendingRules = ruleCount;
  let comma = false;
  let at = firstFinding;
  while (at) {
    const first = !at.rule.written;
    const reserved = PLACELESS_BYTES_MAX * <usize>(first ? pendingRules - 1 : pendingRules) + 2;
    const before = to.size;
    if (comma) to.byte(0x2c);
    const bare = writeFinding(to, at);
    const fits = to.size + reserved <= OUTPUT_BYTES_MAX;
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
  to.ascii("]}");
  setOutput(to.begin, to.size);
}

/** Returns the size up to where the place begins. */
function writeFinding(to: Bytes, made: Finding): usize {
  to.ascii('{"rule":"');
  to.ascii(made.rule.id);
  to.byte(0x22);
  const bare = to.size;
  if (made.value.exists && writePlace(to, made.value)) {
    if (made.start >= 0) {
      to.ascii(',"start":');
      to.integer(made.start);
      to.ascii(',"end":');
      to.integer(made.end);
    }
    if (made.isName) to.ascii(',"key":true');
  }
  to.byte(0x7d);
  return bare;
}
