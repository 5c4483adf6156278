/** Builds what the gate would hand to the dispatcher, each part replaceable, so that a test changes one thing at a time. */
import { type AlertBody, renderAlert } from "../../core/alert.ts";
import type { SendOrder } from "../../core/dispatch.ts";
import type { Envelope, StatementKind } from "../../core/dsse.ts";
import { toBase64, toBase64Url } from "../../core/encoding.ts";
import { digestOf } from "../../core/hash.ts";
import type { JsonObject } from "../../core/json.ts";
import { importPrivateKey, type PrivateJwk, thumbprint } from "../../core/keys.ts";
import { commit } from "../../core/ledger/commitment.ts";
import { type DecisionBody, type Entry, GENESIS, sealEntry } from "../../core/ledger/entry.ts";
import { messageDigest, type SentMessage } from "../../core/message.ts";
import { type ReceiptKind, receiptStatement } from "../../core/receipt.ts";
import { signEnvelope } from "../harness/envelope.ts";

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
    shadow: null,
    provisional: false,
    bundles: [digest],
    bindings: [],
    config_revision: 1,
    engine: "test",
    target: { name: "hook/crm", revision: 3 },
    owner: "sub_owner",
    agent: null,
    user: null,
    folder: null,
    approval: null,
    discharged: null,
    commitments: {
      action: digest,
      input: digest,
      message: commit("message", SALT, messageDigest(message)),
      changed: null,
    },
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
export const statementOf = (entry: Entry, kind: ReceiptKind | "alert" = "receipt"): string =>
  receiptStatement(kind, sealEntry(entry));

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

export const ALERT_ID = "alr_0123456789abcdefghijkl";

const FACTS = {
  kind: "late_block",
  action: ACTION_ID,
  log: null,
  decided_at: 4,
  evaluated_at: 5,
  decision: "block",
  rules: [{ policy: "pii", rule: "US_SSN", severity: "block" }],
  rollback: null,
} as const;

/** The message of an alert to a webhook at `url`. */
export function alertMessage(url: string): SignedMessage {
  const message = renderAlert(ALERT_ID, FACTS, { kind: "webhook", config: { url } });
  if (message === null) throw new Error("a webhook carries alerts");
  const { transport, endpoint, mediaType, body } = message;
  return { transport, endpoint, mediaType, body };
}

export function alertEntry(
  message: SignedMessage,
  body: Partial<AlertBody> = {},
  over: Partial<Entry> = {},
): Entry {
  const alert: AlertBody = {
    ...FACTS,
    target: { name: "hook/crm", revision: 3 },
    commitments: { message: commit("message", SALT, messageDigest(message)) },
    ...body,
  };
  return {
    v: 1,
    log: LOG,
    index: 6,
    prev: GENESIS,
    time: "2026-11-21T10:00:00.000Z",
    type: "alert",
    actor: { kind: "system", id: "countersign" },
    subject: ALERT_ID,
    body: alert as unknown as JsonObject,
    ...over,
  };
}
