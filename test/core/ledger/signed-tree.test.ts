import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { listedLeaves } from "../../../core/ledger/signed-tree.ts";

const HASH_BYTES = 32;
/** One hash, of its index alone. */
const hashOf = (index: number, of = 0): Uint8Array => {
  const hash = new Uint8Array(HASH_BYTES);
  new DataView(hash.buffer).setUint32(0, index);
  hash[31] = of;
  return hash;
};
const listOf = (from: number, to: number, of = 0) => {
  const hashes = new Uint8Array((to - from + 1) * HASH_BYTES);
  for (let index = from; index <= to; index++) hashes.set(hashOf(index, of), (index - from) * HASH_BYTES);
  return { where: `line ${from}`, from, to, hashes };
};

describe("the listed hashes", () => {
  it("are found whatever the lists begin with, in any order, and nowhere else", () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 199 }), { maxLength: 40 });
    fc.assert(
      fc.property(cuts, fc.integer(), fc.integer({ min: 0, max: 40 }), (cuts, seed, gap) => {
        const starts = [0, ...cuts.toSorted((a, b) => a - b)];
        const lists = starts.map((from, at) => listOf(from, (starts[at + 1] ?? 200) - 1));
        const missing = lists[gap % lists.length];
        const given = lists.filter((list) => list !== missing || lists.length === 1);
        const shuffled = given.toSorted(
          (a, b) => ((a.from * 7919 + seed) % 101) - ((b.from * 7919 + seed) % 101),
        );
        const leaf = listedLeaves({ leaves: shuffled });
        for (let index = -1; index <= 201; index++) {
          const has = given.some(({ from, to }) => index >= from && index <= to);
          expect(leaf(index)).toEqual(has ? hashOf(index) : null);
        }
      }),
    );
  });

  it("of two lists that overlap are those of the one that begins first, or stands first", () => {
    const leaf = listedLeaves({
      leaves: [listOf(5, 9, 2), listOf(0, 6, 1), listOf(0, 3, 3), listOf(8, 12, 4)],
    });
    const of = Array.from({ length: 14 }, (_, index) => leaf(index)?.[31] ?? null);
    expect(of).toEqual([1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 4, 4, 4, null]);
  });

  it("take time in proportion to their number, one hash a list", () => {
    // With a search from the first list on 200,000 took a minute.
    const leaves = Array.from({ length: 200_000 }, (_, index) => listOf(index, index));
    const leaf = listedLeaves({ leaves });
    const begun = performance.now();
    for (const { from } of leaves) leaf(from);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it("that lists of another length than they say hold count for nothing", () => {
    const cut = { ...listOf(0, 9), hashes: new Uint8Array(9 * HASH_BYTES) };
    expect(listedLeaves({ leaves: [cut] })(0)).toBeNull();
  });
});
