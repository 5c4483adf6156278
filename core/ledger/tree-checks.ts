/** What the signed checkpoints say of an export: where it is not the log that they vouch for, and from where on. */
import { toHex } from "../encoding.ts";
import type { EpochStatement } from "../epoch.ts";
import { type Digest, digestBytes } from "../hash.ts";
import { type ChangedBeside, changedBeside } from "./beside.ts";
import type { Chain } from "./chain.ts";
import { describeCheckpoint, type OpenedCheckpoint, type SignedCheckpoint } from "./checkpoints.ts";
import { changedField } from "./damage.ts";
import { ENTRY_VERSION } from "./entry.ts";
import { isIntact } from "./entry-list.ts";
import type { ReadExport } from "./export-reader.ts";
import type { Placement } from "./placement.ts";
import type { ReadEntry } from "./read-entry.ts";
import { type Check, check, type Fault, fault, skipped } from "./report.ts";
import type { Departure, LeafSource, Range, SignedTree } from "./signed-tree.ts";
import type { OpenedNotes, Stops } from "./stops.ts";
import { type Hash, isSame } from "./tree/merkle.ts";

export const NO_CHECKPOINT = "there is no valid checkpoint to compare with";
const HASH_BYTES = 32;

export const digestOfHash = (hash: Hash | null): Digest | null => hash && `sha256:${toHex(hash)}`;

export const rotationCheck = (count: number, faults: readonly Fault[]): Check =>
  check(
    "rotations",
    `both signatures of each rotation: ${count} handed trust on from or to a given key`,
    faults,
  );

/** Whether the file is the history that was signed later: then it is the other one that departs. */
const isOverruled = (tree: SignedTree | null, { after }: Departure): boolean =>
  tree !== null && (after < tree.vouchedTo || tree.kept.some(({ kind }) => kind === "last"));

export function epochCheck(
  epochs: readonly EpochStatement[],
  faults: readonly Fault[],
  tree: SignedTree | null,
): Check {
  const departed = (tree?.departures ?? []).filter(
    (departure) => departure.stop.kind === "epoch" && isOverruled(tree, departure),
  );
  return check(
    "epochs",
    `the statement of each epoch with the given keys for epochs, and the tree with which it began: ${epochs.length} hold`,
    [...faults, ...departed.map(({ stop }) => fault(`The file is not the history of ${stop.name}.`))],
  );
}

export function signatureCheck({ last, lastWhere }: OpenedNotes, read: ReadExport): Check {
  const compared = last?.ok
    ? `Ed25519 over the last checkpoint: ${describeCheckpoint(last.value)}`
    : "the last checkpoint, with the given keys";
  if (last?.ok) return check("checkpoint_signature", compared, []);
  const message =
    last?.fault ??
    "There is no signed checkpoint at the end, so nothing says that this is the log, or all of it. Export it again with " +
      "GET /v1/ledger/export; where the file was cut off, its last line is missing.";
  const where = last === null && read.form === "lines" ? null : lastWhere;
  return check("checkpoint_signature", compared, [fault(message, null, where)]);
}

export function rootCheck(
  read: ReadExport,
  range: Range | null,
  tree: SignedTree | null,
  last: SignedCheckpoint | null,
  placement: Placement,
  beside: ChangedBeside | null,
): Check {
  if (last === null) return skipped("tree_root", NO_CHECKPOINT);
  const compared = `the root of the tree of ${last.size} entries (RFC 6962), from the hashes in the file, with the signed one`;
  const where = read.range?.where ?? null;
  if (range === null)
    return check("tree_root", compared, [
      fault("The line of hashes beside the entries is missing, or there is no entry.", null, where),
    ]);
  if (last.size <= range.to)
    return skipped("tree_root", `the last checkpoint is of size ${last.size} and does not cover the file`);
  if (tree === null)
    return check("tree_root", compared, [
      fault(`\`left\` has not the hashes for the ${range.from} entries before the first one.`, null, where),
    ]);
  const departed = tree.departures.find(({ stop }) => stop.kind === "last");
  return check(
    "tree_root",
    compared,
    departed === undefined ? [] : departureFaults(range, tree, where, placement, beside),
  );
}

/** The first signed tree to which nothing in the file leads. */
const firstDeparture = (tree: SignedTree): Departure | undefined =>
  tree.departures.find(({ after }) => after === tree.vouchedTo);

