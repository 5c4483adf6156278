import { createDecipheriv, hkdfSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type SealScope, seal, unseal } from "../../worker/dispatcher/sealing.ts";
import { random32 } from "./order.ts";

const KEY = random32();
const SCOPE: SealScope = {
  log: "gw.test/acme",
  name: "resend/main",
  kind: "resend",
  config: { base_url: "https://api.resend.com" },
};
const CREDENTIALS = { api_key: "re_123" };

describe("sealed credentials", () => {
  it("open for their own tenant, target and endpoint", async () => {
    const sealed = await seal(KEY, SCOPE, CREDENTIALS);
    expect(await unseal(KEY, SCOPE, sealed)).toEqual(CREDENTIALS);
    expect(sealed).toMatch(/^cs1\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+$/);
    expect(sealed).not.toContain("re_123");
  });

  it("are in the form that the file's head describes, by another implementation", async () => {
    const [, nonce, bytes] = (await seal(KEY, SCOPE, CREDENTIALS))
      .split(".")
      .map((part) => Buffer.from(part, "base64url"));
    if (nonce === undefined || bytes === undefined) throw new Error("form");
    const info = `countersign/credentials/1\n${SCOPE.log}`;
    const key = Buffer.from(hkdfSync("sha256", Buffer.from(KEY, "base64"), "", info, 32));
    const decipher = createDecipheriv("aes-256-gcm", key, nonce);
    decipher.setAAD(
      Buffer.from(
        '{"config":{"base_url":"https://api.resend.com"},"kind":"resend","log":"gw.test/acme","name":"resend/main"}',
      ),
    );
    decipher.setAuthTag(bytes.subarray(-16));
    expect(decipher.update(bytes.subarray(0, -16), undefined, "utf8") + decipher.final("utf8")).toBe(
      '{"api_key":"re_123"}',
    );
  });

  it("are never sealed alike twice", async () => {
    expect(await seal(KEY, SCOPE, CREDENTIALS)).not.toBe(await seal(KEY, SCOPE, CREDENTIALS));
  });

  it.each<[string, Partial<SealScope>]>([
    ["another tenant", { log: "gw.test/evil" }],
    ["a tenant whose name goes on", { log: "gw.test/acme2" }],
    ["another target", { name: "resend/other" }],
    ["another kind", { kind: "webhook" }],
    ["another endpoint", { config: { base_url: "https://evil.example.com" } }],
    ["no endpoint", { config: {} }],
  ])("do not open for %s", async (_, over) => {
    expect(await unseal(KEY, { ...SCOPE, ...over }, await seal(KEY, SCOPE, CREDENTIALS))).toBeNull();
  });

  it("do not open under another key", async () => {
    expect(await unseal(random32(), SCOPE, await seal(KEY, SCOPE, CREDENTIALS))).toBeNull();
  });

  it("do not open with any one character changed", async () => {
    const sealed = await seal(KEY, SCOPE, CREDENTIALS);
    for (let at = 0; at < sealed.length; at++) {
      const changed = `${sealed.slice(0, at)}${sealed[at] === "A" ? "B" : "A"}${sealed.slice(at + 1)}`;
      expect(await unseal(KEY, SCOPE, changed)).toBeNull();
    }
  });

  it.each([
    "",
    "cs1",
    "cs1..",
    "cs2.AAAAAAAAAAAAAAAA.AAAA",
    "cs1.AAAAAAAAAAAAAAAA.AAAA",
    "cs1.AAAA.AAAA",
    "a.b.c.d",
  ])("are not %j", async (text) => {
    expect(await unseal(KEY, SCOPE, text)).toBeNull();
  });

  it.each(["", "AAAA", `${random32()}=`, "not base64"])("need a proper key, not %j", async (key) => {
    await expect(seal(key, SCOPE, CREDENTIALS)).rejects.toThrow("SEALING_KEY is not the base64 of 32 bytes.");
  });
});
