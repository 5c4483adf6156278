/** An alert's signature sends that alert, to that target, and nothing else. */
import { beforeAll, describe, expect, it } from "vitest";
import { type AlertBody, renderAlert } from "../../core/alert.ts";
import type { SendOrder } from "../../core/dispatch.ts";
import { importPublicKey, type PrivateJwk } from "../../core/keys.ts";
import { commit } from "../../core/ledger/commitment.ts";
import type { Entry } from "../../core/ledger/entry.ts";
import { messageDigest } from "../../core/message.ts";
import { parseOrder } from "../../worker/dispatcher/parse-order.ts";
import { checkOrder, type OrderFault, openReceipt } from "../../worker/dispatcher/verify-order.ts";
import { refuseStatement } from "../../worker/signer/check-statement.ts";
import {
  ACTION_ID,
  ALERT_ID,
  alertEntry,
  alertMessage,
  decisionEntry,
  generateJwk,
  LOG,
  SALT,
  type SignedMessage,
  signWith,
  statementOf,
  webhookMessage,
  webhookOrder,
} from "./order.ts";

const URL = "https://alerts.example.com/in";
const ALERT = alertMessage(URL);
let jwk: PrivateJwk;
let keys: CryptoKey[];
beforeAll(async () => {
  jwk = await generateJwk();
  keys = [await importPublicKey(jwk)];
});

async function judge(order: SendOrder): Promise<OrderFault | null> {
  const proof = await openReceipt(order.receipt, keys);
  if (!proof.ok) return proof.fault;
  const covered = checkOrder(proof.value, order);
  return covered.ok ? null : covered.fault;
}

interface Case {
  readonly message?: SignedMessage;
  readonly body?: Partial<AlertBody>;
  readonly entry?: Partial<Entry>;
  readonly order?: (order: SendOrder) => SendOrder;
}

async function judgeCase({ message = ALERT, body, entry, order = (same) => same }: Case) {
  const receipt = await signWith(jwk)("alert", statementOf(alertEntry(message, body, entry), "alert"));
  return judge(order({ ...webhookOrder(receipt, message, "unused"), actionId: ALERT_ID }));
}

const withTarget = (over: Partial<SendOrder["target"]>) => (order: SendOrder) => ({
  ...order,
  target: { ...order.target, ...over },
});

it("an alert is sent to the target that its entry names", async () => {
  expect(await judgeCase({})).toBeNull();
  const failing = { kind: "evaluation_failing", evaluated_at: null, decision: null, rules: [] } as const;
  const body = { action: ACTION_ID, log: null, decided_at: 4, rollback: null, ...failing };
  const rendered = renderAlert(ALERT_ID, body, { kind: "webhook", config: { url: URL } });
  if (rendered === null) throw new Error("a webhook carries alerts");
  const { transport, endpoint, mediaType, body: text } = rendered;
  expect(await judgeCase({ message: { transport, endpoint, mediaType, body: text }, body })).toBeNull();
});

it("an order names an action or an alert, and nothing else", () => {
  const order = webhookOrder({ payloadType: "", payload: "", signatures: [] }, ALERT, "");
  for (const [actionId, accepted] of [
    [ALERT_ID, true],
    [ACTION_ID, true],
    ["apr_0123456789abcdefghijkl", false],
    ["alr_short", false],
  ] as const) {
    expect([actionId, parseOrder({ ...order, actionId }) !== null]).toEqual([actionId, accepted]);
  }
});

describe("an alert's signature does not send", () => {
  const other = webhookMessage(URL);
  const committed = (message: SignedMessage) => ({
    commitments: { message: commit("message", SALT, messageDigest(message)) },
  });

  it.each<[string, OrderFault, Case]>([
    // The first is the reason for the rule: a commitment alone would let an alert carry anything.
    [
      "another message, though its entry commits to it",
      "decision",
      { message: other, body: committed(other) },
    ],
    ["what another alert tells", "decision", { body: { decided_at: 5 } }],
    [
      "its own content to another endpoint",
      "decision",
      { order: withTarget({ config: { url: `${URL}2` } }) },
    ],
    ["another alert", "action", { order: (order) => ({ ...order, actionId: `${ALERT_ID.slice(0, -1)}m` }) }],
    ["an alert of another log", "log", { order: (order) => ({ ...order, log: `${LOG}2` }) }],
    ["to another target", "target", { order: withTarget({ name: "hook/other" }) }],
    ["to a target that has changed", "revision", { order: withTarget({ revision: 4 }) }],
    ["to no target", "target", { body: { target: null } }],
    [
      "under another salt",
      "message",
      { order: (order) => ({ ...order, salt: order.salt.replace(/^./, "A") }) },
    ],
    ["what its entry does not commit to", "message", { body: { commitments: { message: null } } }],
    ["to another kind of target", "decision", { order: withTarget({ kind: "resend" }) }],
    ["an entry of another type", "statement", { entry: { type: "decision" } }],
    ["an entry that a key made", "statement", { entry: { actor: { kind: "key", id: "key_1" } } }],
    ["an entry about an action", "statement", { entry: { subject: ACTION_ID } }],
    ["an entry with more in it", "statement", { body: { note: "more" } as Partial<AlertBody> }],
  ])("%s", async (_, fault, spec) => {
    expect(await judgeCase(spec)).toBe(fault);
  });

  it("a decision, nor a receipt an alert", async () => {
    const decision = statementOf(decisionEntry(other));
    const alert = statementOf(alertEntry(ALERT), "alert");
    const sign = signWith(jwk);
    expect(await judge(webhookOrder(await sign("alert", decision), other, "unused"))).toBe("statement");
    const asReceipt = { ...webhookOrder(await sign("receipt", alert), ALERT, "unused"), actionId: ALERT_ID };
    expect(await judge(asReceipt)).toBe("statement");
    expect([refuseStatement("alert", decision), refuseStatement("receipt", alert)]).not.toContain(null);
  });
});