/** The hash beside the entries by which the file departs from the signed trees, where it is one. */
export function besideOf(
  range: Range | null,
  tree: SignedTree | null,
  source: LeafSource,
): ChangedBeside | null {
  const first = tree === null ? undefined : firstDeparture(tree);
  if (range === null || tree === null || first === undefined) return null;
  return changedBeside(range, (index) => tree.leaf(index) ?? source(index), first.stop);
}

/** From which checkpoint on the file is another history, and among which entries that begins. */
function departureFaults(
  range: Range,
  tree: SignedTree,
  where: string | null,
  placement: Placement,
  beside: ChangedBeside | null,
): Fault[] {
  const first = firstDeparture(tree);
  if (first === undefined) return [];
  const until = Math.min(first.stop.size, range.to + 1) - 1;
  const from = tree.vouchedTo;
  const good = from === range.from ? "" : `Up to size ${from} it is the signed one. `;
  const orBeside =
    range.left.length + range.right.length === 0 ? "" : ", or the hashes beside the entries were changed";
  if (from > range.to)
    return [fault("The hashes of what comes after the last entry are not the signed ones.", null, where)];
  if (beside !== null)
    return [
      fault(
        `One of the hashes beside the entries was changed: number ${beside.at + 1} of \`${beside.side}\`. With one bit of its text turned back the file leads to ${first.stop.name}, size ${first.stop.size}.`,
        null,
        where,
      ),
    ];
  const entries = from === until ? `Entry ${from} is` : `One of the entries ${from} to ${until} is`;
  return [
    fault(
      `The file departs from the signed history, at the latest at ${first.stop.name}, size ${first.stop.size}. ${good}${entries} the first of another history${orBeside}.`,
      from,
      placement.at(from)[0]?.where ?? where,
    ),
  ];
}

/** Each entry with its own place in the signed tree: here an altered entry is told from its neighbours. */
export function leafCheck(
  chain: Chain,
  { entries }: Placement,
  tree: SignedTree | null,
  log: string | null,
  searchesMax: number,
): Check {
  if (tree === null || tree.vouchedTo === tree.from)
    return skipped("tree_leaf", "no checkpoint vouches for the hashes of the entries");
  const faults: Fault[] = [];
  const foreign: ForeignRun[] = [];
  let searches = 0;
  const compare = (index: number, signed: Hash): void => {
    const entry = chain.entry(index);
    if (entry === undefined || isLeaf(entry, signed)) return;
    if (isIntact(entry)) {
      addForeign(foreign, index, entry);
      return;
    }
    const prev = index === tree.from ? null : digestOfHash(tree.leaf(index - 1));
    const known = { index, log, prev, v: ENTRY_VERSION };
    const field = searches++ < searchesMax ? changedField(entry, signed, known) : null;
    faults.push(alteredFault(index, entry, signed, field));
  };
  for (const span of chain.spans) {
    for (let at = Math.max(0, tree.from - span.index); at < span.count; at++) {
      const index = span.index + at;
      const signed = tree.leaf(index);
      if (signed === null) break;
      const own = at > 0 && entries.leafAt(span.place + at);
      if (!own || !isSame(own, signed)) compare(index, signed);
    }
  }
  const count = tree.vouchedTo - tree.from;
  return check("tree_leaf", `the hash of each entry with its leaf in the signed tree: ${count} leaves`, [
    ...faults,
    ...foreign.map(foreignFault),
  ]);
}

const isLeaf = ({ leaf }: ReadEntry, signed: Hash): boolean =>
  leaf !== null && isSame(digestBytes(leaf), signed);

/** Entries whole in themselves, each following the one before, that are not the signed ones. */
interface ForeignRun {
  readonly from: number;
  to: number;
  readonly where: string;
  lastLeaf: string | null;
}

function addForeign(runs: ForeignRun[], index: number, { where, leaf, fields }: ReadEntry): void {
  const run = runs.at(-1);
  if (run?.to === index - 1 && run.lastLeaf === fields?.prev) {
    run.to = index;
    run.lastLeaf = leaf;
  } else runs.push({ from: index, to: index, where, lastLeaf: leaf });
}

function alteredFault(index: number, { leaf, where }: ReadEntry, signed: Hash, field: string | null): Fault {
  const what = leaf === null ? "cannot be read" : `hashes to ${leaf}`;
  const member =
    field === null ? "" : ` What was changed in it is ${field || "its text outside of the members"}.`;
  return fault(
    `Entry ${index} is not the signed one: it ${what}, its leaf in the tree is ${digestOfHash(signed)}.${member}`,
    index,
    where,
    field,
  );
}

