/** The text as bytes or escapes that a mail program, browser or parser turns back. */
import type { Passage } from "../model.ts";
import type { Random } from "../random.ts";

const bytesOf = (text: string): Buffer => Buffer.from(text, "utf8");
const escaped = (byte: number): string => byte.toString(16).padStart(2, "0");

type Encode = (random: Random, text: string) => string;

/** Either the value alone, or all of the field. */
const alone =
  (encode: Encode) =>
  (random: Random, { before, value, after }: Passage): Passage => ({
    before,
    value: encode(random, value),
    after,
  });

const whole =
  (encode: Encode) =>
  (random: Random, { before, value, after }: Passage): Passage => ({
    before: "",
    value: encode(random, before + value + after),
    after: "",
  });

const htmlDecimal = alone((_, text) => [...text].map((char) => `&#${char.codePointAt(0)};`).join(""));

const htmlHex = alone((random, text) => {
  const zeros = random.pick(["", "0", "000"]);
  return [...text].map((char) => `&#x${zeros}${(char.codePointAt(0) ?? 0).toString(16)};`).join("");
});

const NAMED: Readonly<Record<string, string>> = {
  "-": "&hyphen;",
  "@": "&commat;",
  ".": "&period;",
  " ": "&nbsp;",
  ":": "&colon;",
  "/": "&sol;",
  _: "&lowbar;",
  "=": "&equals;",
  "+": "&plus;",
  "%": "&percnt;",
  $: "&dollar;",
};
const htmlNamed = alone((_, text) => text.replace(/[-@. :/_=+%$]/g, (char) => NAMED[char] ?? char));

const percentAll: Encode = (_, text) => [...bytesOf(text)].map((byte) => `%${escaped(byte)}`).join("");
const percent = (random: Random, passage: Passage): Passage =>
  random.chance(0.5)
    ? alone(percentAll)(random, passage)
    : whole((_, text) => `https://example.com/?q=${encodeURIComponent(text).replace(/\d/g, percentDigit)}`)(
        random,
        passage,
      );

/** Digits need no escape, and so hide behind one; those of an escape stay. */
function percentDigit(digit: string, at: number, text: string): string {
  const isOfEscape = text[at - 1] === "%" || text[at - 2] === "%";
  return isOfEscape ? digit : `%3${digit}`;
}

const LINE_LENGTH = 72;

function quotedPrintableText(random: Random, text: string): string {
  let line = 0;
  let out = "";
  for (const byte of bytesOf(text)) {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x3d;
    const unit =
      isPlain && random.chance(0.5) ? String.fromCharCode(byte) : `=${escaped(byte).toUpperCase()}`;
    const mustBreak = line + unit.length > LINE_LENGTH || random.chance(0.03);
    out += mustBreak ? `=\r\n${unit}` : unit;
    line = mustBreak ? unit.length : line + unit.length;
  }
  return out;
}
const quotedPrintable = whole(quotedPrintableText);

const base64Text: Encode = (random, text) =>
  bytesOf(text).toString(random.chance(0.8) ? "base64" : "base64url");
/** Fewer characters would not be told from a word. */
const ENCODED_ALONE_MIN = 9;
const base64 = (random: Random, passage: Passage): Passage =>
  (random.chance(0.7) || passage.value.length < ENCODED_ALONE_MIN ? whole : alone)(base64Text)(
    random,
    passage,
  );

const hexText: Encode = (_, text) => bytesOf(text).toString("hex");
const hex = (random: Random, passage: Passage): Passage =>
  (random.chance(0.7) || passage.value.length < ENCODED_ALONE_MIN ? whole : alone)(hexText)(random, passage);

const jsonEscaped = (text: string): string =>
  Array.from(
    { length: text.length },
    (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`,
  ).join("");

/** JSON inside a string, with escapes where none are needed. */
const json = (random: Random, { before, value, after }: Passage): Passage => {
  const name = random.pick(["body", "note", "data", "arguments"]);
  const inside = (text: string): string => JSON.stringify(text).slice(1, -1);
  return { before: `{"${name}":"${inside(before)}`, value: jsonEscaped(value), after: `${inside(after)}"}` };
};

export const ENCODINGS = {
  htmlDecimal,
  htmlHex,
  htmlNamed,
  percent,
  quotedPrintable,
  base64,
  hex,
  json,
};
