/** The signer in a real workerd, and what each of the joined Workers can see and call. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PrivateJwk } from "../../core/keys.ts";
import { headStatement } from "../../core/receipt.ts";
import {
  decisionEntry,
  generateJwk,
  LOG,
  random32,
  signWith,
  statementOf,
  webhookMessage,
} from "../dispatcher/order.ts";
import { startWorkers } from "../dispatcher/workers.ts";

const ORIGIN = "http://127.0.0.1:9";
const message = webhookMessage(`${ORIGIN}/ok`);
let workers: Awaited<ReturnType<typeof startWorkers>>;
let receiptKey: PrivateJwk;
let headKey: PrivateJwk;

beforeAll(async () => {
  [receiptKey, headKey] = await Promise.all([generateJwk(), generateJwk()]);
  const secrets = {
    RECEIPT_SIGNING_KEY: JSON.stringify(receiptKey),
    HEAD_SIGNING_KEY: JSON.stringify(headKey),
    SEALING_KEY: random32(),
  };
  workers = await startWorkers(secrets, ORIGIN);
}, 60_000);
afterAll(() => workers?.stop());

describe("each Worker sees only its own variables", () => {
  it("and offers nothing but its entrypoints", async () => {
    expect(await workers.call("SIGNER_PROBE", "names")).toEqual(["HEAD_SIGNING_KEY", "RECEIPT_SIGNING_KEY"]);
    expect(await workers.call("DISPATCHER_PROBE", "names")).toEqual([
      "ALLOWED_PRIVATE_ORIGINS",
      "KEYS",
      "SEALING_KEY",
    ]);
    // Beside its Durable Objects. No secret that opens anything outside, and no key that signs.
    expect(await workers.gateNames()).toEqual([
      "DISPATCHER",
      "EVALUATOR",
      "KEYS",
      "KEY_ENV",
      "LOG_ORIGIN",
      "SIGNER",
    ]);
    expect(await workers.call("SIGNER_DEFAULT", "fetch")).toBe(404);
    expect(await workers.call("DISPATCHER_DEFAULT", "fetch")).toBe(404);
  });

  it.each([
    ["KEYS", "sign"],
    ["SIGNER", "list"],
    ["SIGNER", "env"],
    ["DISPATCHER", "env"],
    ["DISPATCHER", "unseal"],
  ])("%s has no %s", async (binding, method) => {
    await expect(workers.call(binding, method, "receipt", "{}")).rejects.toThrow();
  });

  it("tells which private origins it lets pass", async () => {
    expect(await workers.privateOrigins()).toEqual([ORIGIN]);
  });
});

describe("the signer", () => {
  const head = () =>
    headStatement({ leaf: `sha256:${"a".repeat(64)}`, log: LOG, size: 1, time: "2026-11-21T10:00:00.000Z" });

  it("publishes its two keys, and nothing of their private halves", async () => {
    const keys = await workers.keys();
    expect(keys.map((key) => [key.countersign_use, key.x])).toEqual([
      ["receipt", receiptKey.x],
      ["head", headKey.x],
    ]);
    expect(JSON.stringify(keys)).not.toContain(receiptKey.d);
    expect(keys.every((key) => !Object.hasOwn(key, "d"))).toBe(true);
  });

  it("signs each kind under the key of its use", async () => {
    const statement = statementOf(decisionEntry(message));
    expect(await workers.sign("receipt", statement)).toEqual(
      await signWith(receiptKey)("receipt", statement),
    );
    expect(await workers.sign("head", head())).toEqual(await signWith(headKey)("head", head()));
  });

  it.each<[string, () => [string, string]]>([
    ["a receipt as head", () => ["head", statementOf(decisionEntry(message))]],
    ["a head as receipt", () => ["receipt", head()]],
    ["an unknown kind", () => ["toString", head()]],
    ["a hold", () => ["receipt", statementOf(decisionEntry(message, { decision: "hold" }))]],
  ])("does not sign %s", async (_, args) => {
    await expect(workers.sign(...args())).rejects.toThrow("Not signed");
  });
});
