/** The entries of an export by index, one each, and whether each names the one before it by its hash. */
import { type Digest, isDigest } from "../hash.ts";
import { GENESIS } from "./entry.ts";
import { isIntact } from "./entry-list.ts";
import type { Placement, Span } from "./placement.ts";
import type { ReadEntry } from "./read-entry.ts";
import { type Check, check, type Fault, fault, warning } from "./report.ts";
import { isInstant, isKnownType } from "./schema.ts";

/** Where an index is doubled, the entry that is signed, else the one that its successor names. */
export interface Chain {
  readonly spans: readonly Span[];
  entry(index: number): ReadEntry | undefined;
  readonly linkFaults: readonly Fault[];
  readonly linkCount: number;
}

/**
 * Walks from the last entry to the first, since trust runs that way. Where a link is broken between two entries that are intact
 * in themselves, the one that its own successor does not name is the one that was exchanged. `signed` is the hash that the
 * checkpoints vouch for, or null.
 */
export function linkEntries(placement: Placement, signed: (index: number) => Digest | null): Chain {
  const { spans, first } = placement;
  /** Of doubled ones the one that was chosen. */
  const chosen = new Map<number, ReadEntry>();
  const entryAt = (index: number): ReadEntry | undefined => chosen.get(index) ?? placement.at(index)[0];
  const linkFaults: Fault[] = [];
  let linkCount = 0;
  // Signed or, where nothing is, named by its successor.
  const isMeant = (entry: ReadEntry, index: number): boolean =>
    isNamed(entry, signed(index) ?? entryAt(index + 1)?.fields?.prev ?? null);
  for (const { index: begin, count } of spans.toReversed()) {
    // Within a span each entry names the one before it by its hash.
    linkCount += count - 1;
    const index = begin + count - 1;
    const placed = placement.at(index);
    const entry = placed.length === 1 ? placed[0] : (placed.find((one) => isMeant(one, index)) ?? placed[0]);
    if (entry === undefined) continue;
    if (placed.length > 1) chosen.set(index, entry);
    const successor = entryAt(index + 1);
    if (!successor?.fields || entry.leaf === null) continue;
    linkCount++;
    if (isNamed(entry, successor.fields.prev) || !isIntact(entry) || !isIntact(successor)) continue;
    const exchanged = signed(index) === null ? isMeant(successor, index + 1) : !isMeant(entry, index);
    linkFaults.push(brokenLink(index, entry, successor, exchanged));
  }
  const start = entryAt(0);
  if (first === 0 && start?.fields && isIntact(start) && start.fields.prev !== GENESIS) {
    linkFaults.push(
      fault("Entry 0 names an entry before it; the first has 64 zeros.", 0, start.where, "/prev"),
    );
  }
  return { spans, entry: entryAt, linkFaults: linkFaults.reverse(), linkCount };
}

/** An altered entry still counts by the leaf stated beside it: the damage is then its own, not the chain's. */
const isNamed = ({ leaf, statedLeaf }: ReadEntry, name: string | null): boolean =>
  name !== null && (leaf === name || statedLeaf === name);

function brokenLink(index: number, entry: ReadEntry, successor: ReadEntry, exchanged: boolean): Fault {
  const compared = `entry ${index + 1} names ${successor.fields?.prev} before it, entry ${index} is ${entry.leaf}`;
  return exchanged && isDigest(successor.fields?.prev)
    ? fault(`Entry ${index} was exchanged: ${compared}.`, index, entry.where)
    : fault(
        `Entry ${index + 1} does not follow entry ${index}: ${compared}.`,
        index + 1,
        successor.where,
        "/prev",
      );
}

export function linksCompared({ entry, linkCount }: Chain, { first }: Placement): string {
  const start = entry(first)?.fields?.prev;
  const from =
    first === 0 ? "entry 0 starts the log" : `the first one's prev ${start ?? ""} is taken from outside`;
  return `prev of each entry with the leaf of the one before: ${linkCount} links; ${from}`;
}

/** The log that most entries name. */
export function commonLog({ entries, odd }: Placement): string | null {
  const counts = new Map<string, number>();
  if (entries.log !== null) counts.set(entries.log, entries.length - entries.odd.length);
  for (const [, { fields }] of odd) if (fields) counts.set(fields.log, (counts.get(fields.log) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

/** The first entry of each span: those behind it are like it in log, time order and form. */
const firstOfSpans = ({ spans, entry }: Chain): (readonly [number, ReadEntry])[] =>
  spans.flatMap(({ index }) => {
    const found = entry(index);
    return found === undefined ? [] : [[index, found] as const];
  });

export function logCheck(chain: Chain, log: string | null): Check {
  const faults: Fault[] = [];
  for (const { index: begin, count } of chain.spans) {
    const first = chain.entry(begin);
    if (!first?.fields || first.fields.log === log) continue;
    for (let index = begin; index < begin + count; index++)
      faults.push(
        fault(`Entry ${index} belongs to another log.`, index, chain.entry(index)?.where ?? null, "/log"),
      );
  }
  return check("log_name", `every entry names the log ${log ?? "(none)"}`, faults);
}

/** A warning only: the clock is the platform's, and the order of entries is that of the chain. */
export function timeCheck({ spans, entry }: Chain): Check {
  const faults: Fault[] = [];
  let before = "";
  const next = (index: number): void => {
    const { fields, where } = entry(index) ?? {};
    if (!fields || !isInstant(fields.time)) return;
    // Times in this one form sort as texts.
    if (fields.time < before)
      faults.push(
        fault(
          `Entry ${index} is of ${fields.time}, the one before of ${before}.`,
          index,
          where ?? null,
          "/time",
        ),
      );
    before = fields.time;
  };
  for (const { index, count } of spans) {
    next(index);
    if (count > 1) next(index + count - 1);
  }
  return warning("time_order", "no entry's time is before that of the entry before", faults);
}

export function typeCheck(chain: Chain): Check {
  const faults = firstOfSpans(chain).flatMap(([index, { fields, where, schema }]) =>
    fields === null || schema.length > 0 || isKnownType(fields.type)
      ? []
      : [fault(`Entry ${index} is of a type that this verifier does not know.`, index, where, "/type")],
  );
  return warning("entry_type", "the types of entries with those that this verifier knows", faults);
}
