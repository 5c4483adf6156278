/** Prefixed, opaque ids. Randomness comes from the shell. */
import { toBase62 } from "./encoding.ts";

export type IdPrefix = "act" | "alr" | "apr" | "bkt" | "dlv" | "rec" | "sub" | "req";
/** 16 bytes: two ids never meet, and none can be guessed from another. */
export const ID_BYTES = 16;
const ID_CHARS = 22;
/** Milliseconds since 1970 until the year 10889. */
const TIME_BYTES = 6;

export const formatId = (prefix: IdPrefix, random: Uint8Array): string =>
  `${prefix}_${toBase62(random.subarray(0, ID_BYTES), ID_CHARS)}`;

/**
 * An id that begins with its time, so that ids made one after the other stand beside each other in an index: each new one at a
 * place of its own makes a database write another page for each. Ten bytes are random.
 */
export function formatTimedId(prefix: IdPrefix, nowMs: number, random: Uint8Array): string {
  const bytes = random.slice(0, ID_BYTES);
  for (let at = TIME_BYTES - 1, time = nowMs; at >= 0; at--, time = Math.floor(time / 256))
    bytes[at] = time % 256;
  return formatId(prefix, bytes);
}

export const isId = (prefix: IdPrefix, text: string): boolean =>
  text.startsWith(`${prefix}_`) && /^[0-9A-Za-z]{22}$/.test(text.slice(prefix.length + 1));
