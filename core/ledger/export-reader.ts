/**
 * Reads an export (export.ts), or a JSON page of the log, whatever was done to it: each line is taken for what it still looks
 * like, and what is wrong with it is said.
 *
 * In a page (`data`, `range`, `rotations`, `epochs`, `checkpoint`) entries are compared by value, since whoever fetched it may
 * have laid it out anew.
 */
import { canonicalJson } from "../canonical-json.ts";
import { fromBase64, fromUtf8, utf8 } from "../encoding.ts";
import { type Json, type JsonLimits, type JsonObject, parseIJson } from "../json.ts";
import { JSON_DEPTH_MAX } from "../limits.ts";
import { type EntryList, type EntryMark, PackedEntries } from "./entry-list.ts";
import {
  type EvidenceFound,
  type EvidenceKind,
  type EvidenceMark,
  EvidenceReader,
  evidenceKind,
  readEvidenceLine,
} from "./evidence-reader.ts";
import { EXPORT_FORMAT, isObject } from "./export.ts";
import { LINE_LIMITS, readEntry, readEntryLine, unreadable } from "./read-entry.ts";
import { type Fault, fault } from "./report.ts";
import { type Hash, isSame } from "./tree/merkle.ts";

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
  readonly entries: EntryList;
  readonly leaves: readonly ReadLeaves[];
  readonly range: Located<{ readonly left: readonly Hash[]; readonly right: readonly Hash[] }> | null;
  readonly rotations: readonly Located<Json>[];
  readonly epochs: readonly Located<Json>[];
  /** Notes, the last of which covers the file. */
  readonly checkpoints: readonly Located<string>[];
  /** Whether the file ends with a checkpoint. */
  readonly complete: boolean;
  readonly evidence: EvidenceFound;
  /** Faults of the file that are not those of one entry. */
  readonly faults: readonly Fault[];
}

/** Reads a file that lies in memory. `reading` is told how many bytes have been read, line by line. */
export function readExport(bytes: Uint8Array, reading?: (byteCount: number) => void): ReadExport {
  if (looksLikePage(bytes)) return readWhole(bytes);
  const reader = new LineReader();
  const lines = new Lines((line) => reader.read(line));
  lines.push(bytes, reading);
  lines.end();
  return reader.end();
}

