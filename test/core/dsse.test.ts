import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, it } from "vitest";
import {
  type Envelope,
  isStatementKind,
  openEnvelope,
  PAYLOAD_TYPES,
  preAuthEncoding,
  type StatementKind,
  verifyEd25519,
} from "../../core/dsse.ts";
import { fromBase64, fromUtf8, utf8 } from "../../core/encoding.ts";
import { importPrivateKey, importPublicKey, thumbprint } from "../../core/keys.ts";
import { generateJwk } from "../dispatcher/order.ts";
import { signEnvelope } from "../harness/envelope.ts";
import { readWycheproof } from "./wycheproof.ts";

const KINDS = Object.keys(PAYLOAD_TYPES) as StatementKind[];

async function newKey() {
  const jwk = await generateJwk();
  return { id: thumbprint(jwk.x), key: await importPrivateKey(jwk), public: await importPublicKey(jwk), jwk };
}

describe("the pre-authentication encoding", () => {
  it("is that of the DSSE specification's example", () => {
    const bytes = preAuthEncoding("http://example.com/HelloWorld", utf8("hello world"));
    expect(fromUtf8(bytes)).toBe("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  });

  it("counts bytes, not characters", () => {
    expect(fromUtf8(preAuthEncoding("ü", utf8("日本")))).toBe("DSSEv1 2 ü 6 日本");
  });
});

describe("envelopes", () => {
  it("open as what they were signed as, and as nothing else", async () => {
    const key = await newKey();
    for (const kind of KINDS) {
      const envelope = await signEnvelope(kind, '{"a":"ü"}', key);
      for (const other of KINDS) {
        const opened = await openEnvelope(other, envelope, [key.public]);
        expect(opened === null ? null : fromUtf8(opened)).toBe(other === kind ? '{"a":"ü"}' : null);
        const relabelled = { ...envelope, payloadType: PAYLOAD_TYPES[other] };
        expect((await openEnvelope(other, relabelled, [key.public])) !== null).toBe(other === kind);
      }
    }
  });

  it("are signed alike each time, and as another implementation signs", async () => {
    const key = await newKey();
    const envelope = await signEnvelope("receipt", "{}", key);
    expect(await signEnvelope("receipt", "{}", key)).toEqual(envelope);
    const signed = preAuthEncoding(PAYLOAD_TYPES.receipt, utf8("{}"));
    const secret = Buffer.from(key.jwk.d, "base64url");
    expect(fromBase64(envelope.signatures[0]?.sig ?? "")).toEqual(ed25519.sign(signed, secret));
  });

  it("do not open without a key, without a signature, or with any byte changed", async () => {
    const key = await newKey();
    const envelope = await signEnvelope("receipt", '{"a":1}', key);
    const sig = envelope.signatures[0]?.sig ?? "";
    const open = (over: Partial<Envelope>, keys = [key.public]) =>
      openEnvelope("receipt", { ...envelope, ...over }, keys);
    expect(await open({})).not.toBeNull();
    expect(await open({}, [])).toBeNull();
    expect(await open({}, [(await newKey()).public])).toBeNull();
    expect(await open({ signatures: [] })).toBeNull();
    expect(await open({ payload: btoa('{"a":2}') })).toBeNull();
    expect(await open({ payload: `${envelope.payload}\n` })).toBeNull();
    expect(await open({ signatures: [{ keyid: key.id, sig: `${sig}=` }] })).toBeNull();
    expect(await open({ signatures: [{ keyid: key.id, sig: sig.replace("==", "") }] })).toBeNull();
    for (let at = 0; at < 64; at++) {
      const bytes = fromBase64(sig) ?? new Uint8Array();
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      expect(
        await open({ signatures: [{ keyid: key.id, sig: Buffer.from(bytes).toString("base64") }] }),
      ).toBeNull();
    }
  });

  it("may carry signatures by others, but not without end", async () => {
    const key = await newKey();
    const envelope = await signEnvelope("receipt", "{}", key);
    const grease = Array.from({ length: 15 }, () => ({ keyid: key.id, sig: btoa("x".repeat(64)) }));
    const open = (signatures: Envelope["signatures"]) =>
      openEnvelope("receipt", { ...envelope, signatures }, [key.public]);
    expect(await open([...grease, ...envelope.signatures])).not.toBeNull();
    expect(await open([...grease, ...grease, ...envelope.signatures])).toBeNull();
  });
});

it.each(["toString", "__proto__", "", "heads", null, 1])("%j is no kind of statement", (kind) => {
  expect(isStatementKind(kind)).toBe(false);
});

const vectors = readWycheproof();
describe.skipIf(vectors === null)("Wycheproof, in Node", () => {
  it("is agreed with in every case", async () => {
    expect(vectors).toHaveLength(151);
    for (const { id, comment, jwk, message, signature, isValid } of vectors ?? []) {
      const key = await importPublicKey(jwk);
      const verified = await verifyEd25519(key, Buffer.from(signature, "hex"), Buffer.from(message, "hex"));
      expect(verified, `${id}: ${comment}`).toBe(isValid);
    }
  });
});
