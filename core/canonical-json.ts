/** Canonical JSON, RFC 8785 (JCS): one byte form for each value, so that a digest means one thing. */
import canonicalize from "canonicalize";
import type { Json } from "./json.ts";

/**
 * The canonical text of a value. Values come from `parseIJson` or are built here, so a refusal
 * (a lone surrogate, NaN) is a programmer's mistake and throws.
 */
export function canonicalJson(value: Json): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("canonicalJson: the value has no JSON form");
  return text;
}
