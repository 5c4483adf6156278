// The decoders against Node's own, and against what browsers make of HTML.

import { describe, expect, it } from "vitest";
import { viewOfText } from "./reader-view.ts";

/** The first text that came of a decoding of this kind, to this depth. */
async function decoded(origin: string, text: string, depth = 1): Promise<string | undefined> {
  const { segments } = await viewOfText(text);
  return segments.find((segment) => segment.origin === origin && segment.depth === depth)?.plain;
}

const prose = "The number is 078-05-1120, and the word is swordfish; nobody else is to know it. ".repeat(3);

describe("base64", () => {
  it.each(Array.from({ length: 24 }, (_, index) => 12 + index))(
    "decodes %i bytes as Node does",
    async (size) => {
      const text = prose.slice(0, size);
      for (const encoding of ["base64", "base64url"] as const) {
        expect(await decoded("base64", Buffer.from(text).toString(encoding))).toBe(text);
      }
    },
  );

  it.each([
    ["lines of 76", 76, "\r\n"],
    ["lines of 64", 64, "\n"],
  ])("in %s", async (_name, size, end) => {
    const encoded = Buffer.from(prose)
      .toString("base64")
      .replace(new RegExp(`.{${size}}`, "g"), `$&${end}`);
    expect(await decoded("base64", encoded)).toBe(prose);
  });

  it.each(["", "a", "ab", "abc", "abcd/"])("after %j, which looks like a part of it", async (before) => {
    expect(await decoded("base64", before + Buffer.from(prose).toString("base64"))).toContain(
      prose.slice(9, 200),
    );
  });

  it("in an address of data", async () => {
    expect(
      await decoded("base64", `src="data:text/plain;base64,${Buffer.from(prose).toString("base64")}"`),
    ).toContain(prose);
  });

  it("of text in another script", async () => {
    expect(await decoded("base64", Buffer.from("пароль: меч-рыба, никому").toString("base64"))).toMatch(
      /^[\p{L}\d:, -]+$/u,
    );
  });

  it.each([
    [
      "of bytes that are no text",
      Buffer.from(Uint8Array.from({ length: 90 }, (_, index) => (index * 83 + 129) & 0xff)).toString(
        "base64",
      ),
    ],
    ["of words", "internationalization and counterrevolutionaries"],
    ["of names in code", "myValue getURL isOpenAt X11 iPhone6 B2B"],
    ["of ids", "A1b2C3 4F7g9H2k QX81ZT 7zK9"],
    ["with bits left over", "cGFzc3dvcmR"],
  ])("none %s", async (_name, text) => {
    expect(await decoded("base64", text)).toBeUndefined();
  });
});

describe("a word by itself", () => {
  it.each(["trout", "Grilled Trout", "swordfish", "2 fish", "€30", "рыба", "a+b@c.de"])(
    "in base64: %s",
    async (word) => {
      const plain = (await viewOfText(word)).segments[0]?.plain ?? "";
      expect(await decoded("base64", `the ${Buffer.from(word).toString("base64")}, they say`)).toBe(
        `the ${plain}, they say`,
      );
    },
  );

  it.each(["trout", "Grilled Trout", "40% less", "3M", "a@b.de"])("in pairs: %s", async (word) => {
    const pairs = Buffer.from(word)
      .toString("hex")
      .replace(/..(?!$)/g, "$& ");
    for (const [before, after] of [
      ["is ", ", they say"],
      ["would be ", " added"],
    ])
      expect(await decoded("hex", before + pairs + after)).toBe(before + word + after);
  });

  it.each(["trout", "Trout 2", "€300"])("in a row of digits: %s", async (word) => {
    const plain = (await viewOfText(word)).segments[0]?.plain ?? "";
    expect(await decoded("hex", `the ${Buffer.from(word).toString("hex")}.`)).toBe(`the ${plain}.`);
  });

  it.each(["#666666", "#4a6b6c", "12 30 45", "20251122", "at 10 30 be 20 add", "call 06 12 34 56 78"])(
    "none in %s",
    async (text) => expect(await decoded("hex", text)).toBeUndefined(),
  );
});

