import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lookAlikes } from "../../worker/reviewer/look-alike.ts";
import { type Mark, segmentsOf, writtenOut } from "../../worker/reviewer/visible-text.ts";

const mark = (number: number, start: number, end: number, severity: Mark["severity"] = "warn"): Mark => ({
  number,
  severity,
  start,
  end,
});

describe("hidden characters", () => {
  const shown = (text: string, line = false) =>
    segmentsOf(text, [], { line })
      .map((segment) => segment.hidden?.escape ?? segment.text)
      .join("");

  it.each([
    ["plain text", "Hello\tBob,\nyou", "Hello\tBob,\nyou"],
    ["line breaks of mail", "a\r\nb", "a\r\nb"],
    ["a lone carriage return", "a\rb", "a⟨U+000D⟩b"],
    ["right-to-left override", "\u202etxt.exe", "⟨U+202E⟩txt.exe"],
    ["isolates", "\u2066a\u2069", "⟨U+2066⟩a⟨U+2069⟩"],
    ["zero-width space", "pay\u200bpal", "pay⟨U+200B⟩pal"],
    ["a run of them", "a\u200b\u200b\u200bb", "a⟨U+200B⟩ × 3b"],
    ["two kinds in a row", "\u200b\u200c", "⟨U+200B⟩⟨U+200C⟩"],
    ["tags", "\u{e0048}\u{e0069}", "⟨hidden tags: Hi⟩"],
    ["language tag", "\u{e0001}", "⟨U+E0001⟩"],
    ["soft hyphen", "a\u00adb", "a⟨U+00AD⟩b"],
    ["no-break space", "a\u00a0b", "a⟨U+00A0⟩b"],
    ["ideographic space", "日本\u3000語", "日本\u3000語"],
    ["byte order mark", "\ufeff", "⟨U+FEFF⟩"],
    ["Hangul filler", "\u3164", "⟨U+3164⟩"],
    ["Braille blank", "\u2800", "⟨U+2800⟩"],
    ["variation selectors", "a\ufe0f\u{e0100}", "a⟨U+FE0F⟩⟨U+E0100⟩"],
    ["control characters", "\u0000\u001b[2J\u0085", "⟨U+0000⟩⟨U+001B⟩[2J⟨U+0085⟩"],
    ["line separators", "a\u2028b\u2029", "a⟨U+2028⟩b⟨U+2029⟩"],
    ["private use", "\ue000", "⟨U+E000⟩"],
    ["a lone surrogate", "a\ud800b", "a⟨U+D800⟩b"],
    ["emoji sequences", "👩‍👩‍👧 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩‍👩‍👧 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
    ["a joiner outside them", "a\u200db", "a⟨U+200D⟩b"],
    ["piled combining marks", `e${"\u0301".repeat(7)}`, "e\u0301\u0301\u0301\u0301⟨U+0301⟩ × 3"],
    ["ordinary accents", "café naïve Ñ", "café naïve Ñ"],
    ["Arabic and Hebrew letters", "مرحبا שלום", "مرحبا שלום"],
  ])("%s", (_name, text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it("writes line breaks out in a single line", () => {
    expect(shown("a\r\nBcc: b\tc", true)).toBe("a⟨U+000D⟩⟨U+000A⟩Bcc: b⟨U+0009⟩c");
    expect(writtenOut("a\nb")).toBe("a⟨U+000A⟩b");
  });

  it("names what it writes out", () => {
    expect(segmentsOf("\u202e")[0]?.hidden?.name).toBe("U+202E right-to-left override");
    expect(segmentsOf("\u200b\u200b")[0]?.hidden?.name).toBe("U+200B zero width space, 2 times");
    expect(segmentsOf("\u{e0048}\u{e0069}")[0]?.hidden?.name).toBe(
      "2 invisible tag characters from U+E0048 on",
    );
  });
});

describe("look-alikes", () => {
  it.each([
    ["Latin alone", "paypal Café", []],
    ["Cyrillic alone", "привет мир", []],
    ["Cyrillic in Latin", "my pаypal", ["Latin and Cyrillic mixed: а U+0430"]],
    ["Greek in Latin", "gοοgle", ["Latin and Greek mixed: ο U+03BF"]],
    ["two languages in two words", "hello мир", []],
    ["two languages with a hyphen", "web-сайт", []],
    [
      "a Cyrillic name under a Latin domain",
      "see https://раура.com/x.",
      ["Latin and Cyrillic mixed: р U+0440, а U+0430, у U+0443"],
    ],
    ["split by an invisible character", "pay\u200bрal", ["Latin and Cyrillic mixed: р U+0440"]],
    [
      "many letters",
      "xабвгдежзи",
      ["Latin and Cyrillic mixed: а U+0430, б U+0431, в U+0432, г U+0433, д U+0434, е U+0435 and 3 more"],
    ],
  ])("%s", (_name, text, notes) => {
    expect(lookAlikes(text).map(({ note }) => note)).toEqual(notes);
  });

  it("names every letter outside ASCII in an address, and not in the name beside it", () => {
    expect(lookAlikes("Jörg <jörg@müller.example>", true).map(({ note }) => note)).toEqual([
      "Not plain ASCII: ö U+00F6, ü U+00FC",
    ]);
    expect(lookAlikes("jörg@müller.example")).toEqual([]);
  });

  it("takes an address as a whole, without what ends the sentence", () => {
    const text = "to bob@аcme.example.";
    const [range] = lookAlikes(text);
    expect(text.slice(range?.start, range?.end)).toBe("bob@аcme.example");
  });
});

describe("marks", () => {
  const outline = (text: string, marks: readonly Mark[]) =>
    segmentsOf(text, marks).map(({ text: piece, severity, opens }) => [piece, severity, opens]);

  it("cuts a text where marks begin and end", () => {
    expect(outline("one two three", [mark(1, 4, 7)])).toEqual([
      ["one ", null, []],
      ["two", "warn", [1]],
      [" three", null, []],
    ]);
  });

  it("shows the gravest of overlapping marks", () => {
    expect(outline("abcdef", [mark(1, 0, 4), mark(2, 2, 6, "block"), mark(3, 3, 5, "info")])).toEqual([
      ["ab", "warn", [1]],
      ["c", "block", [2]],
      ["def", "block", [3]],
    ]);
  });

  it("opens two marks of one span in one place", () => {
    expect(outline("ab", [mark(2, 0, 2), mark(1, 0, 2)])).toEqual([["ab", "warn", [1, 2]]]);
  });

  it("keeps the anchor of a mark without extent", () => {
    expect(outline("", [mark(1, 0, 0)])).toEqual([["", null, [1]]]);
    expect(outline("ab", [mark(1, 2, 2)])).toEqual([
      ["ab", null, []],
      ["", null, [1]],
    ]);
  });

  it("never cuts a surrogate pair", () => {
    expect(outline("a😀b", [mark(1, 2, 3)])).toEqual([
      ["a", null, []],
      ["😀", "warn", [1]],
      ["b", null, []],
    ]);
  });

  it("takes a mark that lies outside as one at the edge", () => {
    expect(outline("ab", [mark(1, 5, 9)]).at(-1)).toEqual(["", null, [1]]);
  });
});

describe("properties", () => {
  const awkward = fc.constantFrom(
    "\u202e",
    "\u200b",
    "\u{e0041}",
    "\n",
    "\r\n",
    "а",
    "a",
    "ο",
    "😀",
    "\ud800",
    "👩‍👧",
    "\u0301",
    " ",
    "x",
  );
  const texts = fc
    .array(fc.oneof(awkward, fc.string({ unit: "binary" })), { maxLength: 40 })
    .map((parts) => parts.join(""));
  const cases = texts.chain((text) =>
    fc.record({
      text: fc.constant(text),
      line: fc.boolean(),
      marks: fc.array(
        fc
          .tuple(fc.nat(text.length), fc.nat(text.length), fc.constantFrom("block", "defer", "warn", "info"))
          .map(([left, right, severity]) => ({
            start: Math.min(left, right),
            end: Math.max(left, right),
            severity,
          })),
        { maxLength: 8 },
      ),
    }),
  );

  it("the segments put together are the text, each mark opens once, and all that it spans is marked", () => {
    fc.assert(
      fc.property(cases, ({ text, line, marks }) => {
        const numbered = marks.map((span, index) => ({ ...span, number: index + 1 }) as Mark);
        const segments = segmentsOf(text, numbered, { line, address: true });
        expect(segments.map((segment) => segment.text).join("")).toBe(text);
        expect(segments.flatMap((segment) => segment.opens).sort((a, b) => a - b)).toEqual(
          numbered.map(({ number }) => number),
        );
        let at = 0;
        for (const segment of segments) {
          const end = at + segment.text.length;
          const spanned = numbered.some((span) => span.start < end && span.end > at && span.start < span.end);
          expect(segment.severity !== null).toBe(spanned);
          at = end;
        }
      }),
      { numRuns: 500 },
    );
  });

  it("nothing invisible is left in what is shown, but for emoji sequences", () => {
    const invisible = /[[\p{C}\p{DI}\p{Zl}\p{Zp}]--[\n\t\r]]/v;
    fc.assert(
      fc.property(texts, fc.boolean(), (text, line) => {
        for (const segment of segmentsOf(text, [], { line })) {
          const shown = segment.hidden?.escape ?? segment.text.replace(/\p{RGI_Emoji}/gv, "");
          expect(invisible.test(shown)).toBe(false);
          if (line) expect(/[\r\n\t]/.test(shown)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });
});
