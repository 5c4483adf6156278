/**
 * Our notes, proofs and tiles as Go's own sumdb/note and sumdb/tlog see them, at the sizes where trees and tiles begin and end.
 * Of what is damaged both must say the same: no.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fromBase64, toBase64 } from "../../core/encoding.ts";
import { cosignedAt } from "../../core/ledger/tree/cosignature.ts";
import {
  type Hash,
  isConsistent,
  isSame,
  leafHash,
  rootFromInclusion,
} from "../../core/ledger/tree/merkle.ts";
import { formatNote, isSignedBy, type Note, parseNote } from "../../core/ledger/tree/note.ts";
import { tileBytes, tilePath } from "../../core/ledger/tree/tiles.ts";
import { formatTlogProof, parseTlogProof } from "../../core/ledger/tree/tlog-proof.ts";
import { verifyNoteSignature } from "../../core/ledger/tree/verify-signature.ts";
import { type NoteSigner, noteSigner, testLog } from "../harness/log.ts";
import { type Cosigner, cosigner } from "../witness/scripted.ts";
import { buildOracle, type GoOracle, type GoRequest, hasGo, tilesOf, writeTile } from "./oracle.ts";

const SIZES = [1, 2, 3, 7, 8, 255, 256, 257, 511, 512, 513, 1000, 65_535, 65_536, 65_537, 70_000];
const LARGEST = SIZES.at(-1) ?? 0;

type Inclusion = Extract<GoRequest, { readonly op: "inclusion" }>;
type Consistency = Extract<GoRequest, { readonly op: "consistency" }>;

/** Thousands of proofs, and a process for each question about a tile. */
const TEST_MS = 90_000;

