import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { toBase64 } from "../../core/encoding.ts";
import { parseWebhookSecret, signWebhook } from "../../core/webhook-signature.ts";

const bytes = (length: number) => new Uint8Array(length).fill(9);
const secretOf = (length: number) => `whsec_${toBase64(bytes(length))}`;

describe("signWebhook", () => {
  // The reference library's own vector, and the one in Svix's documentation, whose secret is shorter than the
  // specification lets a secret be: so both are signed with their bytes.
  it.each([
    [
      "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
      "msg_p5jXN8AQM9LWM0D4loKWxJek",
      1614265330,
      '{"test": 2432232314}',
      "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ],
    [
      "plJ3nmyCDGBKInavdOK15jsl",
      "msg_loFOjxBNrRLzqYUf",
      1731705121,
      '{"event_type":"ping","data":{"success":true}}',
      "rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
    ],
  ])("gives the published vector of %s", async (secret, id, timestamp, body, signature) => {
    expect(await signWebhook(Buffer.from(secret, "base64"), id, timestamp, body)).toEqual({
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": `v1,${signature}`,
    });
  });

  it("is verified by the reference library, and only unchanged", async () => {
    const body = '{"text":"Grüße 🙂"}';
    const headers = await signWebhook(bytes(24), "act_1", Math.floor(Date.now() / 1000), body);
    const receiver = new Webhook(secretOf(24));
    expect(receiver.verify(body, headers)).toEqual({ text: "Grüße 🙂" });
    expect(() => receiver.verify(`${body} `, headers)).toThrow();
    expect(() => receiver.verify(body, { ...headers, "webhook-id": "act_2" })).toThrow();
    expect(() => new Webhook(secretOf(25)).verify(body, headers)).toThrow();
  });
});

describe("parseWebhookSecret", () => {
  it.each([24, 32, 64])("takes %i bytes", (length) => {
    expect(parseWebhookSecret(secretOf(length))).toEqual(bytes(length));
  });

  it.each([
    "",
    "whsec_",
    secretOf(23),
    secretOf(65),
    secretOf(32).slice(6),
    `WHSEC_${toBase64(bytes(32))}`,
    `${secretOf(32)}\n`,
    secretOf(32).replace("=", ""),
    "whsec_not base64",
  ])("refuses %j", (text) => {
    expect(parseWebhookSecret(text)).toBeNull();
  });
});
