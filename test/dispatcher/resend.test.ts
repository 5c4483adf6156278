/** Our Resend transport beside the official client, both against emulate's stand-in. */
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { createEmulator, type Emulator } from "emulate";
import { Resend } from "resend";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JsonObject } from "../../core/json.ts";
import { resend } from "../../core/transport/resend.ts";
import { post } from "../../worker/dispatcher/transports/post.ts";
import { resendSender } from "../../worker/dispatcher/transports/resend.ts";
import { settle } from "../../worker/dispatcher/transports/settle.ts";

const API_KEY = "re_test_123";
let emulator: Emulator;
let config: JsonObject;

beforeAll(async () => {
  emulator = await createEmulator({ service: "resend", port: await freePort() });
  const parsed = resend.parseConfig({ base_url: emulator.url });
  if (!parsed.ok) throw new Error("config");
  config = parsed.value;
});
afterAll(() => emulator.close());

/** The stand-in takes no port 0. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** As the dispatcher does it, from the rendered message on. */
async function sendOurs(payload: JsonObject, actionId: string) {
  const message = resend.render({ surface: "outbound.email", payload }, config);
  if (!message.ok) throw new Error(JSON.stringify(message.fault));
  const delivery = { ...message.value, actionId, credentials: { api_key: API_KEY } };
  const answer = await post(delivery, await resendSender.headers(delivery, Date.now()));
  return settle(resendSender, answer, Date.now());
}

const read = async (id: string): Promise<JsonObject> => {
  const response = await fetch(`${emulator.url}/emails/${id}`, {
    headers: { authorization: `Bearer ${API_KEY}` },
  });
  const { id: _, created_at, ...mail } = (await response.json()) as JsonObject;
  return mail;
};

/** Every field that the official client can send and the gate can see, in its spelling and on the wire. */
const OFFICIAL = {
  from: "Support <support@example.com>",
  to: ["a@example.com", "B Person <b@example.com>"],
  cc: "c@example.com",
  bcc: ["d@example.com"],
  replyTo: "answers@example.com",
  subject: "Ticket 81: Grüße 🙂",
  text: "Hello",
  html: "<p>Hello</p>",
  headers: { "X-Entity-Ref-ID": "81", "List-Unsubscribe": "<https://example.com/u>" },
  tags: [{ name: "category", value: "ticket_81" }],
  attachments: [{ filename: "a.txt", content: "SGVsbG8=", contentType: "text/plain", contentId: "a1" }],
};
const { replyTo, attachments, ...same } = OFFICIAL;
const WIRE: JsonObject = {
  ...same,
  reply_to: replyTo,
  attachments: attachments.map(({ contentType, contentId, ...rest }) => ({
    ...rest,
    content_type: contentType,
    content_id: contentId,
  })),
};

describe("Resend", () => {
  it("gets the same mail from us as from the official client", async () => {
    const client = new Resend(API_KEY, { baseUrl: emulator.url });
    const theirs = await client.emails.send(OFFICIAL);
    const ours = await sendOurs(WIRE, "act_same");
    expect(theirs.error).toBeNull();
    if (ours.status !== "delivered" || ours.providerId === null || theirs.data === null)
      throw new Error(JSON.stringify(ours));
    expect(await read(ours.providerId)).toEqual(await read(theirs.data.id));
  });

  it("gets from us the body that the official client would send, field for field", async () => {
    const bodies: string[] = [];
    const original = globalThis.fetch;
    globalThis.fetch = async (...[url, init]) => {
      bodies.push(String(init?.body));
      return original(url, init);
    };
    try {
      await new Resend(API_KEY, { baseUrl: emulator.url }).emails.send(OFFICIAL);
    } finally {
      globalThis.fetch = original;
    }
    const message = resend.render({ surface: "outbound.email", payload: WIRE }, config);
    // Attachments too, which the stand-in does not keep.
    expect(message.ok && JSON.parse(message.value.body)).toEqual(JSON.parse(bodies[0] ?? ""));
  });

  it("sends once what is tried twice, and refuses the key for other bytes", async () => {
    const first = await sendOurs(WIRE, "act_twice");
    expect(first).toMatchObject({ status: "delivered" });
    expect(await sendOurs(WIRE, "act_twice")).toEqual(first);
    expect(await sendOurs({ ...WIRE, subject: "Other" }, "act_twice")).toEqual({
      status: "rejected",
      httpStatus: 409,
      reason: "Resend answered 409 (invalid_idempotent_request).",
    });
  });
});
