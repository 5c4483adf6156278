/**
 * Verification of a ledger export, offline: from a signed head back to the first entry of the file. Each check goes
 * on past damage, so that one altered entry is named as that entry and the rest is still vouched for.
 */
import { type Digest, isDigest } from "../hash.ts";
import { type HeadStatement, parseHeadStatement, STATEMENT_FAULTS } from "../receipt.ts";
import { ok, type Result, refuse } from "../result.ts";
import { GENESIS } from "./entry.ts";
import { type ReadEntry, type ReadExport, readExport } from "./export.ts";
import { isIntact, type Placement, placeEntries } from "./placement.ts";
import { type Check, check, type Fault, fault, type Report, report, skipped, warning } from "./report.ts";
import { isInstant, isKnownType } from "./schema.ts";
import { kindOf, openTrusted, readEnvelope, type TrustedKey } from "./trust.ts";

export interface VerifiedLedger {
  readonly report: Report;
  readonly log: string | null;
  readonly first: number;
  readonly last: number;
  /** The hash of the entry's own text, by index. */
  readonly leaves: ReadonlyMap<number, Digest>;
}

/** The entries by index, one each: where an index is doubled, the one that the chain names. */
interface Chain {
  readonly entries: ReadonlyMap<number, ReadEntry>;
  readonly linkFaults: readonly Fault[];
  readonly linkCount: number;
}

export async function verifyLedger(bytes: Uint8Array, keys: readonly TrustedKey[]): Promise<VerifiedLedger> {
  const read = readExport(bytes);
  const placement = placeEntries(read.entries);
  const signed = await openHead(read, keys);
  const head = signed.ok ? signed.value.head : null;
  const chain = linkEntries(placement, head);
  const log = head?.log ?? commonLog(chain);
  const checks = [
    syntaxCheck(read, placement),
    ...ownChecks(placement),
    check("index", `indexes ${placement.first} to ${placement.last}: each once, in order`, placement.faults),
    check("prev_link", linksCompared(chain, placement), chain.linkFaults),
    check("log_name", `every entry names the log ${log ?? "(none)"}`, logFaults(chain, log)),
    timeCheck(chain),
    typeCheck(chain),
    headSignatureCheck(signed),
    head === null
      ? skipped("head_coverage", "there is no valid head to compare with")
      : coverageCheck(head, placement, chain),
  ];
  const leaves = new Map<number, Digest>();
  for (const [index, { leaf }] of chain.entries) if (leaf !== null) leaves.set(index, leaf);
  const { first, last } = placement;
  return {
    report: report("ledger", checks, notesOf(read, signed, placement, chain)),
    log,
    first,
    last,
    leaves,
  };
}

// --- the file and each entry by itself -------------------------------------

function syntaxCheck(read: ReadExport, placement: Placement): Check {
  const faults = [...read.faults, ...ownFaults(placement, "syntax")];
  if (read.entries.length === 0) faults.push(fault("The file holds no entry."));
  const unit = read.form === "lines" ? "lines" : "items of the page";
  return check("file_syntax", `${read.entries.length} ${unit} read as strict I-JSON (RFC 7493)`, faults);
}

function ownChecks(placement: Placement): Check[] {
  const leafFaults = [...placement.byIndex].flatMap(([index, placed]) =>
    placed
      .filter((entry) => entry.leaf !== null && !isIntact(entry))
      .map(({ where, leaf, statedLeaf }) =>
        fault(
          `Entry ${index} was altered: its bytes hash to ${leaf}, its leaf says ${statedLeaf ?? "nothing"}.`,
          index,
          where,
        ),
      ),
  );
  return [
    check(
      "entry_form",
      "each entry's text with its canonical JSON (RFC 8785), byte for byte",
      ownFaults(placement, "form"),
    ),
    check(
      "entry_schema",
      "the members of each entry: v, log, index, prev, time, type, actor, subject, body",
      ownFaults(placement, "schema"),
    ),
    check("leaf_hash", "SHA-256(0x00 || entry) with each stated leaf", leafFaults),
  ];
}

