/**
 * No signature is accepted as one of another kind, though one key made all of them and whoever forges may choose what they are
 * shown with: every kind of statement, a checkpoint, a witness' cosignature, and the signature of a webhook.
 */
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { openEnvelope, PAYLOAD_TYPES, preAuthEncoding, type StatementKind } from "../../core/dsse.ts";
import { fromBase64Url, fromUtf8, toBase64, utf8 } from "../../core/encoding.ts";
import { openCheckpoint } from "../../core/ledger/checkpoints.ts";
import { handOn } from "../../core/ledger/rotations.ts";
import { formatCheckpoint, parseCheckpoint } from "../../core/ledger/tree/checkpoint.ts";
import { cosignature, cosignedAt, cosignedBytes } from "../../core/ledger/tree/cosignature.ts";
import { formatNote, isKeyName, keyIdOf, type NoteKey, SIGNATURE_TYPE } from "../../core/ledger/tree/note.ts";
import { verifyNoteSignature } from "../../core/ledger/tree/verify-signature.ts";
import { trustedKey } from "../../core/ledger/trust.ts";
import { signWebhook } from "../../core/webhook-signature.ts";
import { makeKey } from "./ledger/log.ts";

const LOG = "gw.test/t/kinds";
const SECONDS = 1_700_000_000;
const NOW = Math.floor(Date.now() / 1000);
const CHECKPOINT = formatCheckpoint({ origin: LOG, size: 7, root: new Uint8Array(32).fill(3) });
/** Texts that a forger may show a signature with; among them the very bytes that the other kinds sign. */
const TEXTS = [
  '{"a":1}',
  CHECKPOINT,
  `cosignature/v1\ntime ${SECONDS}\n${CHECKPOINT}`,
  fromUtf8(preAuthEncoding(PAYLOAD_TYPES.receipt, utf8('{"a":1}'))),
  `msg_1.${NOW}.{"a":1}`,
];

const key = await makeKey("checkpoint");
const publicKey = fromBase64Url(key.jwk.x) ?? new Uint8Array();
const trusted = await trustedKey(key.jwk.x, null);
const { keys } = await handOn([trusted], [], LOG);
const noteKey = (type: number): NoteKey => ({ name: LOG, type, publicKey });
const signRaw = async (bytes: Uint8Array) =>
  new Uint8Array(await crypto.subtle.sign("Ed25519", key.signing.key, new Uint8Array(bytes)));

interface Kind {
  readonly name: string;
  /** The signature over a text, as this kind makes it; null where it makes none over such a text. */
  sign(text: string): Promise<Uint8Array | null>;
  /** Whether it is taken, shown with the text as this kind shows it. */
  accepts(text: string, signature: Uint8Array): Promise<boolean>;
}

const statements = (Object.keys(PAYLOAD_TYPES) as StatementKind[]).map(
  (kind): Kind => ({
    name: kind,
    sign: (text) => signRaw(preAuthEncoding(PAYLOAD_TYPES[kind], utf8(text))),
    async accepts(text, signature) {
      const payloadType = PAYLOAD_TYPES[kind];
      const signatures = [{ keyid: key.jwk.kid, sig: toBase64(signature) }];
      return (
        (await openEnvelope(kind, { payloadType, payload: toBase64(utf8(text)), signatures }, [
          trusted.key,
        ])) !== null
      );
    },
  }),
);

const note = (text: string, type: number, bytes: Uint8Array) =>
  formatNote({ text, signatures: [{ name: LOG, keyId: keyIdOf(noteKey(type)), bytes }] });

const checkpoint: Kind = {
  name: "checkpoint",
  // A note's text is signed as it is, and the signer formats it itself: nothing but a checkpoint under a key's name.
  sign: async (text) => {
    const { origin = " " } = parseCheckpoint(text) ?? {};
    return isKeyName(origin) ? signRaw(utf8(text)) : null;
  },
  async accepts(text, signature) {
    const opened = await openCheckpoint(note(text, SIGNATURE_TYPE.ed25519, signature), {
      log: LOG,
      keys,
      epochs: [],
    });
    return opened.ok;
  },
};

