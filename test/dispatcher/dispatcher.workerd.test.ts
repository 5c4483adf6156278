/** The signer and the dispatcher in a real workerd, against a real receiver. Runs in plain Node, which starts workerd itself. */
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SealRequest, SendOrder } from "../../core/dispatch.ts";
import { toBase64, toBase64Url } from "../../core/encoding.ts";
import type { PrivateJwk } from "../../core/keys.ts";
import type { DecisionBody, Entry } from "../../core/ledger/entry.ts";
import { readWycheproof } from "../core/wycheproof.ts";
import {
  ACTION_ID,
  decisionEntry,
  generateJwk,
  LOG,
  random32,
  type SignedMessage,
  signWith,
  statementOf,
  webhookMessage,
  webhookOrder,
} from "./order.ts";
import { startReceiver } from "./receiver.ts";
import { startWorkers } from "./workers.ts";

const WEBHOOK_SECRET = `whsec_${toBase64(new Uint8Array(32).fill(3))}`;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let workers: Awaited<ReturnType<typeof startWorkers>>;
let receiptKey: PrivateJwk;
let checkpointKey: PrivateJwk;
let message: SignedMessage;
let sealed: string;

const sealRequest = (url: string, over: Partial<SealRequest> = {}): SealRequest => ({
  log: LOG,
  target: { name: "hook/crm", kind: "webhook", config: { url } },
  credentials: { secret: WEBHOOK_SECRET },
  ...over,
});

async function sealOrThrow(request: SealRequest): Promise<string> {
  const result = await workers.seal(request);
  if (!result.ok) throw new Error(result.reason);
  return result.sealed;
}

/** An order for `sent`, its receipt signed by the real signer. */
async function signedOrder(
  sent = message,
  body: Partial<DecisionBody> = {},
  entry: Partial<Entry> = {},
): Promise<SendOrder> {
  const receipt = await workers.sign("receipt", statementOf(decisionEntry(sent, body, entry)));
  return webhookOrder(receipt, sent, sealed);
}

beforeAll(async () => {
  receiver = await startReceiver();
  [receiptKey, checkpointKey] = await Promise.all([generateJwk(), generateJwk()]);
  const secrets = {
    RECEIPT_SIGNING_KEY: JSON.stringify(receiptKey),
    CHECKPOINT_SIGNING_KEY: JSON.stringify(checkpointKey),
    SEALING_KEY: random32(),
  };
  workers = await startWorkers(secrets, receiver.origin);
  message = webhookMessage(`${receiver.origin}/ok`);
  sealed = await sealOrThrow(sealRequest(message.endpoint));
}, 60_000);
afterAll(async () => {
  await workers?.stop();
  await receiver?.close();
});
beforeEach(() => {
  receiver.received.length = 0;
});

describe("an order with its proof", () => {
  it("is sent: the exact bytes, signed for the receiver, under the action's id", async () => {
    expect(await workers.send(await signedOrder())).toEqual({
      status: "delivered",
      httpStatus: 200,
      providerId: null,
    });
    expect(receiver.received).toHaveLength(1);
    const [got] = receiver.received;
    expect(got?.body.toString("utf8")).toBe(message.body);
    expect(got?.headers).toMatchObject({ "webhook-id": ACTION_ID, "content-type": "application/json" });
    const body = got?.body.toString("utf8") ?? "";
    expect(new Webhook(WEBHOOK_SECRET).verify(body, got?.headers as Record<string, string>)).toEqual(
      JSON.parse(body),
    );
  });

  it("is sent under an observed receipt", async () => {
    const entry = decisionEntry(message, { mode: "observe" });
    const receipt = await workers.sign("observed_receipt", statementOf(entry, "observed_receipt"));
    expect(await workers.send(webhookOrder(receipt, message, sealed))).toMatchObject({ status: "delivered" });
  });

  it.each<[string, object, number]>([
    ["/redirect", { status: "rejected", httpStatus: 307, reason: "The webhook answered 307." }, 1],
    ["/gone", { status: "rejected", httpStatus: 410, reason: "The webhook answered 410." }, 1],
    ["/busy", { status: "retry", httpStatus: 503, retryAfterMs: 9_000 }, 1],
    ["/reset", { status: "retry", httpStatus: null }, 1],
    ["/huge", { status: "retry", httpStatus: 500, reason: "The webhook answered 500." }, 1],
    ["/broken", { status: "delivered", httpStatus: 200 }, 1],
  ])("meets %s", async (path, result, requests) => {
    const sent = webhookMessage(`${receiver.origin}${path}`);
    const order = await signedOrder(sent);
    const sealedCredentials = await sealOrThrow(sealRequest(sent.endpoint));
    expect(await workers.send({ ...order, sealedCredentials })).toMatchObject(result);
    expect(receiver.received.map((got) => got.path)).toEqual(Array(requests).fill(path));
  });
});

