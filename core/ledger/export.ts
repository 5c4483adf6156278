/**
 * The export of a ledger, `countersign-ledger/1` (docs/spec/ledger.md): JSON Lines, one entry a line, the head last.
 *
 *   {"index":0,"leaf":"sha256:…","entry":{…}}
 *   {"head":{"payloadType":"…","payload":"…","signatures":[…]}}
 *
 * The `entry` member's text is the entry exactly as stored. A JSON page (`data`, `head`) is read as well; there the entries
 * are compared by value, since whoever fetched the page may have laid it out anew. Of an export with evidence (evidence.ts)
 * the entries and the head are read.
 */
import { canonicalJson } from "../canonical-json.ts";
import type { Envelope } from "../dsse.ts";
import { fromUtf8 } from "../encoding.ts";
import type { Digest } from "../hash.ts";
import { type Json, type JsonLimits, type JsonObject, parseIJson } from "../json.ts";
import { JSON_DEPTH_MAX } from "../limits.ts";
import { validate } from "../validate.ts";
import { leafHash, type StoredEntry } from "./entry.ts";
import { type Fault, fault } from "./report.ts";
import { entrySchema } from "./schema.ts";

const entryLead = (index: number, leaf: string): string => `{"index":${index},"leaf":"${leaf}","entry":`;
export const entryLine = (entry: StoredEntry): string =>
  `${entryLead(entry.index, entry.leaf)}${entry.text}}`;
export const headLine = (head: Envelope): string => JSON.stringify({ head });

/** An entry is one row of the tenant's object, and a row holds 2 MiB; a head is smaller. */
const LINE_LIMITS: JsonLimits = { bytesMax: 4 * 1024 * 1024, depthMax: JSON_DEPTH_MAX, valuesMax: 500_000 };
/** A page has at most a thousand entries; larger files are JSON Lines. */
const PAGE_LIMITS: JsonLimits = {
  bytesMax: 64 * 1024 * 1024,
  depthMax: JSON_DEPTH_MAX,
  valuesMax: 10_000_000,
};

/** One entry of the file, with what can be said of it alone. */
export interface ReadEntry {
  readonly where: string;
  /** What stands beside the entry. */
  readonly outerIndex: number | null;
  readonly statedLeaf: string | null;
  /** The hash of the entry's text; null where no entry could be read. */
  readonly leaf: Digest | null;
  readonly fields: EntryFields | null;
  readonly syntax: string | null;
  readonly form: string | null;
  readonly schema: string | null;
}

export interface EntryFields {
  readonly index: number;
  readonly prev: string;
  readonly log: string;
  readonly time: string;
  readonly type: string;
}

export interface ReadExport {
  readonly form: "lines" | "page";
  readonly entries: readonly ReadEntry[];
  readonly head: { readonly where: string; readonly json: Json } | null;
  /** Faults of the file that are not those of one entry. */
  readonly faults: readonly Fault[];
}

export function readExport(bytes: Uint8Array): ReadExport {
  const whole = parseIJson(bytes, PAGE_LIMITS);
  if (whole.ok && isObject(whole.value) && Object.hasOwn(whole.value, "data")) return readPage(whole.value);
  if (!whole.ok && new TextDecoder().decode(bytes.subarray(0, 64)).trimStart().startsWith('{"data"')) {
    const { detail, offset } = whole.fault;
    return {
      form: "page",
      entries: [],
      head: null,
      faults: [fault(`Not I-JSON: ${detail} (offset ${offset})`)],
    };
  }
  return readLines(bytes);
}

function readLines(bytes: Uint8Array): ReadExport {
  const entries: ReadEntry[] = [];
  const faults: Fault[] = [];
  let head: ReadExport["head"] = null;
  let headSeen = false;
  let number = 0;
  const withEvidence = isEvidenceHeader(bytes);
  for (const line of linesOf(bytes)) {
    const where = `line ${++number}`;
    // What stands beside the log there is compared by a replay; the log does not rest on it.
    if (withEvidence && !headSeen && isBesideTheLog(line)) continue;
    const json = parseIJson(line, LINE_LIMITS);
    const value = json.ok && isObject(json.value) ? json.value : {};
    if (headSeen) faults.push(fault("Text follows the head, which is the last line.", null, where));
    if (Object.hasOwn(value, "head")) {
      if (Object.keys(value).length > 1)
        faults.push(fault("Other members stand beside `head`.", null, where));
      head = { where, json: value.head ?? null };
      headSeen = true;
    } else if (json.ok && (Object.hasOwn(value, "entry") || !isHeadLike(line))) {
      entries.push(readEntry(where, json.value, fromUtf8(line)));
    } else {
      const detail = json.ok
        ? "It has no member `head`."
        : `${json.fault.detail} (offset ${json.fault.offset})`;
      // A damaged head is a missing head, and what follows one is not counted among the entries.
      if (isHeadLike(line)) headSeen = true;
      if (headSeen) faults.push(fault(`The head cannot be read: ${detail}`, null, where));
      else entries.push(unreadable(where, `Not I-JSON: ${detail}`));
    }
  }
  return { form: "lines", entries, head, faults };
}

