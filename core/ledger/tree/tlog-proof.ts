/** https://c2sp.org/tlog-proof: an entry's inclusion in a log, with the checkpoint that it leads to, in one text. */
import { fromBase64, toBase64 } from "../../encoding.ts";
import type { Hash } from "./merkle.ts";
import { formatNote, type Note, parseNote } from "./note.ts";

export interface TlogProof {
  readonly index: number;
  /** From the leaf's sibling up. */
  readonly path: readonly Hash[];
  readonly checkpoint: Note;
}

const HEADER = "c2sp.org/tlog-proof@v1";
const HASH_BYTES = 32;
/** A path has a hash for each bit of the log's size. */
const PATH_MAX = 64;

/** Without extra data: nobody could trust it. */
export const formatTlogProof = ({ index, path, checkpoint }: TlogProof): string =>
  `${HEADER}\nindex ${index}\n${path.map((hash) => `${toBase64(hash)}\n`).join("")}\n${formatNote(checkpoint)}`;

/** Extra data is passed over. Null where the text is no proof; whether it proves anything is for the reader to find out. */
export function parseTlogProof(text: string): TlogProof | null {
  const split = text.indexOf("\n\n");
  if (split < 0) return null;
  const [header, ...lines] = text.slice(0, split).split("\n");
  if (header !== HEADER) return null;
  if (lines[0]?.startsWith("extra ")) {
    if (fromBase64(lines[0].slice("extra ".length)) === null) return null;
    lines.shift();
  }
  const [, indexText] = /^index (0|[1-9][0-9]*)$/.exec(lines.shift() ?? "") ?? [];
  const index = indexText === undefined ? Number.NaN : Number(indexText);
  if (!Number.isSafeInteger(index) || lines.length > PATH_MAX) return null;
  const path: Hash[] = [];
  for (const line of lines) {
    const hash = fromBase64(line);
    if (hash?.length !== HASH_BYTES) return null;
    path.push(hash);
  }
  const checkpoint = parseNote(text.slice(split + 2));
  return checkpoint && { index, path, checkpoint };
}
