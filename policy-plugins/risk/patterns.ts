import { Value } from "../sdk/index";
import { equalsBytes } from "../sdk/value";

/** Whether a pattern is all of a name or, ending in `*`, its beginning. */
export function matchesBytes(pattern: Value, start: usize, end: usize): bool {
  if (load<u8>(pattern.end - 1) != 0x2a) return equalsBytes(pattern.start, pattern.end, start, end);
  const size = pattern.end - 1 - pattern.start;
  return size <= end - start && equalsBytes(pattern.start, pattern.end - 1, start, start + size);
}

/** Whether any pattern of a list matches a string. */
export function matchesAny(patterns: Value, name: Value): bool {
  if (!name.isString) return false;
  for (let pattern = patterns.first; pattern.exists; pattern = pattern.next) {
    if (matchesBytes(pattern, name.start, name.end)) return true;
  }
  return false;
}

/** Whether any pattern matches any string of a list. */
export function matchesAnyOf(patterns: Value, names: Value): bool {
  for (let name = names.isArray ? names.first : names; name.exists; name = name.next) {
    if (matchesAny(patterns, name)) return true;
    if (!names.isArray) break;
  }
  return false;
}
