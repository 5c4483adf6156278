/** Prefixed, opaque ids. Randomness comes from the shell. */
import { toBase62 } from "./encoding.ts";

export type IdPrefix = "act" | "alr" | "apr" | "bkt" | "dlv" | "rec" | "sub" | "req";
/** 16 bytes: two ids never meet, and none can be guessed from another. */
export const ID_BYTES = 16;
const ID_CHARS = 22;

export const formatId = (prefix: IdPrefix, random: Uint8Array): string =>
  `${prefix}_${toBase62(random.subarray(0, ID_BYTES), ID_CHARS)}`;

export const isId = (prefix: IdPrefix, text: string): boolean =>
  text.startsWith(`${prefix}_`) && /^[0-9A-Za-z]{22}$/.test(text.slice(prefix.length + 1));
