/** Canonical JSON, RFC 8785 (JCS): one byte form for each value, so that a digest means one thing. */
import canonicalize from "canonicalize";
import type { Json, JsonObject } from "./json.ts";

/** Deeper values are rare, and not for recursion. */
const DEPTH_MAX = 64;

/**
 * The canonical text of a value. Values come from `parseIJson` or are built here, so a refusal
 * (a lone surrogate, NaN) is a programmer's mistake and throws.
 */
export function canonicalJson(value: Json): string {
  // The engine's own writer is several times as fast, and writes the same of what is in order.
  const inOrder = ordered(value, DEPTH_MAX);
  const text = inOrder === undefined ? canonicalize(value) : JSON.stringify(inOrder);
  if (text === undefined) throw new TypeError("canonicalJson: the value has no JSON form");
  return text;
}

/**
 * The value with its names where they belong (section 3.2.3: by UTF-16 code units), itself where they are there already;
 * undefined where that is not for here: what is no JSON, too deep, or has names that an engine does not keep in order.
 */
function ordered(value: Json, depth: number): Json | undefined {
  switch (typeof value) {
    case "string":
      return value.isWellFormed() ? value : undefined;
    case "number":
      return Number.isFinite(value) ? value : undefined;
    case "boolean":
      return value;
    case "object":
      if (value === null) return value;
      if (depth === 0) return undefined;
      return Array.isArray(value)
        ? orderedItems(value, depth - 1)
        : orderedMembers(value as JsonObject, depth - 1);
    default:
      return undefined;
  }
}

function orderedItems(items: readonly Json[], depth: number): Json | undefined {
  let copy: Json[] | null = null;
  for (const [index, item] of items.entries()) {
    const inOrder = ordered(item, depth);
    if (inOrder === undefined) return undefined;
    if (inOrder !== item) copy ??= items.slice();
    if (copy !== null) copy[index] = inOrder;
  }
  return copy ?? items;
}

function orderedMembers(value: JsonObject, depth: number): Json | undefined {
  const names = Object.keys(value);
  let before = "";
  let isInOrder = true;
  for (const name of names) {
    if (!isKept(name)) return undefined;
    if (name < before) isInOrder = false;
    before = name;
  }
  let copy: Record<string, Json> | null = isInOrder ? null : {};
  if (!isInOrder) names.sort();
  for (const [index, name] of names.entries()) {
    const member = value[name] as Json; // a name of it
    const inOrder = ordered(member, depth);
    if (inOrder === undefined) return undefined;
    if (copy === null && inOrder !== member) {
      copy = {};
      for (const earlier of names.slice(0, index)) copy[earlier] = value[earlier] as Json; // as above
    }
    if (copy !== null) copy[name] = inOrder;
  }
  return copy ?? value;
}

/** Objects put names that are indices first, and take `__proto__` for something else. */
const isKept = (name: string): boolean => {
  const first = name.charCodeAt(0);
  return !(first >= 0x30 && first <= 0x39) && name !== "__proto__" && name.isWellFormed();
};