function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    yield bytes.subarray(start, end === -1 ? bytes.length : end);
    if (end === -1) return;
    start = end + 1;
  }
}

const EVIDENCE_HEADER = '{"export":{"format":"countersign-export/';
const BESIDE_THE_LOG = /^\{"(?:export|decision|bundle|policy)":/;
const isEvidenceHeader = (bytes: Uint8Array): boolean => beginning(bytes).startsWith(EVIDENCE_HEADER);
const isBesideTheLog = (line: Uint8Array): boolean => BESIDE_THE_LOG.test(beginning(line));
const beginning = (line: Uint8Array): string => new TextDecoder().decode(line.subarray(0, 80));

/** By its beginning or by what only an envelope has: whichever byte was hit, the other is still there. */
function isHeadLike(line: Uint8Array): boolean {
  const start = beginning(line);
  return start.startsWith('{"head":') || start.includes("payloadType");
}

function readPage(page: JsonObject): ReadExport {
  const data = page.data;
  const json = page.head ?? null;
  const head = json === null ? null : { where: "head", json };
  if (!Array.isArray(data))
    return { form: "page", entries: [], head, faults: [fault("`data` is not an array.")] };
  const entries = (data as readonly Json[]).map((item, at) => readEntry(`data[${at}]`, item, null));
  const faults =
    head === null && typeof page.next_cursor === "string"
      ? [fault("This is one page of several, without a head: fetch the whole with GET /v1/ledger/export.")]
      : [];
  return { form: "page", entries, head, faults };
}

/** `text` is the line as it stands, or null where only values can be compared. */
function readEntry(where: string, json: Json, text: string | null): ReadEntry {
  if (!isObject(json) || !isObject(json.entry)) return unreadable(where, "Not an entry: no object `entry`.");
  const { index, leaf, entry } = json;
  const canonical = canonicalJson(entry);
  const outerIndex = Number.isSafeInteger(index) ? (index as number) : null;
  const statedLeaf = typeof leaf === "string" ? leaf : null;
  const raw = text === null ? canonical : rawEntry(text, outerIndex, statedLeaf);
  const members = Object.keys(json).length === 3 && outerIndex !== null && statedLeaf !== null;
  const checked = validate(entrySchema, entry);
  return {
    where,
    outerIndex,
    statedLeaf,
    leaf: leafHash(raw ?? canonical),
    fields: fieldsOf(entry),
    syntax: members ? null : "Not an entry: expected the members `index`, `leaf` and `entry`, no others.",
    form: formFault(raw, canonical),
    schema: checked.ok
      ? null
      : checked.fault.issues.map(({ pointer, message }) => `${pointer || "/"}: ${message}`).join(" "),
  };
}

/** The entry's text as it stands in its line, or null where the line is not laid out as an export's. */
function rawEntry(line: string, index: number | null, leaf: string | null): string | null {
  if (index === null || leaf === null) return null;
  const lead = entryLead(index, leaf);
  return line.startsWith(lead) && line.endsWith("}") ? line.slice(lead.length, -1) : null;
}

function formFault(raw: string | null, canonical: string): string | null {
  if (raw === null)
    return "The line is not laid out as it was exported: it was written anew, or its bytes changed.";
  if (raw === canonical) return null;
  let at = 0;
  while (raw[at] === canonical[at]) at++;
  return `The entry's text is not its canonical form: they differ at character ${at} of the entry.`;
}

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

const unreadable = (where: string, syntax: string): ReadEntry => ({
  where,
  outerIndex: null,
  statedLeaf: null,
  leaf: null,
  fields: null,
  syntax,
  form: null,
  schema: null,
});

export const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === "object" && json !== null && !Array.isArray(json);
