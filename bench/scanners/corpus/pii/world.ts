/** National numbers outside Europe and the United States. */
import { luhn, verhoeff, weighted, wrong } from "../checks.ts";
import type { Kind } from "../model.ts";
import type { Random } from "../random.ts";

type Check = (digit: string) => string;
const right: Check = (digit) => digit;
function spaced(random: Random, text: string, sizes: readonly number[], separators = ["", " "]): string {
  const separator = random.pick(separators);
  const parts: string[] = [];
  let at = 0;
  for (const size of sizes) {
    parts.push(text.slice(at, at + size));
    at += size;
  }
  return parts.join(separator);
}

/** ATO: weights 1 4 3 7 5 8 6 9 10, sum divisible by 11. */
function tfn(random: Random, check: Check): string {
  for (;;) {
    const body = random.shape("[1-9][0-9]{7}");
    // 10 is -1 modulo 11, so the check digit is the sum itself.
    const digit = weighted(body, [1, 4, 3, 7, 5, 8, 6, 9]) % 11;
    if (digit < 10) return spaced(random, body + check(String(digit)), [3, 3, 3]);
  }
}

function auMedicare(random: Random, check: Check): string {
  const body = random.shape("[2-6][0-9]{7}");
  const digit = String(weighted(body, [1, 3, 7, 9, 1, 3, 7, 9]) % 10);
  return spaced(random, `${body}${check(digit)}${random.int(1, 9)}`, [4, 5, 1]);
}

