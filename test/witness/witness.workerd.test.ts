/** The witness in a real workerd, over HTTP: https://c2sp.org/tlog-witness from the first checkpoint to every refusal. */
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { toBase64 } from "../../core/encoding.ts";
import { formatAddCheckpoint } from "../../core/ledger/tree/add-checkpoint.ts";
import { cosignedAt } from "../../core/ledger/tree/cosignature.ts";
import { formatNote, type Note, parseNote } from "../../core/ledger/tree/note.ts";
import { verifyNoteSignature } from "../../core/ledger/tree/verify-signature.ts";
import { WITNESS_REQUEST_BYTES_MAX } from "../../core/limits.ts";
import { generateJwk } from "../dispatcher/order.ts";
import { type NoteSigner, noteSigner, type TestLog, testLog } from "../harness/log.ts";
import { startWitness, type TestWitness } from "../harness/witness.ts";

const SIZE = 40;
const log = testLog(SIZE);
let signers: NoteSigner[];
let stranger: NoteSigner;
let jwk: Awaited<ReturnType<typeof generateJwk>>;
let witness: TestWitness;
/** A log of its own for each test. */
let signer: NoteSigner;
let next = 0;

const origins = Array.from({ length: 80 }, (_, index) => `gw.test/t/${index}`);

beforeAll(async () => {
  [jwk, stranger, ...signers] = await Promise.all([
    generateJwk(),
    noteSigner("gw.test/t/0"),
    ...origins.map(noteSigner),
  ]);
  witness = await startWitness({
    jwk,
    logs: Object.fromEntries(origins.map((origin, index) => [origin, [signers[index]?.vkey ?? ""]])),
  });
}, 60_000);
afterAll(() => witness?.stop());
beforeEach(() => {
  signer = signers[next++] as NoteSigner;
});

const conflict = (size: number) => ({ status: 409, type: "text/x.tlog.size", text: `${size}\n` });
const proofOf = (from: number, to: number, of: TestLog = log): string[] =>
  from === 0 ? [] : of.consistency(from, to);
const add = async (from: number, to: number, of: TestLog = log) =>
  witness.add(from, proofOf(from, to, of), await of.checkpoint(to, signer));

/** When the answer says that the checkpoint was cosigned. */
async function timeOf(note: string, answer: string): Promise<number | null> {
  const parsed = parseNote(note + answer) as Note;
  return cosignedAt(parsed, witness.key, verifyNoteSignature);
}

describe("a watched log", () => {
  it("is cosigned from its first checkpoint on, as it grows", async () => {
    const before = Math.floor(Date.now() / 1000);
    for (const [from, to] of [
      [0, 1],
      [1, 2],
      [2, 7],
      [7, 8],
      [8, SIZE],
    ] as const) {
      const note = await log.checkpoint(to, signer);
      const answer = await witness.add(from, proofOf(from, to), note);
      expect(answer).toMatchObject({ status: 200, type: "text/plain; charset=utf-8" });
      expect(answer.text).toMatch(/^\u2014 witness\.test\/1 \S+\n$/);
      const seconds = (await timeOf(note, answer.text)) ?? 0;
      expect(seconds).toBeGreaterThanOrEqual(before);
      expect(seconds).toBeLessThanOrEqual(Date.now() / 1000);
    }
  });

  it("may begin at any size, and empty", async () => {
    expect((await add(0, 0)).status).toBe(200);
    expect((await add(0, 33)).status).toBe(200);
  });

  it("is cosigned again where it has not grown, and only then without a proof", async () => {
    await add(0, 9);
    const again = await add(9, 9);
    expect(again.status).toBe(200);
    expect(await timeOf(await log.checkpoint(9, signer), again.text)).not.toBe(null);
    expect((await witness.add(9, proofOf(8, 9), await log.checkpoint(9, signer))).status).toBe(422);
  });

  it("is told the size that was cosigned, where another one is named", async () => {
    expect(await add(5, 9)).toEqual(conflict(0));
    await add(0, 9);
    expect(await add(0, 12)).toEqual(conflict(9));
    expect(await add(8, 12)).toEqual(conflict(9));
    expect(await add(12, 12)).toEqual(conflict(9));
    // Back to an older one: never.
    expect(await add(0, 4)).toEqual(conflict(9));
    expect((await add(9, 12)).status).toBe(200);
  });

  it("needs a proof that holds", async () => {
    await add(0, 9);
    const note = await log.checkpoint(21, signer);
    const proof = proofOf(9, 21);
    const wrong = [
      [],
      proof.slice(1),
      proof.slice(0, -1),
      [...proof, proof[0] ?? ""],
      proofOf(10, 21),
      proofOf(9, 20),
      proof.map((hash, index) => (index === 1 ? toBase64(new Uint8Array(32)) : hash)),
    ];
    for (const bad of wrong) expect((await witness.add(9, bad, note)).status).toBe(422);
    expect((await witness.add(9, proof, note)).status).toBe(200);
    // From nothing there is nothing to prove.
    expect((await witness.add(21, proof, await log.checkpoint(22, signer))).status).toBe(422);
  });

  it("from nothing has an empty proof", async () => {
    expect((await witness.add(0, proofOf(9, 21), await log.checkpoint(21, signer))).status).toBe(422);
    expect((await add(0, 21)).status).toBe(200);
  });

  it("that forks is not cosigned: another root of the same size, or a larger tree that does not extend it", async () => {
    const fork = testLog(7);
    fork.append("another entry", ...Array.from({ length: 20 }, (_, index) => `entry ${index + 8}`));
    await add(0, 9);
    expect(await add(9, 9, fork)).toEqual(conflict(9));
    expect((await add(9, 20, fork)).status).toBe(422);
    expect((await witness.add(9, proofOf(9, 20), await fork.checkpoint(20, signer))).status).toBe(422);
    expect((await add(9, 20)).status).toBe(200);
  });

  it("has old sizes up to its own", async () => {
    await add(0, 9);
    const answer = await witness.add(10, [], await log.checkpoint(9, signer));
    expect(answer.status).toBe(400);
  });

  it("may have extension lines, and signatures of others", async () => {
    const text = `${(parseNote(await log.checkpoint(9, signer)) as Note).text}an extension line\n`;
    const signatures = [
      { ...(await stranger.sign(text)), name: "somebody.else" },
      await signer.sign(text),
      // Grease: nobody knows this type.
      { name: "grease", keyId: 7, bytes: new Uint8Array(2_500) },
    ];
    const note = formatNote({ text, signatures });
    const answer = await witness.add(0, [], note);
    expect(answer.status).toBe(200);
    expect(await timeOf(note, answer.text)).not.toBe(null);
  });
});

