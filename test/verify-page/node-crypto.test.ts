/** The page's hash against Node's, over random pieces. */
import * as node from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { createHash } from "../../worker/verify-page/node-crypto.ts";

it("hashes like Node, whatever the pieces", () => {
  const piece = fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array({ maxLength: 300 }));
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const ours = createHash("sha256");
      const theirs = node.createHash("sha256");
      for (const one of pieces) {
        ours.update(one);
        theirs.update(one);
      }
      expect(ours.digest("hex")).toBe(theirs.digest("hex"));
    }),
  );
});

it("has no other hash", () => {
  expect(() => createHash("sha1")).toThrow("couldn't hash");
});