function abn(random: Random, offset: number): string {
  for (;;) {
    const all = random.shape("[1-9][0-9]{10}");
    const total = weighted(all, [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10;
    if (total % 89 === offset) return spaced(random, all, [2, 3, 3, 3]);
  }
}

function acn(random: Random, check: Check): string {
  const body = `0${random.digits(7)}`;
  const digit = String((10 - (weighted(body, [8, 7, 6, 5, 4, 3, 2, 1]) % 10)) % 10);
  return spaced(random, body + check(digit), [3, 3, 3]);
}

function aadhaar(random: Random, check: Check): string {
  const body = random.shape("[2-9][0-9]{10}");
  return spaced(random, body + check(verhoeff(body)), [4, 4, 4], ["", " ", " ", "-"]);
}

/** ICA: weights 2 7 6 5 4 3 2; the prefix shifts and chooses the letters. */
function nric(random: Random, shift: number): string {
  const prefix = random.pick(["S", "T", "F", "G"]);
  const digits = random.digits(7);
  const total = weighted(digits, [2, 7, 6, 5, 4, 3, 2]) + (prefix === "T" || prefix === "G" ? 4 : 0);
  const letters = prefix === "S" || prefix === "T" ? "JZIHGFEDCBA" : "XWUTRQPNMLK";
  return prefix + digits + (letters[(total + shift) % 11] ?? "");
}

/** Issued before October 2020: the last digit is a check digit. */
/** ACRA: entities registered as a business, and as a local company. */
function uen(random: Random, shift: number): string {
  if (random.chance(0.4)) {
    const digits = random.digits(8);
    return digits + "XMKECAWLJDB"[(weighted(digits, [10, 4, 9, 3, 8, 2, 7, 1]) + shift) % 11];
  }
  const digits = `${random.int(1985, 2024)}${random.digits(5)}`;
  return digits + "ZKCMDNERGWH"[(weighted(digits, [10, 8, 6, 4, 9, 7, 5, 3, 1]) + shift) % 11];
}

function rrn(random: Random): string {
  const date = `${random.padded(50, 99)}${random.padded(1, 12)}${random.padded(1, 28)}`;
  const body = `${date}${random.pick(["1", "2"])}${random.padded(0, 95)}${random.digits(3)}`;
  const digit = (11 - (weighted(body, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10;
  return `${body.slice(0, 6)}-${body.slice(6)}${digit}`;
}

function sin(random: Random, check: Check): string {
  const body = random.shape("[1-79][0-9]{7}");
  return spaced(random, body + check(luhn(body)), [3, 3, 3], ["", " ", " ", "-"]);
}

const modulo11 = (digits: string, weights: readonly number[]): string => {
  const rest = weighted(digits, weights) % 11;
  return String(rest < 2 ? 0 : 11 - rest);
};

function cpf(random: Random, check: Check): string {
  const body = random.digits(9);
  const first = modulo11(body, [10, 9, 8, 7, 6, 5, 4, 3, 2]);
  const second = modulo11(body + first, [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]);
  const all = body + first + check(second);
  if (random.chance(0.3)) return all;
  return `${all.slice(0, 3)}.${all.slice(3, 6)}.${all.slice(6, 9)}-${all.slice(9)}`;
}

function cnpj(random: Random, check: Check): string {
  const body = `${random.digits(8)}000${random.int(1, 9)}`;
  const first = modulo11(body, [5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
  const second = modulo11(body + first, [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]);
  const all = body + first + check(second);
  if (random.chance(0.3)) return all;
  return `${all.slice(0, 2)}.${all.slice(2, 5)}.${all.slice(5, 8)}/${all.slice(8, 12)}-${all.slice(12)}`;
}

export const WORLD: readonly Kind[] = [
  {
    policy: "pii",
    entity: "AU_TFN",
    needsContext: true,
    alphabet: "digits",
    make: (random) => tfn(random, right),
    sentences: ["TFN: {}", "My tax file number is {}.", "Tax file no. {} (ATO)", "Employee TFN {}"],
    keys: ["tfn", "tax_file_number"],
    near: (random) => tfn(random, wrong),
  },
  {
    policy: "pii",
    entity: "AU_MEDICARE",
    needsContext: true,
    alphabet: "digits",
    make: (random) => auMedicare(random, right),
    sentences: ["Medicare number: {}", "Medicare card {} (Australia)", "Her Medicare no. is {}."],
    keys: ["medicare_number", "medicare_card"],
    near: (random) => auMedicare(random, wrong),
  },
  {
    policy: "pii",
    entity: "AU_ABN",
    alphabet: "digits",
    make: (random) => abn(random, 0),
    sentences: ["ABN: {}", "Australian business number {}", "Sole trader, ABN {}."],
    keys: ["abn", "australian_business_number"],
    near: (random) => abn(random, 5),
  },
  {
    policy: "pii",
    entity: "AU_ACN",
    needsContext: true,
    alphabet: "digits",
    make: (random) => acn(random, right),
    sentences: ["ACN: {}", "Australian company number {}", "Pty Ltd, ACN {}."],
    keys: ["acn", "australian_company_number"],
    near: (random) => acn(random, wrong),
  },
  {
    policy: "pii",
    entity: "IN_AADHAAR",
    alphabet: "digits",
    make: (random) => aadhaar(random, right),
    sentences: [
      "Aadhaar: {}",
      "My Aadhaar number is {}.",
      "UIDAI Aadhaar no. {}",
      "Aadhaar card {} attached",
    ],
    keys: ["aadhaar", "aadhaar_number", "uidai"],
    near: (random) => aadhaar(random, wrong),
  },
  {
    policy: "pii",
    entity: "IN_PAN",
    alphabet: "mixed",
    make: (random) => random.shape("[A-Z]{3}[PCHFATBLJG][A-Z][0-9]{4}[A-Z]"),
    sentences: ["PAN: {}", "Permanent account number {}", "His PAN card is {}.", "Income tax PAN {}"],
    keys: ["pan_number", "pan", "permanent_account_number"],
    near: (random) => random.shape("[A-Z]{3}[DEIKMNOQRSUVWXYZ][A-Z][0-9]{4}[A-Z]"),
  },
  {
    policy: "pii",
    entity: "SG_NRIC_FIN",
    alphabet: "mixed",
    make: (random) => nric(random, 0),
    sentences: ["NRIC: {}", "My NRIC is {}.", "FIN {} (work pass)", "NRIC/FIN no. {}"],
    keys: ["nric", "fin", "nric_fin"],
    near: (random) => nric(random, random.int(1, 10)),
  },
  {
    policy: "pii",
    entity: "SG_UEN",
    alphabet: "mixed",
    make: (random) => uen(random, 0),
    sentences: ["UEN: {}", "Our unique entity number is {}.", "Singapore company, UEN {}"],
    keys: ["uen", "unique_entity_number"],
    near: (random) => uen(random, random.int(1, 10)),
  },
  {
    policy: "pii",
    entity: "KR_RRN",
    alphabet: "digits",
    make: rrn,
    sentences: ["주민등록번호: {}", "Resident registration number {}", "RRN {} (Korea)", "주민번호 {} 확인"],
    keys: ["rrn", "resident_registration_number"],
    // Since October 2020 the last six digits are drawn: only the date and the seventh digit can be wrong.
    near: (random) =>
      `${random.padded(50, 99)}${random.padded(13, 99)}${random.digits(2)}-${random.int(1, 2)}${random.digits(6)}`,
  },
  {
    policy: "pii",
    entity: "CA_SIN",
    alphabet: "digits",
    make: (random) => sin(random, right),
    sentences: ["SIN: {}", "Social insurance number {}", "My SIN is {}.", "Numéro d'assurance sociale : {}"],
    keys: ["sin", "social_insurance_number"],
    near: (random) => sin(random, wrong),
  },
  {
    policy: "pii",
    entity: "BR_CPF",
    alphabet: "digits",
    make: (random) => cpf(random, right),
    sentences: ["CPF: {}", "Meu CPF é {}.", "Cliente com CPF {}", "CPF nº {} do titular"],
    keys: ["cpf", "cpf_cliente"],
    near: (random) => cpf(random, wrong),
  },
  {
    policy: "pii",
    entity: "BR_CNPJ",
    alphabet: "digits",
    make: (random) => cnpj(random, right),
    sentences: ["CNPJ: {}", "Empresa com CNPJ {}", "O CNPJ é {}."],
    keys: ["cnpj", "cnpj_empresa"],
    near: (random) => cnpj(random, wrong),
  },
];
