// What the `claims` policy's cases do not spell out one by one: numbers in all forms, other views of a text, and its work.

import { describe, expect, it } from "vitest";
import { FUEL_FAST } from "../../core/limits.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { builtPolicy, textOf } from "../evaluate/policies.ts";
import { configure, findingsIn, findingsOf, inputOf, readingOf } from "./extism-host.ts";

const rulesIn = async (text: string, settings: unknown = {}) =>
  (await findingsIn("claims", settings, text)).map(({ rule }) => rule);

describe("percentages", () => {
  it.each([
    "60%",
    "60 %",
    "60 percent",
    "60 per cent",
    "60 pct",
    "60pct",
    "60.0%",
    "60,00 %",
    "6000 bps",
    "6,000 basis points",
    "sixty percent",
    "sixty-one per cent",
    "two thirds",
    "3/5",
    "６０％",
    "6\u200b0%",
    "-60%",
    "50-60%",
    "10 to 60%",
    "10% to 60%",
    "<b>60</b>%",
  ])("%s off is too much", async (amount) => {
    expect(await rulesIn(`You get ${amount} off.`)).toContain("DISCOUNT_TOO_HIGH");
  });

  it.each(["10%", "ten percent", "20.00 %", "2000 bps", "1/5", "7.125 %", "0.5%", "600%", "5-10%"])(
    "%s off is not",
    async (amount) => {
      expect(await rulesIn(`You get ${amount} off.`)).toEqual([]);
    },
  );

  it.each([
    "a discount of 60%",
    "discount: 60%",
    "a 60% discount",
    "discounted by 60 percent",
    "a coupon for 60%",
    "save 60% on your order",
    "we cut the price by 60%",
    "prices reduced 60%",
    "60% is taken off",
    "don't miss 60% off",
    "no problem, 60% off",
    "not 10% but 60% off",
    "d i s c o u n t of 60%",
    "you pay only 40% of the list price",
    "discount_percent=60",
    "a 75 percent promo code discount",
    "save up to 3/4 on everything",
    "we cut the fee by two thirds",
  ])("%s is a discount", async (text) => {
    expect(await rulesIn(text)).toContain("DISCOUNT_TOO_HIGH");
  });

  it.each([
    "we do not offer 60% off",
    "sales are up 60%",
    "emissions cut by 60%",
    "60% of customers want a lower price",
    "estimates were off by 60%",
    "a discount. Growth was 60%",
    "a 60% stake, sold at a discount",
    "a 10% discount on the 60% deposit",
    "battery at 60%",
    "we cut prices in the third quarter",
    "save third-party orders",
    "a table for two, for one night, 2 for 1 hour",
    "the total is $961.03, with a discount of 2% for early payment",
    "<li>The total is $961.03.</li><li>A discount of 2% applies.</li>",
  ])("%s is none", async (text) => {
    expect(await rulesIn(text)).toEqual([]);
  });
});

describe("amounts", () => {
  const listed = { prices: { allowed: [{ currency: "USD", amounts: [1299.99] }] } };

  it.each([
    "$1,299.99",
    "$1299.99",
    "US$ 1,299.99",
    "USD 1.299,99",
    "usd1299.99",
    "1 299,99 USD",
    "1'299.99 dollars",
    "129,999 cents",
  ])("%s is on the list", async (amount) => {
    expect(await rulesIn(`It is ${amount} a year`, listed)).toEqual([]);
  });

  it.each(["$1,299.9", "$1299", "EUR 1299.99", "£1,299.99", "$1.3k", "five dollars", "$0", "99 €", "¥1299"])(
    "%s is not",
    async (amount) => {
      expect(await rulesIn(`It is ${amount} a year`, listed)).toEqual(["PRICE_NOT_ALLOWED"]);
    },
  );

  it.each([
    ["EUR 1e3", 1000],
    ["5k euros", 5000],
    ["€3m", 3_000_000],
    ["2.5bn EUR", 2_500_000_000],
    ["five hundred euros", 500],
    ["one hundred and fifty euros", 150],
    ["twenty-five thousand euros", 25_000],
    ["€1,00,000", 100_000],
    ["€12,34,567.50", 1_234_567.5],
    ["1.299.000 €", 1_299_000],
    ["€5 million", 5_000_000],
    ["50 cents", 0.5],
  ])("%s is %d", async (text, amount) => {
    const allowed = [{ currency: "EUR", amounts: [amount] }];
    expect(await rulesIn(`exactly ${text} each`, { prices: { allowed } })).toEqual([]);
    expect(await rulesIn(`exactly ${text} each`, { prices: { none: true } })).toEqual(["PRICE_NOT_ALLOWED"]);
  });

  it("takes words for currencies only where they are written as such", async () => {
    expect(await rulesIn("try 5 of them, see cad 7", { prices: { none: true } })).toEqual([]);
    expect(await rulesIn("TRY 5, CAD 7", { prices: { none: true } })).toHaveLength(2);
  });
});

