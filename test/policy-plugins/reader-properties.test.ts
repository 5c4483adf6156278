// For any text: the layout holds, nothing is lost, and every place lies in the text on whole characters; and within limits,
// however hostile it is.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../bench/scanners/corpus/random.ts";
import { FUEL_FAST, FUEL_FULL, READING_BYTES_MAX, REQUEST_BYTES_MAX } from "../../core/limits.ts";
import type { RunOutcome } from "../../core/policy/verdict.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { builtPolicy, inputWith } from "../evaluate/policies.ts";
import type { Finding, Json } from "./extism-host.ts";
import { decodeReading, places, unitsOf, type View } from "./reader-view.ts";

const host = new PolicyHost();
const reader = builtPolicy("reader");

async function run(
  payload: Json,
  extra: object = {},
): Promise<{ view: View; outcome: RunOutcome; rules: string[] }> {
  const outcome = await host.run(reader, "{}", inputWith(payload, extra), FUEL_FULL);
  if (outcome.reading === undefined || outcome.output === null)
    throw new Error(`${outcome.error}: ${outcome.detail}`);
  const { findings } = JSON.parse(new TextDecoder().decode(outcome.output)) as { findings: Finding[] };
  return { view: decodeReading(outcome.reading), outcome, rules: findings.map(({ rule }) => rule) };
}

const textOf = (text: string) => run({ text });

/** Pieces that mean something to a decoder or to folding, and whatever else there is. */
const piece = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom(
    "<b>",
    "</p>",
    "<!--",
    "-->",
    "<a href='",
    '">',
    "&amp;",
    "&#112;",
    "&#x70",
    "&",
    "<",
    ">",
    "%70",
    "%",
    "%e2%82%ac",
    "=70",
    "=\r\n",
    "=",
    "\\n",
    "\\u0070",
    "\\",
    "\\x70",
    "0x70, ",
    "70:",
    "706173737f",
    "cGFzc3dvcmQgaXMgeA==",
    "p a s s ",
    "1/2/3/",
    "\u202e",
    "\u202c",
    "\u200b",
    "\u0301",
    "\ufe0f",
    "ɐ",
    "ﬁ",
    "㋿",
    "𝐩",
    "а",
    "\u{e0070}",
    "\n",
    " ",
    "ééééé",
    "ס",
    "\u0627",
    "\u0649\u0654",
    "ノ",
    ":",
    "a",
    "ᑭ",
    "A".repeat(40),
    "0".repeat(40),
  ),
);
const text = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join("").toWellFormed());

const isBoundary = (whole: string, at: number): boolean =>
  at === 0 ||
  at === whole.length ||
  !/[\ud800-\udbff]/.test(whole[at - 1] ?? "") ||
  !/[\udc00-\udfff]/.test(whole[at] ?? "");

/** One character that reads as several letters, which would each read by its neighbours: Arabic ligatures, and words in a square. */
const LIGATURES = /[\u3300-\u33ff\ufb00-\ufdff\ufe70-\ufeff]/u;

