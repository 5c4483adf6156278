/** The signer in a real workerd, and what each of the joined Workers can see and call. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PrivateJwk } from "../../core/keys.ts";
import {
  alertEntry,
  alertMessage,
  decisionEntry,
  generateJwk,
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
let checkpointKey: PrivateJwk;

beforeAll(async () => {
  [receiptKey, checkpointKey] = await Promise.all([generateJwk(), generateJwk()]);
  const secrets = {
    RECEIPT_SIGNING_KEY: JSON.stringify(receiptKey),
    CHECKPOINT_SIGNING_KEY: JSON.stringify(checkpointKey),
    SEALING_KEY: random32(),
  };
  workers = await startWorkers(secrets, ORIGIN);
}, 60_000);
afterAll(() => workers?.stop());

describe("each Worker sees only its own variables", () => {
  it("and offers nothing but its entrypoints", async () => {
    expect(await workers.call("SIGNER_PROBE", "names")).toEqual([
      "CHECKPOINT_SIGNING_KEY",
      "EPOCH_KEYS",
      "MEMORY",
      "RECEIPT_SIGNING_KEY",
    ]);
    expect(await workers.call("DISPATCHER_PROBE", "names")).toEqual([
      "ALLOWED_PRIVATE_ORIGINS",
      "KEYS",
      "SEALING_KEY",
      "WITNESSES",
      "WITNESS_QUORUM",
    ]);
    // Beside its Durable Objects. No secret that opens anything outside, and no key that signs.
    expect(await workers.gateNames()).toEqual([
      "DISPATCHER",
      "EVALUATOR",
      "KEYS",
      "KEY_ENV",
      "LOG_ENTRIES_KEPT",
      "LOG_ORIGIN",
      "SIGNER",
      "WITNESSES",
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
  const alert = () => statementOf(alertEntry(alertMessage(`${ORIGIN}/ok`)), "alert");

  it("publishes its keys, and nothing of their private halves", async () => {
    const keys = await workers.keys();
    expect(keys.map((key) => [key.countersign_use, key.x])).toEqual([
      ["receipt", receiptKey.x],
      ["checkpoint", checkpointKey.x],
    ]);
    expect(JSON.stringify(keys)).not.toContain(receiptKey.d);
    expect(keys.every((key) => !Object.hasOwn(key, "d"))).toBe(true);
  });

  it("signs each kind under the key of its use", async () => {
    const statement = statementOf(decisionEntry(message));
    expect(await workers.sign("receipt", statement)).toEqual(
      await signWith(receiptKey)("receipt", statement),
    );
    expect(await workers.sign("alert", alert())).toEqual(await signWith(receiptKey)("alert", alert()));
  });

  it("signs several at once as one by one, and refuses each alone", async () => {
    const good = statementOf(decisionEntry(message));
    const statements = [
      { kind: "receipt", statement: good },
      { kind: "denial_proof", statement: good },
      { kind: "alert", statement: alert() },
      { kind: "epoch", statement: good },
      { kind: "toString", statement: good },
      { kind: "receipt", statement: good.replace('"allow"', '"block"') },
      { kind: "receipt", statement: ` ${good}` },
      { kind: "receipt" },
      null,
      { kind: "receipt", statement: good },
    ];
    const signed = (await workers.call("SIGNER", "signAll", statements)) as Record<string, string>[];
    const [receipt, alerted] = [
      (await signWith(receiptKey)("receipt", good)).signatures[0],
      (await signWith(receiptKey)("alert", alert())).signatures[0],
    ];
    const refused = { refused: expect.stringMatching(/./) };
    expect(signed).toEqual([receipt, refused, alerted, ...Array(6).fill(refused), receipt]);
  });

  it.each([
    ["no list", {}],
    ["too many", Array(129).fill({ kind: "alert", statement: "{}" })],
  ])("signs nothing of %s", async (_, statements) => {
    await expect(workers.call("SIGNER", "signAll", statements)).rejects.toThrow("Not signed");
  });

  it.each<[string, () => [string, string]]>([
    ["a receipt as alert", () => ["alert", statementOf(decisionEntry(message))]],
    ["an alert as receipt", () => ["receipt", alert()]],
    ["an unknown kind", () => ["toString", alert()]],
    ["a hold", () => ["receipt", statementOf(decisionEntry(message, { decision: "hold" }))]],
  ])("does not sign %s", async (_, args) => {
    await expect(workers.sign(...args())).rejects.toThrow("Not signed");
  });
});
