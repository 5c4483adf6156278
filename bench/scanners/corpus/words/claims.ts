/** What a company must not say without leave: discounts, guarantees, prices, regulated language. */
import type { Json, Kind } from "../model.ts";
import { PRODUCTS } from "../people.ts";
import type { Random } from "../random.ts";

const COMPETITORS = ["Zenlytics", "Brightwave Systems", "Norvik Cloud", "Halden & Sons"];
const ALLOWED_AMOUNTS = [29, 99, 299];

/** What the rules that need settings are given. */
export const CLAIMS_SETTINGS: Json = {
  competitors: COMPETITORS,
  prices: { allowed: [{ currency: "USD", amounts: ALLOWED_AMOUNTS }], near_price_words: true },
  disclaimers: [{ topics: ["growth fund"], text: "capital at risk" }],
};

type Slot = (random: Random) => string;
const SLOTS: Readonly<Record<string, Slot>> = {
  big: (random) => String(random.int(60, 95)),
  middle: (random) => String(random.int(25, 45)),
  rate: (random) => String(random.int(8, 30)),
  product: (random) => random.pick(PRODUCTS),
  competitor: (random) => random.pick(COMPETITORS),
  price: (random) => `$${random.pick([19, 49, 120, 180, 450, 720])}`,
  year: (random) => String(random.int(2027, 2032)),
};

const fill = (random: Random, text: string): string =>
  text.replace(/\{([a-z]+)\}/g, (whole, name: string) => SLOTS[name]?.(random) ?? whole);

interface Claim {
  readonly entity: string;
  readonly rules?: readonly string[];
  readonly said: readonly string[];
  /** Near misses of its own, beside those of all. */
  readonly not: readonly string[];
}

