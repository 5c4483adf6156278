import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toBase64, utf8 } from "../../../core/encoding.ts";
import { epochStatement, originOf } from "../../../core/epoch.ts";
import { leafHash, type StoredEntry, sealEntry } from "../../../core/ledger/entry.ts";
import { EXPORT_FORMAT, entryLine } from "../../../core/ledger/export.ts";
import { recordedLog } from "../../../core/ledger/recorded-entries.ts";
import type { Report } from "../../../core/ledger/report.ts";
import type { LedgerOptions } from "../../../core/ledger/verify.ts";
import { verifyLedger } from "../../../core/ledger/verify.ts";
import { signEnvelope } from "../../harness/envelope.ts";
import {
  bytesOf,
  checkpointKey,
  decisionBody,
  type ExportOptions,
  exportLog,
  failedChecks,
  KEYS,
  LOG,
  makeKey,
  makeLog,
  makeWitness,
  namedEntries,
  noteSignature,
  parseEntry,
  receiptKey,
  reseal,
  rootOf,
  signCheckpoint,
  signEpoch,
  signRotation,
  spread,
  withEntries,
} from "./log.ts";

const SIZE = 40;
const log = makeLog(SIZE);
const lines = await exportLog(log, { sizes: spread(SIZE, 7) });
const bytes = bytesOf(lines);

const verify = async (some: readonly string[], keys = KEYS, options: LedgerOptions = {}) =>
  (await verifyLedger(bytesOf(some), keys, options)).report;
/** The export with other entries, all else as it was. */
const verifyEntries = (entries: readonly StoredEntry[]) => verify(withEntries(lines, entries));
/** A log of these entries, signed and exported as one. */
const verifySigned = async (entries: readonly StoredEntry[], options: ExportOptions = {}) =>
  verify(await exportLog(entries, options));

/** Found, and nothing but the entries expected is named. */
async function expectNamed(
  entries: readonly StoredEntry[],
  expected: readonly number[],
  checks?: readonly string[],
) {
  const report = await verifyEntries(entries);
  expect(report.ok).toBe(false);
  expect(namedEntries(report)).toEqual(expected);
  if (checks) expect(failedChecks(report)).toEqual(checks);
}
const at = (index: number) => {
  const entry = log[index];
  if (entry === undefined) throw new Error(`the test's log has no entry ${index}`);
  return entry;
};

