/** One entry of an export, with what can be said of it alone. */
import { canonicalJson, readCanonical } from "../canonical-json.ts";
import { fromUtf8 } from "../encoding.ts";
import type { Digest } from "../hash.ts";
import { type Json, type JsonLimits, type JsonObject, parseIJson } from "../json.ts";
import { JSON_DEPTH_MAX } from "../limits.ts";
import { validate } from "../validate.ts";
import { leafHash } from "./entry.ts";
import { entryLead, isObject } from "./export.ts";
import { entrySchema, isUsualEntry } from "./schema.ts";

export interface ReadEntry {
  readonly where: string;
  /** What stands beside the entry. */
  readonly outerIndex: number | null;
  readonly statedLeaf: string | null;
  /** The hash of the entry's text; null where no entry could be read. */
  readonly leaf: Digest | null;
  readonly fields: EntryFields | null;
  /** As it was read, for the lines of evidence behind it; null where none could be read, or it is not kept. */
  readonly entry: JsonObject | null;
  /** The line's bytes, to find out what was changed; null where only values were given. */
  readonly line: Uint8Array | null;
  readonly syntax: string | null;
  readonly form: Complaint | null;
  readonly schema: readonly Complaint[];
}

/** `field`: JSON Pointer into the entry. */
export interface Complaint {
  readonly field: string | null;
  readonly message: string;
}

export interface EntryFields {
  readonly index: number;
  readonly prev: string;
  readonly log: string;
  readonly time: string;
  readonly type: string;
}

/** An entry is one row of the tenant's object, and a row holds 2 MiB; the other lines are smaller. */
export const LINE_LIMITS: JsonLimits = {
  bytesMax: 4 * 1024 * 1024,
  depthMax: JSON_DEPTH_MAX,
  valuesMax: 500_000,
};

const MEMBERS = "Not an entry: expected the members `index`, `leaf` and `entry`, no others.";

/** Null where the line is JSON but none of an entry. */
export function readEntryLine(where: string, line: Uint8Array): ReadEntry | null {
  const quick = readQuickly(where, line);
  if (quick !== null) return quick;
  const json = parseIJson(line, LINE_LIMITS);
  if (!json.ok) {
    const { detail, offset } = json.fault;
    return unreadable(where, line, `Not I-JSON: ${detail} (offset ${offset})`);
  }
  if (!isObject(json.value) || !Object.hasOwn(json.value, "entry")) return null;
  return readEntry(where, json.value, line);
}

/** `line` is null where only values can be compared. */
export function readEntry(where: string, json: Json, line: Uint8Array | null): ReadEntry {
  if (!isObject(json) || !isObject(json.entry))
    return unreadable(where, line, "Not an entry: no object `entry`.");
  const { index, leaf, entry } = json;
  const canonical = canonicalJson(entry);
  const outerIndex = Number.isSafeInteger(index) ? (index as number) : null;
  const statedLeaf = typeof leaf === "string" ? leaf : null;
  const raw = line === null ? canonical : rawEntry(fromUtf8(line), outerIndex, statedLeaf);
  const members = Object.keys(json).length === 3 && outerIndex !== null && statedLeaf !== null;
  return {
    where,
    outerIndex,
    statedLeaf,
    leaf: leafHash(raw ?? canonical),
    fields: fieldsOf(entry),
    entry,
    line,
    syntax: members ? null : MEMBERS,
    form: formFault(raw, canonical),
    schema: schemaFaults(entry),
  };
}

/** What stands before the entry may still be read: its leaf is then known, whatever became of its text. */
export function unreadable(where: string, line: Uint8Array | null, syntax: string): ReadEntry {
  const start = line === null ? "" : new TextDecoder().decode(line.subarray(0, LEAD_BYTES_MAX));
  const [, index, statedLeaf = null] = LEAD.exec(start) ?? [];
  return {
    where,
    outerIndex: index === undefined ? null : Number(index),
    statedLeaf,
    leaf: null,
    fields: null,
    entry: null,
    line,
    syntax,
    form: null,
    schema: NOTHING,
  };
}

// --- the usual line -----------------------------------------------------------

const LEAD_BYTES_MAX = 128;
/** The line itself, its index and its leaf. */
const VALUES_AROUND = 3;
const LEAD = /^\{"index":(0|[1-9][0-9]{0,15}),"leaf":"(sha256:[0-9a-f]{64})","entry":/;

/**
 * A line laid out as an export's whose entry is canonical, read by the platform's own parser; null where there is any doubt.
 */
function readQuickly(where: string, line: Uint8Array): ReadEntry | null {
  if (line.length > LINE_LIMITS.bytesMax) return null;
  try {
    const text = fromUtf8(line);
    const [lead, index, statedLeaf] = LEAD.exec(text) ?? [];
    if (lead === undefined || statedLeaf === undefined || !text.endsWith("}")) return null;
    if (!Number.isSafeInteger(Number(index))) return null;
    const raw = text.slice(lead.length, -1);
    // The line that the entry stands in is a value too.
    const entry = readCanonical(raw, {
      depthMax: LINE_LIMITS.depthMax - 1,
      valuesMax: LINE_LIMITS.valuesMax - VALUES_AROUND,
    });
    if (entry === undefined || !isObject(entry)) return null;
    const leaf = leafHash(line.subarray(lead.length, -1));
    return {
      where,
      outerIndex: Number(index),
      statedLeaf,
      leaf,
      fields: fieldsOf(entry),
      entry,
      line,
      syntax: null,
      form: null,
      schema: isUsualEntry(entry) ? NOTHING : schemaFaults(entry),
    };
  } catch {
    return null;
  }
}

// --- what is wrong with it ------------------------------------------------------

/** The entry's text as it stands in its line, or null where the line is not laid out as an export's. */
export function rawEntry(line: string, index: number | null, leaf: string | null): string | null {
  if (index === null || leaf === null) return null;
  const lead = entryLead(index, leaf);
  return line.startsWith(lead) && line.endsWith("}") ? line.slice(lead.length, -1) : null;
}

function formFault(raw: string | null, canonical: string): Complaint | null {
  if (raw === null) {
    return {
      field: null,
      message: "The line is not laid out as it was exported: it was written anew, or its bytes changed.",
    };
  }
  if (raw === canonical) return null;
  let at = 0;
  while (raw[at] === canonical[at]) at++;
  return {
    field: null,
    message: `The entry's text is not its canonical form: they differ at character ${at} of the entry.`,
  };
}

function schemaFaults(entry: JsonObject): readonly Complaint[] {
  const checked = validate(entrySchema, entry);
  if (checked.ok) return NOTHING;
  return checked.fault.issues.map(({ pointer, message }) => ({ field: pointer, message }));
}
const NOTHING: readonly Complaint[] = [];

/** Even where the schema is not met: whatever can be compared helps to say which entry is damaged. */
function fieldsOf(entry: JsonObject): EntryFields | null {
  const { index, prev, log, time, type } = entry;
  if (!Number.isSafeInteger(index) || (index as number) < 0) return null;
  if (
    typeof prev !== "string" ||
    typeof log !== "string" ||
    typeof time !== "string" ||
    typeof type !== "string"
  )
    return null;
  return { index: index as number, prev, log, time, type };
}
