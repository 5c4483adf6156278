/**
 * Reads an export (export.ts), or a JSON page of the log, whatever was done to it: each line is taken for what it still looks
 * like, and what is wrong with it is said. Lines of evidence are passed over; a replay compares them.
 *
 * In a page (`data`, `range`, `rotations`, `epochs`, `checkpoint`) entries are compared by value, since whoever fetched it may
 * have laid it out anew.
 */
import { canonicalJson } from "../canonical-json.ts";
import { fromBase64, fromUtf8 } from "../encoding.ts";
import { type Json, type JsonLimits, type JsonObject, parseIJson } from "../json.ts";
import { JSON_DEPTH_MAX } from "../limits.ts";
import { EXPORT_FORMAT, isObject } from "./export.ts";
import { LINE_LIMITS, type ReadEntry, readEntry, readEntryLine, unreadable } from "./read-entry.ts";
import { type Fault, fault } from "./report.ts";
import type { Hash } from "./tree/merkle.ts";

/** A page has at most a thousand entries; larger files are JSON Lines. */
const PAGE_LIMITS: JsonLimits = {
  bytesMax: 64 * 1024 * 1024,
  depthMax: JSON_DEPTH_MAX,
  valuesMax: 10_000_000,
};

export interface Located<T> {
  readonly where: string;
  readonly value: T;
}

export interface ReadLeaves {
  readonly where: string;
  readonly from: number;
  readonly to: number;
  /** 32 bytes each. */
  readonly hashes: Uint8Array;
}

export interface ReadExport {
  readonly form: "lines" | "page";
  readonly header: Located<{ readonly log: string; readonly from: number; readonly to: number }> | null;
  readonly entries: readonly ReadEntry[];
  readonly leaves: readonly ReadLeaves[];
  readonly range: Located<{ readonly left: readonly Hash[]; readonly right: readonly Hash[] }> | null;
  readonly rotations: readonly Located<Json>[];
  readonly epochs: readonly Located<Json>[];
  /** Notes, the last of which covers the file. */
  readonly checkpoints: readonly Located<string>[];
  /** Whether the file ends with a checkpoint. */
  readonly complete: boolean;
  /** Faults of the file that are not those of one entry. */
  readonly faults: readonly Fault[];
}

type Reading = {
  -readonly [K in keyof ReadExport]: ReadExport[K] extends readonly (infer T)[] ? T[] : ReadExport[K];
};

const empty = (form: ReadExport["form"]): Reading => ({
  form,
  header: null,
  entries: [],
  leaves: [],
  range: null,
  rotations: [],
  epochs: [],
  checkpoints: [],
  complete: false,
  faults: [],
});

/** `reading` is told how many bytes have been read, line by line. */
export function readExport(bytes: Uint8Array, reading?: (byteCount: number) => void): ReadExport {
  if (!looksLikePage(bytes)) return readLines(bytes, reading);
  const whole = parseIJson(bytes, PAGE_LIMITS);
  if (whole.ok && isObject(whole.value) && !Array.isArray(whole.value)) return readPage(whole.value);
  const { detail, offset } = whole.ok ? { detail: "It is no object.", offset: 0 } : whole.fault;
  return { ...empty("page"), faults: [fault(`Not I-JSON: ${detail} (offset ${offset})`)] };
}

