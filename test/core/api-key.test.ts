import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  equalHashes,
  formatApiKey,
  hashSecret,
  newKeyId,
  newTenantId,
  parseApiKey,
} from "../../core/api-key.ts";

const random = (fill: number) => new Uint8Array(32).fill(fill);
const tenant = newTenantId(random(1));
const keyId = newKeyId(random(2));
const text = formatApiKey("demo", tenant, keyId, random(3));

describe("an API key", () => {
  it("says its tenant and key, and only a hash of its secret", () => {
    expect(text).toMatch(/^cs_demo_[0-9A-Za-z]{28}_[0-9A-Za-z]{49}$/);
    expect(keyId).toMatch(/^key_[0-9A-Za-z]{12}$/);
    expect(parseApiKey(text)).toEqual({ tenant, keyId, secretHash: hashSecret(text) });
  });

  it("with any one character changed, left out or added, is none", () => {
    for (let at = 0; at < text.length; at++) {
      for (const other of ["A", "z", "0", "_", " ", "é"]) {
        if (text[at] === other) continue;
        expect(parseApiKey(text.slice(0, at) + other + text.slice(at + 1))).toBeNull();
      }
      expect(parseApiKey(text.slice(0, at) + text.slice(at + 1))).toBeNull();
      expect(parseApiKey(`${text.slice(0, at)}A${text.slice(at)}`)).toBeNull();
    }
  });

  it.each([
    "",
    "cs_",
    `${text}\n`,
    ` ${text}`,
    `Bearer ${text}`,
    text.toLowerCase(),
    text.replace("cs_demo", "cs_DEMO"),
    text + text,
  ])("is not %j", (other) => expect(parseApiKey(other)).toBeNull());

  it("has a hash over its whole text, so that a secret cannot move under another id", () => {
    const moved = formatApiKey("demo", tenant, newKeyId(random(9)), random(3));
    expect(moved.slice(-49, -6)).toBe(text.slice(-49, -6));
    expect(hashSecret(moved)).not.toBe(hashSecret(text));
  });

  it("is made of all 32 random bytes", () => {
    const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const same = Buffer.from(a).equals(Buffer.from(b));
        expect(formatApiKey("live", tenant, keyId, a) === formatApiKey("live", tenant, keyId, b)).toBe(same);
        expect(parseApiKey(formatApiKey("live", tenant, keyId, a))?.keyId).toBe(keyId);
      }),
    );
  });
});

describe("equalHashes", () => {
  it.each([
    ["ab", "ab", true],
    ["ab", "ac", false],
    ["ab", "abc", false],
    ["", "", true],
    ["bb", "ab", false],
  ])("of %j and %j is %j", (left, right, equal) => expect(equalHashes(left, right)).toBe(equal));
});