const foreignFault = ({ from, to, where }: ForeignRun): Fault =>
  fault(
    from === to
      ? `Entry ${from} is whole in itself, but not the one that was signed.`
      : `Entries ${from} to ${to} are whole in themselves, but not those that were signed: from entry ${from} on this is another history.`,
    from,
    where,
  );

export function listCheck(
  read: ReadExport,
  range: Range | null,
  tree: SignedTree | null,
  listed: LeafSource,
  placement: Placement,
): Check {
  const faults: Fault[] = [];
  let next = range?.from ?? read.leaves[0]?.from ?? 0;
  for (const { where, from, to, hashes } of read.leaves) {
    if (from !== next)
      faults.push(fault(`The list of leaf hashes begins at entry ${from}, not at ${next}.`, null, where));
    const count = hashes.length / HASH_BYTES;
    if (count !== to - from + 1)
      faults.push(fault(`The list says entries ${from} to ${to}, and has ${count} hashes.`, null, where));
    next = to + 1;
    // By the hashes that there are: what the list says may be anything.
    for (let index = from; index < from + count; index++) {
      const hash = listed(index);
      const known = tree?.leaf(index) ?? intactLeaf(placement, index);
      if (hash !== null && known !== null && !isSame(hash, known))
        faults.push(
          fault(
            `The list has another hash for entry ${index} than ${tree?.leaf(index) ? "was signed" : "the entry has"}.`,
            index,
            where,
          ),
        );
    }
  }
  if (range !== null && next <= range.to)
    faults.push(fault(`The lists of leaf hashes end before entry ${next}.`));
  return check("leaf_list", "the lists of leaf hashes with the signed tree", faults);
}

function intactLeaf(placement: Placement, index: number): Hash | null {
  const [entry] = placement.at(index);
  return entry?.leaf && isIntact(entry) ? digestBytes(entry.leaf) : null;
}

export function betweenCheck(
  { between }: OpenedNotes,
  { beyond }: Stops,
  tree: SignedTree | null,
  range: Range | null,
  beside: ChangedBeside | null,
): Check {
  const faults: Fault[] = between.flatMap(({ where, value }) =>
    value.ok ? [] : [fault(`A checkpoint before the last: ${value.fault}`, null, where)],
  );
  for (const { where, name } of beyond)
    faults.push(
      fault(`The entries of the file do not come to ${name}, so that it cannot be compared.`, null, where),
    );
  const reached = tree?.vouchedTo ?? 0;
  const departed = (tree?.departures ?? []).filter(({ stop }) => stop.kind === "between");
  for (const { stop } of departed.filter((departure) => isOverruled(tree, departure))) {
    const message = `The root of ${stop.name} is not that of the history signed later: the log was forked. Keep both checkpoints.`;
    faults.push(fault(message, null, stop.where));
  }
  const first = departed.find((departure) => !isOverruled(tree, departure));
  if (first !== undefined) {
    const message = `The file is not the history of ${first.stop.name}, nor of any after it.`;
    const index = beside === null ? Math.min(reached, range?.to ?? reached) : null;
    faults.push(fault(message, index, first.stop.where));
  }
  return check(
    "checkpoints",
    `the root at the size of each of ${between.length} checkpoints before the last`,
    faults,
  );
}

export function sinceCheck(
  earlier: OpenedCheckpoint,
  tree: SignedTree | null,
  range: Range | null,
  last: SignedCheckpoint | null,
): Check {
  const compared = "the root at the size of the checkpoint saved earlier with the one in it";
  if (!earlier.ok) return check("since", compared, [fault(`The checkpoint saved earlier: ${earlier.fault}`)]);
  const { size } = earlier.value;
  if (tree?.kept.some(({ kind }) => kind === "since"))
    return check("since", `${compared}: the log of ${size} entries is the beginning of this one`, []);
  if (tree?.departures.some(({ stop }) => stop.kind === "since")) {
    const message = `The history that was signed at size ${size} is not the beginning of this one: the log was forked or set back. Keep both.`;
    return check("since", compared, [fault(message)]);
  }
  const message =
    last !== null && last.size < size
      ? `It was of size ${size}, and the log now of ${last.size}: entries are gone, or the export is older.`
      : `It is of size ${size}, which an export of entries ${range?.from ?? 0} to ${range?.to ?? 0} does not come to. Export from entry ${size} or earlier on.`;
  return check("since", compared, [fault(message)]);
}
