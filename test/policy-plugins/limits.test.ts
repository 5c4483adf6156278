// Where something is not looked at, since too much of its kind came before, that is a finding which holds the action: so nothing
// is hidden behind it. And what people send by the page, as logs and exports, reaches none of these limits.

import { describe, expect, it } from "vitest";
import { starter } from "../../bench/scanners/bundle.ts";
import { Random } from "../../bench/scanners/corpus/random.ts";
import { mailText } from "../../bench/scanners/work.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { Json } from "../../core/json.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { builtPolicy, inputWith, textOf } from "../evaluate/policies.ts";
import { type Finding, readingOf, rowOf } from "./extism-host.ts";

const host = new PolicyHost();

async function rulesOf(name: string, settings: Json, payload: Json): Promise<Set<string>> {
  const reading = await readingOf({ action: { surface: "outbound.email", payload } });
  const parts = rowOf(name).manifest.reading === "reads" ? { reading } : undefined;
  const input = inputWith(payload);
  const outcome = await host.run(builtPolicy(name), canonicalJson(settings), input, FUEL_FULL, parts);
  expect(outcome.error).toBeNull();
  const { findings } = JSON.parse(textOf(outcome) ?? "{}") as { findings: Finding[] };
  return new Set(findings.map(({ rule }) => rule));
}

const list = (count: number, of: (index: number) => Json): Json =>
  Array.from({ length: count }, (_, index) => of(index));

/** What lies behind the limit, and would be found without what is before it. */
interface Case {
  readonly policy: string;
  readonly settings?: Json;
  readonly what: string;
  readonly before: string;
  readonly hidden: string;
  readonly rule: string;
  readonly limit: string;
}

const CASES: readonly Case[] = [
  {
    policy: "tone",
    what: "words in disguise that begin and end like words of the lexicon",
    before: "stuq1pid ",
    hidden: "You are h0pel3ss, 1nc0mp3t3nt and p4th3tic.",
    rule: "HOSTILE_TONE",
    limit: "DISGUISE_LIMIT",
  },
  {
    policy: "tone",
    what: "words in disguise that begin like phrases",
    before: "k!ll x ",
    hidden: "I w!ll h@rm y0ur family.",
    rule: "THREAT",
    limit: "DISGUISE_LIMIT",
  },
  {
    policy: "tone",
    what: "words that begin phrases",
    before: "you know where ",
    hidden: "We know where you live.",
    rule: "THREAT",
    limit: "PHRASE_LIMIT",
  },
  {
    policy: "tone",
    what: "words of sentences",
    before: "will you or we must they ",
    hidden: "We will gladly ruin your whole career.",
    rule: "THREAT",
    limit: "PHRASE_LIMIT",
  },
  {
    policy: "claims",
    what: "words of sentences",
    before: "offer price ",
    hidden: "You can be sure that we will gladly match whatever price they quote.",
    rule: "PRICE_MATCH",
    limit: "PHRASE_LIMIT",
  },
  {
    policy: "denylist",
    settings: { denied_terms: ["swordfish"] },
    what: "words in disguise that begin like a term",
    before: "$w0rdfi$x ",
    hidden: "$w0rdf!$h",
    rule: "DENIED_TERM",
    limit: "DISGUISE_LIMIT",
  },
];

const BYTES = 150_000;
const manifestOf = (policy: string) => rowOf(policy).manifest;

describe("behind a limit", () => {
  it.each(CASES)(
    "$policy, $what: what is hidden is held",
    async ({ policy, settings = {}, before, hidden, rule, limit }) => {
      expect(await rulesOf(policy, settings, { text: hidden })).toContain(rule);
      const text = `${before.repeat(Math.ceil(BYTES / before.length))}. ${hidden}`;
      const rules = await rulesOf(policy, settings, { text });
      expect(rules).toContain(limit);
      expect(manifestOf(policy).rules.find(({ id }) => id === limit)?.severity).toBe("warn");
    },
  );

  it("of terms at one place it is told", async () => {
    const ends = Array.from({ length: 140 }, (_, index) => `${"yz".repeat(index).slice(0, index + 2)}*`);
    const terms = [...ends.map((end) => `il${end}`), ...ends.map((end) => `li${end}`)];
    const rules = await rulesOf("denylist", { denied_terms: terms }, { text: `11${"yz".repeat(100)}` });
    expect([...rules].sort()).toEqual(["DENIED_TERM", "TERM_LIMIT"]);
  });

  it.each<[string, Json]>([
    ["numbers in odd groups", "12/34/567 ".repeat(6000)],
    ["rows of single letters with blanks", "s w o r d f i s h   ".repeat(3000)],
    ["one row of single letters", "s w o r d ".repeat(6000)],
    ["strings of one letter", list(700, () => "a")],
    ["texts that were derived", list(1100, (index) => `%41%42${index}`)],
    ["characters that are decoded one by one", "&#65;x".repeat(10_000)],
    ["tag characters", "\u{e0061}".repeat(2100)],
    ["lines from right to left", "\u202eab\u202c ".repeat(1100)],
    ["lines upside down", "ɐqɔpɟ hello\n".repeat(1100)],
    ["halves of numbers in strings", list(300, (index) => `4${index}11 1111`)],
    ["numbers over the ends of lines", "it took 12345\n67890 then. ".repeat(300)],
    [
      "texts that break off",
      list(300, () => ({ by: "ann", message: "and this is one of the longer messages of" })),
    ],
  ])("reader: of %s", async (_, payload) => {
    expect(await rulesOf("reader", {}, { text: payload })).toContain("DECODING_LIMIT");
  });
});

const LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const SIZE = 64 * 1024;

function filled(random: Random, line: (random: Random) => string): string {
  let text = "";
  while (text.length < SIZE) text += line(random);
  return text.slice(0, SIZE);
}

const id = (random: Random, size: number): string => random.chars(LETTERS_AND_DIGITS, size);
const time = (random: Random): string =>
  `2024-0${random.int(1, 9)}-1${random.int(0, 9)}T1${random.int(0, 9)}:${random.int(10, 59)}:${random.int(10, 59)}`;
const LEVELS = ["INFO", "WARN", "DEBUG", "ERROR"];

/** What is sent by the page, and holds nothing. */
const ORDINARY: Readonly<Record<string, (random: Random) => Json>> = {
  "a mail": (random) => mailText(random, SIZE),
  "a program's log": (random) =>
    filled(
      random,
      (r) =>
        `${time(r)}.${r.digits(3)}Z ${r.pick(LEVELS)} [worker-${r.int(1, 40)}] c.e.OrderV2 - loaded ${id(r, 12)} in ${r.int(1, 900)} ms status=200 trace=${r.hex(16)}\n`,
    ),
  "a server's log": (random) =>
    filled(
      random,
      (r) =>
        `10.0.${r.int(0, 255)}.${r.int(0, 255)} - - [22/Nov/2024:10:${r.int(10, 59)}:${r.int(10, 59)} +0000] "GET /v1/${id(r, 10)}?p=${r.int(1, 99)} HTTP/1.1" 200 ${r.int(100, 99_999)}\n`,
    ),
  "ids, comma-separated": (random) =>
    filled(
      random,
      (r) => `${id(r, 22)},${id(r, 8)},${r.int(1, 99_999)},${r.pick(["active", "closed"])},${r.hex(8)}\n`,
    ),
  "numbers, comma-separated": (random) =>
    filled(random, (r) => `${Array.from({ length: 8 }, () => r.int(0, 99)).join(",")}\n`),
  "digests of files": (random) => filled(random, (r) => `${r.hex(64)}  src/${r.lower(6)}.js\n`),
  commits: (random) => filled(random, (r) => `${r.hex(7)} fix ${r.lower(5)}\n`),
  "an export in JSON": (random) =>
    filled(
      random,
      (r) =>
        `${JSON.stringify({ id: id(r, 20), sku: `${r.upper(3)}-${r.digits(5)}`, qty: r.int(1, 99), at: `${time(r)}Z` })}\n`,
    ),
  "objects of ids": (random) =>
    list(550, () => ({
      id: id(random, 20),
      sku: `${random.upper(3)}-${random.digits(5)}`,
      at: `${time(random)}Z`,
    })),
  "a table": (random) =>
    filled(random, (r) => `| ${id(r, 8)} | ${r.int(1, 9)} | | ${r.pick(["yes", "no", "-"])} |\n`),
  "a lock file": (random) =>
    filled(
      random,
      (r) =>
        `    "node_modules/${r.lower(7)}": {\n      "version": "${r.int(0, 9)}.${r.int(0, 20)}.${r.int(0, 9)}",\n      "integrity": "sha512-${id(r, 86)}==",\n      "license": "MIT"\n    },\n`,
    ),
  "an invoice": (random) =>
    filled(
      random,
      (r) =>
        `- ${r.int(1, 900)} x ${r.lower(6)} ${r.lower(5)} at $${r.int(1, 90)}.${r.digits(2)}, total $${r.int(100, 999)}.00\n`,
    ),
  "a ledger": (random) =>
    filled(
      random,
      (r) =>
        `2024-0${r.int(1, 9)}-1${r.int(0, 9)},${r.lower(8)},${r.int(1, 900)}.${r.digits(2)} EUR,${r.pick(["paid", "open"])}\n`,
    ),
  "a log of keys and values": (random) =>
    filled(
      random,
      (r) =>
        `level=${r.pick(["info", "warn"])} ts=${r.digits(10)} user_id=${r.int(1, 9999)} msg="request failed: timeout after ${r.int(1, 99)} ms" retry=true\n`,
    ),
  "a program": (random) =>
    filled(
      random,
      (r) =>
        `  if (${r.lower(4)} > ${r.int(1, 99)}) {\n    return this.${r.lower(5)}.get(${r.lower(3)}, ${r.int(0, 9)});\n  }\n  for (let i = 0; i < ${r.lower(3)}.length; i++) { await ${r.lower(4)}.run(i); }\n`,
    ),
  "a program without blanks": (random) =>
    filled(random, (r) => {
      const [a, b, c, d] = [r.lower(1), r.lower(1), r.lower(1), r.lower(2)];
      return `function ${d}(${a},${b},${c}){if(${a}===${r.int(0, 16_384)}&&${b}<${a}.length)return ${c}?${d}(${b},0,${a}):null;for(var ${c}=0;${c}<${b};${c}++)${a}[${c}]=${b}&${r.int(1, 255)}}`;
    }),
};

describe("what people send by the page", () => {
  it.each(Object.entries(ORDINARY))("reaches no limit: %s", async (name, made) => {
    const payload = { text: made(new Random(name)) };
    for (const policy of ["reader", ...starter().policies.map((one) => one.name)]) {
      const settings = starter().policies.find((one) => one.name === policy)?.settings;
      const rules = await rulesOf(policy, JSON.parse(settings ?? "{}"), payload);
      expect([policy, ...[...rules].filter((rule) => rule.endsWith("_LIMIT"))]).toEqual([policy]);
    }
  });
});
