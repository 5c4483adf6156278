/**
 * Which member of a damaged entry was changed. Of the signed entry a verifier has the hash alone; but a change by which the
 * entry's bytes come to have that hash again is the one that was made, turned back. Tried are the members whose values are known
 * from elsewhere, and every single bit.
 */
import { canonicalJson } from "../canonical-json.ts";
import { fromUtf8, utf8 } from "../encoding.ts";
import { type Digest, sha256 } from "../hash.ts";
import type { Json, JsonObject } from "../json.ts";
import { pointerToken } from "../json-pointer.ts";
import { DAMAGE_SEARCH_BYTES_MAX } from "../limits.ts";
import { isObject } from "./export.ts";
import type { ReadEntry } from "./read-entry.ts";
import { type Hash, isSame } from "./tree/merkle.ts";

/** JSON Pointer; the empty one names the entry's text outside of any member. */
export type Field = string;

/** Members whose values follow from the entry's place. */
export type KnownMembers = Readonly<{ index: number; log: string | null; prev: Digest | null; v: number }>;

const LEAF_PREFIX = new Uint8Array([0]);

/** Null where the entry is otherwise damaged. `signed` is the hash that the entry must have. */
export function changedField(entry: ReadEntry, signed: Hash, known: KnownMembers): Field | null {
  const bytes = entry.line === null ? null : entryBytes(entry.line);
  if (bytes === null) return null;
  return changedMember(bytes, signed, known) ?? changedBit(bytes, signed);
}

/** From the first brace of the entry to the last but one of its line, whatever stands between. */
function entryBytes(line: Uint8Array): Uint8Array | null {
  const lead = '"entry":';
  const start = new TextDecoder("latin1").decode(line.subarray(0, 160)).indexOf(lead);
  return start < 0 ? null : line.subarray(start + lead.length, -1);
}

function changedMember(bytes: Uint8Array, signed: Hash, known: KnownMembers): Field | null {
  const entry = parseObject(bytes);
  if (entry === null) return null;
  for (const [name, value] of Object.entries(known)) {
    if (value === null || entry[name] === value) continue;
    if (isSame(sha256(LEAF_PREFIX, canonicalJson({ ...entry, [name]: value })), signed)) return `/${name}`;
  }
  return null;
}

function changedBit(bytes: Uint8Array, signed: Hash): Field | null {
  if (bytes.length > DAMAGE_SEARCH_BYTES_MAX) return null;
  const copy = bytes.slice();
  for (let at = 0; at < copy.length; at++) {
    const byte = copy[at] ?? 0;
    for (let bit = 0; bit < 8; bit++) {
      copy[at] = byte ^ (1 << bit);
      if (isSame(sha256(LEAF_PREFIX, copy), signed)) return fieldAt(copy, at);
    }
    copy[at] = byte;
  }
  return null;
}

/** The member in whose name or value the byte stands: the last one that begins before it, in canonical form. */
function fieldAt(signedBytes: Uint8Array, offset: number): Field {
  const entry = parseObject(signedBytes);
  if (entry === null) return "";
  let found = "";
  let at = 0;
  const visit = (value: Json, pointer: string): void => {
    if (Array.isArray(value)) {
      at++;
      for (const [index, item] of value.entries()) {
        if (index > 0) at++;
        if (at <= offset) found = `${pointer}/${index}`;
        visit(item, `${pointer}/${index}`);
      }
      at++;
    } else if (isObject(value)) {
      at++;
      for (const [index, name] of Object.keys(value).sort().entries()) {
        const inner = `${pointer}/${pointerToken(name)}`;
        if (index > 0) at++;
        if (at <= offset) found = inner;
        at += utf8(canonicalJson(name)).length + 1;
        visit(value[name] ?? null, inner);
      }
      at++;
    } else at += utf8(canonicalJson(value)).length;
  };
  visit(entry, "");
  return found;
}

function parseObject(bytes: Uint8Array): JsonObject | null {
  try {
    const json = JSON.parse(fromUtf8(bytes)) as Json;
    return isObject(json) ? json : null;
  } catch {
    return null;
  }
}
