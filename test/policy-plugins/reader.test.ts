// What people see in a text is what the reading says, however it is written, and each byte leads back to where it stands.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerOf, type Json } from "./extism-host.ts";
import { places, type Segment, unitsOf, type View, viewOf, viewOfText } from "./reader-view.ts";

const WORD = "password";
const letters = [...WORD];
const shifted = (base: number) =>
  letters.map((letter) => String.fromCodePoint(base + letter.charCodeAt(0) - 97)).join("");
const each = (text: (letter: string) => string) => letters.map(text).join("");
const hexOf = (letter: string) => letter.charCodeAt(0).toString(16);
const base64 = (text: string) => Buffer.from(text).toString("base64");

/** One word in many dresses. Second: what a span of it marks, where that is not all of it. */
const dresses: [name: string, text: string, marked?: string][] = [
  ["plainly", WORD],
  ["in capitals", "PASSWORD"],
  ["full-width", shifted(0xff41)],
  ["mathematical bold", shifted(0x1d41a)],
  ["mathematical sans-serif", shifted(0x1d5ba)],
  ["script", shifted(0x1d4ea)],
  ["fraktur", shifted(0x1d586)],
  ["double-struck", shifted(0x1d552)],
  ["circled", shifted(0x24d0)],
  ["in parentheses", shifted(0x249c)],
  ["squared", shifted(0x1f130)],
  ["white on black squares", shifted(0x1f170)],
  ["white on black circles", shifted(0x1f150)],
  ["regional indicators", shifted(0x1f1e6)],
  ["superscript", "ᵖᵃˢˢʷᵒʳᵈ"],
  ["small capitals", "ᴘᴀꜱꜱᴡᴏʀᴅ"],
  ["braille", "⠏⠁⠎⠎⠺⠕⠗⠙"],
  ["accented", "pässwôrd"],
  ["accents as marks", "pa\u0308sswo\u0302rd"],
  ["struck through", each((letter) => `${letter}\u0336`)],
  ["zero-width spaces", letters.join("\u200b")],
  ["soft hyphens", letters.join("\u00ad")],
  ["word joiners", letters.join("\u2060")],
  ["variation selectors", each((letter) => `${letter}\ufe0f`)],
  ["tags", each((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0)))],
  ["Cyrillic", "раssԝоrԁ"],
  ["Greek", "ρασswοrd".replace("σ", "s")],
  ["Latin letters with strokes", "ƥⱥꜱꞩẇøɍđ"],
  ["spaced out", letters.join(" ")],
  ["dotted", letters.join(".")],
  ["dashed", letters.join("-")],
  ["a letter a line", letters.join("\n")],
  ["within tags", "pa<b>ss</b>word"],
  ["around a comment", "pass<!-- x -->word"],
  ["decimal references", each((letter) => `&#${letter.charCodeAt(0)};`)],
  ["hexadecimal references", each((letter) => `&#x${hexOf(letter)};`)],
  ["quoted-printable", each((letter) => `=${hexOf(letter)}`)],
  ["a soft line break", "pass=\r\nword"],
  ["percent-encoded", each((letter) => `%${hexOf(letter)}`)],
  ["percent-encoded twice", each((letter) => `%25${hexOf(letter)}`)],
  ["JSON escapes", each((letter) => `\\u00${hexOf(letter)}`)],
  ["hexadecimal", Buffer.from(WORD).toString("hex")],
  ["hexadecimal after x", each((letter) => `\\x${hexOf(letter)}`)],
  ["hexadecimal with colons", letters.map(hexOf).join(":")],
  ["base64", base64(`${WORD}, a line`), base64("password,")],
  ["base64 twice", base64(base64(`${WORD}, a line`))],
  ["after an override", `\u202e${[...letters].reverse().join("")}\u202c`],
  ["upside down", "pɹoʍssɐd"],
];

describe("one word", () => {
  it.each(dresses)("%s", async (_name, dress, marked) => {
    const text = `Please type ${dress} here`;
    const found = places(await viewOfText(text), WORD, text);
    expect(found.length).toBeGreaterThan(0);
    for (const place of found) expect(text).toContain(place);
    if (marked !== undefined) expect(found).toContain(marked);
  });

  it.each(dresses)("%s, whose span is all of it", async (name, dress) => {
    if (/base64|override|upside/.test(name)) return;
    const text = `Please type ${dress} here`;
    expect(places(await viewOfText(text), WORD, text)).toContain(dress);
  });

  it("over neighbouring strings, each of which is marked", async () => {
    const view = await viewOf({ action: { surface: "s", payload: { list: ["x y", ...letters, "z"] } } });
    const closed = view.segments.filter(({ origin }) => origin === "closed");
    expect(closed.map(({ plain }) => plain).join("")).toBe(`${WORD}z`);
    expect(closed.map(({ field }) => view.fields[field]?.pointer)).toEqual(
      [...letters, "z"].map((_, index) => `/list/${index + 1}`),
    );
    for (const [index, segment] of closed.entries())
      expect(segment.start).toBe((closed[0] as Segment).start + index);
  });
});

