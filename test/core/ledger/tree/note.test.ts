// Signed notes, verifier keys and checkpoints. The note is the specification's own example (https://c2sp.org/signed-note).

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { utf8 } from "../../../../core/encoding.ts";
import { formatCheckpoint, parseCheckpoint } from "../../../../core/ledger/tree/checkpoint.ts";
import {
  formatKey,
  formatNote,
  isSignedBy,
  keyIdOf,
  type NoteKey,
  parseKey,
  parseNote,
} from "../../../../core/ledger/tree/note.ts";
import { verifyNoteSignature as verify } from "../../../../core/ledger/tree/verify-signature.ts";

// From the documentation of Go's golang.org/x/mod/sumdb/note.
const PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const NOTE = `${TEXT}\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;

const peter = parseKey(PETER) as NoteKey;

describe("a verifier key", () => {
  it("is read and written", () => {
    expect(peter.name).toBe("PeterNeumann");
    expect(keyIdOf(peter)).toBe(0xc74f20a3);
    expect(formatKey(peter)).toBe(PETER);
  });

  it.each([
    ["another id", PETER.replace("c74f20a3", "c74f20a4")],
    ["an id in capitals", PETER.replace("c74f20a3", "C74F20A3")],
    ["another key", PETER.replace("ARpc", "ARpd")],
    ["a type that is not known", "PeterNeumann+c74f20a3+CRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"],
    ["a short key", "PeterNeumann+c74f20a3+ARpc"],
    ["no name", PETER.replace("PeterNeumann", "")],
    ["a name with a space", PETER.replace("PeterNeumann", "Peter Neumann")],
    ["white space at the end", `${PETER}\n`],
  ])("with %s is refused", (_, text) => {
    expect(parseKey(text)).toBe(null);
  });
});

describe("a note", () => {
  it("of the specification's authors is read, written, and verifies", async () => {
    const note = parseNote(NOTE);
    expect(note?.text).toBe(TEXT);
    expect(note && formatNote(note)).toBe(NOTE);
    expect(parseNote(utf8(NOTE))).toEqual(note);
    expect(note && (await isSignedBy(note, peter, verify))).toBe(true);
  });

  it("does not verify where its text, a signature or the key's name is another", async () => {
    const good = parseNote(NOTE);
    if (good === null) throw new Error("no note");
    const [signature] = good.signatures;
    if (signature === undefined) throw new Error("no signature");
    expect(await isSignedBy({ ...good, text: `${TEXT}More.\n` }, peter, verify)).toBe(false);
    expect(await isSignedBy(good, { ...peter, name: "Peter" }, verify)).toBe(false);
    expect(await isSignedBy({ ...good, signatures: [] }, peter, verify)).toBe(false);
    const other = { ...signature, bytes: signature.bytes.map((byte, at) => (at === 9 ? byte ^ 1 : byte)) };
    expect(await isSignedBy({ ...good, signatures: [other] }, peter, verify)).toBe(false);
    expect(await isSignedBy({ ...good, signatures: [signature, other] }, peter, verify)).toBe(false);
  });

  it("is good beside signatures of keys that nobody here knows", async () => {
    const good = parseNote(NOTE);
    if (good === null) throw new Error("no note");
    const unknown = { name: "witness.example/w1", keyId: 7, bytes: new Uint8Array(72) };
    const text = formatNote({ ...good, signatures: [unknown, ...good.signatures] });
    const note = parseNote(text);
    expect(note?.signatures).toHaveLength(2);
    expect(note && (await isSignedBy(note, peter, verify))).toBe(true);
  });

  it.each([
    ["no signature", `${TEXT}\n`],
    ["no empty line", NOTE.replace("\n\n", "\n")],
    ["no line feed at the end", NOTE.slice(0, -1)],
    ["a carriage return", NOTE.replaceAll("\n", "\r\n")],
    ["a zero byte", NOTE.replace("you", "\0you")],
    ["a hyphen for the dash", NOTE.replace("\u2014", "-")],
    ["a signature that is no base64", NOTE.replace("x08go", "x08g*")],
    ["a signature of four bytes", NOTE.replace(/x08go\S+/, "x08gow==")],
  ])("with %s is refused", (_, text) => {
    expect(parseNote(text)).toBe(null);
  });

  it("of bytes that are not UTF-8 is refused", () => {
    expect(parseNote(new Uint8Array([0xff, ...utf8(NOTE)]))).toBe(null);
  });

  it("written from any signatures reads back the same", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9./-]{0,30}$/);
    const signature = fc.record({
      name,
      keyId: fc.nat(0xffffffff),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 80 }),
    });
    const text = fc.array(fc.stringMatching(/^[ -~]{0,40}$/), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(text, fc.array(signature, { minLength: 1, maxLength: 20 }), (lines, signatures) => {
        const note = { text: `${lines.join("\n")}\n`, signatures };
        expect(parseNote(formatNote(note))).toEqual(note);
      }),
    );
  });
});

describe("a checkpoint", () => {
  const root = new Uint8Array(32).fill(7);
  const text = formatCheckpoint({ origin: "gate.example/t/1", size: 42, root });

  it("is three lines", () => {
    expect(text).toBe(`gate.example/t/1\n42\n${Buffer.from(root).toString("base64")}\n`);
    expect(parseCheckpoint(text)).toEqual({ origin: "gate.example/t/1", size: 42, root });
  });

  it("may have extension lines, which say nothing", () => {
    expect(parseCheckpoint(`${text}extension\n`)?.size).toBe(42);
  });

  it.each([
    ["a size with a zero before it", text.replace("\n42\n", "\n042\n")],
    ["a negative size", text.replace("\n42\n", "\n-42\n")],
    ["a size beyond exact numbers", text.replace("\n42\n", "\n99007199254740993\n")],
    ["a short root", text.replace("BwcHBwcH", "")],
    ["no origin", text.replace("gate.example/t/1", "")],
    ["an empty extension line", `${text}\n`],
    ["no last line feed", text.slice(0, -1)],
  ])("with %s is refused", (_, bad) => {
    expect(parseCheckpoint(bad)).toBe(null);
  });
});
