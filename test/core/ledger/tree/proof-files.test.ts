// The files that others read: tlog-proof, tiles and cosignatures, each against its specification's own examples.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toHex } from "../../../../core/encoding.ts";
import {
  cosignature,
  cosignedAt,
  cosignedBytes,
  witnessedBy,
} from "../../../../core/ledger/tree/cosignature.ts";
import {
  type Hash,
  inclusionProof,
  leafHash,
  nodesOfAppend,
  type ReadNode,
  rootFromInclusion,
  treeRoot,
} from "../../../../core/ledger/tree/merkle.ts";
import {
  type Note,
  type NoteKey,
  parseKey,
  parseNote,
  SIGNATURE_TYPE,
} from "../../../../core/ledger/tree/note.ts";
import {
  ENTRIES,
  nodesFromTiles,
  parseTilePath,
  TILE_WIDTH,
  tileBytes,
  tilePath,
  tileWidth,
} from "../../../../core/ledger/tree/tiles.ts";
import { formatTlogProof, parseTlogProof } from "../../../../core/ledger/tree/tlog-proof.ts";
import { verifyNoteSignature as verify } from "../../../../core/ledger/tree/verify-signature.ts";

function grow(size: number): ReadNode {
  const levels: Hash[][] = [];
  const read: ReadNode = (level, index) => {
    const node = levels[level]?.[index];
    if (node === undefined) throw new Error(`no node ${level} ${index}`);
    return node;
  };
  for (let index = 0; index < size; index++) {
    for (const { level, index: at, hash } of nodesOfAppend(index, leafHash(`entry ${index}`), read)) {
      levels[level] ??= [];
      levels[level][at] = hash;
    }
  }
  return read;
}

describe("a tile's path", () => {
  it.each([
    [{ level: 0, index: 1234067, width: 256 }, "tile/0/x001/x234/067"],
    [{ level: 0, index: 273, width: 112 }, "tile/0/273.p/112"],
    [{ level: 2, index: 0, width: 1 }, "tile/2/000.p/1"],
    [{ level: ENTRIES, index: 1000, width: 256 }, "tile/entries/x001/000"],
  ])("%o is %s", (tile, path) => {
    expect(tilePath(tile)).toBe(path);
    expect(parseTilePath(path)).toEqual(tile);
  });

  it.each([
    "tile/0/x000/001",
    "tile/0/1",
    "tile/0/001.p/256",
    "tile/0/001.p/0",
    "tile/64/001",
    "tile/00/001",
    "tile/0/001/",
    "/tile/0/001",
  ])("%s is none", (path) => {
    expect(parseTilePath(path)).toBe(null);
  });

  it("has the widths of the specification's example, a tree of 70,000", () => {
    expect(tileWidth(0, 272, 70_000)).toBe(256);
    expect(tileWidth(0, 273, 70_000)).toBe(112);
    expect(tileWidth(1, 0, 70_000)).toBe(256);
    expect(tileWidth(1, 1, 70_000)).toBe(17);
    expect(tileWidth(2, 0, 70_000)).toBe(1);
    expect(tileWidth(1, 0, 256)).toBe(1);
    expect(tileWidth(0, 1, 256)).toBe(0);
  });
});

it("everything that can be proved from nodes can be proved from tiles", () => {
  const SIZE = 3 * TILE_WIDTH + 77;
  const nodes = grow(SIZE);
  for (const size of [1, 2, 255, 256, 257, 600, SIZE]) {
    const tiles = nodesFromTiles(size, (tile) => tileBytes(tile, nodes));
    expect(toHex(treeRoot(size, tiles))).toBe(toHex(treeRoot(size, nodes)));
    for (const index of [0, 1, 254, 255, 256, 511, size - 1].filter((one) => one < size)) {
      expect(inclusionProof(index, size, tiles).map(toHex)).toEqual(
        inclusionProof(index, size, nodes).map(toHex),
      );
    }
  }
});

// https://c2sp.org/tlog-cosignature prints this checkpoint with both signatures, but neither key: they are checked as text.
const EXAMPLE = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
\u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;

describe("a proof in one file", () => {
  const nodes = grow(100);
  const checkpoint = parseNote(EXAMPLE) as Note;
  const proof = {
    index: 73,
    path: inclusionProof(73, 100, nodes).map((hash) => new Uint8Array(hash)),
    checkpoint,
  };
  const text = formatTlogProof(proof);

  it("is written as specified, and read back", () => {
    expect(text.startsWith("c2sp.org/tlog-proof@v1\nindex 73\n")).toBe(true);
    expect(text.endsWith(EXAMPLE)).toBe(true);
    expect(parseTlogProof(text)).toEqual(proof);
    expect(rootFromInclusion(73, 100, leafHash("entry 73"), parseTlogProof(text)?.path ?? [])).toEqual(
      treeRoot(100, nodes),
    );
  });

  it("of the only entry has no hashes", () => {
    const only = { index: 0, path: [], checkpoint };
    expect(parseTlogProof(formatTlogProof(only))).toEqual(only);
  });

  it("may carry extra data, which is not believed", () => {
    expect(parseTlogProof(text.replace("\nindex", "\nextra YWdl\nindex"))).toEqual(proof);
  });

  it.each([
    ["another header", text.replace("@v1", "@v2")],
    ["no index", text.replace("index 73\n", "")],
    ["a zero before the index", text.replace("index 73", "index 073")],
    ["a hash that is no base64", text.replace("index 73\n", "index 73\n*\n")],
    ["a short hash", text.replace("index 73\n", "index 73\nAAAA\n")],
    ["no checkpoint", text.slice(0, text.indexOf("\n\n") + 2)],
    ["extra data that is no base64", text.replace("\nindex", "\nextra *\nindex")],
  ])("with %s is refused", (_, bad) => {
    expect(parseTlogProof(bad)).toBe(null);
  });

  it("any text is either refused or one that is written in no other way", () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), (at, put) => {
        const changed = text.slice(0, at) + put + text.slice(at + put.length);
        const read = parseTlogProof(changed);
        expect(read === null || formatTlogProof(read) === changed).toBe(true);
      }),
    );
  });
});

