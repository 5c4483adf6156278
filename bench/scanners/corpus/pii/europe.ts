/** National numbers of Europe with their check digits, each from its authority's published rule. */
import { luhn, mod11Mod10, weighted, wrong } from "../checks.ts";
import type { Kind } from "../model.ts";
import type { Random } from "../random.ts";

type Check = (digit: string) => string;
const right: Check = (digit) => digit;
const wrongLetter: Check = (letter) => (letter === "A" ? "B" : "A");

const pad = (value: number | bigint, size: number): string => String(value).padStart(size, "0");

/** A birth date as year, month, day. */
function born(random: Random): [number, number, number] {
  return [random.int(1940, 2004), random.int(1, 12), random.int(1, 28)];
}

/** NHS Data Dictionary: modulus 11 with weights 10 to 2; a remainder of 10 is never issued. */
function nhs(random: Random, check: Check): string {
  for (;;) {
    const body = `${random.pick(["4", "6", "7", "9"])}${random.digits(8)}`;
    const digit = (11 - (weighted(body, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11;
    if (digit === 10) continue;
    const all = body + check(String(digit));
    return random.chance(0.7) ? `${all.slice(0, 3)} ${all.slice(3, 6)} ${all.slice(6)}` : all;
  }
}

const NINO_NEVER = new Set(["BG", "GB", "KN", "NK", "NT", "TN", "ZZ"]);

function nino(random: Random): string {
  for (;;) {
    const prefix = random.shape("[ABCEGHJKLMNOPRSTWXYZ][ABCEGHJKLMNPRSTWXYZ]");
    if (NINO_NEVER.has(prefix)) continue;
    const parts = [prefix, random.digits(2), random.digits(2), random.digits(2), random.chars("ABCD", 1)];
    return parts.join(random.pick(["", " ", " "]));
  }
}

/** Steuer-ID: in the first ten digits one stands twice, one is missing. */
function steuerId(random: Random, check: Check): string {
  const distinct = random.some([..."0123456789"], 9);
  const twice = random.pick(distinct);
  const body = random.shuffled([...distinct, twice]).join("");
  if (body.startsWith("0")) return steuerId(random, check);
  const all = body + check(mod11Mod10(body));
  if (random.chance(0.5)) return all;
  return `${all.slice(0, 2)} ${all.slice(2, 5)} ${all.slice(5, 8)} ${all.slice(8)}`;
}

const NIF_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";

function nif(random: Random, check: Check): string {
  const digits = random.digits(8);
  return `${digits}${random.pick(["", "-"])}${check(NIF_LETTERS[Number(digits) % 23] ?? "")}`;
}

function nie(random: Random, check: Check): string {
  const first = random.int(0, 2);
  const digits = random.digits(7);
  const letter = NIF_LETTERS[Number(`${first}${digits}`) % 23] ?? "";
  const separator = random.pick(["", "-"]);
  return ["XYZ"[first], digits, check(letter)].join(separator);
}

const ODD = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** DM 23 December 1976: letters of the names, birth date, municipality, check letter. */
function codiceFiscale(random: Random, check: Check): string {
  const [year, month, day] = born(random);
  const letters = random.shape("[BCDFGLMNPRSTVZ]{6}");
  const date = `${pad(year % 100, 2)}${"ABCDEHLMPRST"[month - 1]}${pad(day + (random.chance(0.5) ? 40 : 0), 2)}`;
  const body = `${letters}${date}${random.shape("[A-M][0-9]{3}")}`;
  const total = [...body].reduce((sum, char, index) => {
    const value = Number.parseInt(char, 36);
    const rank = value > 9 ? value - 10 : value;
    return sum + (index % 2 === 0 ? (ODD[rank] ?? 0) : rank);
  }, 0);
  return body + check(String.fromCharCode(65 + (total % 26)));
}

const changedKey = (key: number): number => (key === 50 ? 49 : 50);

/** INSEE: 13 digits and a key of 97 less the remainder. */
function nir(random: Random, key: (right: number) => number): string {
  const [year, month] = born(random);
  const parts = [
    random.pick(["1", "2"]),
    pad(year % 100, 2),
    pad(month, 2),
    pad(random.int(1, 95), 2),
    random.padded(1, 999),
    random.padded(1, 999),
  ];
  if (parts[3] === "20") parts[3] = "21"; // Corsica has letters
  const check = pad(key(97 - Number(BigInt(parts.join("")) % 97n)), 2);
  return [...parts, check].join(random.pick(["", " "]));
}

function pesel(random: Random, check: Check): string {
  const [year, month, day] = born(random);
  const coded = month + (year >= 2000 ? 20 : 0);
  const body = `${pad(year % 100, 2)}${pad(coded, 2)}${pad(day, 2)}${random.digits(4)}`;
  return body + check(String((10 - (weighted(body, [1, 3, 7, 9]) % 10)) % 10));
}

function personnummer(random: Random, check: Check): string {
  const [year, month, day] = born(random);
  const date = `${pad(year % 100, 2)}${pad(month, 2)}${pad(day, 2)}`;
  const serial = random.padded(1, 999);
  const last = serial + check(luhn(date + serial));
  return random.chance(0.7) ? `${date}-${last}` : `${year.toString().slice(0, 2)}${date}-${last}`;
}

const HETU_LETTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY";

function hetu(random: Random, check: Check): string {
  const [year, month, day] = born(random);
  const date = `${pad(day, 2)}${pad(month, 2)}${pad(year % 100, 2)}`;
  const serial = random.padded(2, 899);
  const letter = HETU_LETTERS[Number(date + serial) % 31] ?? "";
  return `${date}${year >= 2000 ? "A" : "-"}${serial}${check(letter)}`;
}

/** The eleven test: weights 9 to 2, the last digit counts minus one. */
function bsn(random: Random, isValid: boolean): string {
  for (;;) {
    const body = `${random.int(1, 9)}${random.digits(7)}`;
    const digit = weighted(body, [9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    if (digit === 10) continue;
    return body + (isValid ? String(digit) : wrong(String(digit)));
  }
}

export const EUROPE: readonly Kind[] = [
  {
    policy: "pii",
    entity: "UK_NHS",
    alphabet: "digits",
    make: (random) => nhs(random, right),
    sentences: [
      "NHS number: {}",
      "The patient's NHS no. is {}.",
      "National health service number {} attached.",
      "NHS {} was referred.",
    ],
    keys: ["nhs_number", "nhs", "patient_nhs_no"],
    near: (random) => nhs(random, wrong),
  },
  {
    policy: "pii",
    entity: "UK_NINO",
    alphabet: "mixed",
    make: nino,
    sentences: [
      "National Insurance number: {}",
      "Her NI number is {}.",
      "NINO {} for payroll",
      "Please confirm NI no {}.",
    ],
    keys: ["nino", "national_insurance_number", "ni_number"],
    near: (random) => `${random.pick([...NINO_NEVER])}${random.digits(6)}A`,
  },
  {
    policy: "pii",
    entity: "DE_TAX_ID",
    rules: ["DE_TAX_ID", "DE_STEUER_ID", "DE_TIN"],
    alphabet: "digits",
    make: (random) => steuerId(random, right),
    sentences: [
      "Steuer-ID: {}",
      "Steueridentifikationsnummer {} bitte eintragen.",
      "Meine Steuer-Identifikationsnummer lautet {}.",
      "German tax ID {} (IdNr.)",
    ],
    keys: ["steuer_id", "steueridentifikationsnummer", "idnr"],
    near: (random) => steuerId(random, wrong),
  },
  {
    policy: "pii",
    entity: "ES_NIF",
    alphabet: "mixed",
    make: (random) => nif(random, right),
    sentences: [
      "DNI: {}",
      "El NIF del cliente es {}.",
      "Con DNI {} firma el contrato.",
      "NIF/DNI {} adjunto.",
    ],
    keys: ["nif", "dni", "documento"],
    near: (random) => nif(random, wrongLetter),
  },
  {
    policy: "pii",
    entity: "ES_NIE",
    alphabet: "mixed",
    make: (random) => nie(random, right),
    sentences: ["NIE: {}", "Número de identidad de extranjero {}.", "Su NIE es {}.", "Extranjero con NIE {}"],
    keys: ["nie", "nie_number"],
    near: (random) => nie(random, wrongLetter),
  },
  {
    policy: "pii",
    entity: "IT_FISCAL_CODE",
    alphabet: "mixed",
    make: (random) => codiceFiscale(random, right),
    sentences: [
      "Codice fiscale: {}",
      "Il codice fiscale del cliente è {}.",
      "C.F. {} come da contratto",
      "Fiscal code {} (Italy)",
    ],
    keys: ["codice_fiscale", "fiscal_code", "cf"],
    near: (random) => codiceFiscale(random, wrongLetter),
  },
  {
    policy: "pii",
    entity: "FR_NIR",
    rules: ["FR_NIR", "FR_INSEE", "FR_SSN"],
    alphabet: "digits",
    make: (random) => nir(random, (key) => key),
    sentences: [
      "Numéro de sécurité sociale : {}",
      "Mon numéro de sécu est {}.",
      "NIR {} du patient",
      "N° INSEE {}",
    ],
    keys: ["nir", "numero_securite_sociale", "insee"],
    near: (random) => nir(random, changedKey),
  },
  {
    policy: "pii",
    entity: "PL_PESEL",
    alphabet: "digits",
    make: (random) => pesel(random, right),
    sentences: ["PESEL: {}", "Mój numer PESEL to {}.", "PESEL {} w umowie", "Nr PESEL klienta: {}"],
    keys: ["pesel", "numer_pesel"],
    near: (random) => pesel(random, wrong),
  },
  {
    policy: "pii",
    entity: "SE_PERSONNUMMER",
    alphabet: "digits",
    make: (random) => personnummer(random, right),
    sentences: [
      "Personnummer: {}",
      "Mitt personnummer är {}.",
      "Kund med pnr {}",
      "Swedish personal number {}",
    ],
    keys: ["personnummer", "pnr", "personal_number"],
    near: (random) => personnummer(random, wrong),
  },
  {
    policy: "pii",
    entity: "FI_PERSONAL_IDENTITY_CODE",
    alphabet: "mixed",
    make: (random) => hetu(random, right),
    sentences: [
      "Henkilötunnus: {}",
      "Asiakkaan hetu on {}.",
      "Finnish personal identity code {}",
      "Hetu {} sopimuksessa",
    ],
    keys: ["henkilotunnus", "hetu", "personal_identity_code"],
    near: (random) => hetu(random, (letter) => (letter === "5" ? "6" : "5")),
  },
  {
    policy: "pii",
    entity: "NL_BSN",
    needsContext: true,
    alphabet: "digits",
    make: (random) => bsn(random, true),
    sentences: ["BSN: {}", "Burgerservicenummer {} graag noteren.", "Mijn BSN is {}.", "Sofinummer {}"],
    keys: ["bsn", "burgerservicenummer"],
    near: (random) => bsn(random, false),
  },
];
