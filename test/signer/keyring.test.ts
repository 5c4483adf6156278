import { beforeAll, describe, expect, it } from "vitest";
import type { PrivateJwk } from "../../core/keys.ts";
import { importKeyring } from "../../worker/signer/keyring.ts";
import { generateJwk } from "../dispatcher/order.ts";

let receipt: PrivateJwk;
let head: PrivateJwk;
beforeAll(async () => {
  [receipt, head] = await Promise.all([generateJwk(), generateJwk()]);
});

const importWith = (receiptSecret: string, headSecret = JSON.stringify(head)) =>
  importKeyring({ RECEIPT_SIGNING_KEY: receiptSecret, HEAD_SIGNING_KEY: headSecret });

describe("importKeyring", () => {
  it("imports two keys, each for its use, neither extractable", async () => {
    const keyring = await importWith(JSON.stringify(receipt));
    expect(keyring.receipt.public).toMatchObject({ x: receipt.x, countersign_use: "receipt" });
    expect(keyring.head.public).toMatchObject({ x: head.x, countersign_use: "head" });
    expect([keyring.receipt.key.extractable, keyring.head.key.extractable]).toEqual([false, false]);
    expect(keyring.receipt.id).toBe(keyring.receipt.public.kid);
  });

  it.each([undefined, "", "hunter2", "{}", "null", "[]", '"x"'])(
    "refuses %j as a key, and does not repeat it",
    async (secret) => {
      const failure = importWith(secret as string);
      await expect(failure).rejects.toThrow("RECEIPT_SIGNING_KEY is not a private Ed25519 JWK.");
      await expect(failure).rejects.not.toThrow("hunter2");
    },
  );

  it("refuses halves of two keys", async () => {
    // Some engines refuse such a pair at import already; either way there is no keyring.
    await expect(importWith(JSON.stringify({ ...receipt, x: head.x }))).rejects.toThrow();
  });

  it("refuses one key for both uses", async () => {
    await expect(importWith(JSON.stringify(head))).rejects.toThrow("different keys");
  });
});