describe("a cosignature", () => {
  const text = "log.example/1\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

  async function witness(
    name: string,
  ): Promise<{ key: NoteKey; sign(seconds: number): Promise<Note["signatures"][number]> }> {
    const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
    const publicKey = new Uint8Array((await crypto.subtle.exportKey("raw", pair.publicKey)) as ArrayBuffer);
    const key = { name, type: SIGNATURE_TYPE.cosignature, publicKey };
    return {
      key,
      async sign(seconds) {
        const bytes = new Uint8Array(cosignedBytes(text, seconds));
        return cosignature(
          key,
          seconds,
          new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, bytes)),
        );
      },
    };
  }

  it("of the specification's example says when", () => {
    const bytes = (parseNote(EXAMPLE) as Note).signatures[1]?.bytes as Uint8Array;
    expect(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)).toBe(1679315147n);
    expect(bytes).toHaveLength(72);
  });

  it("counts for its key, time and text only", async () => {
    const { key, sign } = await witness("witness.example/w1");
    const line = await sign(1_700_000_000);
    expect(await cosignedAt({ text, signatures: [line] }, key, verify)).toBe(1_700_000_000);
    expect(await cosignedAt({ text: text.replace("\n3\n", "\n4\n"), signatures: [line] }, key, verify)).toBe(
      null,
    );
    const later = { ...line, bytes: line.bytes.slice() };
    later.bytes[7] = (later.bytes[7] as number) ^ 1;
    expect(await cosignedAt({ text, signatures: [later] }, key, verify)).toBe(null);
    expect(
      await cosignedAt({ text, signatures: [line] }, { ...key, type: SIGNATURE_TYPE.ed25519 }, verify),
    ).toBe(null);
    expect(await cosignedAt({ text, signatures: [] }, key, verify)).toBe(null);
  });

  it("of k among n witnesses is asked for", async () => {
    const [a, b, c] = await Promise.all([witness("a"), witness("b"), witness("c")]);
    const witnesses = [a.key, b.key, c.key];
    const signatures = [await a.sign(5), await c.sign(6)];
    expect(await witnessedBy({ text, signatures }, { quorum: 2, witnesses }, verify)).toEqual({
      names: ["a", "c"],
      enough: true,
    });
    expect((await witnessedBy({ text, signatures }, { quorum: 3, witnesses }, verify)).enough).toBe(false);
    const twice = { text, signatures: [await a.sign(5), { ...(await a.sign(7)) }] };
    expect(await witnessedBy(twice, { quorum: 2, witnesses }, verify)).toEqual({
      names: ["a"],
      enough: false,
    });
    const alias = [a.key, { ...a.key, name: "a2" }];
    const both = [
      await a.sign(5),
      { ...cosignature(alias[1] as NoteKey, 5, (await a.sign(5)).bytes.slice(8)) },
    ];
    expect(
      (await witnessedBy({ text, signatures: both }, { quorum: 2, witnesses: alias }, verify)).enough,
    ).toBe(false);
    expect(parseKey("a+00000000+BA==")).toBe(null);
  });

  it("counts each witness once, whatever else is in the note", async () => {
    const all = await Promise.all(["a", "b", "c", "d", "e"].map(witness));
    const stranger = await witness("a");
    const other = text.replace("\n3\n", "\n4\n");
    // What each of the five may have put into the note; only `good` and `twice` count.
    const parts = ["none", "good", "twice", "bad", "good and bad", "short"] as const;
    const linesOf = async (part: (typeof parts)[number], at: number): Promise<Note["signatures"]> => {
      const { sign, key } = all[at] as (typeof all)[number];
      const good = await sign(5);
      const bad = cosignature(key, 5, (await stranger.sign(5)).bytes.slice(8));
      return {
        none: [],
        good: [good],
        twice: [good, await sign(9)],
        bad: [bad],
        "good and bad": [good, bad],
        short: [{ ...good, bytes: good.bytes.slice(0, 71) }],
      }[part];
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...parts), { minLength: 5, maxLength: 5 }),
        fc.integer({ min: 0, max: 6 }),
        fc.integer({ min: 0, max: 5 }),
        async (put, quorum, known) => {
          const lines = (await Promise.all(put.map(linesOf))).flat();
          // Lines of nobody that is asked for, and of a namesake with another key.
          const signatures = [await stranger.sign(7), ...lines, { ...(await stranger.sign(7)), name: "z" }];
          const witnesses = all.slice(0, known).map(({ key }) => key);
          const counted = put
            .slice(0, known)
            .flatMap((part, at) => (part === "good" || part === "twice" ? [at] : []));
          expect(await witnessedBy({ text, signatures }, { quorum, witnesses }, verify)).toEqual({
            names: counted.map((at) => witnesses[at]?.name),
            enough: counted.length >= quorum,
          });
          expect(
            (await witnessedBy({ text: other, signatures }, { quorum, witnesses }, verify)).names,
          ).toEqual([]);
        },
      ),
    );
  });
});