describe("any text", () => {
  it("has a place for each byte, on whole characters of the original", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (whole) => {
        const { view } = await textOf(whole);
        for (const segment of view.segments) {
          const original = view.fields[segment.field]?.kind === "name" ? "text" : whole;
          let at = segment.start;
          for (const character of segment.plain) {
            const next = at + Buffer.byteLength(character);
            const [from, to] = unitsOf(view, segment, at, next);
            if (!(from >= 0 && from < to && to <= original.length))
              expect.fail(`${JSON.stringify(whole)} ${from} ${to}`);
            expect(isBoundary(original, from) && isBoundary(original, to)).toBe(true);
            at = next;
          }
          expect(at).toBe(segment.end);
        }
      }),
      { numRuns: 1500 },
    );
  });

  it("is the same in plain and folded but for case", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (whole) => {
        const { view } = await textOf(whole);
        for (const { plain, folded } of view.segments) {
          expect(Buffer.byteLength(folded)).toBe(Buffer.byteLength(plain));
          expect(folded.toLowerCase()).toBe(plain.toLowerCase());
          for (const character of folded) if (character < "\x80") expect(character).not.toMatch(/[A-Z]/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("reads once more as it was read", async () => {
    await fc.assert(
      fc.asyncProperty(text, async (whole) => {
        fc.pre(!LIGATURES.test(whole));
        const once = (await textOf(whole)).view.segments[0]?.plain ?? "";
        expect((await textOf(once)).view.segments[0]?.plain ?? "").toBe(once);
      }),
      { numRuns: 500 },
    );
  });

  it("of ASCII stays as it is, and its places are its bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary-ascii" }), async (whole) => {
        const { view } = await textOf(whole);
        expect(view.segments[0]).toMatchObject({ plain: whole, runs: [], unitStart: 0 });
        expect(view.raws).toEqual([]);
      }),
    );
  });

  it("has the same reading in a fresh instance", async () => {
    const fresh = new PolicyHost(null);
    await fc.assert(
      fc.asyncProperty(text, async (whole) => {
        const { view } = await textOf(whole);
        const other = await fresh.run(reader, "{}", inputWith({ text: whole }), FUEL_FULL);
        expect(other.reading).toEqual(view.bytes);
      }),
      { numRuns: 50 },
    );
  });
});

const codes = (of: (code: number) => string) => (word: string) =>
  [...word].map((letter) => of(letter.charCodeAt(0))).join("");

/** Ways to write a word so that people or programs read it all the same. */
const writings: Record<string, (word: string) => string> = {
  plain: (word) => word,
  capitals: (word) => word.toUpperCase(),
  fullWidth: codes((code) => String.fromCharCode(code + 0xfee0)),
  bold: codes((code) => String.fromCodePoint(0x1d41a + code - 97)),
  circled: codes((code) => String.fromCodePoint(0x24d0 + code - 97)),
  accented: (word) => word.replaceAll(/[aeou]/g, "$&\u0308").normalize("NFC"),
  decomposed: (word) => word.replaceAll(/[aeou]/g, "$&\u0308"),
  joined: (word) => [...word].join("\u2060"),
  references: codes((code) => `&#${code};`),
  hexReferences: codes((code) => `&#x${code.toString(16)};`),
  percent: codes((code) => `%${code.toString(16)}`),
  tagged: (word) => `${word.slice(0, 3)}<i>${word.slice(3, 5)}</i>${word.slice(5)}`,
  softBreak: (word) => `${word.slice(0, 3)}=\r\n${word.slice(3)}`,
  escaped: codes((code) => `\\u00${code.toString(16)}`),
  hex: (word) => Buffer.from(word).toString("hex"),
  spaced: (word) => [...word].join(" "),
};
const needle = fc.constantFrom("swordfish", "ignoreall", "hunterxyz", "passphrase");
const around = fc
  .array(
    fc.constantFrom(
      "we",
      "meet",
      "Ünder",
      "the",
      "Brücke",
      "завтра",
      "at noon,",
      "明天",
      "😀",
      "1 < 2",
      "R&D",
      "a@b.de",
      "100 %",
    ),
    { maxLength: 30 },
  )
  .map((words) => words.join(" "));

