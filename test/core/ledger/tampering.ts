/** Ways of tampering with an export, and which entries a verifier may name for them. */
import type { StoredEntry } from "../../../core/ledger/entry.ts";
import { makeLog, reseal } from "./log.ts";

/** Where a line of a file stands, without its line feed. */
export interface Line {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function linesIn(bytes: Uint8Array): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0x0a, start);
    lines.push({ start, end, text: new TextDecoder().decode(bytes.subarray(start, end)) });
    start = end + 1;
  }
  return lines;
}

export function flipped(bytes: Uint8Array, offset: number, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[offset] = (copy[offset] ?? 0) ^ (1 << bit);
  return copy;
}

export const entryIn = ({ text }: Line): number | null => {
  const [, index] = /^\{"index":([0-9]+),/.exec(text) ?? [];
  return index === undefined ? null : Number(index);
};

const HASH_BYTES = 32;

/** The entry whose hash stands at an offset of a list of leaf hashes; null beside the hashes. */
export function listedAt({ start, text }: Line, offset: number): number | null {
  const { from, hashes } = JSON.parse(text).leaves as { from: number; hashes: string };
  const begin = text.indexOf(hashes);
  const at = offset - start - begin;
  if (at < 0 || at >= hashes.length) return null;
  return from + Math.floor((Math.floor(at / 4) * 3) / HASH_BYTES);
}

/** The log rewritten from an entry on: each entry whole in itself, each naming the one before it. */
export const forkFrom = (log: readonly StoredEntry[], index: number): StoredEntry[] =>
  makeLog(log.length, {
    from: [...log.slice(0, index), reseal(log[index] as StoredEntry, { subject: "act_fork" })],
  });
