// Properties of all scanners over any text: what hides a text from no reader hides it from no rule, and every span lies
// in its text, on whole characters, and marks what was planted.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHARACTERS } from "../../bench/scanners/corpus/evasions/characters.ts";
import { ENCODINGS } from "../../bench/scanners/corpus/evasions/encodings.ts";
import { KINDS } from "../../bench/scanners/corpus/index.ts";
import { Random } from "../../bench/scanners/corpus/random.ts";
import { type Finding, policyNamed, Scanner } from "../../bench/scanners/policies.ts";
import type { Json } from "../../core/json.ts";
import { valueAt } from "../../core/json-pointer.ts";

const policies = ["pii", "secrets", "denylist", "claims", "tone"].flatMap((name) => policyNamed(name) ?? []);
const scanner = new Scanner(policies);

const scan = (payload: Json): Promise<Finding[]> => scanner.scan("outbound.email", payload);
const rulesOf = (findings: readonly Finding[]): Set<string> =>
  new Set(findings.map(({ policy, rule }) => `${policy}/${rule}`));

/** Found wherever it stands, without a word about it near by: so surroundings may be anything. */
const SURE = ["CREDIT_CARD", "IBAN_CODE", "US_SSN", "GITHUB", "STRIPE", "AWS", "DENIED_TERM"];
const sureKinds = SURE.map((entity) => {
  const kind = KINDS.find((candidate) => candidate.entity === entity);
  if (kind === undefined) throw new Error(`the corpus has no ${entity}`);
  return kind;
});

/** A social security number without separators is one only where a word says so. */
const isBareNumber = (entity: string, value: string): boolean => entity === "US_SSN" && /^\d+$/.test(value);
const planted = fc
  .tuple(fc.constantFrom(...sureKinds), fc.nat())
  .map(([kind, seed]) => ({ entity: kind.entity, seed, value: kind.make(new Random(`plant ${seed}`)) }))
  .filter(({ entity, value }) => !isBareNumber(entity, value));
type Planted = typeof planted extends fc.Arbitrary<infer T> ? T : never;

const randomOf = ({ seed }: Planted): Random => new Random(`evade ${seed}`);

function isOf({ entity }: Planted, { policy, rule }: Finding): boolean {
  const kind = sureKinds.find((candidate) => candidate.entity === entity);
  const rules = kind?.rules ?? [entity];
  return policy === kind?.policy && (rules.includes("*") || rules.includes(rule));
}

const word = fc.stringMatching(/^[a-z]{1,9}$/);
const words = fc.array(word, { maxLength: 12 }).map((list) => list.join(" "));
const sentence = fc.array(word, { minLength: 3, maxLength: 12 }).map((list) => list.join(" "));
const anything = fc
  .string({ unit: "binary", maxLength: 60 })
  .filter((text) => text.isWellFormed() && !text.includes("\u0000"));