describe("two requests at once", () => {
  it("do not both win with different roots", async () => {
    const fork = testLog(SIZE, "fork");
    for (let round = 0; round < 5; round++) {
      const own = signers[next++] as NoteSigner;
      const notes = await Promise.all([log.checkpoint(20, own), fork.checkpoint(20, own)]);
      const answers = await Promise.all([...notes, ...notes].map((note) => witness.add(0, [], note)));
      const won = answers.map(({ status }) => status);
      // One of the four is first; its twin is told the size, since by then there is one.
      expect(won.filter((status) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ status }) => status !== 200)).toEqual([
        conflict(20),
        conflict(20),
        conflict(20),
      ]);
      const again = await Promise.all(notes.map((note) => witness.add(20, [], note)));
      const isFirst = won[0] === 200 || won[2] === 200;
      expect(again.map(({ status }) => status)).toEqual(isFirst ? [200, 409] : [409, 200]);
    }
  });

  it("never go back to the smaller tree", async () => {
    await add(0, 4);
    const sizes = [9, 17, 30, 38];
    const answers = await Promise.all(sizes.map((size) => add(4, size)));
    const [won] = sizes.filter((_, index) => answers[index]?.status === 200);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await add(0, 40)).toEqual(conflict(won ?? -1));
  });
});

