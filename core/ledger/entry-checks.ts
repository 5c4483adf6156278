/** What can be said of an export's entries by themselves, and of the file around them. */
import type { SignedCheckpoint } from "./checkpoints.ts";
import { isIntact } from "./entry-list.ts";
import type { EvidenceFound } from "./evidence-reader.ts";
import type { ReadExport } from "./export-reader.ts";
import type { Placement } from "./placement.ts";
import type { ReadEntry } from "./read-entry.ts";
import { type Check, check, type Fault, fault } from "./report.ts";
import type { Range } from "./signed-tree.ts";

export function syntaxCheck(read: ReadExport, placement: Placement): Check {
  const faults = [...read.faults, ...complaints(placement, ({ syntax }) => syntax)];
  if (read.entries.length === 0) faults.push(fault("The file holds no entry."));
  const unit = read.form === "lines" ? "entries" : "items of the page";
  return check("file_syntax", `${read.entries.length} ${unit} read as strict I-JSON (RFC 7493)`, faults);
}

export function headerCheck(
  { header, leaves, entries }: ReadExport,
  log: string | null,
  range: Range | null,
): Check {
  const compared =
    "the header's log, from and to with the entries, the lists of leaf hashes and the last checkpoint";
  if (header === null) return check("header", compared, [fault("The file has no header.")]);
  const { where, value } = header;
  const faults: Fault[] = [];
  if (value.log !== log) faults.push(fault("The header names another log than the entries.", null, where));
  const ends = range ?? { from: leaves[0]?.from ?? value.from, to: value.to };
  if (entries.length > 0 && (value.from !== ends.from || value.to !== ends.to))
    faults.push(
      fault(
        `The header says entries ${value.from} to ${value.to}; the file is of ${ends.from} to ${ends.to}.`,
        null,
        where,
      ),
    );
  return check("header", compared, faults);
}

export function ownChecks(placement: Placement): Check[] {
  const leafFaults = faultsOf(placement, (index, { where, leaf, statedLeaf }, entry) =>
    leaf === null || isIntact(entry)
      ? []
      : [
          fault(
            `Entry ${index} was altered: its bytes hash to ${leaf}, its leaf says ${statedLeaf ?? "nothing"}.`,
            index,
            where,
          ),
        ],
  );
  const formFaults = faultsOf(placement, (index, { form, where }) =>
    form === null ? [] : [fault(form.message, index, where, form.field)],
  );
  const schemaFaults = faultsOf(placement, (index, { schema, where }) =>
    schema.map(({ field, message }) => fault(`${field || "/"}: ${message}`, index, where, field)),
  );
  return [
    check("entry_form", "each entry's text with its canonical JSON (RFC 8785), byte for byte", formFaults),
    check(
      "entry_schema",
      "the members of each entry: v, log, index, prev, time, type, actor, subject, body",
      schemaFaults,
    ),
    check("leaf_hash", "SHA-256(0x00 || entry) with each stated leaf", leafFaults),
  ];
}

const complaints = (placement: Placement, of: (entry: ReadEntry) => string | null): Fault[] =>
  faultsOf(placement, (index, entry) => {
    const message = of(entry);
    return message === null ? [] : [fault(message, index, entry.where)];
  });

/** An entry that follows the one before is whole in itself. */
const faultsOf = (
  { odd }: Placement,
  of: (index: number, entry: ReadEntry, same: ReadEntry) => readonly Fault[],
): Fault[] => odd.flatMap(([index, entry]) => of(index, entry, entry));

export const evidenceCheck = ({ openedCount, erasedCount, lineCount, faults }: EvidenceFound): Check =>
  check(
    "evidence",
    `each of ${lineCount} lines of evidence with the entries that it is of: ${openedCount} decisions opened, ${erasedCount} erased, bundles and policies by their digests`,
    faults,
  );

/** Beside what placing the lines found: entries that the file ends without, or that no checkpoint comes to. */
export function indexCheck(placement: Placement, range: Range | null, last: SignedCheckpoint | null): Check {
  const faults = [...placement.faults];
  if (range !== null && placement.size > 0) {
    if (placement.first > range.from) faults.push(missing(range.from, placement.first - 1));
    if (placement.last < range.to) faults.push(missing(placement.last + 1, range.to));
    if (placement.first < range.from) faults.push(outside(placement.first, range.from - 1));
    if (placement.last > range.to) faults.push(outside(range.to + 1, placement.last));
  }
  if (last !== null && last.size <= placement.last) {
    const message = `The last checkpoint is of size ${last.size}: entries from ${last.size} on stand under no signature.`;
    faults.push(fault(message, last.size));
  }
  const compared = `indexes ${placement.first} to ${placement.last}: each once, in order, none missing at the ends`;
  return check("index", compared, faults);
}

/** The hashes beside the range stand for these already, so that nothing holds the entries of the file against the signed tree. */
const outside = (from: number, to: number): Fault =>
  fault(
    `${from === to ? `Entry ${from} stands` : `Entries ${from} to ${to} stand`} outside of the range that the file is of, under no signature.`,
    from,
  );

const missing = (from: number, to: number): Fault =>
  fault(
    `${from === to ? `Entry ${from} is` : `Entries ${from} to ${to} are`} missing: the file was cut off.`,
    from,
  );
