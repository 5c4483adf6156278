/** Ed25519 as notes and cosignatures use it: Wycheproof's cases, malleable signatures, and points of small order. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, it } from "vitest";
import { fromBase64Url, fromUtf8, utf8 } from "../../../../core/encoding.ts";
import { cosignature, cosignedAt, cosignedBytes } from "../../../../core/ledger/tree/cosignature.ts";
import { isSignedBy, keyIdOf, type NoteKey, SIGNATURE_TYPE } from "../../../../core/ledger/tree/note.ts";
import { verifyNoteSignature } from "../../../../core/ledger/tree/verify-signature.ts";
import { readWycheproof } from "../../wycheproof.ts";

const NAME = "log.test/wycheproof";
const TEXT = "log.test/wycheproof\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
const SECONDS = 1_700_000_000;

const keyOf = (publicKey: Uint8Array, type: number): NoteKey => ({ name: NAME, type, publicKey });

function isNoteOf(publicKey: Uint8Array, text: string, bytes: Uint8Array): Promise<boolean> {
  const key = keyOf(publicKey, SIGNATURE_TYPE.ed25519);
  return isSignedBy(
    { text, signatures: [{ name: NAME, keyId: keyIdOf(key), bytes }] },
    key,
    verifyNoteSignature,
  );
}

async function isCosigned(publicKey: Uint8Array, text: string, bytes: Uint8Array): Promise<boolean> {
  const key = keyOf(publicKey, SIGNATURE_TYPE.cosignature);
  const line = cosignature(key, SECONDS, bytes);
  return (await cosignedAt({ text, signatures: [line] }, key, verifyNoteSignature)) !== null;
}

const vectors = readWycheproof();
describe.skipIf(vectors === null)("Wycheproof", () => {
  it("is agreed with in every case, by the check that notes and cosignatures use", async () => {
    expect(vectors).toHaveLength(151);
    for (const { id, comment, jwk, message, signature, isValid } of vectors ?? []) {
      const publicKey = fromBase64Url(jwk.x) ?? new Uint8Array();
      const [bytes, signed] = [hex(signature), hex(message)];
      expect(await verifyNoteSignature(publicKey, bytes, signed), `${id}: ${comment}`).toBe(isValid);
    }
  });

  it("is agreed with through a note, where the message is a text", async () => {
    let count = 0;
    for (const { id, comment, jwk, message, signature, isValid } of vectors ?? []) {
      const text = textOf(hex(message));
      if (text === null) continue;
      const publicKey = fromBase64Url(jwk.x) ?? new Uint8Array();
      expect(await isNoteOf(publicKey, text, hex(signature)), `${id}: ${comment}`).toBe(isValid);
      count++;
    }
    expect(count).toBeGreaterThan(50);
  });
});

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

function textOf(bytes: Uint8Array): string | null {
  try {
    return fromUtf8(bytes);
  } catch {
    return null;
  }
}

/** The group's order, by which the second half of a signature can be raised to another one that some verifiers take. */
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

function malleated(signature: Uint8Array, times: bigint): Uint8Array | null {
  const s = BigInt(`0x${Buffer.from(signature.slice(32)).reverse().toString("hex")}`) + times * ORDER;
  if (s >= 2n ** 256n) return null;
  const raised = Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse();
  return new Uint8Array([...signature.slice(0, 32), ...raised]);
}

describe.each([
  ["a note", isNoteOf, utf8(TEXT)],
  ["a cosignature", isCosigned, cosignedBytes(TEXT, SECONDS)],
] as const)("%s", (_, accepts, signed) => {
  const secret = new Uint8Array(32).fill(7);
  const publicKey = ed25519.getPublicKey(secret);
  const signature = ed25519.sign(signed, secret);

  it("is taken as another implementation signs it, and not with any bit changed", async () => {
    expect(await accepts(publicKey, TEXT, signature)).toBe(true);
    for (let at = 0; at < signature.length; at++) {
      const changed = signature.map((byte, index) => (index === at ? byte ^ (1 << (at % 8)) : byte));
      expect([at, await accepts(publicKey, TEXT, changed)]).toEqual([at, false]);
    }
  });

  it("is refused with s raised by the group's order", async () => {
    const raised = [1n, 2n, 3n, 7n, 15n].flatMap((times) => malleated(signature, times) ?? []);
    expect(raised.length).toBeGreaterThan(0);
    for (let times = 1n; times < 16n; times++) {
      const bytes = malleated(signature, times);
      if (bytes !== null) expect(await accepts(publicKey, TEXT, bytes)).toBe(false);
    }
  });

  it("is refused where it is cut, or has more behind it", async () => {
    for (const length of [0, 1, 32, 63])
      expect(await accepts(publicKey, TEXT, signature.slice(0, length))).toBe(false);
    expect(await accepts(publicKey, TEXT, new Uint8Array([...signature, 0]))).toBe(false);
  });

  it("by a key of small order is refused, for which a signature over everything could be had", async () => {
    for (const point of SMALL_ORDER) {
      for (const first of SMALL_ORDER)
        expect([
          point,
          first,
          await accepts(hex(point), TEXT, new Uint8Array([...hex(first), ...new Uint8Array(32)])),
        ]).toEqual([point, first, false]);
    }
  });
});

/** All points whose order divides eight, in each encoding that a careless reader takes. */
const SMALL_ORDER = [
  `01${"00".repeat(31)}`,
  `01${"00".repeat(30)}80`,
  `${"00".repeat(32)}`,
  `${"00".repeat(31)}80`,
  `ec${"ff".repeat(30)}7f`,
  `ec${"ff".repeat(31)}`,
  `ed${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(31)}`,
  `ee${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(31)}`,
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
];
