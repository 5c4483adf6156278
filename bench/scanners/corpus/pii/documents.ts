/** Passports, identity cards, driving licences, and numbers of insured persons and companies. */
import { luhn, weighted, wrong } from "../checks.ts";
import type { Kind } from "../model.ts";
import type { Random } from "../random.ts";

type Check = (digit: string) => string;
const right: Check = (digit) => digit;

/** ICAO 9303: weights 7, 3, 1, letters from A = 10. */
const icaoCheck = (text: string): string => String(weighted(text, [7, 3, 1]) % 10);

const GERMAN = "CFGHJKLMNPRTVWXYZ0123456789";

function germanDocument(random: Random, first: string, check: Check): string {
  const body = random.chars(first, 1) + random.chars(GERMAN, 8);
  // A serial without a letter beyond the first would be read as an amount.
  if (!/\d/.test(body)) return germanDocument(random, first, check);
  return body + check(icaoCheck(body));
}

const crossSum = (value: number): number => Math.floor(value / 10) + (value % 10);

/** VKVV section 2: area, birth date, initial, serial, check digit. */
function versicherungsnummer(random: Random, check: Check): string {
  const area = String(random.pick([12, 13, 14, 15, 24, 25, 48, 50, 53, 61, 65]));
  const date = `${random.padded(1, 28)}${random.padded(1, 12)}${random.padded(40, 99)}`;
  const letter = random.upper(1);
  const serial = random.padded(1, 99);
  const rank = String(letter.charCodeAt(0) - 64).padStart(2, "0");
  const weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
  const total = [...(area + date + rank + serial)].reduce(
    (sum, digit, index) => sum + crossSum(Number(digit) * (weights[index] ?? 0)),
    0,
  );
  const digit = check(String(total % 10));
  return random.chance(0.6)
    ? `${area} ${date} ${letter} ${serial}${digit}`
    : area + date + letter + serial + digit;
}

/** DVLA: five letters of the name, decade, month (50 more for women), day, year, initials, three more. */
function drivingLicence(random: Random): string {
  const name = random.shape("[A-Z]{3,5}").padEnd(5, "9");
  const year = random.digits(2);
  const month = String(random.int(1, 12) + (random.chance(0.5) ? 50 : 0)).padStart(2, "0");
  const date = `${year[0]}${month}${random.padded(1, 28)}${year[1]}`;
  return `${name}${date}${random.upper(1)}${random.shape("[A-Z9]")}9${random.upper(2)}`;
}

const partitaIva = (random: Random, check: Check): string => {
  const body = `${random.digits(7)}${random.padded(1, 100)}`;
  return body + check(luhn(body));
};

export const DOCUMENTS: readonly Kind[] = [
  {
    policy: "pii",
    entity: "UK_PASSPORT",
    needsContext: true,
    alphabet: "mixed",
    make: (random) => random.shape("[1-9][0-9]{8}"),
    sentences: ["UK passport number: {}", "British passport no. {}", "His UK passport is {}."],
    keys: ["uk_passport", "uk_passport_number"],
    near: (random) => random.digits(6),
  },
  {
    policy: "pii",
    entity: "UK_DRIVING_LICENCE",
    alphabet: "mixed",
    make: drivingLicence,
    sentences: ["Driving licence number: {}", "DVLA driver number {}", "Her driving licence is {}."],
    keys: ["driving_licence", "driving_licence_number", "uk_driving_licence"],
    near: (random) => random.shape("[A-Z]{5}[0-9]{3}"),
  },
  {
    policy: "pii",
    entity: "DE_ID_CARD",
    needsContext: true,
    alphabet: "mixed",
    make: (random) => germanDocument(random, "LMNPRTVWXYZ", right),
    sentences: ["Personalausweis Nr. {}", "Ausweisnummer: {}", "Mein Personalausweis hat die Nummer {}."],
    keys: ["personalausweis", "ausweisnummer", "personalausweisnummer"],
    near: (random) => germanDocument(random, "LMNPRTVWXYZ", wrong),
  },
  {
    policy: "pii",
    entity: "DE_PASSPORT",
    needsContext: true,
    alphabet: "mixed",
    make: (random) => germanDocument(random, "CFGHJK", right),
    sentences: ["Reisepass Nr. {}", "Passnummer: {}", "German passport number {}", "Mein Reisepass: {}"],
    keys: ["reisepass", "passnummer", "reisepassnummer"],
    near: (random) => germanDocument(random, "CFGHJK", wrong),
  },
  {
    policy: "pii",
    entity: "DE_SOCIAL_SECURITY",
    alphabet: "mixed",
    make: (random) => versicherungsnummer(random, right),
    sentences: [
      "Rentenversicherungsnummer: {}",
      "Sozialversicherungsnummer {} bitte angeben.",
      "Meine SV-Nummer lautet {}.",
    ],
    keys: ["rentenversicherungsnummer", "sozialversicherungsnummer", "sv_nummer"],
    near: (random) => versicherungsnummer(random, wrong),
  },
  {
    policy: "pii",
    entity: "IT_VAT_CODE",
    needsContext: true,
    alphabet: "digits",
    make: (random) => partitaIva(random, right),
    sentences: ["Partita IVA: {}", "P. IVA {}", "Italian VAT number {}"],
    keys: ["partita_iva", "piva"],
    near: (random) => partitaIva(random, wrong),
  },
];
