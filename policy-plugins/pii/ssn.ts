import { Text } from "../sdk/index";
import { digitsAt, groupEnd, groupSize, groupStart } from "./digit-groups";
import { isBlank, isHyphen } from "./separators";

// United States social security numbers: area-group-serial, 3-2-4 digits.
// https://www.ssa.gov/employer/randomization.html for what is never issued.

/** Blanks on one side of a separator; more is a table's column, not one number. */
const BLANKS_MAX: i32 = 4;

/** Whether three digit groups from `group` on are such a number. */
export function isDelimitedSsn(text: Text, group: i32): bool {
  return groupSize(group) == 3 && groupSize(group + 1) == 2 && groupSize(group + 2) == 4 &&
    isSeparator(text, groupEnd(group), groupStart(group + 1)) &&
    isSeparator(text, groupEnd(group + 1), groupStart(group + 2)) &&
    isIssued(
      digitsAt(text, groupStart(group), 3),
      digitsAt(text, groupStart(group + 1), 2),
      digitsAt(text, groupStart(group + 2), 4),
    );
}

/** Whether a digit group is such a number without separators. */
export function isBareSsn(text: Text, group: i32): bool {
  const start = groupStart(group);
  return groupSize(group) == 9 &&
    isIssued(digitsAt(text, start, 3), digitsAt(text, start + 3, 2), digitsAt(text, start + 5, 4));
}

function isIssued(area: i32, group: i32, serial: i32): bool {
  return area != 0 && area != 666 && area < 900 && group != 0 && serial != 0;
}

/** Blanks, or one hyphen or dot with blanks on either side: `123-45-6789`, `123 45 6789`, `123 – 45 – 6789`. */
function isSeparator(text: Text, from: i32, to: i32): bool {
  let at = skipBlanks(text, from, to);
  if (at < to && (text.unit(at) == 0x2e || isHyphen(text.unit(at)))) at = skipBlanks(text, at + 1, to);
  return to > from && at == to;
}

function skipBlanks(text: Text, from: i32, to: i32): i32 {
  const end = min(to, from + BLANKS_MAX);
  while (from < end && isBlank(text.unit(from))) from++;
  return from;
}
