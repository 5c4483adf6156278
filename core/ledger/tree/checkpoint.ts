/** Checkpoints, https://c2sp.org/tlog-checkpoint: the text of the signed note in which a log states its size and root. */
import { fromBase64, toBase64 } from "../../encoding.ts";
import { type Hash, isSame } from "./merkle.ts";

export interface Checkpoint {
  /** The log's unique name, and the name of the key that signs. */
  readonly origin: string;
  readonly size: number;
  readonly root: Hash;
}

const ROOT_BYTES = 32;

/** No extension lines: what stands there is signed, and nobody can audit it. */
export const formatCheckpoint = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${size}\n${toBase64(root)}\n`;

/** `text` is a note's. Extension lines are taken and mean nothing. Null where it is no checkpoint. */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [origin, sizeText, rootText, ...rest] = text.split("\n");
  if (origin === undefined || origin === "" || sizeText === undefined || rootText === undefined) return null;
  // Every line ends in a line feed, and none is empty.
  if (rest.at(-1) !== "" || rest.slice(0, -1).includes("")) return null;
  if (!/^(0|[1-9][0-9]*)$/.test(sizeText)) return null;
  const size = Number(sizeText);
  const root = fromBase64(rootText);
  if (!Number.isSafeInteger(size) || root?.length !== ROOT_BYTES) return null;
  return { origin, size, root };
}

export const isSameCheckpoint = (a: Checkpoint, b: Checkpoint): boolean =>
  a.origin === b.origin && a.size === b.size && isSame(a.root, b.root);
