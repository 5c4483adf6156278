// What an examiner wrote who did not see the corpus (examined.json): texts with something in them that has to be found, between
// « and », and texts that have to pass. A broken bar is left out when read: so no token stands in the file as it is.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../../core/json.ts";

interface Examined {
  /** By the rules of which one has to fire. */
  positives: Record<string, (string | Json)[]>;
  benign: (string | Json)[];
}

export interface Positive {
  readonly rules: readonly string[];
  readonly payload: Json;
  /** How it was hidden: nothing, one way, or two. */
  readonly hidden: readonly string[];
}

const path = join(import.meta.dirname, "examined.json");
const { positives, benign }: Examined = JSON.parse(readFileSync(path, "utf8").replaceAll("¦", ""));

const MARKED = /«([^»]*)»/g;
const codes = (text: string) => [...text].map((character) => character.codePointAt(0) ?? 0);
const each = (text: string, write: (character: string) => string) => [...text].map(write).join("");
const bytes = (text: string, write: (hex: string) => string) =>
  [...Buffer.from(text)].map((byte) => write(byte.toString(16).padStart(2, "0"))).join("");

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  a: "а",
  c: "с",
  e: "е",
  i: "і",
  o: "о",
  p: "р",
  s: "ѕ",
  x: "х",
  y: "у",
  A: "А",
  B: "В",
  C: "С",
  E: "Е",
  H: "Н",
  K: "К",
  M: "М",
  O: "О",
  P: "Р",
  T: "Т",
  X: "Х",
};

/** Changes the marked value where it stands. */
const ON_VALUE: Readonly<Record<string, (value: string) => string>> = {
  "zero-width": (value) => [...value].join("\u200b"),
  "full-width": (value) =>
    each(value, (c) => (c > " " && c < "\x7f" ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c)),
  entities: (value) =>
    codes(value)
      .map((code) => `&#${code};`)
      .join(""),
  base64: (value) => Buffer.from(value).toString("base64"),
  hex: (value) => bytes(value, (hex) => hex),
  percent: (value) => bytes(value, (hex) => `%${hex}`),
  "spaced out": (value) => [...value].join(" "),
  "look-alikes": (value) =>
    each(
      value,
      (c) => LOOK_ALIKES[c] ?? (c >= "0" && c <= "9" ? String.fromCodePoint(0x1d7ce + Number(c)) : c),
    ),
  tags: (value) => each(value, (c) => (/\w/.test(c) ? `<b>${c}</b>` : c)),
  dotted: (value) => [...value].join("."),
  "broken by a line": (value) => `${value.slice(0, value.length >> 1)}\n${value.slice(value.length >> 1)}`,
  reversed: (value) => `\u202e${[...value].reverse().join("")}\u202c`,
  "quoted-printable": (value) => bytes(value, (hex) => `=${hex.toUpperCase()}`),
};

/** Changes the whole text. */
const ON_TEXT: Readonly<Record<string, (text: string) => string>> = {
  "base64 of all": (text) => Buffer.from(text).toString("base64"),
  "hex of all": (text) => bytes(text, (hex) => hex),
  "percent of all": (text) => encodeURIComponent(text),
  "entities of all": (text) =>
    codes(text)
      .map((code) => `&#x${code.toString(16)};`)
      .join(""),
  JSON: (text) => JSON.stringify({ note: text }),
  "quoted-printable of all": (text) => bytes(text, (hex) => `=${hex.toUpperCase()}`),
};

function mapped(payload: Json, change: (text: string) => Json): Json {
  if (typeof payload === "string") return change(payload);
  if (Array.isArray(payload)) return payload.map((item) => mapped(item, change));
  if (payload === null || typeof payload !== "object") return payload;
  return Object.fromEntries(Object.entries(payload).map(([name, value]) => [name, mapped(value, change)]));
}

const isHidden = (text: string) => text.includes("«");
const shown = (text: string) => text.replaceAll("«", "").replaceAll("»", "");

/** The value's halves in neighbouring fields. */
function inTwo(text: string): Json {
  const value = /«([^»]*)»/.exec(text);
  if (value === null) return text;
  const at = value.index + 1 + ((value[1] ?? "").length >> 1);
  return [shown(text.slice(0, at)), shown(text.slice(at))];
}

const TWO_FIELDS = "two fields";
export const WAYS: readonly string[] = [...Object.keys(ON_VALUE), ...Object.keys(ON_TEXT), TWO_FIELDS];

/** What a payload becomes where its value is hidden in some ways, one upon the other. */
function hide(payload: Json, ways: readonly string[]): Json {
  return mapped(payload, (text) => {
    if (!isHidden(text)) return text;
    if (ways.includes(TWO_FIELDS)) return inTwo(text);
    const inner = ways.reduce((made, way) => {
      const change = ON_VALUE[way];
      return change === undefined ? made : made.replace(MARKED, (_, value: string) => `«${change(value)}»`);
    }, text);
    return ways.reduce((made, way) => ON_TEXT[way]?.(made) ?? made, shown(inner));
  });
}

const payloadOf = (text: string | Json): Json => (typeof text === "string" ? { text } : text);

const all = Object.entries(positives).flatMap(([rules, texts]) =>
  texts.map((text) => ({ rules: rules.split("|"), payload: payloadOf(text) })),
);

function hidden(index: number, ways: readonly string[]): Positive {
  const { rules, payload } = all[index % all.length] as (typeof all)[number];
  return { rules, payload: hide(payload, ways), hidden: ways };
}

export const plain: readonly Positive[] = all.map((_, index) => hidden(index, []));

/** Each in `count` ways, in turn. */
export const once = (count: number): readonly Positive[] =>
  all.flatMap((_, index) =>
    Array.from({ length: count }, (_way, turn) =>
      hidden(index, [WAYS[(index * 7 + turn * 3) % WAYS.length] as string]),
    ),
  );

/** A change of the value, and one of the whole text upon it. */
export const twice = (count: number): readonly Positive[] => {
  const inner = Object.keys(ON_VALUE);
  const outer = Object.keys(ON_TEXT);
  return all.flatMap((_, index) =>
    Array.from({ length: count }, (_way, turn) =>
      hidden(index, [
        inner[(index * 5 + turn * 4) % inner.length] as string,
        outer[(index + turn) % outer.length] as string,
      ]),
    ),
  );
};

export const passing: readonly Json[] = benign.map(payloadOf);