describe("a request", () => {
  it("for a log that is not watched is 404, whoever signed it", async () => {
    const note = await log.checkpoint(3, signer, "gw.test/t/unknown");
    expect((await witness.add(0, [], note)).status).toBe(404);
    expect(
      (await witness.add(0, [], await log.checkpoint(3, signer, `${signer.key.name}/epoch/2`))).status,
    ).toBe(404);
  });

  it("without a good signature by a known key is 403, and changes nothing", async () => {
    const good = parseNote(await log.checkpoint(3, signer)) as Note;
    const impostor = await stranger.sign(good.text);
    const [line] = good.signatures;
    const notes = [
      // Signed by somebody else, in their own name and in the log's.
      { ...good, signatures: [impostor] },
      { ...good, signatures: [{ ...impostor, name: signer.key.name }] },
      { ...good, signatures: [{ ...impostor, name: signer.key.name, keyId: line?.keyId ?? 0 }] },
      // The right signature, of another text.
      { ...good, text: good.text.replace("\n3\n", "\n4\n") },
      // Beside the right one a second that is not.
      {
        ...good,
        signatures: [...good.signatures, { ...impostor, name: signer.key.name, keyId: line?.keyId ?? 0 }],
      },
    ];
    for (const note of notes) expect((await witness.add(0, [], formatNote(note))).status).toBe(403);
    expect(await add(1, 3)).toEqual(conflict(0));
  });

  it("of another key's log is 403: a key signs for its own log only", async () => {
    const other = signers[0] as NoteSigner;
    const text = (parseNote(await log.checkpoint(3, signer)) as Note).text;
    const note = formatNote({ text, signatures: [await other.sign(text)] });
    expect((await witness.add(0, [], note)).status).toBe(403);
  });

  it("that is too large is not read, and answered with 413 where its sender still listens", async () => {
    const body = new Uint8Array(WITNESS_REQUEST_BYTES_MAX + 1).fill(65);
    // On a connection of its own, since the witness may end it in the middle.
    const status = await new Promise((resolve) => {
      const options = { method: "POST", agent: false } as const;
      const sent = request(`${witness.url}/add-checkpoint`, options, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on("error", () => resolve("cut"));
      sent.end(body);
    });
    expect([413, "cut"]).toContain(status);
    // At the bound it is read, and malformed.
    expect((await witness.post(body.slice(1))).status).toBe(400);
  });

  it("with another method or path is none", async () => {
    expect((await fetch(`${witness.url}/add-checkpoint`)).status).toBe(405);
    expect((await witness.post("", "/")).status).toBe(404);
    expect((await witness.post("", "/add-tree-head")).status).toBe(404);
  });

  it.each<[string, (body: string) => string]>([
    ["nothing", () => ""],
    ["no old size", (body) => body.slice(body.indexOf("\n") + 1)],
    ["an old size with a zero before it", (body) => body.replace("old 4", "old 04")],
    ["a negative old size", (body) => body.replace("old 4", "old -4")],
    ["an old size that no number holds", (body) => body.replace("old 4", "old 90071992547409930")],
    ["two spaces", (body) => body.replace("old 4", "old  4")],
    ["white space after the size", (body) => body.replace("old 4", "old 4 ")],
    ["carriage returns", (body) => body.replaceAll("\n", "\r\n")],
    ["a proof line that is no base64", (body) => body.replace("old 4\n", "old 4\n*\n")],
    ["a short hash", (body) => body.replace("old 4\n", "old 4\nAAAA\n")],
    ["no empty line", (body) => body.replace("\n\n", "\n")],
    [
      "64 proof lines",
      (body) => body.replace("old 4\n", `old 4\n${`${toBase64(new Uint8Array(32))}\n`.repeat(64)}`),
    ],
    ["no signature", (body) => body.slice(0, body.lastIndexOf("\u2014"))],
    ["no line feed at its end", (body) => body.slice(0, -1)],
    ["a size that is none", (body) => body.replace("\n9\n", "\n09\n")],
    ["a short root", (body) => body.replace(/\n9\n.*\n/, "\n9\nAAAA\n")],
    ["a control character", (body) => body.replace("\n9\n", "\n9\n\t")],
  ])("that has %s is 400", async (_, change) => {
    const body = formatAddCheckpoint(4, proofOf(4, 9), await log.checkpoint(9, signers[0] as NoteSigner));
    expect(change(body)).not.toBe(body);
    expect((await witness.post(change(body))).status).toBe(400);
  });

  it("that is not UTF-8 is 400", async () => {
    expect((await witness.post(new Uint8Array([0x6f, 0x6c, 0x64, 0x20, 0xff, 0x0a, 0x0a]))).status).toBe(400);
  });

  it("damaged anywhere is never cosigned, and never a fault of the witness", async () => {
    await add(0, 4);
    const body = formatAddCheckpoint(4, proofOf(4, 9), await log.checkpoint(9, signer));
    const bytes = new TextEncoder().encode(body);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.uint8Array({ maxLength: 4 }), async (at, put) => {
        const changed = new Uint8Array([...bytes.slice(0, at), ...put, ...bytes.slice(at + put.length)]);
        fc.pre(!changed.every((byte, index) => byte === bytes[index]));
        const { status } = await witness.post(changed);
        expect([400, 403, 404, 409, 422]).toContain(status);
      }),
      { numRuns: 300 },
    );
    expect((await witness.post(body)).status).toBe(200);
  });
});

describe("the page", () => {
  it("says who the witness is and what it watches", async () => {
    const response = await fetch(witness.url);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    const text = await response.text();
    expect(text).toContain(`name  witness.test/1\nvkey  ${witness.vkey}\n`);
    for (const [index, origin] of origins.entries())
      expect(text).toContain(`${origin}\n  ${signers[index]?.vkey}\n`);
    expect(text).not.toContain(jwk.d);
  });
});

describe("after a restart", () => {
  it("the state is kept: what was cosigned is what must be extended", async () => {
    const stateDir = mkdtempSync(join(tmpdir(), "countersign-witness-"));
    const options = { jwk, stateDir, logs: { [signer.key.name]: [signer.vkey] } };
    try {
      const first = await startWitness(options);
      expect((await first.add(0, [], await log.checkpoint(11, signer))).status).toBe(200);
      await first.stop();
      const second = await startWitness(options);
      try {
        const fork = testLog(SIZE, "fork");
        expect(await second.add(0, [], await fork.checkpoint(12, signer))).toEqual(conflict(11));
        expect(
          (await second.add(11, fork.consistency(11, 12), await fork.checkpoint(12, signer))).status,
        ).toBe(422);
        expect((await second.add(11, proofOf(11, 12), await log.checkpoint(12, signer))).status).toBe(200);
      } finally {
        await second.stop();
      }
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  });
});