describe("an address that carries a text", () => {
  const address = (query: string) => `The word https://example.org/find${query} is out.`;

  it.each([
    ["?q=sword%2Dfish", "sword-fish"],
    ["?x=1&text=sword+fish%21&y=22", "sword fish!"],
    ["?body=isn't+it", "isn't it"],
    ["?lang=en&amp;query=trout", "trout"],
  ])("%s", async (query, text) => {
    const { segments } = await viewOfText(address(query));
    expect(segments.map(({ plain }) => plain)).toContain(`The word ${text} is out.`);
  });

  it.each(["?token=abcdef", "?utm_source=news", "?page=4", "?"])("none in %s", async (query) =>
    expect(await decoded("percent", address(query))).toBeUndefined(),
  );
});

describe("hexadecimal", () => {
  it.each([
    ["in a row", (hex: string) => hex],
    ["in capitals", (hex: string) => hex.toUpperCase()],
    ["after \\x", (hex: string) => hex.replace(/../g, "\\x$&")],
    ["after 0x, in a list", (hex: string) => hex.replace(/../g, "0x$&, ").slice(0, -2)],
    ["with colons", (hex: string) => hex.replace(/..(?!$)/g, "$&:")],
    ["with spaces", (hex: string) => hex.replace(/..(?!$)/g, "$& ")],
  ])("%s", async (_name, write) => {
    const hex = Buffer.from("078-05-1120 ok").toString("hex");
    expect(await decoded("hex", `x ${write(hex)}`)).toBe("x 078-05-1120 ok");
  });

  it.each([
    "4111111111111111",
    "d41d8cd98f00b204e9800998ecf8427e",
    "4c9d9a52-7c34-4f6c-9a0b-0d8f8e0f6f11",
    "00:1B:44:11:3A:B7:00:00",
  ])("none in %s", async (text) => {
    expect(await decoded("hex", text)).toBeUndefined();
  });
});

