/** Numbers that the United States issue. Sources: SSA, IRS, ABA, CMS and DEA, as published. */
import { luhn, weighted, wrong } from "../checks.ts";
import type { Kind } from "../model.ts";
import type { Random } from "../random.ts";

const SEPARATORS = ["-", "-", "-", " ", "."];

function ssnParts(random: Random): [string, string, string] {
  let area = random.padded(1, 899);
  while (area === "666") area = random.padded(1, 899);
  return [area, random.padded(1, 99), random.padded(1, 9999)];
}

const delimited = (random: Random, parts: readonly string[]): string => parts.join(random.pick(SEPARATORS));

/** Areas 000, 666 and 9xx, group 00 and serial 0000 are never issued. */
function neverIssuedSsn(random: Random): string {
  const [area, group, serial] = ssnParts(random);
  return random.pick([
    `000-${group}-${serial}`,
    `666-${group}-${serial}`,
    `${area}-00-${serial}`,
    `${area}-${group}-0000`,
    `${random.digits(3)}${area}-${group}-${serial}`,
    `${area}-${group}-${serial}${random.digits(2)}`,
  ]);
}

const ITIN_GROUPS = [...range(50, 65), ...range(70, 88), ...range(90, 92), ...range(94, 99)];

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function abaBody(random: Random): string {
  const district = random.pick([...range(1, 12), ...range(21, 32), ...range(61, 72), 80]);
  return `${String(district).padStart(2, "0")}${random.digits(6)}`;
}

const abaCheck = (body: string): string => String((10 - (weighted(body, [3, 7, 1]) % 10)) % 10);

function dea(random: Random, check: (digit: string) => string): string {
  const digits = random.digits(6);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = [...digits].map(Number);
  const digit = String((a + c + e + 2 * (b + d + f)) % 10);
  return `${random.chars("ABFGM", 1)}${random.upper(1)}${digits}${check(digit)}`;
}

function npi(random: Random, check: (digit: string) => string): string {
  const body = `${random.int(1, 2)}${random.digits(8)}`;
  return body + check(luhn(`80840${body}`));
}

/** CMS: no S, L, O, I, B or Z; the pattern of letters and digits is fixed. */
function mbi(random: Random): string {
  const letter = "[ACDEFGHJKMNPQRTUVWXY]";
  const either = "[ACDEFGHJKMNPQRTUVWXY0-9]";
  const parts = [`[1-9]${letter}${either}[0-9]`, `${letter}${either}[0-9]`, `${letter}${letter}[0-9]{2}`];
  return random.shape(parts.join(random.chance(0.6) ? "-" : ""));
}

const LICENSES = [
  "[A-Z][0-9]{7}", // California
  "[A-Z][0-9]{3}-[0-9]{3}-[0-9]{2}-[0-9]{3}-0", // Florida
  "[0-9]{3} [0-9]{3} [0-9]{3}", // New York
  "[0-9]{8}", // Texas
  "[A-Z][0-9]{3}-[0-9]{4}-[0-9]{4}", // Illinois
  "[A-Z][0-9]{4} [0-9]{5} [0-9]{5}", // New Jersey
  "[A-Z] [0-9]{3} [0-9]{3} [0-9]{3} [0-9]{3}", // Michigan
  "[A-Z]{2}[0-9]{6}", // Ohio
  "[A-Z][0-9]{3}-[0-9]{4}-[0-9]{4}-[0-9]{2}", // Wisconsin
];

const identity = (digit: string): string => digit;

