/** Cards by ISO/IEC 7812 number ranges, and IBANs by the SWIFT registry's structures. */
import { ibanCheck, luhn, wrong } from "../checks.ts";
import type { Kind } from "../model.ts";
import type { Random } from "../random.ts";

interface Scheme {
  readonly prefix: string;
  readonly length: number;
  readonly groups: readonly number[];
}

const FOURS = [4, 4, 4, 4, 3];
const scheme = (prefix: string, length = 16, groups: readonly number[] = FOURS): Scheme => ({
  prefix,
  length,
  groups,
});

const SCHEMES: readonly Scheme[] = [
  scheme("4"),
  scheme("4"),
  scheme("4", 19),
  scheme("5[1-5]"),
  scheme("5[1-5]"),
  scheme("222[1-9]"),
  scheme("2[3-6][0-9]{2}"),
  scheme("3[47]", 15, [4, 6, 5]),
  scheme("3[47]", 15, [4, 6, 5]),
  scheme("6011"),
  scheme("65"),
  scheme("64[4-9]"),
  scheme("35(28|29|30|44|57|89)"),
  scheme("3[68]", 14, [4, 6, 4]),
  scheme("30[0-5]", 14, [4, 6, 4]),
  scheme("62"),
  scheme("62", 19),
  scheme("50(18|20|38)"),
  scheme("67(59|61|62|63)"),
  scheme("220[0-4]"),
];

function cardNumber(random: Random, { prefix, length }: Scheme, check: (digit: string) => string): string {
  const head = random.shape(prefix);
  const body = head + random.digits(length - 1 - head.length);
  return body + check(luhn(body));
}

function grouped(digits: string, groups: readonly number[], separator: string): string {
  const parts: string[] = [];
  let at = 0;
  for (const size of groups) {
    if (at < digits.length) parts.push(digits.slice(at, at + size));
    at += size;
  }
  return parts.join(separator);
}

function card(random: Random): string {
  const chosen = random.pick(SCHEMES);
  const digits = cardNumber(random, chosen, (digit) => digit);
  return grouped(digits, chosen.groups, random.pick(["", " ", " ", "-"]));
}

function nearCard(random: Random): string {
  const chosen = random.pick(SCHEMES);
  const digits = cardNumber(random, chosen, wrong);
  // A valid number inside a longer one is no card either.
  const inside = `${random.digits(6)}${cardNumber(random, chosen, (digit) => digit)}`;
  return random.chance(0.8) ? grouped(digits, chosen.groups, random.pick(["", " ", "-"])) : inside;
}

/** Country and the structure of what follows the check digits: n digits, a capitals, c either. */
const IBAN_STRUCTURES =
  `AD8n12c AE19n AL8n16c AT16n AZ4a20c BA16n BE12n BG4a6n8c BH4a14c BI23n BR23n1a1c BY4c4n16c CH5n12c CR18n
  CY8n16c CZ20n DE18n DJ23n DK14n DO4c20n EE16n EG25n ES20n FI14n FK2a12n FO14n FR10n11c2n GB4a14n GE2a16n
  GI4a15c GL14n GR7n16c GT4c20c HR17n HU24n IE4a14n IL19n IQ4a15n IS22n IT1a10n12c JO4a4n18c KW4a22c KZ3n13c
  LB4n20c LC4a24c LI5n12c LT16n LU3n13c LV4a13c LY21n MC10n11c2n MD2c18c ME18n MK3n10c2n MN16n MR23n
  MT4a5n18c MU4a19n3a NI4a20n NL4a10n NO11n OM3n16c PK4a16c PL24n PS4a21c PT21n QA4a21c RO4a16c RS18n
  RU14n15c SA2n18c SC4a20n3a SD14n SE20n SI15n SK20n SM1a10n12c SO19n ST21n SV4a20n TL19n TN20n TR6n16c
  UA6n19c VA18n VG4a16n XK16n`.split(/\s+/);

const ALPHABETS: Readonly<Record<string, string>> = {
  n: "0123456789",
  a: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  c: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
};

function iban(random: Random, check: (digits: string) => string): string {
  const structure = random.pick(IBAN_STRUCTURES);
  const country = structure.slice(0, 2);
  const account = structure
    .slice(2)
    .replace(/(\d+)([nac])/g, (_, size, set) => random.chars(ALPHABETS[set] ?? "", Number(size)));
  const all = `${country}${check(ibanCheck(country, account))}${account}`;
  return random.chance(0.5) ? all : (all.match(/.{1,4}/g) ?? []).join(" ");
}

const wrongPair = (digits: string): string => digits.slice(0, 1) + wrong(digits.slice(1));

export const FINANCE: readonly Kind[] = [
  {
    policy: "pii",
    entity: "CREDIT_CARD",
    alphabet: "digits",
    make: card,
    sentences: [
      "Card number {} please charge it.",
      "I paid with {} yesterday.",
      "My credit card is {}, exp 09/29.",
      "Visa: {}",
      "Charge {} for the deposit.",
      "The number on file is {}.",
      "CC {} cvv 123",
    ],
    keys: ["card_number", "card", "pan", "payment_method"],
    near: nearCard,
  },
  {
    policy: "pii",
    entity: "IBAN_CODE",
    alphabet: "mixed",
    make: (random) => iban(random, (digits) => digits),
    sentences: [
      "Please transfer to {} by Friday.",
      "IBAN: {}",
      "Bank details: {}",
      "Our account {} has changed.",
      "Überweisung bitte auf {}.",
      "Refund goes to IBAN {} (SEPA).",
    ],
    keys: ["iban", "account", "bank_details", "beneficiary_iban"],
    near: (random) => iban(random, wrongPair),
  },
];
