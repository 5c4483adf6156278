import fc from "fast-check";
import { expect, it } from "vitest";
import { toHex } from "../../core/encoding.ts";
import { digestBytes, digestOf, sha256 } from "../../core/hash.ts";

it("a digest names the bytes of the hash", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (data) => {
      const digest = digestOf(data);
      expect(digestBytes(digest)).toEqual(new Uint8Array(sha256(data)));
      expect(`sha256:${toHex(digestBytes(digest))}`).toBe(digest);
    }),
  );
});