/** Text that cannot touch or hold a value: no digits, nothing that a decoder or a direction turns around. */
const harmless = anything.map((text) =>
  text.replace(/[\p{N}\p{Cf}\p{M}\p{Co}\p{Cn}&%=<>\\"'{}[\]@:/+.-]/gu, " "),
);

interface Planting extends Planted {
  readonly before: string;
  readonly after: string;
}

const planting = (surroundings: fc.Arbitrary<string>): fc.Arbitrary<Planting> =>
  fc
    .tuple(surroundings, planted, surroundings)
    .map(([before, plant, after]) => ({ ...plant, before: `${before} `, after: ` ${after}` }));

const textOf = ({ before, value, after }: Planting): string => before + value + after;

const RUNS = { numRuns: 120 };

/** Of a field from beginning to end: what stands beside it, or in the next field, changes them. */
const OF_WHOLE_FIELDS = new Set(["tone/SHOUTING", "tone/NEGATIVE_TONE"]);

function expectStays(plain: readonly Finding[], evaded: readonly Finding[]): void {
  const left = rulesOf(evaded);
  expect([...rulesOf(plain)].filter((rule) => !left.has(rule) && !OF_WHOLE_FIELDS.has(rule))).toEqual([]);
}

/** What stands between the blanks at these places. */
function cutAt(text: string, places: readonly number[]): string[] {
  const sorted = [...places].sort((left, right) => left - right);
  return [...sorted, text.length].map((at, index) => text.slice((sorted[index - 1] ?? -1) + 1, at));
}

const FOLDED = [
  "zeroWidth",
  "softHyphen",
  "tagCharacters",
  "combining",
  "fullwidth",
  "mathematical",
  "otherSpaces",
] as const;
const ENCODED = ["htmlDecimal", "htmlHex", "percent", "quotedPrintable", "base64", "hex", "json"] as const;

describe("what is found stays found", () => {
  it.each(FOLDED)("however it is written: %s", async (name) => {
    await fc.assert(
      fc.asyncProperty(planting(words), async (made) => {
        const evaded = CHARACTERS[name](randomOf(made), textOf(made));
        expectStays(await scan({ text: textOf(made) }), await scan({ text: evaded }));
      }),
      RUNS,
    );
  });

  it.each(ENCODED)("however it is encoded: %s", async (name) => {
    await fc.assert(
      fc.asyncProperty(planting(sentence), async (made) => {
        const text = textOf(made);
        const { before, value, after } = ENCODINGS[name](randomOf(made), {
          before: "",
          value: text,
          after: "",
        });
        expectStays(await scan({ text }), await scan({ text: before + value + after }));
      }),
      RUNS,
    );
  });

  it("in however many neighbouring fields, cut at white space, the value at most once", async () => {
    await fc.assert(
      fc.asyncProperty(planting(words), fc.array(fc.nat(), { maxLength: 5 }), async (made, cuts) => {
        const text = textOf(made);
        const [from, to] = [made.before.length, made.before.length + made.value.length];
        const spaces = [...text.matchAll(/ /g)].map(({ index }) => index);
        const chosen = [...new Set(cuts.map((cut) => spaces[cut % spaces.length] ?? 0))];
        const [inside] = chosen.filter((at) => at > from && at < to);
        const kept = chosen.filter((at) => at <= from || at >= to || at === inside);
        expectStays(await scan({ text }), await scan({ fields: cutAt(text, kept) }));
      }),
      RUNS,
    );
  });

  it("wherever in the payload it stands, and whatever stands beside it", async () => {
    await fc.assert(
      fc.asyncProperty(planting(words), fc.jsonValue({ maxDepth: 2 }), async (made, beside) => {
        const text = textOf(made);
        const neighbour = JSON.parse(JSON.stringify(beside).toWellFormed()) as Json;
        expectStays(
          await scan({ text }),
          await scan({ a: neighbour, list: [[{ deep: { text } }]], z: neighbour }),
        );
      }),
      RUNS,
    );
  });
});

/** The text that a finding points to; of a member's name, the name. */
function pointedText(payload: Json, { pointer = "", key }: Finding): string {
  if (key)
    return pointer
      .slice(pointer.lastIndexOf("/") + 1)
      .replaceAll("~1", "/")
      .replaceAll("~0", "~");
  return String(valueAt(payload, pointer));
}

function expectInside(payload: Json, findings: readonly Finding[]): void {
  for (const finding of findings) {
    const { start, end, part } = finding;
    if (start === undefined || end === undefined || part !== "payload") continue;
    const text = pointedText(payload, finding);
    expect(start).toBeLessThan(end);
    expect(end).toBeLessThanOrEqual(text.length);
    // A span that cut a character in two would leave halves of it.
    expect(text.slice(start, end).isWellFormed()).toBe(true);
  }
}

describe("every policy", () => {
  const answered = (findings: readonly Finding[]): Finding[] =>
    findings.filter(({ rule }) => rule.startsWith("POLICY_"));

  it("answers on any payload", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        const payload = { value: JSON.parse(JSON.stringify(value).toWellFormed()) as Json };
        expect(answered(await scan(payload))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("answers on many small fields", async () => {
    const parts = fc.constantFrom(
      "a",
      "1",
      "=",
      "%4",
      "&#",
      "<",
      " ",
      "\u202e",
      "é",
      "4111",
      "",
      "QUJD",
      "x y",
    );
    const lists = fc.tuple(
      fc.array(parts, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 3000 }),
    );
    await fc.assert(
      fc.asyncProperty(lists, async ([unit, count]) => {
        const fields = Array.from({ length: count }, (_, index) => unit[index % unit.length] ?? "");
        expect(answered(await scan({ fields }))).toEqual([]);
      }),
      { numRuns: 60, examples: [2000, 6000, 12_000, 16_000].map((count) => [[["a"], count]]) },
    );
  });
});

/** In percent-encoding nobody sees characters right after a stretch that is decoded at once. */
const AFTER_A_STRETCH: Planting = {
  entity: "GITHUB",
  seed: 115478413,
  value: "ghu_EalCkFtAky3fb7SksFl2ou7RcTXWFIpK7kkm",
  before: " ",
  after: " ",
};

describe("every span", () => {
  it("lies in its text, on whole characters, whatever the text is", async () => {
    const values = fc.array(
      fc.oneof(
        anything,
        planted.map(({ value }) => value),
      ),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(values, fc.constantFrom("", " ", "\n", "<b>"), async (parts, glue) => {
        const payload = { text: parts.join(glue), parts, [`k ${parts[0]?.slice(0, 20)}`]: parts.length };
        expectInside(payload, await scan(payload));
      }),
      { numRuns: 500 },
    );
  });

  it("lies in its text however that is encoded or folded", async () => {
    const names = fc.constantFrom(...ENCODED);
    const folds = fc.constantFrom(...FOLDED);
    await fc.assert(
      fc.asyncProperty(planting(words), names, folds, async (made, name, fold) => {
        const folded = { ...made, value: CHARACTERS[fold](randomOf(made), made.value) };
        const { before, value, after } = ENCODINGS[name](randomOf(made), folded);
        const payload = { text: before + value + after };
        expectInside(payload, await scan(payload));
      }),
      { numRuns: 300, examples: [[AFTER_A_STRETCH, "percent", "tagCharacters"]] },
    );
  });

  /** One token in a thousand repeats itself so much that it is taken for a placeholder, wherever it stands. */
  const isKnown = async (plant: Planted): Promise<boolean> =>
    (await scan({ text: plant.value })).some((finding) => isOf(plant, finding));

  it("marks exactly what was planted, in any text", async () => {
    await fc.assert(
      fc.asyncProperty(planting(harmless), async (made) => {
        fc.pre(await isKnown(made));
        const { before, value } = made;
        const spans = (await scan({ text: textOf(made) }))
          .filter((finding) => isOf(made, finding))
          .map(({ start, end }) => [start, end]);
        expect(spans).toContainEqual([before.length, before.length + value.length]);
      }),
      { numRuns: 500 },
    );
  });

  it("marks exactly what was planted, with characters that nobody sees in it", async () => {
    const invisible = fc.constantFrom(
      "zeroWidth",
      "softHyphen",
      "tagCharacters",
      "fullwidth",
      "mathematical",
    );
    await fc.assert(
      fc.asyncProperty(planting(words), invisible, async (made, name) => {
        fc.pre(await isKnown(made));
        const { before } = made;
        const value = CHARACTERS[name](randomOf(made), made.value);
        const spans = (await scan({ text: before + value + made.after }))
          .filter((finding) => isOf(made, finding))
          .map(({ start, end }) => [start, end]);
        expect(spans).toContainEqual([before.length, before.length + value.length]);
      }),
      { numRuns: 300 },
    );
  });

  it("a short number in base64 without padding, in a sentence", async () => {
    const text = `My number is ${Buffer.from("533-74-4369").toString("base64url")} for now`;
    expect(rulesOf(await scan({ text }))).toContain("pii/US_SSN");
  });
});

describe("a card over several lines or fields", () => {
  const CARD = "3775 185200 50937";
  const LONG = "4024 0071 9834 2155";

  it.each([
    { fields: CARD.split(" ") },
    { fields: LONG.split(" ") },
    { text: `My card:\n\n${LONG.replaceAll(" ", "\n")}\n\nThanks` },
  ])("is found in %j", async (payload) => {
    expect(rulesOf(await scan(payload))).toContain("pii/CREDIT_CARD");
  });

  it.each([
    { text: `Rooms:\n1101\n${LONG.replaceAll(" ", "\n")}` },
    { text: `${LONG.replaceAll(" ", "\n")}\n1207` },
    { fields: ["4024", "0071", "9834", "2156"] },
  ])("is not seen in the list %j", async (payload) => {
    expect(rulesOf(await scan(payload))).not.toContain("pii/CREDIT_CARD");
  });
});
