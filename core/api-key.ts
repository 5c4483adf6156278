/**
 * The text of an API key: `cs_<env>_<tenant><key>_<secret><crc>`.
 *
 *   cs_demo_9vTq…Lk3_f0J…x81aB3dQ
 *
 * The id names tenant and key, so the tenant comes from the credential alone (invariant I7); the secret is 32 random
 * bytes in base62; the CRC-32 lets a secret scanner, and the gate before it asks any object, tell a mistyped
 * key from a wrong one. Only SHA-256 of the secret is stored: 256 random bits need no slow hash.
 */
import { toBase62 } from "./encoding.ts";
import { sha256Hex } from "./hash.ts";

const TENANT_CHARS = 16;
const KEY_CHARS = 12;
const SECRET_CHARS = 43;
const CRC_CHARS = 6;
const FORM = /^cs_([a-z0-9]{1,16})_([0-9A-Za-z]{16})([0-9A-Za-z]{12})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;

export interface ParsedApiKey {
  readonly tenant: string;
  readonly keyId: string;
  readonly secretHash: string;
}

export const newTenantId = (random: Uint8Array): string => toBase62(random, TENANT_CHARS);
export const newKeyId = (random: Uint8Array): string => `key_${toBase62(random, KEY_CHARS)}`;

/** `random` is at least 32 bytes. The text is shown once and never stored. */
export function formatApiKey(env: string, tenant: string, keyId: string, random: Uint8Array): string {
  const unchecked = `cs_${env}_${tenant}${keyId.slice("key_".length)}_${toBase62(random, SECRET_CHARS)}`;
  return unchecked + checksum(unchecked);
}

export function parseApiKey(text: string): ParsedApiKey | null {
  const match = FORM.exec(text);
  const [, , tenant, key, secret, crc] = match ?? [];
  if (!tenant || !key || !secret || checksum(text.slice(0, -CRC_CHARS)) !== crc) return null;
  return { tenant, keyId: `key_${key}`, secretHash: hashSecret(text) };
}

/** Hash over the whole text, so that a secret cannot be moved under another tenant's or key's id. */
export const hashSecret = (keyText: string): string => sha256Hex(keyText);

function checksum(text: string): string {
  let crc = 0xffffffff;
  for (let at = 0; at < text.length; at++) {
    crc ^= text.charCodeAt(at);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  crc = ~crc >>> 0;
  return toBase62(new Uint8Array([crc >>> 24, crc >>> 16, crc >>> 8, crc]), CRC_CHARS);
}

/** Compares two hex hashes of equal length without leaving early. */
export function equalHashes(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  let difference = 0;
  for (let at = 0; at < left.length; at++) difference |= left.charCodeAt(at) ^ right.charCodeAt(at);
  return difference === 0;
}
