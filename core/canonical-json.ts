/** Canonical JSON, RFC 8785 (JCS): one byte form for each value, so that a digest means one thing. */
import canonicalize from "canonicalize";
import type { Json } from "./json.ts";
import { JSON_DEPTH_MAX } from "./limits.ts";

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

/** Where the platform's parser takes what I-JSON does not: numbers of 16 digits or with an exponent, lone surrogates. */
const isDoubtful = (text: string): boolean =>
  text.includes(LONE_SURROGATE) || text.includes("e+") || LONG_INTEGER.test(text);
const LONG_INTEGER = /(?:[:,[]|^)-?[0-9]{16}/;

/**
 * The value of a canonical text that is I-JSON and no deeper than `JSON_DEPTH_MAX`, by the platform's own parser, ten times as
 * fast as the strict one (`parseIJson`). A text that the platform writes as it read it has no doubled members and no other form
 * of any value, and is canonical where its members are in order. Undefined where there is any doubt: it may be canonical all
 * the same.
 */
export function readCanonical(text: string): Json | undefined {
  if (isDoubtful(text) || opensDeep(text)) return undefined;
  try {
    const value = JSON.parse(text) as Json;
    return JSON.stringify(value) === text && isOrdered(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** No text is deeper than it has opening brackets, and few have many. */
function opensDeep(text: string): boolean {
  let count = 0;
  for (const bracket of ["{", "["])
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1))
      if (++count > JSON_DEPTH_MAX) return depthOf(text) > JSON_DEPTH_MAX;
  return false;
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (inString) {
      if (char === "\\") at++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === "{" || char === "[") deepest = Math.max(deepest, ++depth);
    else if (char === "}" || char === "]") depth--;
  }
  return deepest;
}