/** Reads a file piece by piece, and holds none of it: see `LineReader`. A page, which is one text, is held. */
export async function readStream(
  pieces: AsyncIterable<Uint8Array>,
  reading?: (byteCount: number) => void,
): Promise<ReadExport> {
  const reader = new LineReader();
  const lines = new Lines((line) => reader.read(line));
  let byteCount = 0;
  /** The beginning, until it is known what it is the beginning of. */
  let held: Uint8Array[] | null = [];
  for await (const piece of pieces) {
    byteCount += piece.length;
    reading?.(byteCount);
    if (held === null) {
      lines.push(piece);
      continue;
    }
    held.push(piece);
    if (byteCount < BEGINNING_BYTES) continue;
    if ((held[0]?.length ?? 0) < BEGINNING_BYTES) held = [joined(held)];
    const [start = piece] = held;
    const page = mayBePage(start);
    if (page && byteCount <= PAGE_LIMITS.bytesMax) continue;
    if (page && isPage(start)) return noPage(`It has more than ${PAGE_LIMITS.bytesMax} bytes.`);
    for (const one of held) lines.push(one);
    held = null;
  }
  if (held !== null) return readExport(joined(held));
  lines.end();
  return reader.end();
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const [first = new Uint8Array()] = parts;
  if (parts.length <= 1) return first;
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function readWhole(bytes: Uint8Array): ReadExport {
  const whole = parseIJson(bytes, PAGE_LIMITS);
  if (whole.ok && isObject(whole.value) && !Array.isArray(whole.value)) return readPage(whole.value);
  const { detail, offset } = whole.ok ? { detail: "It is no object.", offset: 0 } : whole.fault;
  return noPage(`${detail} (offset ${offset})`);
}

const noPage = (detail: string): ReadExport => ({
  ...found(empty("page")),
  faults: [fault(`Not I-JSON: ${detail}`)],
});

const BEGINNING_BYTES = 4096;

/** By the members of a page before any of a line: a file of lines is not parsed as a whole. */
function looksLikePage(bytes: Uint8Array): boolean {
  return mayBePage(bytes) && (isPage(bytes) || /"data"\s*:\s*\[/.test(beginning(bytes, bytes.length)));
}

const isPage = (bytes: Uint8Array): boolean => /^\s*\{\s*"data"/.test(beginning(bytes, BEGINNING_BYTES));
const mayBePage = (bytes: Uint8Array): boolean =>
  /^\s*\{\s*"(?:data|next_cursor|checkpoint|range|rotations|epochs)"/.test(beginning(bytes, BEGINNING_BYTES));

type Reading = {
  -readonly [K in keyof Omit<ReadExport, "entries" | "evidence">]: ReadExport[K] extends readonly (infer T)[]
    ? T[]
    : ReadExport[K];
} & { readonly entries: PackedEntries; readonly evidence: EvidenceReader };

const found = (read: Reading): ReadExport => ({
  ...read,
  evidence: read.evidence.end(read.header?.value.to ?? null),
});

const empty = (form: ReadExport["form"]): Reading => ({
  form,
  header: null,
  entries: new PackedEntries(form === "lines"),
  leaves: [],
  range: null,
  rotations: [],
  epochs: [],
  checkpoints: [],
  complete: false,
  evidence: new EvidenceReader(),
  faults: [],
});

// --- lines --------------------------------------------------------------------

/** The lines of a file that comes in pieces of any length. A line that ends with the file may lack its line feed. */
class Lines {
  readonly #take: (line: Uint8Array) => void;
  /** What has come of a line that has not ended, cut off where it is longer than any may be. */
  #open: Uint8Array[] = [];
  #openBytes = 0;

  constructor(take: (line: Uint8Array) => void) {
    this.#take = take;
  }

  push(piece: Uint8Array, reading?: (byteCount: number) => void): void {
    let start = 0;
    for (let end = piece.indexOf(LINE_FEED); end >= 0; end = piece.indexOf(LINE_FEED, start)) {
      this.#add(piece.subarray(start, end));
      start = end + 1;
      this.#finish();
      reading?.(start);
    }
    // The piece may be used again by whoever gave it.
    if (start < piece.length) this.#add(piece.slice(start));
  }

  end(): void {
    if (this.#open.length > 0) this.#finish();
  }

  #add(part: Uint8Array): void {
    if (this.#openBytes <= LINE_LIMITS.bytesMax) this.#open.push(part);
    this.#openBytes += part.length;
  }

  #finish(): void {
    const line = joined(this.#open);
    this.#open = [];
    this.#openBytes = 0;
    this.#take(line);
  }
}
const LINE_FEED = 0x0a;

/** The parts of a file in their order. */
const PARTS = {
  export: 0,
  entry: 1,
  leaves: 1,
  decision: 1,
  erased: 1,
  bundle: 2,
  policy: 2,
  range: 3,
  rotation: 4,
  epoch: 4,
  checkpoint: 5,
} as const;
type LineKind = keyof typeof PARTS;

/** What a line says by itself; `apply` is what it does to what was read before it. */
export interface ReadLine {
  readonly number: number;
  readonly apply: (read: Reading) => void;
  readonly kind: LineKind | null;
}

/** Where a reader was, in a few numbers. */
export interface ReaderMark {
  readonly number: number;
  readonly part: number;
  readonly entries: EntryMark;
  readonly evidence: EvidenceMark;
  readonly lengths: readonly number[];
  readonly header: ReadExport["header"];
  readonly range: ReadExport["range"];
  readonly complete: boolean;
}

const LISTS = ["leaves", "rotations", "epochs", "checkpoints", "faults"] as const;

/**
 * Takes the lines of a file in their order, one after the other, and keeps of those that are in order their hashes alone, some
 * fifty bytes an entry, and of evidence what `EvidenceReader` says. It can go back to where it was before a line, so that many changes of one line are read without the
 * lines before it.
 */
export class LineReader {
  readonly #read = empty("lines");
  #number = 0;
  #part: number = PARTS.export;

  read(line: Uint8Array): void {
    this.take(readLine(this.#number + 1, line));
  }

  /** A line that was read as the one of this number. */
  take({ number, kind, apply }: ReadLine): void {
    const read = this.#read;
    const where = `line ${number}`;
    this.#number = number;
    if (kind === null) {
      // A line feed that was put into another line, or something else's line: it is no entry, and stands for none.
      read.faults.push(fault("The line is none that an export has.", null, where));
      read.complete = false;
      return;
    }
    if (PARTS[kind] < this.#part) read.faults.push(...outOfPlace(kind, where));
    this.#part = Math.max(this.#part, PARTS[kind]);
    read.complete = kind === "checkpoint";
    apply(read);
  }

  mark(): ReaderMark {
    const { entries, evidence, header, range, complete } = this.#read;
    const lengths = LISTS.map((name) => this.#read[name].length);
    return {
      number: this.#number,
      part: this.#part,
      entries: entries.mark(),
      evidence: evidence.mark(),
      lengths,
      header,
      range,
      complete,
    };
  }

  /** Back to where `mark` was taken. Marks that were taken since are worth nothing any more. */
  rewind({ number, part, entries, evidence, lengths, header, range, complete }: ReaderMark): void {
    const read = this.#read;
    this.#number = number;
    this.#part = part;
    read.entries.rewind(entries);
    read.evidence.rewind(evidence);
    for (const [at, name] of LISTS.entries()) read[name].splice(lengths[at] ?? 0);
    Object.assign(read, { header, range, complete });
  }

  /** What was read of the lines until now, as of a file that ends with them. */
  end(): ReadExport {
    const read = found(this.#read);
    const { header, faults } = read;
    if (header !== null || faults.some(({ where }) => where === "line 1")) return read;
    const none = fault(`The first line is no header of ${EXPORT_FORMAT}.`, null, "line 1");
    return { ...read, faults: [none, ...faults] };
  }
}

export function readLine(number: number, line: Uint8Array): ReadLine {
  const kind = kindOfLine(line);
  const where = `line ${number}`;
  if (kind === null) return { number, kind, apply: ({ evidence }) => evidence.leaveEntry() };
  if (kind === "entry") {
    const entry = readEntryLine(where, line) ?? unreadable(where, line, "Not an entry: no object `entry`.");
    const apply: Apply = ({ entries, evidence }) => {
      evidence.readEntry(entry);
      entries.push(entry, number);
    };
    return { number, kind, apply };
  }
  if (isEvidence(kind)) {
    const read = readEvidenceLine(kind, where, line);
    return { number, kind, apply: ({ evidence }) => evidence.readLine(read) };
  }
  const apply = readOther(kind, where, line);
  return {
    number,
    kind,
    apply: (read) => {
      read.evidence.leaveEntry();
      apply(read);
    },
  };
}

const isEvidence = (kind: LineKind): kind is EvidenceKind =>
  kind === "decision" || kind === "erased" || kind === "bundle" || kind === "policy";

/** An entry after the last checkpoint is placed like any other, and found to stand under no signature. */
const outOfPlace = (kind: LineKind, where: string): Fault[] => [
  fault(
    kind === "export" ? "A second header." : "The line stands after those that the file ends with.",
    null,
    where,
  ),
];

/** How lines begin, and what only lines of one kind hold: whichever byte was hit, the other is still there. */
const BEGINNINGS = /^\{"(export|leaves|range|rotation|epoch|checkpoint)":/;
/** As every entry begins that was not hit there. */
const INDEX = utf8('{"index":');
/** The first byte may be the one that was hit. */
const ENTRY = /^\s*."index":/;
const INSIDE: readonly (readonly [LineKind, string])[] = [
  ["export", '"format":"countersign-ledger'],
  ["leaves", '"hashes":"'],
  ["range", '"left":['],
  ["checkpoint", "\\n\u2014 "],
];

function kindOfLine(line: Uint8Array): LineKind | null {
  if (INDEX.every((byte, at) => line[at] === byte)) return "entry";
  const start = beginning(line, 160);
  const [, kind] = BEGINNINGS.exec(start) ?? [];
  if (kind !== undefined) return kind as LineKind;
  const evidence = evidenceKind(line, start);
  if (evidence !== null) return evidence;
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

type OtherKind = Exclude<LineKind, "entry" | EvidenceKind>;
const NAMES: Readonly<Record<OtherKind, string>> = {
  export: "header",
  leaves: "list of leaf hashes",
  range: "line of the hashes beside the entries",
  rotation: "rotation",
  epoch: "epoch",
  checkpoint: "checkpoint",
};

type Apply = ReadLine["apply"];

function readOther(kind: OtherKind, where: string, line: Uint8Array): Apply {
  const json = parseIJson(line, LINE_LIMITS);
  const damaged =
    (detail: string): Apply =>
    (read) => {
      read.faults.push(fault(`The ${NAMES[kind]} cannot be read: ${detail}`, null, where));
      // The checkpoint before a damaged last one is not the last one.
      read.complete = false;
    };
  if (!json.ok) return damaged(`${json.fault.detail} (offset ${json.fault.offset})`);
  if (!isObject(json.value) || Object.keys(json.value).join() !== kind)
    return damaged(`It has other members than \`${kind}\`.`);
  // Laid out anew it would say the same, but these bytes are not those that were written.
  if (JSON.stringify(json.value) !== fromUtf8(line)) return damaged("It is not laid out as it was exported.");
  return (
    memberOf(kind, where, json.value[kind] ?? null) ?? damaged("It has not the members that it must have.")
  );
}

/** Null where the member is not what it must be. */
function memberOf(kind: OtherKind, where: string, value: Json): Apply | null {
  switch (kind) {
    case "export": {
      const header = readHeader(where, value);
      return (
        header &&
        ((read) => {
          read.header ??= header;
        })
      );
    }
    case "leaves": {
      const leaves = readLeaves(where, value);
      return leaves && ((read) => read.leaves.push(withoutCopy(leaves, read.entries)));
    }
    case "range": {
      const range = readRange(where, value);
      return (
        range &&
        ((read) => {
          read.range = range;
        })
      );
    }
    case "rotation":
      return ({ rotations }) => rotations.push({ where, value });
    case "epoch":
      return ({ epochs }) => epochs.push({ where, value });
    case "checkpoint":
      return typeof value === "string" ? ({ checkpoints }) => checkpoints.push({ where, value }) : null;
  }
}

/** A list that says what the entries before it do need not be kept beside their hashes. */
function withoutCopy(leaves: ReadLeaves, entries: PackedEntries): ReadLeaves {
  const count = leaves.hashes.length / HASH_BYTES;
  const own = entries.leavesFrom(entries.length - count, count);
  return own !== null && isSame(own, leaves.hashes) ? { ...leaves, hashes: own } : leaves;
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
    for (const [at, item] of (data as readonly Json[]).entries())
      read.entries.push(readEntry(`data[${at}]`, item, null), at);
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
  return found(read);
}

/** A list in JSON, each item with its place; what is no list is empty. */
export const locatedList = (name: string, json: Json): Located<Json>[] =>
  Array.isArray(json)
    ? (json as readonly Json[]).map((value, at) => ({ where: `${name}[${at}]`, value }))
    : [];
