import { beforeAll, describe, expect, it } from "vitest";
import type { SendOrder } from "../../core/dispatch.ts";
import { type Envelope, PAYLOAD_TYPES } from "../../core/dsse.ts";
import { toBase64Url } from "../../core/encoding.ts";
import { importPublicKey, type PrivateJwk } from "../../core/keys.ts";
import type { DecisionBody, Entry } from "../../core/ledger/entry.ts";
import { parseOrder } from "../../worker/dispatcher/parse-order.ts";
import { checkOrder, type OrderFault, openReceipt } from "../../worker/dispatcher/verify-order.ts";
import {
  ACTION_ID,
  decisionEntry,
  generateJwk,
  LOG,
  signWith,
  statementOf,
  webhookMessage,
  webhookOrder,
} from "./order.ts";

const MESSAGE = webhookMessage("https://hooks.example.com/in");
let jwk: PrivateJwk;
let other: PrivateJwk;
let keys: CryptoKey[];

beforeAll(async () => {
  jwk = await generateJwk();
  other = await generateJwk();
  keys = [await importPublicKey(jwk)];
});

/** What the dispatcher says to an order: null where it would send. */
async function judge(order: SendOrder): Promise<OrderFault | null> {
  const receipt = await openReceipt(order.receipt, keys);
  if (!receipt.ok) return receipt.fault;
  const covered = checkOrder(receipt.value, order);
  return covered.ok ? null : covered.fault;
}

interface Case {
  readonly body?: Partial<DecisionBody>;
  readonly entry?: Partial<Entry>;
  readonly order?: (order: SendOrder) => SendOrder;
  readonly kind?: "receipt" | "observed_receipt" | "denial_proof";
}

async function judgeCase({ body, entry, order: change = (order) => order, kind = "receipt" }: Case) {
  const receipt = await signWith(jwk)(kind, statementOf(decisionEntry(MESSAGE, body, entry), kind));
  return judge(change(webhookOrder(receipt, MESSAGE, "unused")));
}

describe("an order that its receipt covers", () => {
  it.each<[string, Case]>([
    ["an allow", {}],
    ["a modify", { body: { decision: "modify" } }],
    ["an allow under observe", { body: { mode: "observe" }, kind: "observed_receipt" }],
    ["an allow that would have been a block", { body: { would_decide: "block" }, kind: "observed_receipt" }],
  ])("passes: %s", async (_, spec) => {
    expect(await judgeCase(spec)).toBeNull();
  });
});

describe("an order that its receipt does not cover", () => {
  const message = (over: Partial<SendOrder["message"]>) => (order: SendOrder) => ({
    ...order,
    message: { ...order.message, ...over },
  });
  const target = (over: Partial<SendOrder["target"]>) => (order: SendOrder) => ({
    ...order,
    target: { ...order.target, ...over },
  });

  it.each<[string, OrderFault, Case]>([
    ["another log in the order", "log", { order: (order) => ({ ...order, log: `${LOG}2` }) }],
    ["another log in the entry", "log", { entry: { log: "gw.test/evil" } }],
    ["another action", "action", { entry: { subject: `${ACTION_ID.slice(0, -1)}m` } }],
    ["another target", "target", { order: target({ name: "hook/other" }) }],
    ["no target: an action that is only cleared", "target", { body: { target: null } }],
    ["an older revision", "revision", { order: target({ revision: 2 }) }],
    ["a newer revision", "revision", { order: target({ revision: 4 }) }],
    ["another kind of target", "transport", { order: target({ kind: "resend" }) }],
    ["one byte of the body", "message", { order: message({ body: MESSAGE.body.replace("Gr", "gr") }) }],
    ["one byte more", "message", { order: message({ body: `${MESSAGE.body} ` }) }],
    ["another endpoint", "message", { order: message({ endpoint: "https://hooks.example.com/in2" }) }],
    ["another media type", "message", { order: message({ mediaType: "text/plain" }) }],
    [
      "no message in the decision",
      "message",
      { body: { commitments: { ...emptyCommitments(), message: null } } },
    ],
    ["another salt", "message", { order: (order) => ({ ...order, salt: toBase64Url(new Uint8Array(32)) }) }],
    ["a salt too short", "salt", { order: (order) => ({ ...order, salt: toBase64Url(new Uint8Array(31)) }) }],
    ["a salt that is not base64url", "salt", { order: (order) => ({ ...order, salt: `${order.salt}=` }) }],
    ["a denial proof", "signature", { body: { decision: "block" }, kind: "denial_proof" }],
    // The signer signs none of these; were its checks to fail, the dispatcher's hold.
    ["a block signed as receipt", "statement", { body: { decision: "block" } }],
    ["a hold signed as receipt", "statement", { body: { decision: "hold" } }],
    ["a defer signed as receipt", "statement", { body: { decision: "defer" } }],
    ["an observed allow signed as receipt", "statement", { body: { mode: "observe" } }],
    ["an unknown decision", "statement", { body: { decision: "toString" as "allow" } }],
    ["an approval entry", "statement", { entry: { type: "approval" } }],
  ])("is refused: %s", async (_, fault, spec) => {
    expect(await judgeCase(spec)).toBe(fault);
  });

  function emptyCommitments() {
    const digest = `sha256:${"0".repeat(64)}` as const;
    return { action: digest, input: digest, message: digest, changed: null };
  }
});

