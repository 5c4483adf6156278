// Whatever Unicode's own table (UTS 39) says can be taken for ASCII reads as that, but for what stands here with a reason; and
// texts of other scripts read as they are written.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findingsIn, findingsOf, rowOf } from "./extism-host.ts";
import { viewOf } from "./reader-view.ts";

const file = readFileSync(join(import.meta.dirname, "../../policy-plugins/tools/confusables.txt"), "utf8");
const characters = (points: string): string =>
  points
    .split(" ")
    .map((point) => String.fromCodePoint(Number.parseInt(point, 16)))
    .join("");
const table = new Map(
  [...file.matchAll(/^([0-9A-F]+) ; ([0-9A-F ]+)$/gm)].map(([, from = "", to = ""]) => [
    characters(from),
    characters(to),
  ]),
);

/** The standard's skeleton, marks aside. */
const skeleton = (text: string): string =>
  [...text.normalize("NFD")]
    .map((character) => table.get(character) ?? character)
    .join("")
    .normalize("NFD")
    .replace(/[\p{Mn}\p{Me}]/gu, "");

/** I and l are one, and so are their cases. */
const plainly = (text: string): string => skeleton(text).toLowerCase().replaceAll("i", "l");

/** Every character that has a prototype which is nothing but ASCII, and marks. */
const alike = [...table.keys()].filter(
  (character) =>
    (character.codePointAt(0) ?? 0) >= 0x80 &&
    !/^[\p{Mn}\p{Me}\p{Z}\p{Default_Ignorable_Code_Point}]$/u.test(character) &&
    /^[\x21-\x7e]+$/.test(skeleton(character)),
);

/** What each reads as between letters of ASCII. */
async function readings(texts: readonly string[], before: string, after: string): Promise<string[]> {
  const found: string[] = [];
  for (let from = 0; from < texts.length; from += 500) {
    const list = texts.slice(from, from + 500).map((text) => `${before}${text}${after}`);
    const view = await viewOf({ action: { surface: "s", payload: { list } } });
    const own = view.segments.filter(
      ({ origin, field }) => origin === "itself" && view.fields[field]?.pointer.startsWith("/list/"),
    );
    expect(own.length).toBe(list.length);
    found.push(...own.map(({ plain }) => plain.slice(before.length, plain.length - after.length)));
  }
  return found;
}