describe("a word", () => {
  it.each(Object.keys(writings))("is found, and marked as a whole: %s", async (name) => {
    await fc.assert(
      fc.asyncProperty(around, needle, around, async (before, word, after) => {
        const written = writings[name]?.(word) ?? "";
        const whole = `${before} | ${written} | ${after}`;
        expect(places((await textOf(whole)).view, word, whole)).toContain(written);
      }),
      { numRuns: 60 },
    );
  });

  it("is found in two writings, one within the other", async () => {
    const inner = fc.constantFrom(
      "plain",
      "capitals",
      "references",
      "percent",
      "escaped",
      "softBreak",
      "tagged",
      "joined",
      "accented",
    );
    const outer = fc.constantFrom("base64", "hex", "percent", "json", "html");
    await fc.assert(
      fc.asyncProperty(around, needle, inner, outer, async (before, word, name, how) => {
        const written = `say ${writings[name]?.(word)} now`;
        const bytes = Buffer.from(written);
        const encoded = {
          base64: bytes.toString("base64"),
          hex: bytes.toString("hex"),
          percent: [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
          json: JSON.stringify(written).replace(
            /[^ -~]/g,
            (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
          ),
          html: `<p>${written.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</p>`,
        }[how];
        const whole = `${before} | ${encoded}`;
        const found = places((await textOf(whole)).view, word, whole);
        if (found.length === 0) expect.fail(`${name} in ${how}: ${JSON.stringify(whole)}`);
        for (const place of found) expect(whole).toContain(place);
      }),
      { numRuns: 300 },
    );
  });
});

const repeat = (unit: string, bytes: number): string =>
  unit.repeat(Math.ceil(bytes / Buffer.byteLength(unit)));
const hostile: Record<string, (bytes: number) => Json> = Object.fromEntries(
  [
    "<",
    "<a ",
    '<a b="',
    "<!--",
    "&",
    "&lt;",
    "&#x41;",
    "%41",
    "%2541",
    "=41",
    "=\n",
    "\\n\\",
    "\\u0041",
    "\\x41",
    "41:",
    "1/2,",
    "a ",
    "a b c d  ",
    "A",
    "0",
    "-_",
    "a\u00ad",
    "aa\u00ad",
    "e\u0301x",
    "a\u200bb",
    "\u202ea\u202c ",
    "ɐqɔ",
    "𝐩𝐚",
    "㋿",
    "😀",
    "é",
    "й",
    "раa ",
    "\u{e0061}",
    "ﬁx",
    '"\\',
    "я",
    "\u0627",
    "\u0627a",
    "\u0627\u0301",
    "/ノ",
    "http://a.b/?q=",
    "http://a.b/?q=a b ",
  ].map((unit) => [JSON.stringify(unit), (bytes: number) => ({ text: repeat(unit, bytes) })]),
);
Object.assign(hostile, {
  "base64 of base64 of base64": (bytes: number) => {
    let encoded = Buffer.from(repeat("all of it is text. ", (bytes * 27) / 64));
    for (let i = 0; i < 3; i++) encoded = Buffer.from(encoded.toString("base64"));
    return { text: encoded.toString() };
  },
  "many short strings": (bytes: number) => ({
    list: Array.from({ length: Math.min(19_000, bytes / 5) }, () => "ab"),
  }),
  "many letters": (bytes: number) => ({
    list: Array.from({ length: Math.min(19_000, bytes / 4) }, () => "a"),
  }),
  "many members": (bytes: number) =>
    Object.fromEntries(
      Array.from({ length: Math.min(19_000, bytes / 10) }, (_, index) => [`k${index}`, "v"]),
    ),
  "one deep path": (bytes: number) =>
    Array.from({ length: 60 }).reduce<Json>(
      (inner) => ({ ["n".repeat(bytes / 80)]: inner }),
      Array.from({ length: 2000 }, () => "x"),
    ),
});

const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(0x20 + i));
const LATIN = Array.from({ length: 96 }, (_, i) => String.fromCharCode(0xa0 + i));
const DIGITS = [..."0123456789"];
const LETTERS = [..."etaoinshrdlu"];

/** Of which nothing repeats: pieces drawn up to a size. */
const soups: Record<string, (random: Random) => string> = {
  "printable ASCII": (random) => random.pick(ASCII),
  "Latin 1": (random) => random.pick(LATIN),
  "ASCII and Latin 1": (random) => random.pick([...ASCII, ...LATIN]),
  "digits and signs": (random) => random.pick([...DIGITS, ..."-./, :"]),
  "a digit and a sign": (random) => random.pick(DIGITS) + random.pick(["", "", "-", ".", "/", " ", "|", "_"]),
  "groups and signs": (random) => random.pick(["12", "345", "A1"]) + random.pick(["/", "|", " / ", ".."]),
  "digits after percent signs": (random) => `%3${random.pick(DIGITS)}`,
  "escapes and percent signs": (random) => random.pick([`%3${random.pick(DIGITS)}`, "a", "%", "%%", "7"]),
  "equals signs": (random) => random.pick(["=", "=\n", "=41", "= ", "a", "=C3=A9"]),
  "tag characters": (random) => String.fromCodePoint(0xe0020 + random.int(0, 94)),
  "runs of base64": (random) =>
    `${random.shape("[A-Pa-l0-9+/]{11,30}")}${random.pick([" ", "=", "==", "."])}`,
  "words in base64": (random) => `${Buffer.from(random.shape("[a-z0-9 ]{12}")).toString("base64")} `,
  "pieces of HTML": (random) =>
    random.pick([
      "<b>",
      "</p>",
      "<",
      ">",
      "&amp;",
      "&#65;",
      "&",
      '<a href="',
      '"',
      "'",
      "=",
      "<!--",
      "-->",
      "x y",
    ]),
  "zero-width between all letters": (random) =>
    random.pick(LETTERS) + random.pick(["\u200b", "\u200c", "\u2060"]),
  "marks on letters": (random) => random.pick(LETTERS) + "\u0301".repeat(random.int(0, 5)),
  emoji: (random) => random.pick(["😀", "👍🏽", "❤️", "🎉", "🇩🇪", "👩‍👩‍👧"]),
  "emoji and letters": (random) => random.pick(["😀", "👍🏽", "a", "b ", "❤️"]),
  "pairs of digits": (random) => `${random.int(32, 126).toString(16)}:`,
  "all of the first plane up to U+3000": (random) => String.fromCharCode(random.int(0x20, 0x3000)),
  "Cyrillic and Latin": (random) => random.pick([..."раssword ехс"]),
  "everything at once": (random) =>
    random.pick([
      "%41",
      "&#66;",
      "=43",
      "\\u0044",
      "NDQ0NDQ0NDQ0NDQ0",
      "4141414141414141",
      "a b c d ",
      "1/2/3456789",
      "<i>",
      "\u200b",
      "é",
      "😀",
    ]),
};
for (const [name, piece] of Object.entries(soups)) {
  hostile[name] = (bytes) => {
    const random = new Random(name);
    const pieces: string[] = [];
    for (let size = 0; size < bytes; ) {
      const next = piece(random);
      pieces.push(next);
      size += Buffer.byteLength(next);
    }
    return { text: pieces.join("") };
  };
}

describe("hostile text", () => {
  it.each(Object.entries(hostile))("64 KB of %s within the fast budget", async (_name, payload) => {
    const { outcome } = await run(payload(65_536));
    expect(outcome.fuel).toBeLessThan(FUEL_FAST);
  });

  it.each(Object.entries(hostile))("256 KB of %s within every limit", async (_name, payload) => {
    const { outcome, view } = await run(payload(REQUEST_BYTES_MAX));
    expect(outcome.fuel).toBeLessThan(FUEL_FULL);
    expect(view.bytes.length).toBeLessThan(READING_BYTES_MAX);
  });

  it("of more fields than have a place is read all the same", async () => {
    const names = Object.fromEntries(Array.from({ length: 19_000 }, (_, index) => [`k${index}`, "v"]));
    const strings = Array.from({ length: 4_000 }, (_, index) => ({
      pointer: "/x",
      text: `swordfish ${index}`,
    }));
    const { view, rules } = await run(names, { message: { strings } });
    expect(view.segments.map(({ plain }) => plain).join("\n")).toContain("swordfish 3999");
    expect(view.segments.map(({ plain }) => plain).join("\n")).toContain("k18999");
    expect(rules).toEqual(["DECODING_LIMIT"]);
  });

  it("that decodes to more than is kept is told of", async () => {
    const { rules } = await run(hostile["base64 of base64 of base64"]?.(120_000) ?? null);
    expect(rules).toEqual(["DECODING_LIMIT"]);
  });
});