it.each(["block", "hold", "defer"] as const)(
  "checkOrder itself refuses a %s, whatever the parser let through",
  async (decision) => {
    const receipt = await signWith(jwk)("receipt", statementOf(decisionEntry(MESSAGE)));
    const opened = await openReceipt(receipt, keys);
    if (!opened.ok) throw new Error(opened.fault);
    if (opened.value.kind === "alert") throw new Error("a receipt was opened as an alert");
    const { entry } = opened.value;
    const statement = { ...opened.value, entry: { ...entry, body: { ...entry.body, decision } } };
    expect(checkOrder(statement, webhookOrder(receipt, MESSAGE, "unused"))).toEqual({
      ok: false,
      fault: "decision",
    });
  },
);

describe("a receipt's signature", () => {
  const statement = statementOf(decisionEntry(MESSAGE));
  const judgeReceipt = (receipt: Envelope) => judge(webhookOrder(receipt, MESSAGE, "unused"));

  it("must be there", async () => {
    const receipt = await signWith(jwk)("receipt", statement);
    expect(await judgeReceipt({ ...receipt, signatures: [] })).toBe("signature");
  });

  it("must be by a known key, whatever its keyid says", async () => {
    const receipt = await signWith(other)("receipt", statement);
    const mine = await signWith(jwk)("receipt", statement);
    expect(await judgeReceipt(receipt)).toBe("signature");
    const keyid = mine.signatures[0]?.keyid ?? "";
    expect(
      await judgeReceipt({ ...receipt, signatures: [{ keyid, sig: receipt.signatures[0]?.sig ?? "" }] }),
    ).toBe("signature");
  });

  it("is found among others and under any keyid", async () => {
    const receipt = await signWith(jwk)("receipt", statement);
    const grease = { keyid: "unknown", sig: "AAAA" };
    const mine = { keyid: "mislabelled", sig: receipt.signatures[0]?.sig ?? "" };
    expect(await judgeReceipt({ ...receipt, signatures: [grease, mine] })).toBeNull();
  });

  it("covers every byte of the statement", async () => {
    const receipt = await signWith(jwk)("receipt", statement);
    const changed = btoa(atob(receipt.payload).replace('"index":4', '"index":5'));
    expect(await judgeReceipt({ ...receipt, payload: changed })).toBe("signature");
  });

  it("as one kind is none as another", async () => {
    const epoch = await signWith(jwk)("epoch", statement);
    expect(await judgeReceipt(epoch)).toBe("signature");
    expect(await judgeReceipt({ ...epoch, payloadType: PAYLOAD_TYPES.receipt })).toBe("signature");
    const receipt = await signWith(jwk)("receipt", statement);
    expect(await judgeReceipt({ ...receipt, payloadType: PAYLOAD_TYPES.observed_receipt })).toBe("signature");
  });

  it("does not help a statement that is not canonical", async () => {
    expect(await judgeReceipt(await signWith(jwk)("receipt", `${statement} `))).toBe("statement");
    const twice = statement.replace('"kind":"receipt"', '"kind":"receipt","kind":"receipt"');
    expect(await judgeReceipt(await signWith(jwk)("receipt", twice))).toBe("statement");
  });

  it("does not help a leaf that is not the entry's", async () => {
    const wrong = statement.replace(/"leaf":"sha256:./, '"leaf":"sha256:g');
    expect(await judgeReceipt(await signWith(jwk)("receipt", wrong))).toBe("statement");
    const zeros = statement.replace(/"leaf":"sha256:[0-9a-f]{64}"/, `"leaf":"sha256:${"0".repeat(64)}"`);
    expect(await judgeReceipt(await signWith(jwk)("receipt", zeros))).toBe("statement");
  });
});

describe("parseOrder", () => {
  const order = webhookOrder({ payloadType: "", payload: "", signatures: [] }, MESSAGE, "");

  it("copies what it needs and leaves the rest behind", () => {
    const parsed = parseOrder({ ...order, extra: 1, message: { ...order.message, content: {} } });
    expect(parsed).toEqual(order);
    expect(parsed?.message).not.toBe(order.message);
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["an action id of another form", { ...order, actionId: "act_1.2" }],
    [
      "a media type that would be two headers",
      { ...order, message: { ...order.message, mediaType: "a\r\nb: c" } },
    ],
    ["a body that is not text", { ...order, message: { ...order.message, body: 1 } }],
    ["a lone surrogate in the body", { ...order, message: { ...order.message, body: "\ud800" } }],
    ["a fractional revision", { ...order, target: { ...order.target, revision: 1.5 } }],
    ["no receipt", { ...order, receipt: null }],
  ])("refuses %s", (_, malformed) => {
    expect(parseOrder(malformed)).toBeNull();
  });
});
