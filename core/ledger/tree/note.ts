/**
 * Signed notes, https://c2sp.org/signed-note: a text, an empty line, and a line for each signature. Of Ed25519 keys only;
 * signatures by keys that are not asked for are kept and say nothing.
 */
import { fromBase64, fromUtf8, toBase64, utf8 } from "../../encoding.ts";
import { sha256 } from "../../hash.ts";

/** What a signature covers and how, the first byte of the key's material. */
export const SIGNATURE_TYPE = {
  /** Ed25519 over the note's text. */
  ed25519: 0x01,
  /** Ed25519 over the text with the time at which a witness saw it (https://c2sp.org/tlog-cosignature). */
  cosignature: 0x04,
} as const;

const TYPES: readonly number[] = Object.values(SIGNATURE_TYPE);
const PUBLIC_KEY_BYTES = 32;
const KEY_ID_BYTES = 4;

/** A verifier key, as in `name+9f86d081+AQ...`. */
export interface NoteKey {
  readonly name: string;
  readonly type: number;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
}

export interface NoteSignature {
  readonly name: string;
  /** Four bytes: a hint at the key, never proof. */
  readonly keyId: number;
  /** Without the key's id. */
  readonly bytes: Uint8Array;
}

export interface Note {
  /** Ends in a line feed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

/** Signature lines that a reader takes: the specification asks for at least 16. */
export const NOTE_SIGNATURES_MAX = 100;
/** Bytes of a note: a checkpoint has some hundred. */
export const NOTE_BYTES_MAX = 1_000_000;

/** A key's name has no white space and no plus: both end it. */
export const isKeyName = (name: string): boolean => name !== "" && !/[\s+\u0085]/u.test(name);

/** The first four bytes of SHA-256(name, line feed, type, public key), as a number. */
export function keyIdOf({ name, type, publicKey }: NoteKey): number {
  const hash = sha256(name, "\n", new Uint8Array([type]), publicKey);
  return new DataView(hash.buffer, hash.byteOffset).getUint32(0);
}

const keyIdText = (keyId: number): string => keyId.toString(16).padStart(2 * KEY_ID_BYTES, "0");

/** `name+id+base64(type, key)`. */
export function formatKey(key: NoteKey): string {
  const material = new Uint8Array([key.type, ...key.publicKey]);
  return `${key.name}+${keyIdText(keyIdOf(key))}+${toBase64(material)}`;
}

/** Null where the text is no verifier key of a type known here, or names another id than its own. */
export function parseKey(text: string): NoteKey | null {
  const [, name, id, base64] = /^([^+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? [];
  const material = base64 === undefined ? null : fromBase64(base64);
  if (name === undefined || material === null || !isKeyName(name)) return null;
  const [type] = material;
  if (type === undefined || !TYPES.includes(type) || material.length !== 1 + PUBLIC_KEY_BYTES) return null;
  const key = { name, type, publicKey: material.slice(1) };
  return keyIdText(keyIdOf(key)) === id ? key : null;
}

export const formatNote = ({ text, signatures }: Note): string =>
  `${text}\n${signatures.map(formatSignature).join("")}`;

/** Its line in a note, which ends in a line feed. */
export function formatSignature({ name, keyId, bytes }: NoteSignature): string {
  const material = new Uint8Array(KEY_ID_BYTES + bytes.length);
  new DataView(material.buffer).setUint32(0, keyId);
  material.set(bytes, KEY_ID_BYTES);
  return `${SIGNATURE_PREFIX}${name} ${toBase64(material)}\n`;
}

/** U+2014, as the specification has it. */
const SIGNATURE_PREFIX = "\u2014 ";

/** Null where the bytes are no signed note. */
export function parseNote(bytes: Uint8Array | string): Note | null {
  const note = typeof bytes === "string" ? bytes : decode(bytes);
  // A text may hold empty lines: the last one parts it from its signatures.
  if (note === null || note.length > NOTE_BYTES_MAX || hasControls(note)) return null;
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) return null;
  const lines = note.slice(split + 2, -1).split("\n");
  if (lines.length > NOTE_SIGNATURES_MAX) return null;
  const signatures: NoteSignature[] = [];
  for (const line of lines) {
    const signature = parseSignature(line);
    if (signature === null) return null;
    signatures.push(signature);
  }
  return { text: note.slice(0, split + 1), signatures };
}

function parseSignature(line: string): NoteSignature | null {
  const [, name, base64] = /^\u2014 (\S+) (\S+)$/.exec(line) ?? [];
  const material = base64 === undefined ? null : fromBase64(base64);
  if (name === undefined || !isKeyName(name) || material === null || material.length <= KEY_ID_BYTES)
    return null;
  const keyId = new DataView(material.buffer, material.byteOffset).getUint32(0);
  return { name, keyId, bytes: material.slice(KEY_ID_BYTES) };
}

/** All below U+0020 but the line feed. */
const hasControls = (text: string): boolean => [...text].some((char) => char < " " && char !== "\n");

function decode(bytes: Uint8Array): string | null {
  try {
    return fromUtf8(bytes);
  } catch {
    return null;
  }
}

/** Checks one signature over bytes: WebCrypto's, given from outside, since it is asynchronous. */
export type VerifyEd25519 = (
  publicKey: Uint8Array,
  signature: Uint8Array,
  bytes: Uint8Array,
) => Promise<boolean>;

/** Whether the note carries a good signature of `key`, which is of type `ed25519`. */
export async function isSignedBy(note: Note, key: NoteKey, verify: VerifyEd25519): Promise<boolean> {
  const keyId = keyIdOf(key);
  const mine = note.signatures.filter(
    (signature) => signature.name === key.name && signature.keyId === keyId,
  );
  if (key.type !== SIGNATURE_TYPE.ed25519 || mine.length === 0) return false;
  const results = await Promise.all(mine.map(({ bytes }) => verify(key.publicKey, bytes, utf8(note.text))));
  // A second line of the same key that is not its signature was put there by somebody else.
  return results.every((good) => good);
}
