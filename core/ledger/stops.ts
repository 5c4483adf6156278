/** The signed trees that a file's entries are held against. */
import { fromBase64 } from "../encoding.ts";
import type { EpochStatement } from "../epoch.ts";
import type { OpenedCheckpoint, SignedCheckpoint } from "./checkpoints.ts";
import type { Located, ReadExport } from "./export-reader.ts";
import type { Range, Stop } from "./signed-tree.ts";

export interface OpenedNotes {
  /** Null where the file does not end with a checkpoint. */
  readonly last: OpenedCheckpoint | null;
  readonly lastWhere: string | null;
  readonly between: readonly Located<OpenedCheckpoint>[];
}

export async function openNotes(
  read: ReadExport,
  open: (text: string) => Promise<OpenedCheckpoint>,
): Promise<OpenedNotes> {
  const notes = read.complete ? read.checkpoints.slice(0, -1) : read.checkpoints;
  const last = read.complete ? read.checkpoints.at(-1) : undefined;
  const between: Located<OpenedCheckpoint>[] = [];
  for (const { where, value } of notes) between.push({ where, value: await open(value) });
  return { last: last ? await open(last.value) : null, lastWhere: last?.where ?? null, between };
}

export interface Stops {
  readonly reachable: readonly Stop[];
  /** Checkpoints of sizes that the entries of the file do not come to. */
  readonly beyond: readonly Stop[];
}

export function stopsOf(
  { last, lastWhere, between }: OpenedNotes,
  range: Range | null,
  epochs: readonly EpochStatement[],
  since: SignedCheckpoint | null,
): Stops {
  const final =
    last?.ok && range !== null && last.value.size > range.to ? stopOf("last", last.value, lastWhere) : null;
  const within = ({ size }: Stop) =>
    range !== null && size >= range.from && (size <= range.to + 1 || size === final?.size);
  const checkpoints = between.flatMap(({ where, value }) =>
    value.ok ? [stopOf("between", value.value, where)] : [],
  );
  const bases = epochs.map(({ epoch, base }) => ({
    kind: "epoch" as const,
    name: `the tree of ${base.size} entries with which epoch ${epoch} began`,
    where: null,
    size: base.size,
    root: fromBase64(base.root) ?? new Uint8Array(),
  }));
  const earlier = since === null ? [] : [stopOf("since", since, null)];
  const reachable = [...checkpoints, ...[...bases, ...earlier].filter(within)];
  return {
    reachable: [...reachable.filter(within), ...(final ? [final] : [])],
    beyond: checkpoints.filter((stop) => !within(stop)),
  };
}

const NAMES = {
  last: () => "the last checkpoint",
  between: (size: number) => `the checkpoint of size ${size}`,
  since: () => "the checkpoint saved earlier",
} as const;

const stopOf = (kind: keyof typeof NAMES, { size, root }: SignedCheckpoint, where: string | null): Stop => ({
  kind,
  name: NAMES[kind](size),
  where,
  size,
  root,
});