describe("percent-encoding", () => {
  it.each(["a b&c=d/ü€😀", "078-05-1120", "пароль"])("of %s as decodeURIComponent has it", async (text) => {
    const encoded = [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
    const { segments } = await viewOfText(decodeURIComponent(encoded));
    expect(await decoded("percent", encoded)).toBe(segments[0]?.plain);
  });

  it.each(["100 %", "%zz %4", "%00%01%7f", "%c3x %ed%a0%80 %f5%80%80%80 %c0%af"])(
    "none in %s",
    async (text) => {
      expect(await decoded("percent", text)).toBeUndefined();
    },
  );

  it("with %u", async () => {
    expect(await decoded("percent", "%u0070%u0061ss")).toBe("pass");
  });
});

describe("quoted-printable", () => {
  it.each([
    ["a=20b=3Dc", "a b=c"],
    ["Stra=C3=9Fe", "Strasse"],
    ["pass=\r\nword", "password"],
    ["pass= \t\nword", "password"],
    ["=F0=9F=98=80", "😀"],
    ["x=e2=82=ac", "x€"],
  ])("%j", async (text, plain) => {
    expect(await decoded("quoted-printable", text)).toBe(plain);
  });

  it.each(["a = b", "x=1&y=12", "==", "=C3 =ff"])("none in %s", async (text) => {
    expect(await decoded("quoted-printable", text)).toBeUndefined();
  });
});

describe("JSON", () => {
  it("within a string", async () => {
    const text = JSON.stringify({ note: 'say "swordfish"\nto ünïcode/€😀' }).replace(
      /[^\x20-\x7e]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
    expect(await decoded("json", text)).toBe('{"note":"say "swordfish"\nto unicode/€😀"}');
  });

  it("within JSON within a string", async () => {
    const inner = JSON.stringify({ a: "\\u0070\\u0061ss" }).replaceAll("\\\\u", "\\u");
    expect(await decoded("json", JSON.stringify({ inner }), 2)).toContain('{"a":"pass"}');
  });
});

describe("HTML", () => {
  it.each([
    ["<p>one</p><p>two</p>", "\none\n\ntwo\n"],
    ["a<br>b<br/>c<BR />d", "a\nb\nc\nd"],
    ["<td>4111</td><td>1111</td>", " 4111  1111 "],
    ['sw<span style="a:b>c">ord</span>fish', "swordfish"],
    ["sw<x-y>ord</x-y>fish", "swordfish"],
    ["sw<!-- > -->ord<!DOCTYPE x>fi<?php ?>sh", "swordfish"],
    ["a <b c='>' d=\"<\">x</b>", "a x"],
    ["1 < 2 &amp; 3 > 2 & so", "1 < 2 & 3 > 2 & so"],
    ["mail <ada@example.com> now &lt;b&gt;", "mail  now <b>"],
    ["<script>let a = 1;</script>", "\nlet a = 1;\n"],
    ["&nbsp;&eacute;&Eacute;&euro;&hellip;&commat;&period;&#46;&#x2e;&#0;&#150;", " eE€...@...\ufffd-"],
    ["&#112assword &unknown; &amp", "password &unknown; &"],
    ["&#x1F600;&#55357;", "😀\ufffd"],
  ])("%s", async (text, plain) => {
    expect(await decoded("html", text)).toBe(plain);
  });

  it("has attributes, addresses and comments as written, and references in them read", async () => {
    const text = '<img alt="sw&#111;rdfish" src="https://example.com/x">';
    const { segments } = await viewOfText(text);
    expect(segments[0]?.plain).toBe(text);
    expect(segments.some(({ plain }) => plain.includes('alt="swordfish" src="https://example.com/x"'))).toBe(
      true,
    );
  });

  it.each(["a < b and c > d", "x & y", "AT&T; R&D", "<3 <3", "<", "<a", "&#;", "&;"])(
    "none in %s",
    async (text) => {
      expect(await decoded("html", text)).toBeUndefined();
    },
  );
});

describe("closing up", () => {
  it.each([
    ["s w o r d", "sword"],
    ["s  w  o  r  d", "sword"],
    ["s*w*o*r*d", "sword"],
    ["s · w · o · r · d", "sword"],
    ["t h e   s w o r d", "the sword"],
    ["123/45/6789", "123-45-6789"],
    ["4111*1111*1111*1111", "4111-1111-1111-1111"],
    ["4111, 1111, 1111, 1111", "4111-1111-1111-1111"],
    ["555 dash 123 dash 4567", "555-123-4567"],
    ["078--05--1120", "078-05-1120"],
    ["078 - 05 - 1120", "078-05-1120"],
    ["0|7|8|0|5|1|1|2|0", "078051120"],
    ["o l g a @ x . c o m", "olga@x.com"],
    ["2 0 0 1 : d b 8 : : 1", "2001:db8::1"],
    ["1  4  0  5  4  8  -  8  6  7", "140548-867"],
    ["1  9  8      9  6", "198 96"],
    ["f.r.e.e m.o.n.e.y", "free money"],
    ["+ 3 3   2   6 9   7 2   0 1", "+33 2 69 72 01"],
    ["FN0_TV2_N9P_5", "FN0-TV2-N9P-5"],
    ["6630\u20142985\u20145", "6630-2985-5"],
    // Four other separators first.
    ["x & y 1 + 2 / 3 | s w o r d", "x&y1+2/3|sword"],
    ["Q&A \u{1f680} 4 > 3 | f r e e m o n e y", "Q&A4>3|freemoney"],
  ])("%s", async (text, plain) => {
    expect(await decoded("closed", text)).toBe(plain);
  });

  it("has digits without dashes as well", async () => {
    const { segments } = await viewOfText("123/45/6789");
    expect(segments.map(({ plain }) => plain)).toContain("123456789");
  });

  it.each([
    "U.S.A.",
    "10/12/2024",
    "2024/12/10",
    "1,234,567,890",
    "555-123-4567",
    "+1 415 555 0132",
    "10:30:45",
    "a b c",
    "room 4471. LGTM after the nit in line 598626",
    "4111 1111 1111 1111, 4222 2222 2222 2222",
    "tickets 4471 2290, 5512 0087; 6120 3345",
    "Regulation (EU) 2016/679, and (EC) No 1924/2006",
    "| year | units | total |\n| 2021 | 12 | 6789 |\n| 2022 | 45 | 1120 |",
    "101|12|1999\n204|45|6789\n310|78|1120",
    "took 664\n[1500242] INFO",
    "201\t45\t6789\n202\t46\t6790",
    "id;net;tax\n8812;456;9123\n8813;457;9124",
    "12345,678,90123\n12346,679,90124\n",
    "| 123 | 45 | 6789 |\r\n| 124 | 46 | 6790 |",
  ])("none in %j", async (text) => {
    expect(await decoded("closed", text)).toBeUndefined();
  });

  it.each([
    ["|123|45|6789|", "|123-45-6789|"],
    ["SSN: 123|45|6789\nRegards, Ann", "SSN: 123-45-6789\nRegards, Ann"],
    ["| name | number |\n| Ann | 123|45|6789 |", "| name | number |\n| Ann | 123-45-6789 |"],
    ["123;45;6789 and\nthanks; see you; soon", "123-45-6789 and\nthanks; see you; soon"],
    ["7 123/45/6789", "7 123-45-6789"],
    ["SSN: 123/45/6789", "SSN: 123-45-6789"],
    ['API_KEY="1 a 2 b 3 c', 'API_KEY="1a2b3c'],
    ["ID 7: 123/45/6789", "ID 7: 123-45-6789"],
  ])("of a line alone, %j", async (text, plain) => {
    expect(await decoded("closed", text)).toBe(plain);
  });

  it("of more than there is room for is told of, and stops nothing else", async () => {
    const { segments } = await viewOfText(
      `${"p.a.s.s.".repeat(4_000)} ${Buffer.from(prose).toString("base64")}`,
    );
    const closed = segments.filter(({ origin }) => origin === "closed").map(({ plain }) => plain.length);
    expect(Math.max(...closed)).toBeLessThan(8 * 1024);
    expect(segments.some(({ origin, plain }) => origin === "base64" && plain.includes("swordfish"))).toBe(
      true,
    );
  });
});

describe("from its end", () => {
  const POP = "\u202c";

  it.each([
    ["what follows an override", `say \u202edrowssap${POP} now`, "say password now"],
    ["without an end", "say \u202edrowssap", "say password"],
    ["on two lines", "\u202edrowssap\u2028drows", "password\nsword"],
    ["a line that is upside down", "the word is\npɹoʍssɐd\nbye", "the word is\npassword\nbye"],
    ["two lines that are", "ɥsıɟpɹoʍs\npɹoʍssɐd", "swordfish\npassword"],
    ["a word that is, and its line", "123-45 sı pɹoʍssɐd", "password is 54-321"],
  ])("%s", async (_, text, plain) => {
    expect(await decoded("reversed", text)).toBe(plain);
  });

  it.each([
    ["numbers", "SSN 6789-45-321"],
    ["a text backwards, without a sign of it", "drowssap 6789-45-321"],
    ["what stands behind a paragraph with an override", "a \u202e\u202c\n\ncall 9876-54-321 today"],
    [
      "phonetics",
      "thought /θɔːt/, rather /ˈɹɑːðə/, cut /kʌt/, father and brother; call 987-65-4321 before noon",
    ],
    ["letters of three lines", "ɐ 987-65-4321\nɹ 987-65-4321\nʌ 987-65-4321"],
  ])("not %s", async (_, text) => {
    expect(await decoded("reversed", text)).toBeUndefined();
  });

  it("only the lines that are upside down", async () => {
    const text = `${"An ordinary line with 987-65-4321 in it.\n".repeat(3)}pɹoʍssɐd\n`;
    const { segments } = await viewOfText(text);
    const reversed = segments.filter(({ origin }) => origin === "reversed").map(({ plain }) => plain);
    expect(reversed.join("\n")).toContain("password");
    expect(reversed.join("\n")).not.toContain("1234-56-789");
  });
});