it("reads phrases across fields, wrapped lines and other views", async () => {
  const action = { surface: "outbound.chat", payload: { parts: ["This is a guaranteed", "return."] } };
  expect(await findingsOf("claims", {}, { action })).toEqual(
    expect.arrayContaining([
      { rule: "GUARANTEED_RETURN", part: "payload", pointer: "/parts/0", start: 10, end: 20 },
      { rule: "GUARANTEED_RETURN", part: "payload", pointer: "/parts/1", start: 0, end: 6 },
    ]),
  );
  expect(await rulesIn("a GUARANTEED\nreturn")).toContain("GUARANTEED_RETURN");
  expect(await rulesIn("gu\u0430ranteed r\u0435turn")).toContain("GUARANTEED_RETURN");
  expect(await rulesIn(Buffer.from("This is a guaranteed return, my friend.").toString("base64"))).toContain(
    "GUARANTEED_RETURN",
  );
  expect(await rulesIn("guaranteed.\n\nReturn it.")).not.toContain("GUARANTEED_RETURN");
});

it("finds names of the settings that begin with digits, or have some", async () => {
  const competitors = ["3M", "1Password", "8x8", "7-Eleven", "O2", "365 Systems"];
  for (const name of competitors) {
    expect(await rulesIn(`We are not ${name}.`, { competitors })).toEqual(["COMPETITOR_MENTION"]);
    expect(await rulesIn(`We are not a${name}s.`, { competitors })).toEqual([]);
  }
});

it("finds what stands behind many cues and quantities of one sentence", async () => {
  const crowd = "order price save 5% fee off ".repeat(40);
  expect(await rulesIn(`${crowd} then 60% off`)).toContain("DISCOUNT_TOO_HIGH");
  expect(await rulesIn(`${"9% ".repeat(300)} and 60% as a discount`)).toContain("DISCOUNT_TOO_HIGH");
});

it.each([
  [{ discounts: { warn_above: -1 } }],
  [{ discounts: { warn_above: 1.234 } }],
  [{ discounts: { warn: 10 } }],
  [{ discounts: [] }],
  [{ prices: { allowed: [{ currency: "XXX", amounts: [1] }] } }],
  [{ prices: { allowed: [{ currency: "USD", amounts: ["1"] }] } }],
  [{ prices: { bounds: [{ currency: "USD" }] } }],
  [{ areas: ["tax"] }],
  [{ competitors: ["..."] }],
  [{ disclaimers: [{ topics: ["x"] }] }],
])("refuses %j", async (settings) => {
  expect((await configure("claims", settings)).rc).not.toBe(0);
});

describe("hostile text", () => {
  const policy = builtPolicy("claims");
  const host = new PolicyHost();
  const size = 64 * 1024;

  it.each([
    "7",
    "%",
    "9% ",
    "off ",
    "60% off ",
    "one two hundred and ",
    "$5 ",
    "no risk ",
    "waive fee ",
    "1,",
    "5\n",
    ". ",
    "(a b c) ",
    "a, which b, ",
    ", is you",
    "fraud guaranteed ",
    "no one may tell customers that ",
    "we guarantee you returns, which are, we beware of ",
    'word "guaranteed" ',
    "delivered on friday ",
    "guaaarantee ",
    "guar\nantee ",
    "http://a.b/?q=",
  ])("of %j stays within the fast budget", async (piece) => {
    const example = { action: { surface: "s", payload: { text: piece.repeat(size / piece.length) } } };
    const reading = await readingOf(example);
    const input = new TextEncoder().encode(inputOf(example));
    const outcome = await host.run(policy, "{}", input, FUEL_FAST, { reading });
    expect(outcome.error).toBeNull();
    expect(textOf(outcome)).not.toBeNull();
  });
});