describe("tag characters", () => {
  const tagged = (text: string) =>
    [...text].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join("");

  it("read as nothing where they stand, and as a text of their own", async () => {
    const text = `4${tagged("p")}1${tagged("ay")}11`;
    const { segments } = await viewOfText(text);
    expect(segments[0]?.plain).toBe("4111");
    expect(segments.find(({ origin }) => origin === "hidden")?.plain).toBe("pay");
    expect(places(await viewOfText(text), "ay", text)).toEqual([tagged("ay")]);
  });
});

describe("strings that go on in another one", () => {
  const regrouped = async (payload: Json) => {
    const { segments } = await viewOf({ action: { surface: "s", payload } });
    return segments.filter(({ origin }) => origin === "regrouped").map(({ plain }) => plain);
  };

  it.each<[Json, string[]]>([
    [{ list: ["card 4111 11", "11 1111"] }, ["card 4111 11", "11 1111"]],
    [{ text: "card 4111", text_more: "1111" }, ["card 4111", "1111"]],
    [{ list: ["of May", "and June"] }, ["of May", "and June"]],
    [{ list: ["sw", "", "ord", "fish"] }, ["sw", "ord", "fish"]],
    [{ to: ["ada@example.com", "bob@example.com"] }, []],
    [{ list: ["https://a.example/x", "https://b.example/y"] }, []],
    [{ footer: "fish.", html: "the sword", to: ["x"] }, ["the sword", "fish."]],
    [{ subject: "the sword", text: "fish" }, []],
    [{ sku: "123456", total: "789" }, []],
    [[{ sku: "123456" }, { sku: "789012" }], []],
    [{ answers: [387, 753, 449, 520, 59] }, []],
    [{ amount: 37542, created: 1711234364 }, []],
    [{ answers: ["387", "753", "4490", "520", "59"] }, []],
    [
      { parts: ["411", "111", "111", "111", "111", "1"] },
      expect.arrayContaining(["411", "111", "1"]) as unknown as string[],
    ],
    [
      { parts: ["3782", "822463", "10005"] },
      expect.arrayContaining(["3782", "822463", "10005"]) as unknown as string[],
    ],
  ])("%j", async (payload, expected) => {
    expect(await regrouped(payload)).toEqual(expected);
  });

  const word = "swordfish or trout";
  it.each<[string, string]>([
    ["base64", Buffer.from(word).toString("base64")],
    ["percent", word.replace(/./g, (letter) => `%${letter.charCodeAt(0).toString(16)}`)],
    [
      "hex",
      Buffer.from(word)
        .toString("hex")
        .replace(/..(?!$)/g, "$& "),
    ],
    ["html", [...word].join("<b></b>")],
    ["closed", [..."swordfish"].join(" ")],
  ])("are decoded together: %s", async (origin, text) => {
    for (let cut = 4; cut < text.length - 4; cut += 3) {
      const list = [`say ${text.slice(0, cut)}`, text.slice(cut, cut + 2), `${text.slice(cut + 2)}, he said`];
      const { segments } = await viewOf({ action: { surface: "s", payload: { list } } });
      let made = "";
      for (const [index, { plain, start, origin: of }] of segments.entries()) {
        if (of !== origin) continue;
        made += segments[index - 1]?.end === start ? plain : ` | ${plain}`;
      }
      expect(made).toContain(origin === "closed" ? "swordfish" : word);
    }
  });

  it("after an override that the first leaves open", async () => {
    const { segments } = await viewOf({
      action: { surface: "s", payload: { list: ["it is \u202ehsif", "dr", "ows\u202c"] } },
    });
    const reversed = segments.filter(({ origin }) => origin === "reversed").map(({ plain }) => plain);
    expect(reversed.join("")).toContain("swordfish");
  });

  it("have places in each field, within it", async () => {
    const texts = fc.array(fc.string({ unit: "grapheme", maxLength: 12 }), { minLength: 2, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(texts, fc.boolean(), async (strings, isAlone) => {
        const list = strings.map((text) => `${text}%41 4`);
        // Alone, no name stands behind the last of them.
        const view = await viewOf({ action: { surface: "s", payload: isAlone ? list : { list } } });
        for (const segment of view.segments) {
          const { length } = view.fields[segment.field] as { length: number };
          let at = segment.start;
          for (const character of segment.plain) {
            const next = at + Buffer.byteLength(character);
            const [from, to] = unitsOf(view, segment, at, next);
            expect(from >= 0 && from < to && to <= length).toBe(true);
            at = next;
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("over the roles of a chat", async () => {
    const messages = ["my number is 078-05", "1120, thank you"].map((content) => ({ content, role: "user" }));
    expect(await regrouped({ messages })).toEqual([
      ...messages.map(({ content }) => content),
      ...messages.map(({ content }) => content),
    ]);
  });
});

const plainOf = async (text: string): Promise<string> => (await viewOfText(text)).segments[0]?.plain ?? "";

describe("folding", () => {
  it("leaves ASCII as it is", async () => {
    const ascii = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)).join("");
    expect(await plainOf(ascii)).toBe(ascii);
  });

  it.each([
    ["Straße, GROẞ", "Strasse, GROSS"],
    ["Æther œuvre Łódź Đức Øre þorn", "AEther oeuvre Lodz Duc Ore thorn"],
    ["ﬁne ﬀ ™ ½ № ㎏", "fine ff TM 1/2 No kg"],
    ["signs of a script on ﬀ\u{1da00} and a\u0c3f", "signs of a script on ff and a"],
    ["٠١٢٣٤٥٦٧٨٩ ०१२३ ９９ 𝟘𝟙 ①②⑩ ²₃", "0123456789 0123 99 01 1210 23"],
    ["a\u00a0b\u3000c\u2009d\u2028e\u2029f\u0085g", "a b c d\ne\nf\ng"],
    ["1‐2‑3–4—5−6", "1-2-3-4-5-6"],
    ["‘a’ “b” „c” «d» ′e″", `'a' "b" "c" "d" 'e"`],
    ["１／２＠ａ．ｃｏｍ。", "1/2@a.com."],
    ["İstanbul ıs ŞİŞLİ", "Istanbul is SISLI"],
    ["Việt Nam", "Viet Nam"],
    ["Vie\u0323\u0302t", "Viet"],
  ])("%s", async (text, plain) => {
    expect(await plainOf(text)).toBe(plain);
  });

  it.each([
    ["Thai", "สวัสดีครับ ที่นี่"],
    ["Hindi", "नमस्ते दुनिया क्या"],
    ["Tamil", "வணக்கம் உலகம்"],
    ["Chinese", "我们明天见面，谢谢"],
    ["Korean", "안녕하세요 세계"],
    ["Japanese", "こんにちは、ガラスが"],
    ["Georgian", "გამარჯობა"],
  ])("leaves %s, but for its punctuation", async (_name, text) => {
    expect(await plainOf(text)).toBe(text.replaceAll("，", ",").replaceAll("、", ","));
  });

  it("takes the points off Hebrew and Arabic", async () => {
    expect(await plainOf("שָׁלוֹם")).toBe("שלום");
    expect(await plainOf("مَرْحَبًا")).toBe("مرحبا");
  });

  it("takes signs off ASCII letters that they do not belong to", async () => {
    expect(await plainOf("p\u0e31a\u094ds")).toBe("pas");
  });
});

describe("a reading", () => {
  const action = {
    surface: "s",
    payload: { list: ["one", ["two", 3], { "k/~\n": "four" }], text: "fünf" },
    intent: "six",
    impact: { money: 7.5 },
    compensation: { "undo it": "eight" },
  };
  const example = {
    action,
    context: { request: "nine", folder: "unread" },
    message: { strings: [{ pointer: "/html", text: "ten" }] },
  };

  const view = (): Promise<View> => viewOf(example);

  it("has all values, then all names", async () => {
    const { segments, firstName, firstDerived } = await view();
    const texts = segments.map(({ plain }) => plain);
    expect(texts.slice(0, firstName)).toEqual([
      "one",
      "two",
      "3",
      "four",
      "funf",
      "six",
      "7.5",
      "eight",
      "nine",
      "ten",
    ]);
    expect(texts.slice(firstName, firstDerived)).toEqual(["list", "k/~\n", "text", "money", "undo it"]);
  });

  it("parts neighbours by a line feed, and kinds of text by four", async () => {
    const { segments, firstName, firstDerived } = await view();
    for (const [index, segment] of segments.slice(1, firstDerived).entries()) {
      expect(segment.start - (segments[index]?.end ?? 0)).toBe(index + 1 === firstName ? 4 : 1);
    }
  });

  it("names each field's place, and the name that it is known by", async () => {
    const { fields } = await view();
    expect(fields.map(({ part, pointer, kind, name }) => [part, pointer, kind, name])).toEqual([
      ["payload", "/list/0", "string", "list"],
      ["payload", "/list/1/0", "string", "list"],
      ["payload", "/list/1/1", "number", "list"],
      ["payload", "/list/2/k~1~0\n", "string", "k/~\n"],
      ["payload", "/text", "string", "text"],
      ["action", "/intent", "string", null],
      ["action", "/impact/money", "number", "money"],
      ["action", "/compensation/undo it", "string", "undo it"],
      ["context", "/request", "string", null],
      ["message", "/html", "string", null],
      ["payload", "/list", "name", null],
      ["payload", "/list/2/k~1~0\n", "name", null],
      ["payload", "/text", "name", null],
      ["action", "/impact/money", "name", null],
      ["action", "/compensation/undo it", "name", null],
    ]);
  });

  it("says what can be redacted", async () => {
    const { fields } = await view();
    expect(fields.filter(({ redactable }) => redactable).map(({ pointer }) => pointer)).toEqual([
      "/list/0",
      "/list/1/0",
      "/list/2/k~1~0\n",
      "/text",
    ]);
  });

  it("has as written what reads as something else", async () => {
    const { raws } = await view();
    expect(raws).toEqual([{ segment: 4, text: "fünf" }]);
  });

  it("maps a decomposed letter with its mark", async () => {
    const { segments, ...rest } = await viewOfText("e\u0301a");
    const segment = segments[0] as Segment;
    expect(segment.plain).toBe("ea");
    expect(unitsOf({ segments, ...rest }, segment, 0, 1)).toEqual([0, 2]);
    expect(unitsOf({ segments, ...rest }, segment, 1, 2)).toEqual([2, 3]);
  });

  it("is the same each time", async () => {
    expect((await view()).bytes).toEqual((await view()).bytes);
  });
});

const correspondence: Record<string, string> = {
  English:
    "Hi Ada, please find attached our offer of 12/03/2025 for 1,250.00 EUR (10% off). Call +1 415-555-0132 by 10:30, A. B. C. or D. will help. See https://example.com/a%20b?x=1&y=2 — thanks! 😀👍🏽 ❤️ #1️⃣",
  German:
    "Sehr geehrte Frau Müller, anbei erhalten Sie die Rechnung über 1.250,00 € für die Straßenbauarbeiten. Mit freundlichen Grüßen",
  French: "Bonjour Zoé, voici le contrat à signer avant l’échéance : « garçon, Noël, œuvre ». Merci !",
  Russian:
    "Здравствуйте, Анна! Высылаем вам PDF-файл договора, срок до пятницы. Подробности на сайте example.com.",
  Ukrainian: "Добрий день! Надсилаємо вам договір і рахунок, чекаємо на відповідь до п’ятниці.",
  Greek: "Καλημέρα, σας στέλνουμε τη σύμβαση για υπογραφή έως την Παρασκευή. Ευχαριστώ πολύ!",
  Chinese: "您好，附件是我们的合同，请在星期五之前签字。谢谢！",
  Japanese: "お世話になっております。契約書を添付いたしましたので、ご確認ください。",
  Arabic: "مرحبًا، مرفق العقد للتوقيع قبل يوم الجمعة. ‏شكرًا‏ لكم.",
  Persian: "سلام، قرارداد پیوست است. می‌خواهم نامه‌ای بنویسم که همه‌چیز را توضیح می‌دهد و می‌گوید چه می‌شود.",
  Hebrew: "שלום, מצורף החוזה לחתימה עד יום שישי. \u200fתודה\u200f רבה.",
  Hindi: "नमस्ते, अनुबंध संलग्न है। कृपया शुक्रवार तक हस्ताक्षर करें। धन्यवाद।",
  Thai: "สวัสดีครับ เอกสารสัญญาแนบมาด้วย กรุณาลงนามภายในวันศุกร์",
  Korean: "안녕하세요, 계약서를 첨부합니다. 금요일까지 서명해 주세요.",
};

describe("findings", () => {
  it.each(Object.entries(correspondence))("none in %s", async (_language, text) => {
    const { findings } = await answerOf(
      "reader",
      {},
      { action: { surface: "s", payload: { text: `${text}\n`.repeat(4) } } },
    );
    expect(findings).toEqual([]);
  });

  it("none in a mail of HTML with addresses and an attachment", async () => {
    const html = `<html><body style="margin:0"><p>Hello&nbsp;Ada,</p><a href="https://example.com/?a=1&amp;b=%20c&amp;u=${encodeURIComponent("https://example.com/?x=1&y=2")}">here</a><!-- end --></body></html>`;
    const bytes = Uint8Array.from({ length: 3000 }, (_, index) => (index * index * 31 + index * 7) & 0xff);
    const payload = {
      html: html.repeat(20),
      file: Buffer.from(bytes).toString("base64"),
      id: "4c9d9a52-7c34-4f6c-9a0b-0d8f8e0f6f11",
    };
    const { findings } = await answerOf("reader", {}, { action: { surface: "s", payload } });
    expect(findings).toEqual([]);
  });
});