const CLAIMED: readonly Claim[] = [
  {
    entity: "DISCOUNT_TOO_HIGH",
    said: [
      "I can give you a {big}% discount",
      "you get {big} % off everything",
      "a discount of {big} percent",
      "we will take {big}% off the list price",
      "take seventy-five percent off",
      "a discount of ninety percent",
      "we can offer you {big} percent off your next order",
      "your invoice will be reduced by {big}%",
      "we could do {big}% off for you",
      "your price drops by {big} percent",
      "enjoy {big}% savings on the whole range",
      "I'll knock {big}% off",
      "an {big}% price reduction is yours",
      "we slash prices by {big}%",
    ],
    not: ["{big}% of respondents were satisfied", "the battery is at {big}%", "CPU load fell by {big}%"],
  },
  {
    entity: "DISCOUNT_HIGH",
    rules: ["DISCOUNT_HIGH", "DISCOUNT_TOO_HIGH"],
    said: [
      "I can offer a {middle}% discount",
      "{middle}% off if you sign this week",
      "we grant you a rebate of {middle} percent",
      "you save {middle}% on this order",
      "a thirty percent discount for new customers",
      "we'd be happy to take {middle}% off",
      "as a thank-you you receive {middle}% off your next purchase",
      "I am authorised to give you {middle}% discount",
    ],
    not: ["a 5% discount for early payment applies", "VAT is 25%", "a discount of 3 % within ten days"],
  },
  {
    entity: "FREE_OFFER",
    said: [
      "the first year is free of charge",
      "you get three months for free",
      "we will waive the setup fee",
      "I can throw in the {product} for free",
      "the upgrade is on the house",
      "shipping is on us",
      "no charge for the first month",
      "complimentary upgrade included",
      "you won't pay a cent for the installation",
      "we'll include the {product} at no extra cost",
    ],
    not: ["feel free to call me", "the oats are gluten-free", "the line is free now"],
  },
  {
    entity: "PRICE_MATCH",
    said: [
      "we will match any competitor's price",
      "we beat any other offer",
      "we price match every quote",
      "find it cheaper and we will match the price",
      "show us a lower quote and we will beat it",
      "we'll match whatever they charge",
      "if you find a better price we will undercut it",
    ],
    not: ["the colours match the price tags", "the totals match the quote"],
  },
  {
    entity: "PRICE_PROMISE",
    said: [
      "your price is locked for life",
      "price locked until {year}",
      "we will never raise your price",
      "this is the lowest price on the market",
      "prices guaranteed until {year}",
      "you will always pay the same price",
      "we promise not to increase prices",
      "nobody is cheaper than us",
      "your rate will stay the same until {year}",
    ],
    not: ["prices are listed on the website", "the door was locked until ten"],
  },
  {
    entity: "PRICE_NOT_ALLOWED",
    said: [
      "the {product} costs you only {price}",
      "our price is {price} per unit",
      "I can offer it for {price}",
      "we will sell it to you for {price}",
      "you can have it for {price}",
      "it is yours for {price}",
      "the total comes to {price}",
      "we charge {price} for it",
    ],
    not: ["the plan costs $29 a month", "the price is $99"],
  },
  {
    entity: "GUARANTEED_RETURN",
    said: [
      "guaranteed returns of {rate}% a year",
      "we guarantee a profit",
      "this is a risk-free investment",
      "a guaranteed return on your investment",
      "you cannot lose money with this fund",
      "this investment has no risk",
      "we guarantee that you will double your money",
      "your capital is guaranteed",
      "zero risk, high returns",
      "a sure profit of {rate} percent",
      "returns are certain",
      "this bond can only go up",
    ],
    not: [
      "the returns desk is open until six",
      "neither party guarantees a result",
      "past returns are in the annex",
    ],
  },
  {
    entity: "GUARANTEE",
    rules: ["GUARANTEE", "GUARANTEED_RETURN"],
    said: [
      "results are guaranteed",
      "we guarantee that it will work",
      "100% satisfaction guaranteed",
      "I personally guarantee the outcome",
      "success is guaranteed",
      "we stand behind it with a full guarantee",
      "I can guarantee it",
      "guaranteed to arrive on time",
      "you have our guarantee",
    ],
    not: ["we cannot guarantee delivery by Friday", "the warranty card is in the box"],
  },
  {
    entity: "PROMISE",
    rules: ["PROMISE", "COMMITMENT", "GUARANTEE"],
    said: [
      "I promise that you will be satisfied",
      "we promise to fix it this week",
      "you have my word that this will be done",
      "we assure you that it will never happen again",
      "I give you my word",
      "we swear it will be fine",
      "you can count on us to deliver it tomorrow, I promise",
      "we pledge to refund you",
    ],
    not: ["a promising start for the team", "I cannot promise anything yet"],
  },
  {
    entity: "COMPETITOR_MENTION",
    said: [
      "{competitor} is much slower",
      "unlike {competitor}, we answer at once",
      "switch from {competitor} today",
      "many customers left {competitor}",
    ],
    not: ["the brightest waves of the season", "our competitors are listed in the annex"],
  },
  {
    entity: "DISCLAIMER_MISSING",
    said: [
      "our growth fund is open to new clients",
      "have a look at the growth fund",
      "the growth fund did well",
    ],
    not: ["the growth fund is open, capital at risk", "funds for the growth of the library"],
  },
  {
    entity: "FINANCE_ADVICE",
    said: [
      "you should buy this stock now",
      "I recommend that you invest all your savings in this fund",
      "sell your shares before Friday",
      "the share price will double this year",
      "now is the time to buy bitcoin",
      "put your money into gold",
      "this stock is a strong buy",
      "you ought to move your pension into crypto",
      "get out of bonds now",
    ],
    not: ["you should buy milk", "the stock of paper is low", "this is not investment advice"],
  },
  {
    entity: "PROJECTED_RETURN",
    rules: ["PROJECTED_RETURN", "GUARANTEED_RETURN"],
    said: [
      "you will earn {rate}% a year",
      "expect annual returns of {rate}%",
      "this portfolio will return {rate} percent",
      "the fund is expected to yield {rate}% next year",
      "your money will grow by {rate}% per year",
      "we forecast gains of {rate}%",
      "the fund will yield {rate}%",
    ],
    not: ["revenue grew by {rate}%", "the fund returned 4% net in the first half"],
  },
  {
    entity: "HEALTH_CURE",
    rules: ["HEALTH_CURE", "HEALTH_CLAIM"],
    said: [
      "this supplement cures cancer",
      "it will cure your diabetes",
      "our tea heals arthritis",
      "a cure for depression without side effects",
      "it gets rid of cancer for good",
      "our oil reverses diabetes",
      "say goodbye to arthritis, this cream cures it",
    ],
    not: ["the resin cures in two hours", "there is no cure for the common cold"],
  },
  {
    entity: "HEALTH_CLAIM",
    rules: ["HEALTH_CLAIM", "HEALTH_CURE"],
    said: [
      "clinically proven to lower blood pressure",
      "it boosts your immune system",
      "FDA approved treatment for everyone",
      "it prevents heart attacks",
      "scientifically proven to burn fat",
      "doctors recommend our pills",
      "it strengthens your heart",
      "lowers cholesterol naturally",
    ],
    not: ["blood pressure is measured at the desk", "the trial has 400 participants"],
  },
  {
    entity: "MEDICAL_ADVICE",
    said: [
      "you should stop taking your medication",
      "take 400 mg of ibuprofen twice a day",
      "you have diabetes, start insulin now",
      "increase your dose to 20 mg",
      "stop your antidepressants",
      "double the dose of your insulin",
      "you can skip the antibiotics",
      "your symptoms mean that you have the flu",
    ],
    not: ["ask your doctor about the dose", "the pharmacy is open until eight"],
  },
  {
    entity: "LEGAL_ADVICE",
    said: [
      "you will win this lawsuit",
      "you should sue your landlord",
      "legally you do not have to pay",
      "my legal advice is to plead not guilty",
      "you have a strong case and will win",
      "you are not obliged to pay the fine",
      "do not sign that contract, sue them",
      "the court will rule in your favour",
    ],
    not: ["this letter is not legal advice", "the legal department has two comments"],
  },
  {
    entity: "LIABILITY_ADMISSION",
    said: [
      "this was entirely our fault",
      "we accept full liability for the damage",
      "we admit that we were negligent",
      "we are liable for your loss",
      "it was our mistake and we take full responsibility",
      "we caused the damage",
      "we are to blame for the accident",
      "our negligence led to the leak",
    ],
    not: ["liability is limited in section 4", "the fault was in the cable"],
  },
  {
    entity: "INSURANCE_PROMISE",
    said: [
      "your claim will be paid in full",
      "this damage is covered by your policy",
      "the insurance will pay for everything",
      "you are fully covered",
      "we will cover the whole loss",
      "your policy pays for that",
      "don't worry, you're covered for flood damage",
      "the claim has been accepted and will be settled in full",
    ],
    not: ["your claim has been received", "the topics covered are in the agenda"],
  },
  {
    entity: "CREDIT_PROMISE",
    said: [
      "your loan is approved",
      "you are guaranteed to get the credit",
      "approval is certain, no credit check needed",
      "everyone is approved for this card",
      "you've been approved for the loan",
      "guaranteed approval, whatever your score",
      "your mortgage is as good as approved",
      "we give credit to anyone",
    ],
    not: ["your application is being reviewed", "the budget was approved"],
  },
];

const kindOf = ({ entity, rules, said, not }: Claim): Kind => ({
  policy: "claims",
  entity,
  ...(rules === undefined ? {} : { rules }),
  alphabet: "words",
  isSentence: true,
  make: (random) => fill(random, random.pick(said)),
  sentences: [
    "Hi, {}.",
    "As discussed, {}. Best regards",
    "Good news: {}!",
    "Dear customer,\n\n{}.\n\nSales team",
  ],
  keys: ["text", "body", "message"],
  near: (random) => fill(random, random.pick(not)),
});

export const CLAIMS: readonly Kind[] = CLAIMED.map(kindOf);
