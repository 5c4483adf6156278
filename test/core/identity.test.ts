import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isOwnAction, normaliseIdentity } from "../../core/identity.ts";

describe("normaliseIdentity", () => {
  it.each([
    ["Alice", "alice "],
    ["alice", "\tALICE\n"],
    ["alice", "al\u00adice"],
    ["alice", "a\u200blice\ufeff"],
    ["alice", "\u202ealice"],
    ["alice", "ａｌｉｃｅ"],
    ["é", "e\u0301"],
    ["alice smith", "alice \u00a0 smith"],
    ["straße", "STRASSE"],
    ["STRAẞE", "strasse"],
    ["ΝΙΚΟΣ", "νικοσ"],
    ["ﬁona", "FIONA"],
    ["alice@example.com", "Alice@Example.COM"],
    ["K", "\u212a"],
  ])("holds %j and %j to be one", (a, b) => expect(normaliseIdentity(a)).toBe(normaliseIdentity(b)));

  it.each([
    ["alice", "alicia"],
    ["alice", "a lice"],
    ["alice", "alice2"],
    ["ann", "anne"],
  ])("keeps %j and %j apart", (a, b) => {
    expect(normaliseIdentity(a)).not.toBe(normaliseIdentity(b));
  });

  it("is a fixed point, and blind to case", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const normal = normaliseIdentity(text);
        expect(normaliseIdentity(normal)).toBe(normal);
        expect(normaliseIdentity(` ${text}\u200b`)).toBe(normal);
      }),
      { numRuns: 2000 },
    );
    for (let code = 0; code < 0x3000; code++) {
      const text = `a${String.fromCodePoint(code)}b`;
      expect([code, normaliseIdentity(text.toUpperCase())]).toEqual([code, normaliseIdentity(text)]);
    }
  });
});

describe("isOwnAction", () => {
  it.each([
    ["ada", { owner: "Ada ", user: null }, true],
    ["ada", { owner: "bob", user: "ADA" }, true],
    ["ada", { owner: "bob", user: "eve" }, false],
    ["ada", { owner: "bob", user: null }, false],
  ])("of %j, given %j, is %j", (reviewer, parties, own) => expect(isOwnAction(reviewer, parties)).toBe(own));
});