/** Reasons for which a character reads as something else than its prototype. */
const reasons: readonly [reason: string, applies: (character: string, reading: string) => boolean][] = [
  ["currencies are read by who reads prices", (character) => /^\p{Sc}$/u.test(character)],
  ["digits have their value", (character, reading) => /^\p{Nd}$/u.test(character) && /^\d$/.test(reading)],
  ["a hook is no apostrophe", (character, reading) => skeleton(character).replaceAll("'", "") === reading],
  ["quotation marks are told from apostrophes", (_, reading) => /^['"]$/.test(reading)],
  ["letters and numbers in parentheses", (character) => /^[⑴-⒇⒜-⒵🄐-🄪]$/u.test(character)],
  [
    "a letter that looks like a sign, in no address",
    (character) => /^[\p{Lo}\p{Lm}]$/u.test(character) && !/[a-z0-9]/i.test(skeleton(character)),
  ],
  ["case makes no difference", (character) => "БЬƄᏏηϭ".includes(character.normalize("NFKD"))],
  ["a compatibility character is what it stands for", (character) => "ẚ﬩︰［］".includes(character)],
  ["drawn otherwise", (character) => "þſẛƧɯғⲩᶌ".includes(character)],
  ["ends a sentence", (character) => character === "۔"],
];

describe("characters that the standard takes for ASCII", () => {
  it("are those of Unicode's version that the policy names", () => {
    expect(rowOf("reader").manifest).toMatchObject({ description: expect.stringContaining("UTS 39 17.0") });
    expect(file).toContain("version 17.0");
    expect(alike.length).toBeGreaterThan(1_900);
  });

  it("read as what they look like", async () => {
    const read = await readings(alike, "pass", "word");
    const wrong = alike.flatMap((character, i) => {
      const reading = read[i] ?? "";
      if (plainly(reading) === plainly(character)) return [];
      return reasons.some(([, applies]) => applies(character, reading))
        ? []
        : [`${character} ${reading} ${skeleton(character)}`];
    });
    expect(wrong).toEqual([]);
  });
});

/** Sentences whose letters look like ours here and there. */
const others = [
  "הסוס של יוסי ושל סבתא עמד בחצר.",
  "والله إن هذا البيت لأخي الأكبر، وله باب واحد۔",
  "この製品のノートとノイズの説明を読んでください。",
  "一丿丶〇 丶丿",
  "ეს ყვავილი ჩემი ბებიის ბაღიდან არის.",
  "ᐃᓄᒃᑎᑐᑦ ᐸᐸᓇ ᐳᐃᔨ",
  "အလုပ် ဝင်း ငါး",
  "മലയാളം ഠ ട എന്ന അക്ഷരം",
  "አዲስ ሀሳብ ዐይን",
];

describe("texts of other scripts", () => {
  it.each(others)("%s", async (text) => {
    const view = await viewOf({ action: { surface: "s", payload: { text } } });
    const own = view.segments.find(
      ({ field, origin }) => origin === "itself" && view.fields[field]?.pointer === "/text",
    );
    const letters = (all: string): string => all.replace(/[^\p{L}]/gu, "");
    const unfolded = letters(text.normalize("NFKD").replace(/[\p{Mn}]/gu, ""));
    expect(
      letters(own?.plain ?? "")
        .normalize("NFKD")
        .replace(/\p{Mn}/gu, ""),
    ).toBe(unfolded);
  });

  it.each([
    ["passwסrd", "password"],
    ["he\u0647lo", "heolo"],
    ["וס\u05b0ld and \u0627\u200bᑭ", "lold and lP"],
    ["ooo1 ഠrder", "ooo1 order"],
    ["http:ノノevil.example", "http://evil.example"],
    ["USBノート", "USBノート"],
    ["ו4111111111111111", "ו4111111111111111"],
    ["ꓑꓮꓢꓢꓪꓳꓣꓓ", "PASSWORD"],
    ["ᑭᗩᔕᔕ", "Pᗩᔕᔕ"],
    ["ꝡork", "work"],
    ["θffer", "offer"],
    ["¥100 and ₩500, 5¢", "¥100 and ₩500, 5¢"],
    ["мы вы Ты", "mы bы Tы"],
  ])("%s reads as %s", async (text, reading) => {
    expect(await readings([text], "", "")).toEqual([reading]);
  });
});

describe("denied terms", () => {
  it.each([
    ["password", "your passwסrd"],
    ["passwסrd", "your password"],
    ["password", "your \u05c5passw\u0647rd"],
    ["הסוס", "זה (הסוס) של יוסי"],
    ["ノート", "USBノート と ノート"],
    ["كتابه", "هذا كتابه."],
  ])("%s is found in %s", async (term, text) => {
    const found = await findingsIn("denylist", { denied_terms: [term] }, text);
    expect(found.filter(({ key }) => !key).length).toBeGreaterThan(0);
  });
});

describe("domains", () => {
  it("with any small letter that the standard takes for one of ours are told from one's own", async () => {
    // Full-width letters, and the long s, are ours to a resolver.
    const letters = alike
      .filter((character) => character.length === 1 && /^[\p{Ll}\p{Lo}]$/u.test(character))
      .filter((character) => /^[a-z]$/i.test(skeleton(character)))
      .filter((character) => !/^[a-z]$/.test(character.normalize("NFKC")));
    expect(letters.length).toBeGreaterThan(280);
    const own = [..."abcdefghijklmnopqrstuvwxyz"].map((letter) => `zz${letter}zz.com`);
    const missed: string[] = [];
    for (let from = 0; from < letters.length; from += 50) {
      const some = letters.slice(from, from + 50);
      const to = some.map((letter) => `a@zz${letter}zz.com`);
      const settings = { recipients: { own_domains: own } };
      const findings = await findingsOf("access", settings, {
        action: { surface: "outbound.email", tool: "t", payload: { to } },
      });
      const told = new Set(
        findings.filter(({ rule }) => rule === "RECIPIENT_LOOKS_ALIKE").map(({ pointer }) => pointer),
      );
      missed.push(...some.filter((_, i) => !told.has(`/to/${i}`)));
    }
    expect(missed).toEqual([]);
  });
});
