/** Base64 (RFC 4648 section 4 and 5), base62 and UTF-8, each in one strict form. */

const encoder = new TextEncoder();
export const utf8 = (text: string): Uint8Array => encoder.encode(text);
/** Throws a TypeError on bytes that are not UTF-8; keeps a BOM, so that it is seen. */
export const fromUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** ES2026; workerd and browsers have it, Node 24 does not. Two hundred times as fast as by way of `btoa`. */
const nativeToBase64 = (Uint8Array.prototype as { toBase64?: () => string }).toBase64;

export function toBase64(bytes: Uint8Array): string {
  if (nativeToBase64) return nativeToBase64.call(bytes);
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}

export const toBase64Url = (bytes: Uint8Array): string =>
  toBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

const nativeFromBase64 = (Uint8Array as { fromBase64?: (text: string) => Uint8Array }).fromBase64;

/** The bytes, or null where the text is not the one canonical base64 of some bytes. */
export function fromBase64(text: string): Uint8Array | null {
  try {
    const bytes = nativeFromBase64
      ? nativeFromBase64.call(Uint8Array, text)
      : Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    // Re-encoding refuses white space, missing padding and stray trailing bits.
    return toBase64(bytes) === text ? bytes : null;
  } catch {
    return null;
  }
}

export function fromBase64Url(text: string): Uint8Array | null {
  if (/[^A-Za-z0-9_-]/.test(text)) return null;
  const padded = text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (text.length % 4)) % 4);
  return fromBase64(padded);
}

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** `length` base62 digits of the bytes read as one number, most significant first. */
export function toBase62(bytes: Uint8Array, length: number): string {
  // Long division: a bigint takes twenty times as long.
  const number = bytes.slice();
  let first = 0;
  let text = "";
  for (let digit = 0; digit < length; digit++) {
    let rest = 0;
    for (let at = first; at < number.length; at++) {
      const dividend = (rest << 8) | (number[at] as number);
      number[at] = dividend / 62;
      rest = dividend % 62;
    }
    while (number[first] === 0) first++;
    text = BASE62[rest] + text;
  }
  return text;
}