describe.skipIf(!hasGo("the tree's proofs, tiles and checkpoints"))("beside Go", { timeout: TEST_MS }, () => {
  const folder = mkdtempSync(join(tmpdir(), "countersign-go-"));
  let go: GoOracle;
  let log: ReturnType<typeof testLog>;
  let signer: NoteSigner;
  let witness: Cosigner;

  beforeAll(async () => {
    go = buildOracle(folder);
    log = testLog(LARGEST);
    [signer, witness] = await Promise.all([noteSigner("gw.test/t/1"), cosigner("w.test/1")]);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Where subtrees and tiles begin and end in a tree of `size`. */
  const places = (size: number): number[] =>
    [
      ...new Set([0, 1, 2, 127, 128, 254, 255, 256, 257, 999, 65_535, 65_536, size >> 1, size - 2, size - 1]),
    ].filter((at) => at >= 0 && at < size);

  const inclusion = (index: number, size: number): Inclusion => ({
    op: "inclusion",
    path: log.inclusion(index, size).map(toBase64),
    size,
    root: toBase64(log.root(size)),
    index,
    entry: log.entry(index),
  });
  const consistency = (oldSize: number, size: number): Consistency => ({
    op: "consistency",
    path: log.consistency(oldSize, size),
    size,
    root: toBase64(log.root(size)),
    oldSize,
    oldRoot: toBase64(log.root(oldSize)),
  });

  const hashes = (path: readonly string[]): Hash[] => path.map((hash) => fromBase64(hash) as Hash);
  function weAccept(request: Inclusion | Consistency): boolean {
    const root = fromBase64(request.root) as Hash;
    if (request.op === "consistency") {
      const { oldSize, size, path, oldRoot } = request;
      return isConsistent(oldSize, size, hashes(path), fromBase64(oldRoot) as Hash, root);
    }
    const { index, size, path, entry } = request;
    const found = rootFromInclusion(index, size, leafHash(entry), hashes(path));
    return found !== null && isSame(found, root);
  }

  /** What Go and we say to each; the test's own answer comes from neither. */
  const bothSay = (requests: readonly (Inclusion | Consistency)[]) =>
    go.ask(requests).map(({ ok }, at) => [ok, weAccept(requests[at] as Inclusion | Consistency)]);

  describe.each(SIZES)("a tree of %i", (size) => {
    it("has inclusion proofs that Go accepts", () => {
      const requests = places(size).map((index) => inclusion(index, size));
      expect(bothSay(requests)).toEqual(requests.map(() => [true, true]));
    });

    it("has consistency proofs that Go accepts", () => {
      const requests = [...places(size).filter((old) => old > 0), size].map((old) => consistency(old, size));
      expect(bothSay(requests)).toEqual(requests.map(() => [true, true]));
    });

    it("has tiles from which Go makes the same proofs", () => {
      const dir = join(folder, `tiles-${size}`);
      for (const tile of tilesOf(size)) writeTile(dir, tile, tileBytes(tile, log.read));
      const indexes = places(size);
      const oldSizes = [...indexes.filter((old) => old > 0), size];
      const root = toBase64(log.root(size));
      const [answer] = go.ask([
        { op: "tiles", dir, size, root, indexes, entries: indexes.map(log.entry), oldSizes },
      ]);
      expect(answer).toEqual({
        ok: true,
        inclusion: indexes.map((index) => log.inclusion(index, size).map(toBase64)),
        consistency: oldSizes.map((old) => log.consistency(old, size)),
        roots: oldSizes.map((old) => toBase64(log.root(old))),
      });
    });

    it("has a checkpoint, and proof files that go with it, which Go opens", async () => {
      const note = await log.checkpoint(size, signer);
      const checkpoint = parseNote(note) as Note;
      const cosigned = `${note}${await witness.line(checkpoint.text)}`;
      const indexes = places(size);
      const proofs = indexes.map((index) =>
        formatTlogProof({
          index,
          path: log.inclusion(index, size),
          checkpoint: parseNote(cosigned) as Note,
        }),
      );
      const vkeys = [signer.vkey, witness.vkey];
      const names = [signer.key.name, witness.key.name];
      const answers = go.ask([
        { op: "note", note, vkeys: [signer.vkey] },
        // Cosignatures are nothing to who does not know the witness.
        { op: "note", note: cosigned, vkeys: [signer.vkey] },
        { op: "note", note: cosigned, vkeys },
        ...proofs.map((proof, at) => ({
          op: "tlog-proof" as const,
          proof,
          entry: log.entry(indexes[at] ?? -1),
          vkeys,
        })),
      ]);
      const { text } = checkpoint;
      expect(answers).toEqual([
        { ok: true, text, names: [signer.key.name] },
        { ok: true, text, names: [signer.key.name] },
        { ok: true, text, names },
        ...proofs.map(() => ({ ok: true, text, names })),
      ]);
    });
  });

  /** Ways to damage a proof, none of which leaves it true. */
  function damaged<R extends Inclusion | Consistency>(request: R): R[] {
    const flipped = (text: string): string => {
      const bytes = (fromBase64(text) as Uint8Array).slice();
      bytes[17] = (bytes[17] as number) ^ 4;
      return toBase64(bytes);
    };
    const { path, size } = request;
    const paths = [
      ...path.map((_, at) => path.map((hash, other) => (other === at ? flipped(hash) : hash))),
      ...path.map((_, at) => path.filter((__, other) => other !== at)),
      [...path, path.at(-1) ?? request.root],
      [path[0] ?? request.root, ...path],
      ...(path.length > 1 ? [path.toReversed()] : []),
    ];
    return [
      ...paths.map((changed) => ({ ...request, path: changed })),
      { ...request, root: flipped(request.root) },
      { ...request, size: 2 * size + 1 },
      ...(request.op === "inclusion"
        ? [
            { ...request, entry: `${request.entry}!` },
            { ...request, index: request.index + 1 },
            { ...request, index: size },
            { ...request, index: -1 },
          ]
        : [
            { ...request, oldRoot: flipped(request.oldRoot) },
            { ...request, oldSize: size + 1 },
          ]),
    ];
  }

  it("says no to the same damaged inclusion proofs", () => {
    const requests = SIZES.flatMap((size) => places(size).map((index) => inclusion(index, size))).flatMap(
      damaged,
    );
    expect(requests.length).toBeGreaterThan(2_000);
    const wrong = bothSay(requests).flatMap((said, at) =>
      said.includes(true) ? [[said, requests[at]]] : [],
    );
    expect(wrong).toEqual([]);
  });

  it("says no to the same damaged consistency proofs", () => {
    const requests = SIZES.flatMap((size) =>
      places(size)
        .filter((old) => old > 0)
        .map((old) => consistency(old, size)),
    ).flatMap(damaged);
    expect(requests.length).toBeGreaterThan(1_000);
    const wrong = bothSay(requests).flatMap((said, at) =>
      said.includes(true) ? [[said, requests[at]]] : [],
    );
    expect(wrong).toEqual([]);
  });

  it("says the same of any proof, whatever its sizes and hashes", () => {
    const sizes = fc.integer({ min: 1, max: 600 });
    const any = fc.sample(
      fc.record({ a: sizes, b: sizes, c: sizes, cut: fc.nat(3), isInclusion: fc.boolean() }),
      4_000,
    );
    const requests = any.map(({ a, b, c, cut, isInclusion }): Inclusion | Consistency => {
      const [low, high] = a < b ? [a, b] : [b, a];
      // A proof for one pair of sizes, held against another: now and then they are the same, or need the same hashes.
      if (isInclusion) {
        const real = inclusion(low - 1, high);
        return { ...real, path: real.path.slice(0, real.path.length - cut), size: cut % 2 === 0 ? high : c };
      }
      const real = consistency(low, high);
      return { ...real, path: real.path.slice(0, real.path.length - cut), oldSize: cut % 2 === 0 ? low : c };
    });
    const said = bothSay(requests);
    expect(said.filter(([theirs, ours]) => theirs !== ours)).toEqual([]);
    const yes = said.filter(([theirs]) => theirs).length;
    expect([yes > 300, yes < 3_700]).toEqual([true, true]);
  });

  it("finds a damaged tile wherever it is, before a proof is made from it", () => {
    const size = 70_000;
    const root = toBase64(log.root(size));
    const dir = join(folder, "damaged");
    for (const tile of tilesOf(size)) writeTile(dir, tile, tileBytes(tile, log.read));
    // All of the upper levels, and some of the lowest.
    const tiles = tilesOf(size).filter(({ level, index }) => level > 0 || index % 16 === 0 || index === 273);
    expect(tiles).toHaveLength(22);
    for (const tile of tiles) {
      // An entry whose proof has the tile's first hash in it: one below the second.
      const index = tile.width === 1 ? size - 1 : (tile.index * 256 + 1) * 256 ** tile.level;
      const entries = [log.entry(index)];
      const ask = () =>
        go.ask([{ op: "tiles", dir, size, root, indexes: [index], entries, oldSizes: [] }])[0]?.ok;
      const bytes = tileBytes(tile, log.read);
      const changed = bytes.slice();
      changed[5] = (bytes[5] as number) ^ 1;
      writeTile(dir, tile, changed);
      expect(ask(), tilePath(tile)).toBe(false);
      writeTile(dir, tile, bytes.slice(0, -32));
      expect(ask(), tilePath(tile)).toBe(false);
      writeTile(dir, tile, bytes);
      expect(ask(), tilePath(tile)).toBe(true);
    }
  });

  describe("a note", () => {
    const opens = async (text: string): Promise<boolean> => {
      const note = parseNote(text);
      return note !== null && (await isSignedBy(note, signer.key, verifyNoteSignature));
    };

    it("with any bit of its text or its signature changed is refused by both", async () => {
      const note = parseNote(await log.checkpoint(1000, signer)) as Note;
      const [line] = note.signatures;
      if (line === undefined) expect.fail("no signature");
      const texts: string[] = [];
      for (let at = 0; at < note.text.length - 1; at++) {
        for (let bit = 0; bit < 7; bit++) {
          const code = note.text.charCodeAt(at) ^ (1 << bit);
          const text = note.text.slice(0, at) + String.fromCharCode(code) + note.text.slice(at + 1);
          texts.push(formatNote({ ...note, text }));
        }
      }
      for (let bit = 0; bit < line.bytes.length * 8; bit++) {
        const bytes = line.bytes.slice();
        bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
        texts.push(formatNote({ ...note, signatures: [{ ...line, bytes }] }));
      }
      for (let bit = 0; bit < 32; bit++) {
        const keyId = (line.keyId ^ (1 << bit)) >>> 0;
        texts.push(formatNote({ ...note, signatures: [{ ...line, keyId }] }));
      }
      const theirs = go.ask(texts.map((text) => ({ op: "note", note: text, vkeys: [signer.vkey] })));
      expect(theirs.filter(({ ok }) => ok)).toEqual([]);
      const ours = await Promise.all(texts.map(opens));
      expect(ours.filter((ok) => ok)).toEqual([]);
      expect(texts.length).toBeGreaterThan(900);
    });

    it("that we open, however it was changed, opens in Go with the same text", async () => {
      const note = await log.checkpoint(1000, signer);
      const piece = fc.constantFrom("", "\n", " ", "\u2014 ", "x", "é", "\t", "=", "A", note.slice(0, 12));
      const changed = fc
        .tuple(fc.nat(note.length), fc.nat(3), piece)
        .map(([at, cut, put]) => note.slice(0, at) + put + note.slice(at + cut));
      const texts = [...fc.sample(changed, 3_000), note, `${note}\u2014 grease AAAAAAA=\n`];
      const theirs = go.ask(texts.map((text) => ({ op: "note", note: text, vkeys: [signer.vkey] })));
      let opened = 0;
      for (const [at, text] of texts.entries()) {
        if (!(await opens(text))) continue;
        opened++;
        expect(theirs[at], text).toMatchObject({ ok: true, text: (parseNote(text) as Note).text });
      }
      expect(opened).toBeGreaterThan(1);
    });

    it("with a cosignature for another time, text or key counts for neither", async () => {
      const note = await log.checkpoint(8, signer);
      const { text } = parseNote(note) as Note;
      const other = await cosigner("w.test/1");
      const lines = [
        await witness.line(text),
        await witness.line(text.replace("\n8\n", "\n9\n")),
        (await other.line(text)).replace(/^\S+ \S+ /, "\u2014 w.test/2 "),
      ];
      const [line] = (parseNote(note + lines[0]) as Note).signatures.slice(1);
      const later = {
        ...(line as NonNullable<typeof line>),
        bytes: (line?.bytes ?? new Uint8Array()).slice(),
      };
      later.bytes[7] = (later.bytes[7] as number) ^ 1;
      const notes = [
        ...lines.map((each) => note + each),
        formatNote({ text, signatures: [...(parseNote(note) as Note).signatures, later] }),
      ];
      const theirs = go.ask(notes.map((each) => ({ op: "note", note: each, vkeys: [witness.vkey] })));
      const ours = await Promise.all(
        notes.map((each) => cosignedAt(parseNote(each) as Note, witness.key, verifyNoteSignature)),
      );
      expect(theirs.map(({ ok }) => ok)).toEqual([true, false, false, false]);
      expect(ours).toEqual([1_800_000_000, null, null, null]);
    });
  });

  it("reads our proof files and no damaged ones", async () => {
    const checkpoint = parseNote(await log.checkpoint(1000, signer)) as Note;
    const proof = formatTlogProof({ index: 777, path: log.inclusion(777, 1000), checkpoint });
    const lines = proof.split("\n");
    const damagedProofs = [
      proof.replace("index 777", "index 778"),
      proof.replace("@v1", "@v2"),
      ...Array.from({ length: 10 }, (_, at) => lines.filter((__, line) => line !== at + 2).join("\n")),
      proof.replace("\n1000\n", "\n1001\n"),
    ];
    const ask = (text: string, entry = log.entry(777)) => ({
      op: "tlog-proof" as const,
      proof: text,
      entry,
      vkeys: [signer.vkey],
    });
    const answers = go.ask([ask(proof), ask(proof, "entry 778"), ...damagedProofs.map((each) => ask(each))]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, false, ...damagedProofs.map(() => false)]);
    for (const each of damagedProofs) {
      const read = parseTlogProof(each);
      const root = read && rootFromInclusion(read.index, 1000, leafHash(log.entry(777)), read.path);
      const isGood =
        read !== null &&
        (await isSignedBy(read.checkpoint, signer.key, verifyNoteSignature)) &&
        root !== null &&
        isSame(root, log.root(1000));
      expect(isGood, each).toBe(false);
    }
  });
});
