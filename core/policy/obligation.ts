/**
 * Obligations: what must be done to an action before it may pass. The host does it, after all verdicts, in one defined
 * order, and the result is judged again (docs/spec/policy.md). A policy names rule, place and method, never a text of its
 * own: what stands in the place afterwards is the host's (invariant I13).
 */
import { utf8 } from "../encoding.ts";
import { sha256Hex } from "../hash.ts";
import type { Json, JsonObject } from "../json.ts";
import { valueAt } from "../json-pointer.ts";

/** Weakest first: where spans overlap, the strongest method is applied to all they cover. */
export const REDACT_METHODS = ["mask_keep_4", "mask", "hash", "replace", "remove"] as const;
export type RedactMethod = (typeof REDACT_METHODS)[number];

/** `pointer` leads to a string of the payload; `start` and `end` count its UTF-16 code units. */
export interface Redaction {
  readonly rule: string;
  readonly method: RedactMethod;
  readonly pointer: string;
  readonly start: number;
  readonly end: number;
}

export interface Obligation extends Redaction {
  readonly policy: string;
  readonly type: "redact";
  /** True where only an observing binding's bundle asked for it: it is recorded and not applied. */
  readonly observed: boolean;
}

/**
 * The payload with every span redacted; `salt` is the action's own, so that a hash tells equal texts of one action and
 * nothing else. The order that defines the result: strings by pointer; in each, spans that
 * overlap are joined into one, under the strongest method, and the first rule by start, end and name; then from the last
 * span to the first, so that no place moves.
 */
export function redact(payload: JsonObject, redactions: readonly Redaction[], salt: Uint8Array): JsonObject {
  const root = newPlace();
  for (const [pointer, spans] of Map.groupBy(redactions, ({ pointer }) => pointer)) {
    const text = valueAt(payload, pointer);
    if (typeof text !== "string")
      throw new Error("couldn't redact: the place is not a string of the payload");
    placeAt(root, pointer).text = redacted(text, joined(spans), salt);
  }
  return withTexts(payload, root) as JsonObject;
}

/** `spans` in order, and none over another. All at once: a text may have thousands, and each copy of it costs its length. */
function redacted(text: string, spans: readonly Redaction[], salt: Uint8Array): string {
  let at = 0;
  const parts: string[] = [];
  for (const span of spans) {
    parts.push(text.slice(at, span.start), replacement(text.slice(span.start, span.end), span, salt));
    at = span.end;
  }
  return parts.join("") + text.slice(at);
}

function joined(spans: readonly Redaction[]): Redaction[] {
  const sorted = [...spans].sort(
    (a, b) => a.start - b.start || a.end - b.end || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0),
  );
  const result: Redaction[] = [];
  for (const span of sorted) {
    const last = result.at(-1);
    if (last !== undefined && span.start < last.end) {
      result[result.length - 1] = {
        ...last,
        end: Math.max(last.end, span.end),
        method: stronger(last.method, span.method),
      };
    } else {
      result.push(span);
    }
  }
  return result;
}

const stronger = (a: RedactMethod, b: RedactMethod): RedactMethod =>
  REDACT_METHODS.indexOf(a) >= REDACT_METHODS.indexOf(b) ? a : b;

function replacement(text: string, { method, rule }: Redaction, salt: Uint8Array): string {
  switch (method) {
    case "remove":
      return "";
    case "replace":
      return `[${rule}]`;
    case "hash":
      return `[${rule}:${hashed(text, salt)}]`;
    case "mask":
      return masked(text, 0);
    case "mask_keep_4":
      return masked(text, KEPT);
  }
}

/** Enough that two texts of one action never share it. */
const HASH_CHARS = 16;

const hashed = (text: string, salt: Uint8Array): string =>
  sha256Hex("countersign/redaction/1\n", salt, utf8(text)).slice(0, HASH_CHARS);

const KEPT = 4;
/** Of fewer characters than this, four would be most of what is to be hidden: then none is kept. */
const KEPT_AT_LEAST_OF = 8;
const MASK = "*";

/** Every code unit but ASCII space and punctuation becomes an asterisk: no Unicode tables, which differ between hosts. */
function masked(text: string, keep: number): string {
  const units = text.split("");
  const hidden = units.flatMap((unit, index) => (/[ -/:-@[-`{-~]/.test(unit) ? [] : [index]));
  const kept =
    hidden.length >= KEPT_AT_LEAST_OF ? new Set(hidden.slice(hidden.length - keep)) : new Set<number>();
  for (const index of hidden) {
    const unit = units[index] ?? "";
    // Half a surrogate pair is no character.
    if (keep === 0 || !kept.has(index) || /[\ud800-\udfff]/.test(unit)) units[index] = MASK;
  }
  return units.join("");
}

/** Where in the payload strings are replaced: a tree beside it, so that each object and array is copied once. */
interface Place {
  text: string | null;
  readonly members: Map<string, Place>;
}

const newPlace = (): Place => ({ text: null, members: new Map() });

function placeAt(root: Place, pointer: string): Place {
  let place = root;
  for (const token of pointer.split("/").slice(1)) {
    const name = token.replaceAll("~1", "/").replaceAll("~0", "~");
    const inner = place.members.get(name) ?? newPlace();
    place.members.set(name, inner);
    place = inner;
  }
  return place;
}

/** A copy of `value` with the strings at those places; all beside their paths is shared. */
function withTexts(value: Json, { text, members }: Place): Json {
  if (text !== null) return text;
  const changed = (name: string, item: Json): Json => {
    const place = members.get(name);
    return place === undefined ? item : withTexts(item, place);
  };
  if (Array.isArray(value))
    return (value as readonly Json[]).map((item, index) => changed(String(index), item));
  const entries = Object.entries(value as JsonObject).map(([name, item]) => [name, changed(name, item)]);
  return Object.fromEntries(entries) as JsonObject;
}
