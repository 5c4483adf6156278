/**
 * The export of a ledger, `countersign-ledger/2` (docs/spec/ledger.md): JSON Lines. With evidence (evidence.ts) it is the same
 * file with more lines between.
 *
 *   {"export":{"format":"countersign-ledger/2","log":"…","from":0,"to":299}}
 *   {"index":0,"leaf":"sha256:…","entry":{…}}
 *   {"leaves":{"from":0,"to":255,"hashes":"…"}}
 *   {"range":{"left":[],"right":[]}}
 *   {"rotation":{"payloadType":"…","payload":"…","signatures":[…]}}
 *   {"epoch":{"payloadType":"…","payload":"…","signatures":[…]}}
 *   {"checkpoint":"…"}
 *
 * `entry` is the entry exactly as stored. The last checkpoint covers all entries of the file; those before it say from where on
 * a damaged file is another history.
 */
import type { Envelope } from "../dsse.ts";
import { toBase64 } from "../encoding.ts";
import { type Digest, digestBytes } from "../hash.ts";
import type { Json, JsonObject } from "../json.ts";
import type { StoredEntry } from "./entry.ts";
import { TILE_WIDTH } from "./tree/tiles.ts";

export const EXPORT_FORMAT = "countersign-ledger/2";

export interface ExportHeader {
  readonly format: typeof EXPORT_FORMAT;
  readonly log: string;
  /** First and last index. */
  readonly from: number;
  readonly to: number;
}

/** Roots of the complete subtrees beside the entries (RFC 6962), in base64, from left to right. */
export interface RangeHashes {
  /** Of the leaves before the first entry. */
  readonly left: readonly string[];
  /** Of those after the last, up to the size of the last checkpoint. */
  readonly right: readonly string[];
}

export const exportHeaderLine = (header: ExportHeader): string => JSON.stringify({ export: header });
export const entryLead = (index: number, leaf: string): string =>
  `{"index":${index},"leaf":"${leaf}","entry":`;
export const entryLine = (entry: StoredEntry): string =>
  `${entryLead(entry.index, entry.leaf)}${entry.text}}`;
export const rangeLine = (range: RangeHashes): string =>
  JSON.stringify({ range: { left: range.left, right: range.right } });
export const rotationLine = (rotation: Envelope): string => JSON.stringify({ rotation });
export const epochLine = (epoch: Envelope): string => JSON.stringify({ epoch });
export const checkpointLine = (note: string): string => JSON.stringify({ checkpoint: note });

/** A line of leaf hashes ends with the tile that it fills, and at the last entry. */
export const endsLeaves = (index: number, to: number): boolean =>
  index === to || (index + 1) % TILE_WIDTH === 0;

const HASH_BYTES = 32;

export function leavesLine(from: number, leaves: readonly Digest[]): string {
  const hashes = new Uint8Array(leaves.length * HASH_BYTES);
  for (const [at, leaf] of leaves.entries()) hashes.set(digestBytes(leaf), at * HASH_BYTES);
  return JSON.stringify({ leaves: { from, to: from + leaves.length - 1, hashes: toBase64(hashes) } });
}

/** What GET /v1/ledger/entries answers: the members by which a page is verified as an export is. */
export interface PageProof {
  readonly range: RangeHashes;
  readonly rotations: readonly Envelope[];
  readonly epochs: readonly Envelope[];
  readonly checkpoint: string;
}

export const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === "object" && json !== null && !Array.isArray(json);