const cosigned: Kind = {
  name: "cosignature",
  sign: (text) => signRaw(cosignedBytes(text, SECONDS)),
  async accepts(text, signature) {
    const line = cosignature(noteKey(SIGNATURE_TYPE.cosignature), SECONDS, signature);
    return (
      (await cosignedAt(
        { text, signatures: [line] },
        noteKey(SIGNATURE_TYPE.cosignature),
        verifyNoteSignature,
      )) !== null
    );
  },
};

/** Its secret is the worst that there could be: the public key. */
const webhook: Kind = {
  name: "webhook",
  async sign(text) {
    const headers = await signWebhook(publicKey, "msg_1", NOW, text);
    return Buffer.from(headers["webhook-signature"]?.slice("v1,".length) ?? "", "base64");
  },
  async accepts(text, signature) {
    const headers = {
      "webhook-id": "msg_1",
      "webhook-timestamp": String(NOW),
      "webhook-signature": `v1,${toBase64(signature)}`,
    };
    try {
      new Webhook(Buffer.from(publicKey).toString("base64")).verify(text, headers);
      return true;
    } catch (error) {
      // It also reads the body as JSON, but only once the signature holds.
      return error instanceof SyntaxError;
    }
  },
};

const KINDS = [...statements, checkpoint, cosigned, webhook];

describe("a signature", () => {
  it("of each kind is taken as that kind", async () => {
    for (const kind of KINDS) {
      const signature = (await kind.sign(CHECKPOINT)) ?? expect.fail("nothing was signed");
      expect([kind.name, await kind.accepts(CHECKPOINT, signature)]).toEqual([kind.name, true]);
    }
  });

  const pairs = KINDS.flatMap((made) =>
    KINDS.filter((shown) => shown !== made).map((shown) => [made.name, shown.name, made, shown] as const),
  );
  it("has a pair for any two kinds", () => expect(pairs).toHaveLength(KINDS.length * (KINDS.length - 1)));

  it.each(pairs)(
    "of %s is none of %s, whatever it was made over and is shown with",
    async (_made, _shown, made, shown) => {
      for (const text of TEXTS) {
        const signature = await made.sign(text);
        if (signature === null) continue;
        for (const other of TEXTS) expect(await shown.accepts(other, signature)).toBe(false);
        // The 64 bytes cut or filled to another kind's length are none either.
        expect(await shown.accepts(text, signature.slice(0, 32))).toBe(false);
        expect(await shown.accepts(text, new Uint8Array([...signature, ...new Uint8Array(32)]))).toBe(false);
      }
    },
  );
});

describe("the bytes that are signed", () => {
  const text = fc.string({ unit: "binary", maxLength: 60 }).filter((value) => value.isWellFormed());
  const begins = (bytes: Uint8Array, prefix: string) => fromUtf8(bytes).startsWith(prefix);

  it("of statements begin as no checkpoint can, and those of cosignatures too", () => {
    fc.assert(
      fc.property(text, fc.nat(), (payload, seconds) => {
        const statement = preAuthEncoding(PAYLOAD_TYPES.receipt, utf8(payload));
        const witnessed = cosignedBytes(payload, seconds);
        expect([begins(statement, "DSSEv1 "), begins(witnessed, "cosignature/v1\ntime ")]).toEqual([
          true,
          true,
        ]);
        // The second line of a checkpoint is a number, and that of cosigned bytes is not; no name of a log has a space.
        expect(parseCheckpoint(fromUtf8(witnessed))).toBeNull();
        expect(parseCheckpoint(fromUtf8(statement))?.origin.includes(" ") ?? true).toBe(true);
      }),
    );
  });
});
