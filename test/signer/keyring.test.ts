import { beforeAll, describe, expect, it } from "vitest";
import type { PrivateJwk } from "../../core/keys.ts";
import { importKeyring, type SigningSecrets } from "../../worker/signer/keyring.ts";
import { generateJwk } from "../dispatcher/order.ts";

let receipt: PrivateJwk;
let checkpoint: PrivateJwk;
let before: PrivateJwk;
beforeAll(async () => {
  [receipt, checkpoint, before] = await Promise.all([generateJwk(), generateJwk(), generateJwk()]);
});

const importWith = (receiptSecret: string, more: Partial<SigningSecrets> = {}) =>
  importKeyring({
    RECEIPT_SIGNING_KEY: receiptSecret,
    CHECKPOINT_SIGNING_KEY: JSON.stringify(checkpoint),
    ...more,
  });

describe("importKeyring", () => {
  it("imports the keys, each for its use, none extractable", async () => {
    const { now, before } = await importWith(JSON.stringify(receipt));
    expect(now.receipt.public).toMatchObject({ x: receipt.x, countersign_use: "receipt" });
    expect(now.checkpoint.public).toMatchObject({ x: checkpoint.x, countersign_use: "checkpoint" });
    expect(Object.values(now).map(({ key }) => key.extractable)).not.toContain(true);
    expect(now.receipt.id).toBe(now.receipt.public.kid);
    expect(before).toEqual({});
  });

  it("has the key before while one is rotated", async () => {
    const keyring = await importWith(JSON.stringify(receipt), {
      RECEIPT_SIGNING_KEY_BEFORE: JSON.stringify(before),
    });
    expect(keyring.before.receipt?.public).toMatchObject({ x: before.x, countersign_use: "receipt" });
    expect(keyring.before.checkpoint).toBeUndefined();
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
    await expect(importWith(JSON.stringify({ ...receipt, x: before.x }))).rejects.toThrow();
  });

  it("refuses one key for two uses, and a rotation to the same key", async () => {
    await expect(importWith(JSON.stringify(checkpoint))).rejects.toThrow("of its own");
    await expect(
      importWith(JSON.stringify(receipt), { RECEIPT_SIGNING_KEY_BEFORE: JSON.stringify(receipt) }),
    ).rejects.toThrow("of its own");
  });
});