const ownFaults = ({ byIndex }: Placement, kind: "syntax" | "form" | "schema"): Fault[] =>
  [...byIndex].flatMap(([index, placed]) =>
    placed.flatMap((entry) => (entry[kind] === null ? [] : [fault(entry[kind], index, entry.where)])),
  );

// --- the chain --------------------------------------------------------------

/**
 * Walks from the last entry to the first, since trust runs that way: the head names the last leaf, each entry
 * the one before. Where a link is broken between two entries that are intact in themselves, the one that its
 * own successor does not name is the one that was exchanged.
 */
function linkEntries({ byIndex, first }: Placement, head: HeadStatement | null): Chain {
  const entries = new Map<number, ReadEntry>();
  const linkFaults: Fault[] = [];
  let linkCount = 0;
  let successorNamed = false;
  for (const index of [...byIndex.keys()].sort((a, b) => b - a)) {
    const placed = byIndex.get(index) ?? [];
    const successor = entries.get(index + 1);
    const name = successor?.fields?.prev ?? (head?.size === index + 1 ? head.leaf : null);
    const entry = placed.find((one) => isNamed(one, name)) ?? placed[0];
    if (entry === undefined) continue;
    const named = isNamed(entry, name);
    if (successor?.fields && entry.leaf !== null) {
      linkCount++;
      if (!named && isIntact(entry) && isIntact(successor)) {
        linkFaults.push(brokenLink(index, entry, successor, successorNamed));
      }
    }
    entries.set(index, entry);
    successorNamed = named;
  }
  const start = entries.get(0);
  if (first === 0 && start?.fields && isIntact(start) && start.fields.prev !== GENESIS) {
    linkFaults.push(fault("Entry 0 names an entry before it; the first has 64 zeros.", 0, start.where));
  }
  return { entries, linkFaults: linkFaults.reverse(), linkCount };
}

/** An altered entry still counts by the leaf stated beside it: the damage is then its own, not the chain's. */
const isNamed = ({ leaf, statedLeaf }: ReadEntry, name: string | null): boolean =>
  name !== null && (leaf === name || statedLeaf === name);

function brokenLink(index: number, entry: ReadEntry, successor: ReadEntry, successorNamed: boolean): Fault {
  const compared = `entry ${index + 1} names ${successor.fields?.prev} before it, entry ${index} is ${entry.leaf}`;
  return successorNamed && isDigest(successor.fields?.prev)
    ? fault(`Entry ${index} was exchanged: ${compared}.`, index, entry.where)
    : fault(`Entry ${index + 1} does not follow entry ${index}: ${compared}.`, index + 1, successor.where);
}

function linksCompared({ entries, linkCount }: Chain, { first }: Placement): string {
  const start = entries.get(first)?.fields?.prev;
  const from =
    first === 0 ? "entry 0 starts the log" : `the first one's prev ${start ?? ""} is taken from outside`;
  return `prev of each entry with the leaf of the one before: ${linkCount} links; ${from}`;
}

