// The published cases of transparency-dev/merkle, where they are at hand; and every tree and proof of small sizes against
// the definition in RFC 6962 section 2.1, written down as it stands there.

import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  consistencyProof,
  EMPTY_ROOT,
  type Hash,
  inclusionProof,
  isConsistent,
  isSame,
  leafHash,
  nodeHash,
  nodesOfAppend,
  type ReadNode,
  rootFromInclusion,
  treeRoot,
} from "../../../../core/ledger/tree/merkle.ts";

const VECTORS = new URL("../../../../../shared/vectors/rfc6962", import.meta.url).pathname;

const bytes = (base64: string | null): Hash => new Uint8Array(Buffer.from(base64 ?? "", "base64"));
const hashes = (proof: readonly string[] | null): Hash[] => (proof ?? []).map(bytes);

interface InclusionCase {
  leafIdx: number;
  treeSize: number;
  root: string;
  leafHash: string;
  proof: string[] | null;
  desc: string;
  wantErr: boolean;
}
interface ConsistencyCase {
  size1: number;
  size2: number;
  root1: string;
  root2: string;
  proof: string[] | null;
  desc: string;
  wantErr: boolean;
}

const read = <T>(kind: string): [string, T][] =>
  globSync("**/*.json", { cwd: join(VECTORS, kind) })
    .sort()
    .map((path) => [path, JSON.parse(readFileSync(join(VECTORS, kind, path), "utf8"))]);

if (!existsSync(VECTORS)) console.warn(`SKIPPED: no vectors of RFC 6962 at ${VECTORS}`);

describe.skipIf(!existsSync(VECTORS))("transparency-dev's cases", () => {
  it("of inclusion are judged as published", () => {
    const cases = read<InclusionCase>("inclusion");
    expect(cases.length).toBeGreaterThan(90);
    for (const [path, { leafIdx, treeSize, root, leafHash: leaf, proof, wantErr }] of cases) {
      const got = rootFromInclusion(leafIdx, treeSize, bytes(leaf), hashes(proof));
      expect([path, got !== null && isSame(got, bytes(root))]).toEqual([path, !wantErr]);
    }
  });

  // The library refuses size 0 altogether; a witness takes the empty tree as the beginning of any (c2sp.org/tlog-witness).
  it("of consistency are judged as published, but for the empty tree", () => {
    const cases = read<ConsistencyCase>("consistency");
    expect(cases.length).toBeGreaterThan(90);
    const differ: string[] = [];
    for (const [path, { size1, size2, root1, root2, proof, wantErr }] of cases) {
      const got = isConsistent(size1, size2, hashes(proof), bytes(root1), bytes(root2));
      if (got !== !wantErr) differ.push(path);
    }
    expect(
      differ.filter(
        (path) =>
          (JSON.parse(readFileSync(join(VECTORS, "consistency", path), "utf8")) as ConsistencyCase).size1 !==
          0,
      ),
    ).toEqual([]);
    expect(differ.length).toBeLessThanOrEqual(3);
  });
});

/** RFC 6962 section 2.1, word for word. */
function definition(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0] as Hash;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(definition(leaves.slice(0, k)), definition(leaves.slice(k)));
}

/** A tree kept as an object keeps it: nodes as they are completed. */
function grow(size: number): { leaves: Hash[]; readNode: ReadNode } {
  const nodes = new Map<string, Hash>();
  const readNode: ReadNode = (level, index) => {
    const node = nodes.get(`${level} ${index}`);
    if (node === undefined) throw new Error(`no node at level ${level}, index ${index}`);
    return node;
  };
  const leaves: Hash[] = [];
  for (let index = 0; index < size; index++) {
    const leaf = leafHash(`entry ${index}`);
    leaves.push(leaf);
    for (const node of nodesOfAppend(index, leaf, readNode))
      nodes.set(`${node.level} ${node.index}`, node.hash);
  }
  return { leaves, readNode };
}

const SIZE = 70;
const { leaves, readNode } = grow(SIZE);

describe("a tree", () => {
  it("has the root that the definition gives, at every size", () => {
    for (let size = 0; size <= SIZE; size++) {
      expect(treeRoot(size, readNode)).toEqual(definition(leaves.slice(0, size)));
    }
  });

  it("proves every leaf at every size, and no other leaf or size", () => {
    for (let size = 1; size <= SIZE; size++) {
      const root = treeRoot(size, readNode);
      for (let index = 0; index < size; index++) {
        const proof = inclusionProof(index, size, readNode);
        const leaf = leaves[index] as Hash;
        expect(rootFromInclusion(index, size, leaf, proof)).toEqual(root);
        const elsewhere = rootFromInclusion((index + 1) % size, size, leaf, proof);
        expect(size > 1 && elsewhere !== null && isSame(elsewhere, root)).toBe(false);
      }
    }
  });

  it("proves that every size is the beginning of every later one", () => {
    for (let older = 0; older <= SIZE; older++) {
      for (let newer = older; newer <= SIZE; newer++) {
        const proof = consistencyProof(older, newer, readNode);
        expect(isConsistent(older, newer, proof, treeRoot(older, readNode), treeRoot(newer, readNode))).toBe(
          true,
        );
      }
    }
  });

  it("does not prove what was changed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: SIZE }), fc.nat(), fc.nat(), fc.nat(), (newer, a, b, c) => {
        const older = 1 + (a % (newer - 1));
        const proof = consistencyProof(older, newer, readNode);
        const roots = [treeRoot(older, readNode), treeRoot(newer, readNode)] as const;
        const all = [...proof, ...roots].map((hash) => hash.slice());
        const hash = all[b % all.length] as Hash;
        const at = c % 256;
        hash[at >> 3] = (hash[at >> 3] as number) ^ (1 << (at & 7));
        const [olderRoot, newerRoot] = all.slice(-2) as [Hash, Hash];
        expect(isConsistent(older, newer, all.slice(0, -2), olderRoot, newerRoot)).toBe(false);
      }),
    );
  });

  it("refuses numbers that are none", () => {
    const leaf = leaves[0] as Hash;
    for (const [index, size] of [
      [-1, 1],
      [1, 1],
      [0.5, 2],
      [0, 2 ** 60],
      [Number.NaN, 1],
    ] as const) {
      expect(rootFromInclusion(index, size, leaf, [])).toBe(null);
    }
    expect(isConsistent(3, 2, [], leaf, leaf)).toBe(false);
    // The empty tree has one root.
    expect(isConsistent(0, 0, [], EMPTY_ROOT, leaf)).toBe(false);
    expect(isConsistent(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)).toBe(true);
    expect(() => inclusionProof(5, 5, readNode)).toThrow(RangeError);
    expect(() => consistencyProof(6, 5, readNode)).toThrow(RangeError);
  });
});
