/** Builds what the gate would hand to the dispatcher, each part replaceable, so that a test changes one thing at a time. */
import type { SendOrder } from "../../core/dispatch.ts";
import { type Envelope, type StatementKind, signEnvelope } from "../../core/dsse.ts";
import { toBase64, toBase64Url } from "../../core/encoding.ts";
import { digestOf } from "../../core/hash.ts";
import type { JsonObject } from "../../core/json.ts";
import { importPrivateKey, type PrivateJwk, thumbprint } from "../../core/keys.ts";
import { commit } from "../../core/ledger/commitment.ts";
import { type DecisionBody, type Entry, GENESIS, sealEntry } from "../../core/ledger/entry.ts";
import { messageDigest, type SentMessage } from "../../core/message.ts";
import { receiptStatement } from "../../core/receipt.ts";

export const LOG = "gw.test/acme";
export const ACTION_ID = "act_0123456789abcdefghijkl";
export const SALT = new Uint8Array(32).fill(7);

export const random32 = (): string => toBase64(crypto.getRandomValues(new Uint8Array(32)));

export async function generateJwk(): Promise<PrivateJwk> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const jwk = (await crypto.subtle.exportKey("jwk", pair.privateKey)) as JsonWebKey;
  return { kty: "OKP", crv: "Ed25519", x: jwk.x ?? "", d: jwk.d ?? "" };
}

export const signWith =
  (jwk: PrivateJwk) =>
  async (kind: StatementKind, statement: string): Promise<Envelope> =>
    signEnvelope(kind, statement, { id: thumbprint(jwk.x), key: await importPrivateKey(jwk) });

export type SignedMessage = SentMessage;

export function decisionEntry(
  message: SignedMessage,
  body: Partial<DecisionBody> = {},
  over: Partial<Entry> = {},
): Entry {
  const digest = digestOf("not looked at");
  const decision: DecisionBody = {
    surface: "outbound.email",
    decision: "allow",
    mode: "enforce",
    would_decide: null,
    rules: [],
    policies: [],
    bundles: [digest],
    config_revision: 1,
    engine: "test",
    target: { name: "hook/crm", revision: 3 },
    owner: "sub_owner",
    agent: null,
    user: null,
    folder: null,
    approval: null,
    commitments: { action: digest, input: digest, message: commit("message", SALT, messageDigest(message)) },
    ...body,
  };
  return {
    v: 1,
    log: LOG,
    index: 4,
    prev: GENESIS,
    time: "2026-11-21T10:00:00.000Z",
    type: "decision",
    actor: { kind: "key", id: "key_1" },
    subject: ACTION_ID,
    // Sound: a decision's body holds nothing but JSON.
    body: decision as unknown as JsonObject,
    ...over,
  };
}

/** The statement as the tenant's object would make it. */
export const statementOf = (
  entry: Entry,
  kind: "receipt" | "observed_receipt" | "denial_proof" = "receipt",
): string => receiptStatement(kind, sealEntry(entry));

export const webhookMessage = (url: string): SignedMessage => ({
  transport: "webhook",
  endpoint: url,
  mediaType: "application/json",
  body: '{"data":{"note":"Grüße"},"type":"crm.update"}',
});

export const webhookOrder = (
  receipt: Envelope,
  message: SignedMessage,
  sealedCredentials: string,
): SendOrder => ({
  log: LOG,
  actionId: ACTION_ID,
  receipt,
  salt: toBase64Url(SALT),
  target: {
    name: "hook/crm",
    kind: "webhook",
    config: { url: message.endpoint },
    surfaces: ["*"],
    revision: 3,
  },
  sealedCredentials,
  message,
});