/** By the members of a page before any of a line: a file of lines is not parsed as a whole. */
function looksLikePage(bytes: Uint8Array): boolean {
  const start = beginning(bytes, 4096).trimStart();
  if (/^\{\s*"data"/.test(start)) return true;
  const whole = /^\{\s*"(?:next_cursor|checkpoint|range|rotations|epochs)"/.test(start);
  return whole && /"data"\s*:\s*\[/.test(beginning(bytes, bytes.length));
}

// --- lines --------------------------------------------------------------------

/** The parts of a file in their order. */
const PARTS = {
  export: 0,
  entry: 1,
  leaves: 1,
  beside: 1,
  range: 2,
  rotation: 3,
  epoch: 3,
  checkpoint: 4,
} as const;
type LineKind = keyof typeof PARTS;

function readLines(bytes: Uint8Array, reading?: (byteCount: number) => void): ReadExport {
  const read = empty("lines");
  let number = 0;
  let part: number = PARTS.export;
  for (const line of linesOf(bytes)) {
    const where = `line ${++number}`;
    reading?.(line.byteOffset - bytes.byteOffset);
    const kind = kindOfLine(line);
    if (kind === null) {
      // A line feed that was put into another line, or something else's line: it is no entry, and stands for none.
      read.faults.push(fault("The line is none that an export has.", null, where));
      read.complete = false;
      continue;
    }
    if (PARTS[kind] < part) read.faults.push(...outOfPlace(kind, where));
    part = Math.max(part, PARTS[kind]);
    read.complete = kind === "checkpoint";
    if (kind === "entry") readEntryInto(read, where, line);
    else if (kind !== "beside") readOther(read, kind, where, line);
  }
  if (read.header === null && !read.faults.some(({ where }) => where === "line 1"))
    read.faults.unshift(fault(`The first line is no header of ${EXPORT_FORMAT}.`, null, "line 1"));
  return read;
}

/** An entry after the last checkpoint is placed like any other, and found to stand under no signature. */
const outOfPlace = (kind: LineKind, where: string): Fault[] => [
  fault(
    kind === "export" ? "A second header." : "The line stands after those that the file ends with.",
    null,
    where,
  ),
];

function readEntryInto(read: Reading, where: string, line: Uint8Array): void {
  const entry = readEntryLine(where, line);
  read.entries.push(entry ?? unreadable(where, line, "Not an entry: no object `entry`."));
}

function* linesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    yield bytes.subarray(start, end === -1 ? bytes.length : end);
    if (end === -1) return;
    start = end + 1;
  }
}

/** How lines begin, and what only lines of one kind hold: whichever byte was hit, the other is still there. */
const BEGINNINGS = /^\{"(export|leaves|range|rotation|epoch|checkpoint)":/;
const BESIDE = /^\{"(?:decision|erased|bundle|policy)":/;
/** The first byte may be the one that was hit. */
const ENTRY = /^\s*."index":/;
const INSIDE: readonly (readonly [LineKind, string])[] = [
  ["export", '"format":"countersign-ledger'],
  ["leaves", '"hashes":"'],
  ["range", '"left":['],
  ["checkpoint", "\\n\u2014 "],
];

function kindOfLine(line: Uint8Array): LineKind | null {
  const start = beginning(line, 160);
  const [, kind] = BEGINNINGS.exec(start) ?? [];
  if (kind !== undefined) return kind as LineKind;
  if (BESIDE.test(start)) return "beside";
  if (looksLikeEntry(start)) return "entry";
  const text = line.length > OTHER_BYTES_MAX ? start : beginning(line, line.length);
  const [found] = INSIDE.find(([, inside]) => text.includes(inside)) ?? [];
  if (found !== undefined) return found;
  if (!text.includes('"payloadType"')) return null;
  return text.startsWith('{"e') || text.includes('poch"') ? "epoch" : "rotation";
}

/** The second half of a line that a line feed was put into does not begin as an object does. */
const looksLikeEntry = (start: string): boolean =>
  ENTRY.test(start) ||
  (start.trimStart().startsWith("{") && (start.includes('"leaf":"') || start.includes('"entry":')));

/** Lines of the log that are no entries have at most some ten thousand bytes. */
const OTHER_BYTES_MAX = 64 * 1024;
const beginning = (line: Uint8Array, length: number): string =>
  new TextDecoder().decode(line.subarray(0, length));

type OtherKind = Exclude<LineKind, "entry" | "beside">;
const NAMES: Readonly<Record<OtherKind, string>> = {
  export: "header",
  leaves: "list of leaf hashes",
  range: "line of the hashes beside the entries",
  rotation: "rotation",
  epoch: "epoch",
  checkpoint: "checkpoint",
};

function readOther(read: Reading, kind: OtherKind, where: string, line: Uint8Array): void {
  const json = parseIJson(line, LINE_LIMITS);
  const damaged = (detail: string): void => {
    read.faults.push(fault(`The ${NAMES[kind]} cannot be read: ${detail}`, null, where));
    // The checkpoint before a damaged last one is not the last one.
    read.complete = false;
  };
  if (!json.ok) {
    damaged(`${json.fault.detail} (offset ${json.fault.offset})`);
    return;
  }
  if (!isObject(json.value) || Object.keys(json.value).join() !== kind) {
    damaged(`It has other members than \`${kind}\`.`);
    return;
  }
  // Laid out anew it would say the same, but these bytes are not those that were written.
  if (JSON.stringify(json.value) !== fromUtf8(line)) {
    damaged("It is not laid out as it was exported.");
    return;
  }
  if (!takeMember(read, kind, where, json.value[kind] ?? null))
    damaged("It has not the members that it must have.");
}

function takeMember(read: Reading, kind: OtherKind, where: string, value: Json): boolean {
  switch (kind) {
    case "export":
      read.header ??= readHeader(where, value);
      return read.header !== null;
    case "leaves": {
      const leaves = readLeaves(where, value);
      if (leaves !== null) read.leaves.push(leaves);
      return leaves !== null;
    }
    case "range":
      read.range = readRange(where, value);
      return read.range !== null;
    case "rotation":
      read.rotations.push({ where, value });
      return true;
    case "epoch":
      read.epochs.push({ where, value });
      return true;
    case "checkpoint":
      if (typeof value === "string") read.checkpoints.push({ where, value });
      return typeof value === "string";
  }
}

const isIndex = (json: Json | undefined): json is number =>
  Number.isSafeInteger(json) && (json as number) >= 0;

function readHeader(where: string, value: Json): ReadExport["header"] {
  if (!isObject(value) || Object.keys(value).join() !== "format,log,from,to") return null;
  const { format, log, from, to } = value;
  if (format !== EXPORT_FORMAT || typeof log !== "string" || !isIndex(from) || !isIndex(to)) return null;
  return { where, value: { log, from, to } };
}

const HASH_BYTES = 32;

function readLeaves(where: string, value: Json): ReadLeaves | null {
  if (!isObject(value) || Object.keys(value).join() !== "from,to,hashes") return null;
  const { from, to, hashes: text } = value;
  const hashes = typeof text === "string" ? fromBase64(text) : null;
  if (!isIndex(from) || !isIndex(to) || hashes === null || hashes.length % HASH_BYTES !== 0) return null;
  return { where, from, to, hashes };
}

function readRange(where: string, value: Json): ReadExport["range"] {
  if (!isObject(value) || canonicalJson(Object.keys(value)) !== '["left","right"]') return null;
  const left = readHashes(value.left);
  const right = readHashes(value.right);
  return left && right && { where, value: { left, right } };
}

function readHashes(json: Json | undefined): Hash[] | null {
  if (!Array.isArray(json)) return null;
  const hashes = (json as readonly Json[]).map((text) =>
    typeof text === "string" ? fromBase64(text) : null,
  );
  return hashes.every((hash): hash is Hash => hash?.length === HASH_BYTES) ? hashes : null;
}

// --- pages --------------------------------------------------------------------

const PAGE_MEMBERS: ReadonlySet<string> = new Set([
  "data",
  "next_cursor",
  "range",
  "rotations",
  "epochs",
  "checkpoint",
]);

function readPage(page: JsonObject): ReadExport {
  const read = empty("page");
  const { data, range, rotations = [], epochs = [], checkpoint = null } = page;
  if (Array.isArray(data))
    read.entries = (data as readonly Json[]).map((item, at) => readEntry(`data[${at}]`, item, null));
  else read.faults.push(fault("`data` is not an array."));
  read.range = isObject(range)
    ? readRange("range", { left: range.left ?? null, right: range.right ?? null })
    : null;
  read.rotations = locatedList("rotations", rotations);
  read.epochs = locatedList("epochs", epochs);
  if (typeof checkpoint === "string") read.checkpoints = [{ where: "checkpoint", value: checkpoint }];
  read.complete = typeof checkpoint === "string";
  // One with the header of a file of lines would be a page to this reader and a file without entries to another.
  for (const member of Object.keys(page))
    if (!PAGE_MEMBERS.has(member)) read.faults.push(fault(`A page has no member ${JSON.stringify(member)}.`));
  if (read.complete && read.range === null)
    read.faults.push(fault("`range` has not the hashes beside the entries.", null, "range"));
  return read;
}

/** A list in JSON, each item with its place; what is no list is empty. */
export const locatedList = (name: string, json: Json): Located<Json>[] =>
  Array.isArray(json)
    ? (json as readonly Json[]).map((value, at) => ({ where: `${name}[${at}]`, value }))
    : [];
