import { describe, expect, it } from "vitest";
import type { Json } from "../../core/json.ts";
import { importPrivateKey, keyUseOf, parsePrivateJwk, publicJwk, thumbprint } from "../../core/keys.ts";
import { generateJwk } from "../dispatcher/order.ts";

// RFC 8037, appendix A.1 to A.3.
const X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
const D = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";

describe("keys", () => {
  it("are named by their thumbprint (RFC 8037 A.3)", () => {
    expect(thumbprint(X)).toBe("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    expect(publicJwk(X, "checkpoint")).toEqual({
      kty: "OKP",
      crv: "Ed25519",
      x: X,
      kid: thumbprint(X),
      alg: "EdDSA",
      use: "sig",
      countersign_use: "checkpoint",
    });
  });

  it("have one use each", () => {
    expect(keyUseOf("epoch")).toBe("epoch");
    for (const kind of ["receipt", "observed_receipt", "denial_proof"] as const)
      expect(keyUseOf(kind)).toBe("receipt");
  });

  it("once imported cannot be taken out", async () => {
    const key = await importPrivateKey(await generateJwk());
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("jwk", key)).rejects.toThrow();
  });

  it("sign as RFC 8037 A.4 does", async () => {
    const key = await importPrivateKey({ kty: "OKP", crv: "Ed25519", x: X, d: D });
    const text = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    const signature = await crypto.subtle.sign("Ed25519", key, Buffer.from(text));
    expect(Buffer.from(signature).toString("base64url")).toBe(
      "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
    );
  });
});

describe("parsePrivateJwk", () => {
  const jwk = { kty: "OKP", crv: "Ed25519", x: X, d: D };

  it("takes over what makes the key, and nothing else", () => {
    expect(parsePrivateJwk({ ...jwk, key_ops: ["verify"], ext: true, use: "enc" })).toEqual(jwk);
  });

  it.each<[string, Json]>([
    ["null", null],
    ["a list", [jwk]],
    ["a text", JSON.stringify(jwk)],
    ["another type", { ...jwk, kty: "EC" }],
    ["another curve", { ...jwk, crv: "X25519" }],
    ["a public key", { kty: "OKP", crv: "Ed25519", x: X }],
    ["a short x", { ...jwk, x: X.slice(1) }],
    ["a d with padding", { ...jwk, d: `${D}=` }],
    ["a d with stray bits", { ...jwk, d: `${D.slice(0, -1)}B` }],
    ["a number for d", { ...jwk, d: 1 }],
  ])("refuses %s", (_, json) => {
    expect(parsePrivateJwk(json)).toBeNull();
  });
});
