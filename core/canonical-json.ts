/** Canonical JSON, RFC 8785 (JCS): one byte form for each value, so that a digest means one thing. */
import canonicalize from "canonicalize";
import type { Json, JsonLimits, JsonObject } from "./json.ts";

/**
 * The canonical text of a value. Values come from `parseIJson` or are built here, so a refusal
 * (a lone surrogate, NaN) is a programmer's mistake and throws.
 */
export function canonicalJson(value: Json): string {
  const text = writtenByPlatform(value) ?? canonicalize(value);
  if (text === undefined) throw new TypeError("canonicalJson: the value has no JSON form");
  return text;
}

/** How `JSON.stringify` begins to write a lone surrogate; other texts may hold it too. */
const LONE_SURROGATE = "\\ud";

/**
 * `JSON.stringify` writes numbers and strings as RFC 8785 does, some times as fast as a writer in script, and members as they
 * come. Null where it would not write what is canonical.
 */
function writtenByPlatform(value: Json): string | null {
  let ordered = value;
  if (!isOrdered(value)) {
    ordered = reordered(value);
    if (!isOrdered(ordered)) return null;
  }
  const text = JSON.stringify(ordered);
  return text.includes(LONE_SURROGATE) ? null : text;
}

/** Whether members come in order, by UTF-16 code units (RFC 8785 section 3.2.3), and every number is one of JSON. */
function isOrdered(value: Json): boolean {
  if (typeof value !== "object" || value === null)
    return typeof value === "number" ? Number.isFinite(value) : value !== undefined;
  if (Array.isArray(value)) return value.every(isOrdered);
  const members = value as { readonly [name: string]: Json };
  let before = "";
  for (const name of Object.keys(members)) {
    // The platform writes what `toJSON` answers; in JSON it can be no function.
    if (name < before || name === "toJSON" || !isOrdered(members[name] as Json)) return false;
    before = name;
  }
  return true;
}

/** A copy with members in order, but for names that are integers: objects have these first, in the order of numbers. */
function reordered(value: Json): Json {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(reordered);
  const members = value as { readonly [name: string]: Json };
  return Object.fromEntries(
    Object.keys(members)
      .sort()
      .map((name) => [name, reordered(members[name] as Json)]),
  );
}

/**
 * The value of a canonical text that is I-JSON and within the limits, by the platform's own parser, ten times as fast as the
 * strict one (`parseIJson`). A text that the platform writes as it read it has no doubled members and no other form of any value,
 * and is canonical where its members are in order. Undefined where there is any doubt: it may be canonical all the same.
 */
export function readCanonical(
  text: string,
  { depthMax, valuesMax }: Omit<JsonLimits, "bytesMax">,
): Json | undefined {
  let values = 0;
  const isStrict = (value: Json, depth: number): boolean => {
    if (depth > depthMax || ++values > valuesMax) return false;
    if (typeof value === "string") return value.isWellFormed();
    // A number that the parser rounded is no longer what was written; whether it was written as it is kept is seen below.
    if (typeof value === "number") return Number.isSafeInteger(value) || !Number.isInteger(value);
    if (typeof value !== "object" || value === null) return true;
    if (Array.isArray(value)) return value.every((item) => isStrict(item, depth + 1));
    const members = value as JsonObject;
    let before = "";
    for (const name of Object.keys(members)) {
      if (name < before || !name.isWellFormed() || !isStrict(members[name] as Json, depth + 1)) return false;
      before = name;
    }
    return true;
  };
  try {
    const value = JSON.parse(text) as Json;
    return isStrict(value, 0) && JSON.stringify(value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}