export const US: readonly Kind[] = [
  {
    policy: "pii",
    entity: "US_SSN",
    rules: ["US_SSN", "US_SSN_UNDELIMITED"],
    alphabet: "digits",
    make: (random) => (random.chance(0.8) ? delimited(random, ssnParts(random)) : ssnParts(random).join("")),
    sentences: [
      "My SSN is {}.",
      "Social security number: {}",
      "Please verify the social security no. {} before the call.",
      "SSN {} is on the W-2 form.",
      "The applicant (SSN: {}) has signed.",
      "Her social is {}, please update the file.",
      "ssn#{}",
    ],
    keys: ["ssn", "social_security_number", "customerSsn", "taxpayer_ssn"],
    near: neverIssuedSsn,
  },
  {
    policy: "pii",
    entity: "US_ITIN",
    alphabet: "digits",
    make: (random) =>
      delimited(random, [`9${random.digits(2)}`, String(random.pick(ITIN_GROUPS)), random.digits(4)]),
    sentences: [
      "His ITIN is {}.",
      "Individual taxpayer identification number: {}",
      "Use tax ID {} on the W-7.",
      "The ITIN on file ({}) has expired.",
    ],
    keys: ["itin", "tax_id", "individual_taxpayer_id"],
    near: (random) => `9${random.digits(2)}-${random.padded(1, 49)}-${random.digits(4)}`,
  },
  {
    policy: "pii",
    entity: "US_PASSPORT",
    needsContext: true,
    alphabet: "mixed",
    make: (random) => random.shape(random.chance(0.5) ? "[1-9][0-9]{8}" : "[A-Z][0-9]{8}"),
    sentences: [
      "Passport number: {}",
      "Her US passport no. {} expires in May.",
      "Please book with passport {} (USA).",
      "Travel document: passport #{}.",
    ],
    keys: ["passport_number", "passport", "passportNo"],
    near: (random) => random.shape("[A-Z]{3}[0-9]{4}"),
  },
  {
    policy: "pii",
    entity: "US_DRIVER_LICENSE",
    needsContext: true,
    alphabet: "mixed",
    make: (random) => random.shape(random.pick(LICENSES)),
    sentences: [
      "Driver's license number: {}",
      "His driver license {} was issued in 2019.",
      "DL# {} (California)",
      "Please attach a copy of driving licence {}.",
      "Drivers license: {}",
    ],
    keys: ["driver_license", "drivers_license_number", "driverLicense"],
    near: (random) => random.shape("[A-Z][0-9]{2}"),
  },
  {
    policy: "pii",
    entity: "US_BANK_NUMBER",
    needsContext: true,
    alphabet: "digits",
    make: (random) => `${random.int(1, 9)}${random.digits(random.int(7, 13))}`,
    sentences: [
      "Bank account number: {}",
      "Wire it to checking account {}.",
      "Please deposit into acct no. {} today.",
      "Her savings account number is {}.",
      "Account # {} at Chase bank",
    ],
    keys: ["bank_account_number", "account_number", "checking_account"],
    near: (random) => random.digits(5),
  },
  {
    policy: "pii",
    entity: "ABA_ROUTING_NUMBER",
    needsContext: true,
    alphabet: "digits",
    make: (random) => {
      const body = abaBody(random);
      return body + abaCheck(body);
    },
    sentences: [
      "Routing number: {}",
      "The bank's ABA is {}.",
      "Use routing no. {} for ACH.",
      "ABA routing transit number {} for wires",
    ],
    keys: ["routing_number", "aba", "bank_routing"],
    near: (random) => {
      const body = abaBody(random);
      return body + wrong(abaCheck(body));
    },
  },
  {
    policy: "pii",
    entity: "US_MBI",
    alphabet: "mixed",
    make: mbi,
    sentences: [
      "Medicare beneficiary identifier: {}",
      "The patient's MBI is {}.",
      "Medicare number {} on the card",
      "Medicare ID: {}",
    ],
    keys: ["mbi", "medicare_number", "medicare_id"],
    near: (random) => random.shape("[1-9][SLOIBZ][0-9]{2}-[SLOIBZ][0-9]{2}-[A-Z]{2}[0-9]{2}"),
  },
  {
    policy: "pii",
    entity: "US_NPI",
    needsContext: true,
    alphabet: "digits",
    make: (random) => npi(random, identity),
    sentences: [
      "NPI: {}",
      "National provider identifier {} (Dr. Chen)",
      "Billing provider NPI number {}.",
      "The referring physician's NPI is {}.",
    ],
    keys: ["npi", "provider_npi", "npi_number"],
    near: (random) => npi(random, wrong),
  },
  {
    policy: "pii",
    entity: "MEDICAL_LICENSE",
    alphabet: "mixed",
    make: (random) => dea(random, identity),
    sentences: [
      "DEA number: {}",
      "Dr. Patel's DEA registration is {}.",
      "Prescriber DEA# {}",
      "Medical license certificate {} (DEA)",
    ],
    keys: ["dea_number", "dea", "prescriber_dea"],
    near: (random) => dea(random, wrong),
  },
  {
    policy: "pii",
    entity: "MEDICAL_RECORD_NUMBER",
    needsContext: true,
    alphabet: "digits",
    make: (random) => random.digits(random.int(6, 10)),
    sentences: [
      "MRN: {}",
      "Medical record number {} was opened.",
      "Patient chart, MRN {}.",
      "See medical record no. {} for the labs.",
      "MRN# {}",
    ],
    keys: ["mrn", "medical_record_number", "patient_mrn"],
    near: (random) => random.digits(2),
  },
];