/** The log that most entries name, where no head says which it is. */
function commonLog({ entries }: Chain): string | null {
  const counts = new Map<string, number>();
  for (const { fields } of entries.values())
    if (fields) counts.set(fields.log, (counts.get(fields.log) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

const logFaults = ({ entries }: Chain, log: string | null): Fault[] =>
  [...entries].flatMap(([index, { fields, where }]) =>
    fields === null || fields.log === log
      ? []
      : [fault(`Entry ${index} belongs to another log.`, index, where)],
  );

/** A warning only: the clock is the platform's, and the order of entries is that of the chain. */
function timeCheck({ entries }: Chain): Check {
  const faults: Fault[] = [];
  let before = "";
  for (const index of [...entries.keys()].sort((a, b) => a - b)) {
    const { fields, where } = entries.get(index) ?? {};
    if (!fields || !isInstant(fields.time)) continue;
    // Times in this one form sort as texts.
    if (fields.time < before)
      faults.push(fault(`Entry ${index} is of ${fields.time}, the one before of ${before}.`, index, where));
    before = fields.time;
  }
  return warning("time_order", "no entry's time is before that of the entry before", faults);
}

function typeCheck({ entries }: Chain): Check {
  const faults = [...entries].flatMap(([index, { fields, where, schema }]) =>
    fields === null || schema !== null || isKnownType(fields.type)
      ? []
      : [fault(`Entry ${index} is of a type that this verifier does not know.`, index, where)],
  );
  return warning("entry_type", "the types of entries with those that this verifier knows", faults);
}

// --- the head ---------------------------------------------------------------

type SignedHead = Result<{ readonly head: HeadStatement; readonly keyId: string }, Fault>;

async function openHead(read: ReadExport, keys: readonly TrustedKey[]): Promise<SignedHead> {
  if (read.head === null) {
    return refuse(
      fault(
        "There is no signed head, so nothing says that this is the log, or all of it. Export it again with " +
          "GET /v1/ledger/export; where the file was cut off, its last line is missing.",
      ),
    );
  }
  const { where, json } = read.head;
  const failed = (message: string) => refuse(fault(message, null, where));
  const envelope = readEnvelope(json);
  if (!envelope.ok) return failed(`The head is not a DSSE envelope. ${envelope.fault}`);
  if (kindOf(envelope.value) !== "head") return failed("The head's payloadType is not that of a head.");
  const opened = await openTrusted("head", envelope.value, keys);
  if (!opened.ok) return failed(opened.fault);
  const head = parseHeadStatement(opened.value.payload);
  if (!head.ok) return failed(STATEMENT_FAULTS[head.fault]);
  return ok({ head: head.value, keyId: opened.value.key.id });
}

function headSignatureCheck(signed: SignedHead): Check {
  const compared = signed.ok
    ? `Ed25519 over the head, with key ${signed.value.keyId}`
    : "the signed head, with the given keys";
  return check("head_signature", compared, signed.ok ? [] : [signed.fault]);
}

function coverageCheck(head: HeadStatement, { last }: Placement, { entries }: Chain): Check {
  const compared = `the head says ${head.size} entries, the last ${head.leaf}; the file ends with entry ${last}`;
  const lastEntry = entries.get(last);
  const faults: Fault[] = [];
  if (head.size > last + 1) {
    const missing = head.size - last - 1;
    faults.push(
      fault(`The file is cut off: the head counts ${missing} more, from entry ${last + 1} on.`, last + 1),
    );
  } else if (head.size < last + 1) {
    faults.push(
      fault(
        `The head is of an earlier time: entries from ${head.size} on stand under no signature.`,
        head.size,
      ),
    );
  } else if (lastEntry && lastEntry.leaf !== head.leaf && lastEntry.statedLeaf !== head.leaf) {
    const message =
      `Entry ${last} is not the one that the head was signed over: it, or the file's end from some entry on, is ` +
      "another history than the signed one. An earlier head, or a receipt of one of the entries, says from where.";
    faults.push(fault(message, last, lastEntry.where));
  }
  return check("head_coverage", compared, faults);
}

function notesOf(
  read: ReadExport,
  signed: SignedHead,
  { first, last }: Placement,
  { entries }: Chain,
): string[] {
  const notes: string[] = [];
  if (signed.ok) {
    const { head, keyId } = signed.value;
    notes.push(`Head of log ${head.log}: ${head.size} entries at ${head.time}, signed by key ${keyId}.`);
  }
  if (first > 0 && last >= first) {
    const prev = entries.get(first)?.fields?.prev;
    const outside = isDigest(prev) ? prev : "(unreadable)";
    notes.push(`The file starts at entry ${first}. That ${outside} is the leaf of entry ${first - 1} is taken from outside: \
what comes before is not in the file.`);
  }
  if (read.form === "page")
    notes.push("A JSON page: entries were compared by value, and hashed in their canonical form.");
  return notes;
}
