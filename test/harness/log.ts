/** A log as others see it: a growing tree with signed checkpoints and proofs, and one that can be forked. */
import { toBase64, utf8 } from "../../core/encoding.ts";
import { formatCheckpoint } from "../../core/ledger/tree/checkpoint.ts";
import {
  consistencyProof,
  type Hash,
  inclusionProof,
  leafHash,
  nodesOfAppend,
  type ReadNode,
  treeRoot,
} from "../../core/ledger/tree/merkle.ts";
import {
  formatKey,
  formatNote,
  keyIdOf,
  type NoteKey,
  type NoteSignature,
  SIGNATURE_TYPE,
} from "../../core/ledger/tree/note.ts";

export interface NoteSigner {
  readonly key: NoteKey;
  readonly vkey: string;
  sign(text: string): Promise<NoteSignature>;
}

export async function noteSigner(name: string): Promise<NoteSigner> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const publicKey = new Uint8Array((await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer);
  return noteSignerOf(name, publicKey, pair.privateKey);
}

/** The same key under another name. */
export const noteSignerOf = (name: string, publicKey: Uint8Array, privateKey: CryptoKey): NoteSigner => {
  const key = { name, type: SIGNATURE_TYPE.ed25519, publicKey };
  return {
    key,
    vkey: formatKey(key),
    async sign(text) {
      const bytes = new Uint8Array(
        await crypto.subtle.sign("Ed25519", privateKey, new Uint8Array(utf8(text))),
      );
      return { name, keyId: keyIdOf(key), bytes };
    },
  };
};

export interface TestLog {
  readonly read: ReadNode;
  readonly size: number;
  append(...entries: readonly string[]): void;
  entry(index: number): string;
  root(size: number): Hash;
  /** In base64. */
  consistency(from: number, to: number): string[];
  inclusion(index: number, size: number): Hash[];
  /** Signed by `signer`, in whose name it is unless another origin is given. */
  checkpoint(size: number, signer: NoteSigner, origin?: string): Promise<string>;
}

/** Entries up to `size` are `<name> <index>`. */
export function testLog(size: number, name = "entry"): TestLog {
  const levels: Hash[][] = [];
  const entries: string[] = [];
  const read: ReadNode = (level, index) => {
    const node = levels[level]?.[index];
    if (node === undefined) throw new Error(`no node ${level} ${index}`);
    return node;
  };
  const append = (...added: readonly string[]): void => {
    for (const entry of added) {
      for (const { level, index, hash } of nodesOfAppend(entries.length, leafHash(entry), read)) {
        levels[level] ??= [];
        (levels[level] as Hash[])[index] = hash;
      }
      entries.push(entry);
    }
  };
  append(...Array.from({ length: size }, (_, index) => `${name} ${index}`));
  return {
    read,
    get size() {
      return entries.length;
    },
    append,
    entry: (index) => entries[index] as string,
    root: (at) => treeRoot(at, read),
    consistency: (from, to) => consistencyProof(from, to, read).map(toBase64),
    inclusion: (index, at) => inclusionProof(index, at, read),
    async checkpoint(at, signer, origin = signer.key.name) {
      const text = formatCheckpoint({ origin, size: at, root: treeRoot(at, read) });
      return formatNote({ text, signatures: [await signer.sign(text)] });
    },
  };
}
