import { beforeEach, describe, expect, it, vi } from "vitest";
import { type PublicJwk, publicJwk } from "../../core/keys.ts";
import { generateJwk } from "./order.ts";

let withReceiptKeys: typeof import("../../worker/dispatcher/receipt-keys.ts").withReceiptKeys;
beforeEach(async () => {
  // A fresh isolate: the cache lives in the module.
  vi.resetModules();
  ({ withReceiptKeys } = await import("../../worker/dispatcher/receipt-keys.ts"));
});

const fakeService = (keys: PublicJwk[]) => ({ list: vi.fn(async () => keys) });
const count = async (keys: readonly CryptoKey[]) => keys.length;
const none = async () => null;

describe("withReceiptKeys", () => {
  it("offers receipt keys only, and asks the signer once", async () => {
    const service = fakeService([
      publicJwk((await generateJwk()).x, "receipt"),
      publicJwk((await generateJwk()).x, "checkpoint"),
    ]);
    expect(await withReceiptKeys(service, 0, count)).toBe(1);
    expect(await withReceiptKeys(service, 1_000, count)).toBe(1);
    expect(service.list).toHaveBeenCalledTimes(1);
  });

  it("asks once more where no known key verifies, and no more than that", async () => {
    const service = fakeService([publicJwk((await generateJwk()).x, "receipt")]);
    await withReceiptKeys(service, 0, count);
    expect(await withReceiptKeys(service, 0, none)).toBeNull();
    expect(service.list).toHaveBeenCalledTimes(2);
  });

  it("does not ask twice in one order when it knew nothing", async () => {
    const service = fakeService([]);
    expect(await withReceiptKeys(service, 0, none)).toBeNull();
    expect(service.list).toHaveBeenCalledTimes(1);
  });

  it("forgets a key that is no longer listed", async () => {
    const keys = [publicJwk((await generateJwk()).x, "receipt")];
    const service = fakeService(keys);
    await withReceiptKeys(service, 0, count);
    keys.pop();
    expect(await withReceiptKeys(service, 60_000, count)).toBe(0);
  });

  it("passes on that the signer cannot be asked", async () => {
    const service = { list: () => Promise.reject(new Error("down")) };
    await expect(withReceiptKeys(service, 0, count)).rejects.toThrow("down");
  });
});