describe("the outside is bounded", () => {
  const LIMITS = { timeoutMs: 500, answerBytesMax: 4096 };
  const post = (path: string) =>
    workers.call<{ status: number; text: string }>(
      "DISPATCHER_PROBE",
      "post",
      `${receiver.origin}${path}`,
      LIMITS,
    );

  it("in time: no answer, and an answer that trickles", async () => {
    expect(await post("/silent")).toEqual({ status: null, failure: "timeout" });
    const started = performance.now();
    expect(await post("/slow")).toMatchObject({ status: 200 });
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("in size: an endless answer is cut and its connection closed", async () => {
    receiver.sent.length = 0;
    expect((await post("/huge")).text).toHaveLength(4096);
    const bytesOf = () => receiver.sent.find(({ path }) => path === "/huge")?.bytes;
    await expect.poll(bytesOf).toBeGreaterThan(0);
    expect(bytesOf()).toBeLessThan(64 * 1024 * 1024);
  });
});

describe("an order without its proof is refused and nothing is sent", () => {
  const cases: Readonly<Record<string, () => Promise<unknown>>> = {
    "no signature": async () => {
      const order = await signedOrder();
      return { ...order, receipt: { ...order.receipt, signatures: [] } };
    },
    "another key": async () => {
      const statement = statementOf(decisionEntry(message));
      return { ...(await signedOrder()), receipt: await signWith(await generateJwk())("receipt", statement) };
    },
    "the checkpoint key": async () => {
      const statement = statementOf(decisionEntry(message));
      return { ...(await signedOrder()), receipt: await signWith(checkpointKey)("receipt", statement) };
    },
    "a block, even signed by the receipt key": async () => {
      const statement = statementOf(decisionEntry(message, { decision: "block" }));
      return { ...(await signedOrder()), receipt: await signWith(receiptKey)("receipt", statement) };
    },
    "a hold, even signed by the receipt key": async () => {
      const statement = statementOf(decisionEntry(message, { decision: "hold" }));
      return { ...(await signedOrder()), receipt: await signWith(receiptKey)("receipt", statement) };
    },
    "a denial proof": async () => {
      const entry = decisionEntry(message, { decision: "block" });
      return {
        ...(await signedOrder()),
        receipt: await workers.sign("denial_proof", statementOf(entry, "denial_proof")),
      };
    },
    "another target": async () => signedOrder(message, { target: { name: "hook/other", revision: 3 } }),
    "another revision": async () => signedOrder(message, { target: { name: "hook/crm", revision: 2 } }),
    "no target": async () => signedOrder(message, { target: null }),
    "another log": async () => signedOrder(message, {}, { log: "gw.test/evil" }),
    "another action": async () => signedOrder(message, {}, { subject: "act_zzzzzzzzzzzzzzzzzzzzzz" }),
    "one byte of the body": async () => ({
      ...(await signedOrder()),
      message: { ...message, body: message.body.replace("G", "g") },
    }),
    "another endpoint": async () => ({
      ...(await signedOrder()),
      message: { ...message, endpoint: `${receiver.origin}/ok2` },
    }),
    "another endpoint, in message and configuration": async () => {
      const endpoint = `${receiver.origin}/ok2`;
      const order = await signedOrder();
      return {
        ...order,
        message: { ...message, endpoint },
        target: { ...order.target, config: { url: endpoint } },
      };
    },
    "a configuration that leads elsewhere": async () => {
      const order = await signedOrder();
      return { ...order, target: { ...order.target, config: { url: `${receiver.origin}/ok2` } } };
    },
    // The attack that the comparison of endpoints is for: credentials opened for one host, sent to another.
    "credentials and configuration of one endpoint, message to another": async () => {
      const url = `${receiver.origin}/ok2`;
      const order = await signedOrder();
      const sealedCredentials = await sealOrThrow(sealRequest(url));
      return { ...order, sealedCredentials, target: { ...order.target, config: { url } } };
    },
    "another salt": async () => ({ ...(await signedOrder()), salt: toBase64Url(new Uint8Array(32)) }),
    "credentials of another tenant": async () => ({
      ...(await signedOrder()),
      sealedCredentials: await sealOrThrow(sealRequest(message.endpoint, { log: "gw.test/evil" })),
    }),
    "credentials of another target": async () => {
      const target = { name: "hook/other", kind: "webhook", config: { url: message.endpoint } };
      return { ...(await signedOrder()), sealedCredentials: await sealOrThrow(sealRequest("", { target })) };
    },
    "credentials of another endpoint": async () => ({
      ...(await signedOrder()),
      sealedCredentials: await sealOrThrow(sealRequest(`${receiver.origin}/ok2`)),
    }),
    "an unknown kind": async () => {
      const order = await signedOrder({ ...message, transport: "__proto__" });
      return { ...order, target: { ...order.target, kind: "__proto__" } };
    },
    "nothing at all": async () => null,
  };

  it.each(Object.keys(cases))("%s", async (name) => {
    const result = await workers.send(await cases[name]?.());
    expect(result).toMatchObject({ status: "refused" });
    expect(receiver.received).toEqual([]);
  });

  it("a private address, in production", async () => {
    const result = await workers.production.send(await signedOrder());
    expect(result).toEqual({ status: "refused", reason: "The endpoint is not an https URL." });
    expect(receiver.received).toEqual([]);
  });
});

describe("seal", () => {
  it("refuses what may not be sent to", async () => {
    expect(await workers.production.seal(sealRequest(message.endpoint))).toMatchObject({ ok: false });
    expect(await workers.seal(sealRequest("https://169.254.169.254/"))).toMatchObject({ ok: false });
    const target = { name: "resend/main", kind: "resend", config: { base_url: "https://evil.example.com" } };
    expect(await workers.seal(sealRequest("", { target, credentials: { api_key: "re_1" } }))).toMatchObject({
      ok: false,
    });
  });

  it("refuses credentials of the wrong shape without repeating them", async () => {
    const result = await workers.seal(
      sealRequest(message.endpoint, { credentials: { secret: "hunter2", more: "hunter3" } }),
    );
    expect(result).toMatchObject({ ok: false });
    expect(JSON.stringify(result)).not.toContain("hunter");
  });

  it("refuses an unknown kind and a malformed request", async () => {
    const target = { name: "x", kind: "constructor", config: {} };
    expect(await workers.seal(sealRequest("", { target }))).toMatchObject({ ok: false });
    expect(await workers.seal({} as SealRequest)).toMatchObject({ ok: false });
  });

  it("takes a public target in production", async () => {
    const target = { name: "resend/main", kind: "resend", config: {} };
    expect(
      await workers.production.seal({ log: LOG, target, credentials: { api_key: "re_1" } }),
    ).toMatchObject({ ok: true });
  });
});

describe("a signer that cannot be asked", () => {
  it("proves nothing against an order: it may be sent again later", async () => {
    const reason = "The signer's public keys could not be read.";
    const result = await workers.call("ORPHAN", "send", await signedOrder());
    expect(result).toEqual({ status: "retry", httpStatus: null, reason, retryAfterMs: null });
    expect(receiver.received).toEqual([]);
  });

  it("says which secret is wrong, and nothing of it", async () => {
    await expect(workers.call("BROKEN_KEYS", "list")).rejects.toThrow(
      "RECEIPT_SIGNING_KEY is not a private Ed25519 JWK.",
    );
  });
});

const vectors = readWycheproof();
describe.skipIf(vectors === null)("Wycheproof, in workerd", () => {
  it("is agreed with in every case", async () => {
    for (const { id, comment, jwk, message: signed, signature, isValid } of vectors ?? []) {
      const verified = await workers.call<boolean>("DISPATCHER_PROBE", "verify", jwk, signature, signed);
      expect(verified, `${id}: ${comment}`).toBe(isValid);
    }
  });
});
