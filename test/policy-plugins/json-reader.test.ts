// The SDK's reader against JSON.parse, and against everything that canonical JSON is not.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonical, instantiate, type Json } from "./extism-host.ts";

/** What fixtures/json-echo answers for a document. */
function echoOf(value: Json): unknown {
  if (typeof value === "string")
    return { units: Array.from({ length: value.length }, (_, i) => value.charCodeAt(i)) };
  if (typeof value === "number") return { number: String(value) };
  if (Array.isArray(value)) return { items: value.map(echoOf) };
  if (typeof value !== "object" || value === null) return value;
  // RFC 8785 sorts by code units, as JavaScript's < does.
  const names = Object.keys(value).sort((a, b) => (a < b ? -1 : 1));
  return { members: names.map((name) => [echoOf(name), echoOf(value[name] as Json)]) };
}

async function echo(text: string | Uint8Array): Promise<unknown> {
  const call = await (await instantiate("json-echo")).call("evaluate", text);
  if (call.rc !== 0 || call.output === null) return `refused: ${call.error}`;
  return JSON.parse(call.output);
}

const strings = fc.oneof(
  fc.string({ unit: "binary" }).filter((text) => text.isWellFormed()),
  fc.string({
    unit: fc.constantFrom('"', "\\", "/", "\n", "\u0001", "\u001f", "\u007f", "é", "\uffff", "😀", "a"),
  }),
);
const numbers = fc
  .double({ noDefaultInfinity: true, noNaN: true })
  .map((value) => (Object.is(value, -0) ? 0 : value));
const documents = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom<Json>(null, true, false),
    numbers,
    strings,
    fc.array(tie("value"), { maxLength: 6 }),
    // A null prototype, so that a member named __proto__ is one.
    fc.dictionary(strings, tie("value"), { maxKeys: 8, noNullPrototype: false }),
  ),
})).value;

describe("the JSON reader", () => {
  it("reads any canonical document as JSON.parse does", async () => {
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        expect(await echo(canonical(document))).toEqual(echoOf(document));
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps numbers as written", async () => {
    for (const text of ["0", "-0", "1E+400", "0.10", "9007199254740993", "-12.50e-7"]) {
      expect(await echo(text)).toEqual({ number: text });
    }
  });

  it.each([
    "",
    " ",
    "{",
    "}",
    "[",
    "[1",
    "[1,",
    "[1,]",
    "[,1]",
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
    '{"a":1,}',
    "{a:1}",
    "{1:1}",
    "[1}",
    '{"a":1]',
    "1 ",
    " 1",
    "[1, 2]",
    "1 2",
    "1]",
    "nul",
    "nulls",
    "True",
    "undefined",
    "NaN",
    "+1",
    "01",
    "-",
    ".5",
    "1.",
    "1e",
    "1e+",
    "0x1",
    "1.e3",
    "--1",
    '"',
    '"a',
    '"a"b',
    '"\\x"',
    '"\\"',
    "'a'",
    '"\t"',
    '"\n"',
    '"\u0000"',
    "\uFEFF1",
    '{"a":1,"a":2}',
    '{"b":1,"a":2}',
    '{"a":1 }',
    "[1 ]",
    // forms of a string that are JSON, and not canonical
    '"\\/"',
    '"\\u0041"',
    '"\\u000a"',
    '"\\u001F"',
    '"\\ud83d\\ude00"',
    '"\\ud800"',
    '"\\u0020"',
    // U+E000 sorts after a surrogate pair
    '{"\uE000":1,"😀":2}',
  ])("refuses %j", async (text) => {
    expect(await echo(text)).toMatch(/^refused: malformed (JSON|UTF-8)/);
  });

  it.each([
    [[0x80]],
    [[0xc0, 0x80]],
    [[0xc3]],
    [[0xe0, 0x80, 0x80]],
    [[0xed, 0xa0, 0x80]],
    [[0xf0, 0x80, 0x80, 0x80]],
    [[0xf4, 0x90, 0x80, 0x80]],
    [[0xf8]],
    [[0xff]],
  ])("refuses the bytes %j in a string", async (bytes) => {
    expect(await echo(Uint8Array.from([0x22, ...bytes, 0x22]))).toMatch(/^refused: malformed UTF-8/);
  });

  it("bounds the depth", async () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(await echo(nested(128))).toMatchObject({ items: [{}] });
    expect(await echo(nested(129))).toMatch(/^refused: malformed input: nested too deep/);
    expect(await echo(nested(100_000))).toMatch(/^refused: malformed input: nested too deep/);
  });

  it("never takes half a document for a whole one", async () => {
    await fc.assert(
      fc.asyncProperty(
        documents.map(canonical),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        async (text, part) => {
          const cut = text.slice(0, Math.floor(text.length * part));
          let whole = true;
          try {
            JSON.parse(cut);
          } catch {
            whole = false;
          }
          expect(typeof (await echo(cut)) === "string").toBe(!whole);
        },
      ),
    );
  });

  it("reads a document of a megabyte", async () => {
    const document = { list: Array.from({ length: 2000 }, (_, i) => ({ id: i, text: "é".repeat(200) })) };
    expect(await echo(canonical(document.list.slice(0, 50)))).toEqual(echoOf(document.list.slice(0, 50)));
    const call = await (await instantiate("json-echo")).call("evaluate", canonical(document));
    expect(call.rc).toBe(0);
  });
});
