/** Texts that are made to be slow to scan: each looks, over and over, like the beginning of something. */
import type { Json } from "../../core/json.ts";
import type { Random } from "./corpus/random.ts";

/** No half of a surrogate pair at the end. */
const cut = (text: string, size: number): string => text.slice(0, size).replace(/[\ud800-\udbff]$/, "");

type Shape = (random: Random, size: number) => Json;

const repeated =
  (unit: string): Shape =>
  (_, size) =>
    cut(unit.repeat(Math.ceil(size / unit.length)), size);

const drawn =
  (alphabet: string): Shape =>
  (random, size) =>
    random.chars(alphabet, size);

/** A new unit each time, so that nothing is known from the last one. */
const made =
  (unit: (random: Random) => string): Shape =>
  (random, size) => {
    let out = "";
    while (out.length < size) out += unit(random);
    return cut(out, size);
  };

const shaped = (pattern: string): Shape => made((random) => random.shape(pattern));

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 within base64, as deep as the size allows text in it. */
const nestedBase64: Shape = (random, size) => {
  let text = random.shape("[a-z ]{200}").repeat(Math.ceil(size / 500));
  for (let depth = 0; depth < 3; depth++) text = Buffer.from(text).toString("base64");
  return text.slice(0, size - (size % 4));
};

export const HOSTILE: Readonly<Record<string, Shape>> = {
  digits: drawn("0123456789"),
  "near-miss cards": shaped("4[0-9]{3} [0-9]{4} [0-9]{4} [0-9]{4} "),
  "near-miss cards, dashes": shaped("5[1-5][0-9]{2}-[0-9]{4}-[0-9]{4}-[0-9]{4}-"),
  "near-miss IBANs": shaped("DE[0-9]{2} [0-9]{4} [0-9]{4} [0-9]{4} [0-9]{4} [0-9]{2} "),
  "real SSNs": shaped("[1-5][0-9]{2}-[1-9][0-9]-[1-9][0-9]{3} "),
  "real cards": repeated("4111 1111 1111 1111, "),
  "phone-like": shaped("\\+[1-9][0-9] [0-9]{3} [0-9]{2}-[0-9]{2} "),
  "dates and births": shaped("born [0-9]{2}/[0-9]{2}/19[0-9]{2} dob "),
  "dotted numbers": shaped("[0-9]{1,3}."),
  "colons and hex": shaped("[0-9a-f]{1,4}:"),
  "angle brackets": repeated("<"),
  "empty tags": repeated("<b></b>"),
  "open comments": repeated("<!--"),
  "open attributes": repeated('<a href="'),
  "half entities": repeated("&#"),
  entities: shaped("&#[0-9]{2};"),
  "percent signs": repeated("%"),
  "percent escapes": shaped("%[4-6][1-9]"),
  "quoted-printable": shaped("=[4-6][1-9]"),
  "base64 wall": drawn(BASE64),
  "base64 of text": (_, size) =>
    Buffer.from("hello world, how are you ".repeat(size)).toString("base64").slice(0, size),
  "nested base64": nestedBase64,
  "hex wall": drawn("0123456789abcdef"),
  "hex of text": (_, size) => Buffer.from("pay me now ".repeat(size)).toString("hex").slice(0, size),
  "open JSON": repeated('{"a":['),
  "JSON escapes": shaped("\\\\u00[4-6][0-9]"),
  "zero-width": repeated("a\u200bb\u200c"),
  "combining marks": repeated("a\u0301\u0302\u0303"),
  "look-alikes": drawn("раsswоrdеСКМТНЕА "),
  fullwidth: drawn("０１２３４５６７８９ｐａｓｓ "),
  mathematical: repeated("𝐩𝐚𝐬𝐬𝟏𝟐𝟑 "),
  "other scripts": drawn("漢字かなカナ한국어العربية "),
  "overrides of direction": repeated("\u202eabc\u202c"),
  leet: shaped("[4a][5$][5$]h0l3 [p9]4[5$][5$]w0rd "),
  "spaced letters": shaped("[a-z] "),
  "spaced digits": shaped("[0-9] "),
  "dotted letters": shaped("[a-z]."),
  "at signs": repeated("@"),
  "near-miss mail addresses": shaped("[a-z]{1,6}@[a-z]{1,6}@"),
  AKIA: repeated("AKIA"),
  "near-miss AWS keys": shaped("AKIA[A-Z2-7]{15}-"),
  "heads of tokens": made((random) =>
    random.pick(["ghp_", "sk-", "xoxb-", "glpat-", "AIza", "eyJ", "SG.", "npm_", "sk_live_", "-----BEGIN "]),
  ),
  eyJ: repeated("eyJhbGciOiJ."),
  "password=": repeated("password="),
  "password: x": shaped("password: [a-z]{2} "),
  "open URLs": repeated("postgres://a:"),
  "a a a": repeated("a"),
  capitals: drawn("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
  "number words": made(
    (random) => `${random.pick(["twenty", "five", "million", "three", "hundred", "percent"])} `,
  ),
  "percent off": shaped("[0-9]{2}% off "),
  guarantees: repeated("guaranteed 100% risk free returns "),
  prices: shaped("$[0-9]{1,3},[0-9]{3}."),
  profanity: repeated("fuck shit "),
  "exclamation marks": repeated("!!!! VERY "),
  threats: repeated("I will kill you "),
  "heads of terms": repeated("project operation codename strictly "),
  "line feeds": repeated("\n"),
  spaces: repeated(" "),
  "fields of one character": (_, size) => Array.from({ length: Math.min(18_000, size >> 2) }, () => "a"),
  "fields of one digit": (random, size) =>
    Array.from({ length: Math.min(18_000, size >> 1) }, () => random.int(0, 9)),
  "many names": (random, size) =>
    Object.fromEntries(Array.from({ length: size / 16 }, (_, index) => [`k${index}${random.lower(4)}`, 1])),
};