describe("an export as it was written", () => {
  it("verifies, and every check says what it compared", async () => {
    const { report, leaves, first, last } = await verifyLedger(bytes, KEYS);
    expect(failedChecks(report)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.checks.map(({ id, status }) => [id, status])).toEqual([
      ["file_syntax", "ok"],
      ["header", "ok"],
      ["entry_form", "ok"],
      ["entry_schema", "ok"],
      ["leaf_hash", "ok"],
      ["index", "ok"],
      ["prev_link", "ok"],
      ["log_name", "ok"],
      ["time_order", "ok"],
      ["entry_type", "ok"],
      ["checkpoint_signature", "ok"],
      ["tree_root", "ok"],
      ["tree_leaf", "ok"],
      ["leaf_list", "ok"],
      ["checkpoints", "ok"],
    ]);
    expect(report.checks.every(({ compared }) => compared.length > 10)).toBe(true);
    expect([leaves.size, first, last]).toEqual([SIZE, 0, SIZE - 1]);
  });

  it("verifies without its final newline", async () => {
    expect((await verifyLedger(bytes.subarray(0, -1), KEYS)).report.ok).toBe(true);
  });

  it("verifies over several lists of leaf hashes", async () => {
    const long = makeLog(600);
    const some = await exportLog(long, { sizes: spread(600, 9) });
    expect(
      some.filter((line) => line.startsWith('{"leaves":')).map((line) => JSON.parse(line).leaves.to),
    ).toEqual([255, 511, 599]);
    expect(failedChecks(await verify(some))).toEqual([]);
  });

  it("verifies for any part of the log, under any later checkpoint, with any checkpoints between", async () => {
    const size = fc.integer({ min: 1, max: SIZE });
    await fc.assert(
      fc.asyncProperty(size, fc.nat(), fc.nat(), fc.array(size), async (size, a, b, sizes) => {
        const [from = 0, to = 0] = [a % size, b % size].sort((x, y) => x - y);
        const some = await exportLog(log, {
          from,
          to,
          size,
          sizes: [...new Set(sizes)].sort((x, y) => x - y),
        });
        const report = await verify(some);
        expect(failedChecks(report)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it("verifies as a JSON page, laid out anew", async () => {
    const data = log.map(({ index, leaf, text }) => ({ entry: JSON.parse(text), leaf, index }));
    const checkpoint = await signCheckpoint(log);
    const proof = { checkpoint, range: { right: [], left: [] }, rotations: [], epochs: [] };
    const page = JSON.stringify({ next_cursor: null, ...proof, data }, null, 2);
    expect(failedChecks((await verifyLedger(utf8(page), KEYS)).report)).toEqual([]);
    const altered = await verifyLedger(
      utf8(page.replace(/"subject": "act_0*17"/, '"subject": "act_18"')),
      KEYS,
    );
    expect(namedEntries(altered.report)).toEqual([17]);
  });

  it("is not both a page and a file of lines, of which one reader finds the entries and another none", async () => {
    const page = {
      data: log.map(({ index, leaf, text }) => ({ index, leaf, entry: JSON.parse(text) })),
      export: { format: EXPORT_FORMAT, log: LOG, from: 0, to: SIZE - 1 },
      range: { left: [], right: [] },
      checkpoint: await signCheckpoint(log),
    };
    const text = JSON.stringify(page);
    expect(recordedLog(text)?.entries).toEqual([]);
    expect(failedChecks((await verifyLedger(utf8(text), KEYS)).report)).toEqual(["file_syntax"]);
  });

  it("verifies from the middle on, and says what is taken from outside", async () => {
    const report = await verify(await exportLog(log, { from: 25 }));
    expect(failedChecks(report)).toEqual([]);
    expect(report.notes.join(" ")).toContain(
      `The file starts at entry 25, which names ${at(24).leaf} before it`,
    );
  });

  it("verifies with signatures that nobody here knows beside the right one", async () => {
    const grease = "\u2014 witness.example/w1 AAAAAAAAAAAA\n";
    expect((await verify(await exportLog(log, { last: `${await signCheckpoint(log)}${grease}` }))).ok).toBe(
      true,
    );
  });
});

describe("damage is located", () => {
  it("where an entry was dropped", async () => {
    for (let index = 0; index < SIZE; index++) await expectNamed(log.toSpliced(index, 1), [index], ["index"]);
  });

  it("where several were dropped", () => expectNamed(log.toSpliced(10, 5), [10], ["index"]));

  it("where an entry stands twice", async () => {
    for (let index = 0; index < SIZE; index++) {
      await expectNamed(log.toSpliced(index, 0, at(index)), [index], ["index"]);
    }
  });

  it("where two were swapped", async () => {
    for (let index = 0; index + 5 < SIZE; index++) {
      const swapped = log.with(index, at(index + 5)).with(index + 5, at(index));
      await expectNamed(swapped, [index, index + 5], ["index"]);
      const neighbours = await verifyEntries(log.with(index, at(index + 1)).with(index + 1, at(index)));
      expect([[index], [index + 1]]).toContainEqual(namedEntries(neighbours));
    }
  });

  it("where a foreign entry was put in", async () => {
    for (let index = 0; index < SIZE; index++) {
      const foreign = reseal(at(index), { body: decisionBody("block"), type: "decision" });
      await expectNamed(log.toSpliced(index, 0, foreign), [index], ["index"]);
      await expectNamed(log.toSpliced(index + 1, 0, foreign), [index], ["index"]);
    }
  });

  it("where one was put in before or behind those that the file says it has", async () => {
    const some = await exportLog(log, { from: 5, to: 9 });
    const put = (index: number, entry: StoredEntry) => verify(some.toSpliced(index, 0, entryLine(entry)));
    const forged = reseal(at(10), { subject: "act_forged" });
    // Behind the last entry, and behind the list of leaf hashes.
    for (const line of [6, 7]) {
      const report = await put(line, forged);
      expect([failedChecks(report), namedEntries(report)]).toEqual([["index"], [10]]);
    }
    expect(namedEntries(await put(1, at(4)))).toEqual([4]);
  });

  it("where an entry was exchanged, leaf and all", async () => {
    for (let index = 0; index < SIZE; index++) {
      const exchanged = log.with(index, reseal(at(index), { subject: "act_other" }));
      await expectNamed(exchanged, [index], index === SIZE - 1 ? ["tree_leaf"] : ["prev_link", "tree_leaf"]);
    }
  });

  it("where an entry was dropped and its neighbours linked anew", async () => {
    for (let index = 1; index < SIZE - 1; index++) {
      const shifted = reseal(at(index + 1), { index, prev: at(index - 1).leaf });
      const report = await verifyEntries([...log.slice(0, index), shifted, ...log.slice(index + 2)]);
      expect(report.ok).toBe(false);
      expect(namedEntries(report)[0]).toBe(index);
      expect(namedEntries(report).every((named) => named === index || named === index + 1)).toBe(true);
    }
  });

  it("where the file was cut off at any entry", async () => {
    for (let index = 1; index < SIZE; index++) {
      await expectNamed(log.slice(0, index), [index], ["index"]);
      const cut = await verify(lines.slice(0, 1 + index));
      expect(failedChecks(cut)).toContain("checkpoint_signature");
    }
  });

  it("where the last checkpoint is of an earlier time", async () => {
    const report = await verify([
      ...lines.slice(0, -1),
      await signCheckpoint(log, { size: 30 }).then(checkpointLineOf),
    ]);
    expect([failedChecks(report), namedEntries(report)]).toEqual([["index"], [30]]);
  });

  it("where the log was forked: at the first entry of the other history", async () => {
    for (let index = 0; index < SIZE; index++) {
      const fork = forkAt(index);
      const report = await verifyEntries(fork);
      expect([index, failedChecks(report), namedEntries(report)]).toEqual([index, ["tree_leaf"], [index]]);
    }
  });

  it("where it was forked and the lists of leaf hashes written anew: between two checkpoints", async () => {
    const stops = [0, ...spread(SIZE, 7), SIZE];
    for (let index = 0; index < SIZE; index++) {
      const forked = await exportLog(forkAt(index));
      const report = await verify([...forked.slice(0, -1), ...lines.slice(-8)]);
      const good = stops.findLast((stop) => stop <= index) ?? 0;
      expect([index, namedEntries(report)]).toEqual([index, [good]]);
      const { message = "" } = report.checks.find(({ id }) => id === "tree_root")?.faults[0] ?? {};
      const next = stops.find((stop) => stop > index) ?? SIZE;
      expect(message).toContain(
        next - good === 1 ? `Entry ${good} is the first` : `entries ${good} to ${next - 1} is the first`,
      );
    }
  });

  it("where it was forked, with a checkpoint of every size: at the entry", async () => {
    const every = await exportLog(log, { sizes: Array.from({ length: SIZE - 1 }, (_, size) => size + 1) });
    for (let index = 0; index < SIZE; index++) {
      const forked = await exportLog(forkAt(index));
      const report = await verify([...forked.slice(0, -1), ...every.slice(-SIZE)]);
      expect([index, namedEntries(report)]).toEqual([index, [index]]);
    }
  });

  it("in several entries at once, and the others are still checked", async () => {
    const text = lines.map((line) => line.replace(/act_0*7"/, 'act_0008"').replace(/act_0*31"/, 'act_0032"'));
    const { report, leaves } = await verifyLedger(bytesOf(text), KEYS);
    expect(namedEntries(report)).toEqual([7, 31]);
    expect(leaves.get(8)).toBe(at(8).leaf);
  });

  it("in a list of leaf hashes, as the hash of the entry that it was", async () => {
    const place = lines.findIndex((line) => line.startsWith('{"leaves":'));
    const { from, to, hashes } = JSON.parse(lines[place] ?? "").leaves;
    for (const index of [0, 17, SIZE - 1]) {
      const changed = Buffer.from(hashes, "base64");
      changed[index * 32 + 5] = (changed[index * 32 + 5] ?? 0) ^ 4;
      const line = JSON.stringify({ leaves: { from, to, hashes: changed.toString("base64") } });
      const report = await verify(lines.with(place, line));
      expect([failedChecks(report), namedEntries(report)]).toEqual([["leaf_list"], [index]]);
    }
  });
});

/** Rewritten from an entry on, in itself without a fault. */
const forkAt = (index: number) =>
  makeLog(SIZE, { from: [...log.slice(0, index), reseal(at(index), { subject: "act_fork" })] });
const checkpointLineOf = (note: string) => JSON.stringify({ checkpoint: note });

describe("the member that was changed", () => {
  const fieldsOf = async (change: (line: string) => string, index = 17) => {
    const place = lines.findIndex((line) => line.startsWith(`{"index":${index},`));
    const report = await verify(lines.with(place, change(lines[place] ?? "")));
    expect(namedEntries(report)).toEqual([index]);
    return report.checks.find(({ id }) => id === "tree_leaf")?.faults.map(({ field }) => field);
  };

  it.each([
    [
      "one bit of the decision",
      "/body/decision",
      (line: string) => line.replace('"decision":"allow"', '"decision":"almow"'),
    ],
    [
      "one bit of a number",
      "/body/config_revision",
      (line: string) => line.replace('"config_revision":3', '"config_revision":7'),
    ],
    [
      "one bit of a digest in a list",
      "/body/bundles/0",
      (line: string) =>
        line.replace(
          /"bundles":\["sha256:(.)/,
          (_, c) => `"bundles":["sha256:${String.fromCharCode(c.charCodeAt(0) ^ 1)}`,
        ),
    ],
    ["one bit of a member's name", "/body/surface", (line: string) => line.replace('"surface"', '"surfacd"')],
    [
      "the hash of the entry before",
      "/prev",
      (line: string) => line.replace(/"prev":"sha256:[0-9a-f]{64}"/, `"prev":"${at(3).leaf}"`),
    ],
    ["the log", "/log", (line: string) => line.replace(LOG, "test.example/t/other")],
    ["the index", "/index", (line: string) => line.replace('"index":17,"log"', '"index":9017,"log"')],
    ["the version", "/v", (line: string) => line.replace('"v":1}}', '"v":4711}}')],
  ])("is named: %s", async (_, field, change) => {
    expect(await fieldsOf(change)).toEqual([field]);
  });

  it("is not guessed where more was changed", async () => {
    expect(await fieldsOf((line) => line.replace('"decision":"allow"', '"decision":"block"'))).toEqual([
      null,
    ]);
  });
});

describe("an entry that is not one", () => {
  const sealedWith = (change: object) => [
    ...log.slice(0, -1),
    sealEntry({ ...parseEntry(at(SIZE - 1)), ...change }),
  ];
  it.each([
    ["version", { v: 2 }],
    ["time", { time: "2026-02-31T00:00:00.000Z" }],
    ["time without milliseconds", { time: "2026-02-01T00:00:00Z" }],
    ["actor", { actor: { kind: "agent", id: "x" } }],
    ["body", { body: [] }],
    ["another member", { note: "x" }],
    ["type", { type: "Decision!" }],
    ["subject", { subject: "" }],
  ])("for its %s fails the schema, though sealed and signed", async (_, change) => {
    const report = await verifySigned(sealedWith(change));
    expect([failedChecks(report), namedEntries(report)]).toEqual([["entry_schema"], [SIZE - 1]]);
  });

  it("for its prev fails both schema and link, and is itself to blame", async () => {
    const report = await verifySigned(sealedWith({ prev: "sha256:00" }));
    expect([failedChecks(report), namedEntries(report)]).toEqual([["entry_schema", "prev_link"], [SIZE - 1]]);
  });

  it("belongs to another log", async () => {
    const report = await verifySigned(sealedWith({ log: "test.example/t/other" }));
    expect([failedChecks(report), namedEntries(report)]).toEqual([["log_name"], [SIZE - 1]]);
  });

  it("starts a log and names one before it", async () => {
    const entries = makeLog(3, { from: [reseal(at(0), { prev: at(5).leaf })] });
    expect(failedChecks(await verifySigned(entries))).toEqual(["prev_link"]);
  });

  it("of an unknown type, or an earlier time, is a warning", async () => {
    const report = await verifySigned(sealedWith({ type: "moon.landed", time: "2025-01-01T00:00:00.000Z" }));
    expect(report.ok).toBe(true);
    expect(report.checks.filter(({ status }) => status === "warning").map(({ id }) => id)).toEqual([
      "time_order",
      "entry_type",
    ]);
  });

  it.each([
    ["an integer beyond what is exact", '{"n":9007199254740993}'],
    ["a number in another form", '{"n":1.0}'],
    ["a lone surrogate", '{"n":"\\ud800"}'],
    ["a doubled member", '{"n":1,"n":2}'],
    ["members out of order", '{"b":1,"a":2}'],
    ["members named by numbers, in their order as numbers", '{"9":1,"10":2}'],
    ["an escape that needs none", '{"n":"\\u0061"}'],
    ["white space", '{"n": 1}'],
    ["a text nested too deeply", `{"n":${"[".repeat(70)}${"]".repeat(70)}}`],
  ])("holds %s, though sealed and signed", async (_, body) => {
    const text = at(SIZE - 1).text.replace(/"body":\{[^}]*\}/, `"body":${body}`);
    const entries = [...log.slice(0, -1), { index: SIZE - 1, leaf: leafHash(text), text }];
    const report = await verifySigned(entries);
    expect(report.ok).toBe(false);
    expect(namedEntries(report)).toEqual([SIZE - 1]);
  });

  it("laid out anew is found, though its values are right", async () => {
    const place = lines.findIndex((line) => line.startsWith('{"index":20,'));
    for (const change of [
      (line: string) => line.replaceAll(",", ", "),
      (line: string) => `${line}\r`,
      (line: string) => ` ${line}`,
    ]) {
      const report = await verify(lines.with(place, change(lines[place] ?? "")));
      expect([failedChecks(report).includes("entry_form"), namedEntries(report)]).toEqual([true, [20]]);
    }
  });

  it("with a doubled member is refused", async () => {
    const text = lines.map((line) =>
      line.replace(
        '"subject":"act_0000000000000000000009"',
        '"subject":"x","subject":"act_0000000000000000000009"',
      ),
    );
    expect(namedEntries(await verify(text))).toEqual([9]);
  });
});

describe("the last checkpoint", () => {
  const checkpointFault = async (last: string | null, keys = KEYS) => {
    const some = last === null ? lines.slice(0, -8) : await exportLog(log, { last });
    const report = await verify(some, keys);
    expect(report.ok).toBe(false);
    expect(namedEntries(report)).toEqual([]);
    return report.checks.find(({ id }) => id === "checkpoint_signature")?.faults[0]?.message ?? "";
  };
  it("is missing", async () => expect(await checkpointFault(null)).toContain("GET /v1/ledger/export"));
  it("is by a key that was not given", async () => {
    const stranger = await makeKey("checkpoint");
    expect(await checkpointFault(await signCheckpoint(log, { key: stranger }))).toContain(
      "No given key signed it",
    );
  });
  it("is by a receipt key", async () => {
    expect(await checkpointFault(await signCheckpoint(log, { key: receiptKey }))).toContain(
      "No given key signed it",
    );
  });
  it("finds no key for checkpoints", async () =>
    expect(await checkpointFault(await signCheckpoint(log), [receiptKey.trusted])).toContain(
      'is for "checkpoint"',
    ));
  it("finds only the keys of another log", async () =>
    expect(
      await checkpointFault(await signCheckpoint(log), [
        { ...checkpointKey.trusted, name: "test.example/t/x" },
      ]),
    ).toContain("those of another log"));
  it("is of another log", async () => {
    const last = await signCheckpoint(log, { origin: "test.example/t/other" });
    expect(await checkpointFault(last)).toContain("not of the log");
  });
  it("is no note, or a note of something else", async () => {
    expect(await checkpointFault("hello\n")).toContain("not a signed note");
    const text = "hello\n";
    const { name, keyId, bytes } = await noteSignature(text, LOG, checkpointKey);
    const material = Buffer.from([...new Uint8Array(new Uint32Array([keyId]).buffer).reverse(), ...bytes]);
    expect(await checkpointFault(`${text}\n\u2014 ${name} ${material.toString("base64")}\n`)).toContain(
      "not a checkpoint",
    );
  });
  it("is signed with a signature over another note", async () => {
    const [text = ""] = (await signCheckpoint(log)).split("\n\n");
    const [, signatures = ""] = (await signCheckpoint(log, { size: 30 })).split("\n\n");
    expect(await checkpointFault(`${text}\n\n${signatures}`)).toContain("No given key signed it");
  });
  it("verifies with a bare key, whose use is not known", async () => {
    expect((await verify(lines, [{ ...checkpointKey.trusted, use: null }])).ok).toBe(true);
  });
  it("has another root", async () => {
    const last = await signCheckpoint(log, { root: rootOf(log, 17) });
    const report = await verify(await exportLog(log, { last }));
    expect([failedChecks(report), namedEntries(report)]).toEqual([["tree_root"], [0]]);
  });
  it("is not the last line", async () => {
    const report = await verify([...lines, ...lines.slice(1, 2)]);
    expect(failedChecks(report)).toContain("file_syntax");
  });
  it("stands alone", async () => {
    expect(failedChecks(await verify(lines.slice(-1)))).toContain("file_syntax");
  });
});

describe("a checkpoint between", () => {
  const between = (size: number, options: object = {}) =>
    signCheckpoint(log, { size, ...options }).then(checkpointLineOf);

  it("that is of another history shows that the log was forked", async () => {
    const report = await verify(lines.with(-2, await between(35, { root: rootOf(forkAt(30), 35) })));
    expect(failedChecks(report)).toEqual(["checkpoints"]);
    expect(report.checks.at(-1)?.faults[0]?.message).toContain("the log was forked");
  });

  it("that is of another history is found where no entry comes after it in the file", async () => {
    const part = await exportLog(log, { from: 5, to: 29, sizes: [30] });
    const forked = await between(30, { root: rootOf(forkAt(12), 30) });
    for (const some of [part.with(-2, forked), part.toSpliced(-1, 0, forked)])
      expect(failedChecks(await verify(some))).toEqual(["checkpoints"]);
  });

  it("that is not signed, or not comparable, fails", async () => {
    const stranger = await makeKey("checkpoint");
    expect(failedChecks(await verify(lines.with(-2, await between(35, { key: stranger }))))).toEqual([
      "checkpoints",
    ]);
    const part = await exportLog(log, { from: 20 });
    const report = await verify([...part.slice(0, -1), await between(10), ...part.slice(-1)]);
    expect([failedChecks(report), report.checks.at(-1)?.faults[0]?.message]).toEqual([
      ["checkpoints"],
      expect.stringContaining("cannot be compared"),
    ]);
  });
});

describe("the hashes beside a part of the log", () => {
  const options = { from: 9, to: 21, sizes: [12, 16] };

  it.each(["left", "right"] as const)("are compared on the %s", async (side) => {
    const part = await exportLog(log, options);
    const place = part.findIndex((line) => line.startsWith('{"range":'));
    const { range } = JSON.parse(part[place] ?? "");
    for (let hash = 0; hash < range[side].length; hash++) {
      const changed = Buffer.from(range[side][hash], "base64");
      const reportOf = async (at: number) => {
        changed[at] = (changed[at] ?? 0) ^ 1;
        const other = { ...range, [side]: range[side].with(hash, changed.toString("base64")) };
        return verify(part.with(place, JSON.stringify({ range: other })));
      };
      const report = await reportOf(3);
      expect([failedChecks(report).includes("tree_root"), namedEntries(report)]).toEqual([true, []]);
      const said = ({ checks }: Report) => checks.find(({ id }) => id === "tree_root")?.faults[0]?.message;
      expect(said(report)).toContain(`number ${hash + 1} of \`${side}\``);
      // Of two bits nothing says where they are.
      expect(said(await reportOf(20))).toContain("or the hashes beside the entries were changed");
    }
    const fewer = { ...range, [side]: range[side].slice(1) };
    expect((await verify(part.with(place, JSON.stringify({ range: fewer })))).ok).toBe(false);
    expect((await verify(part.toSpliced(place, 1))).ok).toBe(false);
  });
});

describe("a rotation", () => {
  it("hands trust on to the newer key, and ends the older one's", async () => {
    const newer = await makeKey("checkpoint");
    const rotation = await signRotation("checkpoint", 30, checkpointKey, newer);
    const signed = (size: number, key = newer) => signCheckpoint(log, { size, key });
    const with1 = (last: string, rotations = [rotation]) =>
      exportLog(log, { last, rotations }).then((some) => verify(some));
    expect(failedChecks(await with1(await signed(SIZE)))).toEqual([]);
    expect(failedChecks(await with1(await signed(SIZE), []))).toEqual(["checkpoint_signature"]);
    const late = await with1(await signed(SIZE, checkpointKey));
    expect([
      failedChecks(late),
      late.checks.find(({ id }) => id === "checkpoint_signature")?.faults[0]?.message,
    ]).toEqual([["checkpoint_signature"], expect.stringContaining("was rotated at 30")]);
    // Before its index the older key is good, and who was given the newer one alone can go back from it.
    const early = (await exportLog(log, { size: 30, rotations: [rotation] })) as string[];
    expect(failedChecks(await verify(early))).toEqual([]);
    expect(failedChecks(await verify(early, [newer.trusted]))).toEqual([]);
  });

  it("of several keys one after another hands trust on, in whatever order they stand", async () => {
    const [second, third] = [await makeKey("checkpoint"), await makeKey("checkpoint")];
    const rotations = [
      await signRotation("checkpoint", 30, second, third),
      await signRotation("checkpoint", 10, checkpointKey, second),
    ];
    const last = await signCheckpoint(log, { key: third });
    expect(failedChecks(await verify(await exportLog(log, { last, rotations })))).toEqual([]);
    expect(
      failedChecks(await verify(await exportLog(log, { last, rotations: rotations.slice(0, 1) }))),
    ).toEqual(["checkpoint_signature"]);
  });

  it.each([
    ["is of another log", (a: Key, b: Key) => signRotation("checkpoint", 30, a, b, "test.example/t/other")],
    [
      "lacks the older key's signature",
      async (a: Key, b: Key) => oneSignature(await signRotation("checkpoint", 30, a, b), 1),
    ],
    [
      "lacks the newer key's signature",
      async (a: Key, b: Key) => oneSignature(await signRotation("checkpoint", 30, a, b), 0),
    ],
    ["is of keys for receipts", (a: Key, b: Key) => signRotation("receipt", 30, a, b)],
  ])("that %s hands on nothing", async (_, make) => {
    const newer = await makeKey("checkpoint");
    const rotations = [await make(checkpointKey, newer)];
    const report = await verify(
      await exportLog(log, { last: await signCheckpoint(log, { key: newer }), rotations }),
    );
    expect(failedChecks(report)).toContain("checkpoint_signature");
  });

  it("beside another one of the same key decides nothing", async () => {
    const [one, other] = [await makeKey("checkpoint"), await makeKey("checkpoint")];
    const rotations = [
      await signRotation("checkpoint", 30, checkpointKey, one),
      await signRotation("checkpoint", 30, checkpointKey, other),
    ];
    const report = await verify(
      await exportLog(log, { last: await signCheckpoint(log, { key: other }), rotations }),
    );
    expect(failedChecks(report)).toEqual(["rotations", "checkpoint_signature"]);
  });
});

type Key = typeof checkpointKey;
const oneSignature = <T extends { signatures: readonly unknown[] }>(envelope: T, which: number) =>
  ({ ...envelope, signatures: envelope.signatures.slice(which, which + 1) }) as T;

describe("an epoch", () => {
  const verifyEpoch = async (size: number, root: Uint8Array) => {
    const operator = await makeKey("epoch");
    const statement = epochStatement({
      ...{ log: LOG, epoch: 2, reason: "restored", time: "2026-01-02T00:00:00.000Z" },
      old: { size: 30, root: toBase64(new Uint8Array(32)) },
      base: { size, root: toBase64(root) },
    });
    const epochs = [await signEnvelope("epoch", statement, operator.signing)];
    const last = await signCheckpoint(log, { origin: originOf(LOG, 2) });
    return verify(await exportLog(log, { last, epochs }), [...KEYS, operator.trusted]);
  };

  it("goes on from the tree that its operator signed", async () => {
    expect(failedChecks(await verifyEpoch(20, rootOf(log, 20)))).toEqual([]);
  });

  it("that goes on from another one fails, whoever signed its checkpoints", async () => {
    expect(failedChecks(await verifyEpoch(20, rootOf(log, 21)))).toEqual(["epochs"]);
    expect(failedChecks(await verifyEpoch(SIZE, rootOf(log, 20)))).toEqual(["epochs"]);
  });
});

describe("a checkpoint saved earlier", () => {
  const since = async (note: string, some = lines) => {
    const report = await verify(some, KEYS, { since: note });
    return report.checks.find(({ id }) => id === "since");
  };
  it("is the beginning of the log", async () => {
    for (const size of [1, 17, 32, SIZE])
      expect((await since(await signCheckpoint(log, { size })))?.status).toBe("ok");
  });
  it("is of another history", async () => {
    for (const size of [31, 32, SIZE]) {
      const check = await since(await signCheckpoint(forkAt(30), { size }));
      expect([check?.status, check?.faults[0]?.message]).toEqual([
        "failed",
        expect.stringContaining("forked or set back"),
      ]);
    }
  });
  it("is longer than the log, or before the export's first entry", async () => {
    const shorter = await exportLog(log, { size: 30 });
    expect((await since(await signCheckpoint(log), shorter))?.faults[0]?.message).toContain(
      "entries are gone",
    );
    const part = await exportLog(log, { from: 20 });
    expect((await since(await signCheckpoint(log, { size: 10 }), part))?.faults[0]?.message).toContain(
      "Export from entry 10 or earlier",
    );
    expect((await since(await signCheckpoint(log, { size: 20 }), part))?.status).toBe("ok");
  });
  it("is not signed by a given key", async () => {
    const check = await since(await signCheckpoint(log, { key: await makeKey("checkpoint") }));
    expect([check?.status, check?.faults[0]?.message]).toEqual([
      "failed",
      expect.stringContaining("No given key"),
    ]);
  });
});

describe("a later epoch of the log", async () => {
  const operator = await makeKey("epoch");
  const trusted: typeof KEYS = [...KEYS, operator.trusted];
  const last = await signCheckpoint(log, { origin: `${LOG}/epoch/2` });
  const report = async (
    epochs: Parameters<typeof exportLog>[1] & object,
    keys: typeof KEYS = trusted,
    note = last,
  ) => verify(await exportLog(log, { last: note, ...epochs }), keys);
  const faults = ({ checks }: Awaited<ReturnType<typeof report>>) =>
    checks
      .filter(({ status }) => status === "failed")
      .map(({ id, faults }) => [id, faults[0]?.message ?? ""]);

  it("is taken where the operator's key was given, and what it says is noted", async () => {
    const good = await report({ epochs: [await signEpoch(operator, 2, log, 25)] });
    expect(faults(good)).toEqual([]);
    expect(good.checks.map(({ id }) => id)).toContain("epochs");
    expect(good.notes.join(" ")).toContain("the log went on from 25");
  });

  it("is refused without that key, and says so", async () => {
    const refused = await report({ epochs: [await signEpoch(operator, 2, log, 25)] }, KEYS);
    expect(faults(refused)).toEqual([
      ["epochs", expect.stringContaining('None of the given keys is for "epoch"')],
      ["checkpoint_signature", expect.stringContaining("Who may open epochs only their key can show")],
    ]);
  });

  it.each([
    ["no statement", async () => []],
    ["the statement of another epoch", async () => [await signEpoch(operator, 3, log, 25)]],
    [
      "a statement of another log",
      async () => [await signEpoch(operator, 2, log, 25, { log: "test.example/t/other" })],
    ],
    ["a statement by a stranger", async () => [await signEpoch(await makeKey("epoch"), 2, log, 25)]],
    ["a statement by the log's own key", async () => [await signEpoch(checkpointKey, 2, log, 25)]],
  ])("with %s is refused", async (_, make) => {
    const found = faults(await report({ epochs: await make() })).map(([id]) => id);
    expect(found).toContain("checkpoint_signature");
  });

  it("that began with another tree than this one is found", async () => {
    const epochs = [await signEpoch(operator, 2, log, 25, { root: rootOf(forkAt(20), 25) })];
    const found = faults(await report({ epochs }));
    expect(found).toEqual([["epochs", expect.stringContaining("25 entries")]]);
  });

  it("of a name that only looks like one is another log's", async () => {
    for (const origin of [`${LOG}/epoch/1`, `${LOG}/epoch/02`, `${LOG}/epoch/`, `${LOG}/epoch/2/epoch/3`]) {
      const note = await signCheckpoint(log, { origin });
      const found = faults(await report({ epochs: [await signEpoch(operator, 2, log, 25)] }, trusted, note));
      expect(found.map(([id]) => id)).toContain("checkpoint_signature");
    }
  });
});

describe("witnesses", async () => {
  const [one, two, three] = await Promise.all(["w.example/1", "w.example/2", "w.example/3"].map(makeWitness));
  if (!one || !two || !three) throw new Error("no witnesses");
  const witnesses = [one.witness, two.witness, three.witness];
  const check = async (last: string, quorum: number, keys = witnesses) => {
    const report = await verify(await exportLog(log, { last }), KEYS, {
      witnesses: { quorum, witnesses: keys },
    });
    return report.checks.find(({ id }) => id === "witnesses");
  };

  it("are counted, each once, and have to be as many as was asked", async () => {
    const last = await two.cosign(await one.cosign(await signCheckpoint(log)));
    expect((await check(last, 2))?.status).toBe("ok");
    expect((await check(last, 2))?.compared).toContain("w.example/1, w.example/2");
    expect((await check(last, 3))?.status).toBe("failed");
    const twice = await one.cosign(await one.cosign(await signCheckpoint(log)));
    expect((await check(twice, 2))?.status).toBe("failed");
  });

  it("of another checkpoint, or with another's key, are none", async () => {
    const [, signatures = ""] = (await one.cosign(await signCheckpoint(log, { size: 30 }))).split("\n\n");
    const [, witnessLine = ""] = signatures.split("\n");
    expect((await check(`${await signCheckpoint(log)}${witnessLine}\n`, 1))?.status).toBe("failed");
    expect((await check(await one.cosign(await signCheckpoint(log)), 1, [two.witness]))?.status).toBe(
      "failed",
    );
  });
});
