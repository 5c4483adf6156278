import { Value } from "../sdk/index";
import { equalsBytes } from "../sdk/value";

/** Whether a pattern is all of a name or, ending in `*`, its beginning. A name that is not a string is "". */
export function matches(pattern: Value, name: Value): bool {
  const start = name.isString ? name.start : 0;
  const end = name.isString ? name.end : 0;
  if (load<u8>(pattern.end - 1) != 0x2a) return equalsBytes(pattern.start, pattern.end, start, end);
  const size = pattern.end - 1 - pattern.start;
  return size <= end - start && equalsBytes(pattern.start, pattern.end - 1, start, start + size);
}

/** Whether any pattern of a list matches. */
export function matchesAny(patterns: Value, name: Value): bool {
  for (let pattern = patterns.first; pattern.exists; pattern = pattern.next) {
    if (matches(pattern, name)) return true;
  }
  return false;
}
