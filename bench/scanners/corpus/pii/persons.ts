/** Telephone numbers, dates of birth and health. */
import type { Kind } from "../model.ts";
import { FIRST_NAMES, LAST_NAMES, MONTHS } from "../people.ts";
import type { Random } from "../random.ts";

const US_PHONE = "[2-9][0-8][0-9]";
const INTERNATIONAL = [
  `\\+1 ${US_PHONE} [2-9][0-9]{2} [0-9]{4}`,
  `\\+1-${US_PHONE}-[2-9][0-9]{2}-[0-9]{4}`,
  `\\+1\\(${US_PHONE}\\)[2-9][0-9]{2}-[0-9]{4}`,
  "\\+44 20 7[0-9]{3} [0-9]{4}",
  "\\+44 7[4-9][0-9]{2} [0-9]{6}",
  "\\+49 30 [1-9][0-9]{6}",
  "\\+49 151 [1-9][0-9]{7}",
  "\\+49 \\(0\\)89 [1-9][0-9]{5}",
  "\\+33 [1-6] [0-9]{2} [0-9]{2} [0-9]{2} [0-9]{2}",
  "\\+91 [6-9][0-9]{4} [0-9]{5}",
  "\\+61 4[0-9]{2} [0-9]{3} [0-9]{3}",
  "\\+81 90-[1-9][0-9]{3}-[0-9]{4}",
  "\\+55 11 9[0-9]{4}-[0-9]{4}",
  "\\+39 3[2-9][0-9] [0-9]{7}",
  "\\+34 6[0-9]{2} [0-9]{2} [0-9]{2} [0-9]{2}",
  "\\+31 6 [1-9][0-9]{7}",
  "\\+46 70 [1-9][0-9]{2} [0-9]{2} [0-9]{2}",
  "\\+41 44 [1-9][0-9]{2} [0-9]{2} [0-9]{2}",
  "0044 20 7[0-9]{3} [0-9]{4}",
  "\\+86 13[0-9] [0-9]{4} [0-9]{4}",
];
const NATIONAL = [
  `\\(${US_PHONE}\\) [2-9][0-9]{2}-[0-9]{4}`,
  `${US_PHONE}-[2-9][0-9]{2}-[0-9]{4}`,
  `${US_PHONE}.[2-9][0-9]{2}.[0-9]{4}`,
  "020 7[0-9]{3} [0-9]{4}",
  "07[4-9][0-9]{2} [0-9]{6}",
  "030 / [1-9][0-9]{6}",
  "0[1-6] [0-9]{2} [0-9]{2} [0-9]{2} [0-9]{2}",
];

const phone = (random: Random): string => random.shape(random.pick([...INTERNATIONAL, ...NATIONAL]));

const nearPhone = (random: Random): string =>
  random.shape(
    random.pick(["[0-9]{4}-[0-9]{2}", "20[12][0-9]-1[0-2]-[12][0-9]", "[0-9]{3}-[0-9]{3}", "[0-9]{21}"]),
  );

function birthDate(random: Random): string {
  const [year, month, day] = [random.int(1935, 2009), random.int(1, 12), random.int(1, 28)];
  const pad = (value: number): string => String(value).padStart(2, "0");
  const name = MONTHS[month - 1] ?? "";
  return random.pick([
    `${pad(month)}/${pad(day)}/${year}`,
    `${year}-${pad(month)}-${pad(day)}`,
    `${day} ${name} ${year}`,
    `${name} ${day}, ${year}`,
    `${pad(day)}.${pad(month)}.${year}`,
    `${name.slice(0, 3)} ${day}, ${year}`,
  ]);
}

const person = (random: Random): string => `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`;

const CONDITIONS = [
  "type 2 diabetes",
  "HIV",
  "breast cancer",
  "hypertension",
  "depression",
  "asthma",
  "hepatitis C",
  "schizophrenia",
  "chronic kidney disease",
  "epilepsy",
];
const MEDICINES = ["metformin", "lisinopril", "sertraline", "insulin", "warfarin", "methotrexate"];

function healthOf(random: Random): string {
  const condition = random.pick(CONDITIONS);
  const who = person(random);
  const mrn = random.digits(8);
  const date = `${random.padded(1, 12)}/${random.padded(1, 28)}/${random.int(1940, 2000)}`;
  const ssn = `${random.padded(100, 665)}-${random.padded(10, 99)}-${random.padded(1000, 9999)}`;
  return random.pick([
    `Patient ${who} (MRN ${mrn}) was diagnosed with ${condition}`,
    `${who}, DOB ${date}, is treated for ${condition}`,
    `MRN ${mrn}: diagnosis ${condition}, prescribed ${random.pick(MEDICINES)}`,
    `patient ${who}, SSN ${ssn}, admitted with ${condition}`,
    `Diagnosis: ${condition}. Patient: ${who}, date of birth ${date}`,
    `lab results of ${who} (MRN: ${mrn}) show ${condition}`,
  ]);
}

/** Medicine without anyone whom it could be about. */
const healthOfNobody = (random: Random): string =>
  random.pick([
    `Our clinic offers screening for ${random.pick(CONDITIONS)} in spring`,
    `a webinar on ${random.pick(CONDITIONS)} and nutrition`,
    `the price of ${random.pick(MEDICINES)} rises in January`,
    `research on ${random.pick(CONDITIONS)} needs funding`,
  ]);

export const PERSONS: readonly Kind[] = [
  {
    policy: "pii",
    entity: "PHONE_NUMBER",
    alphabet: "digits",
    make: phone,
    sentences: [
      "Call me at {} tomorrow.",
      "Phone: {}",
      "My mobile is {}, text me.",
      "Tel. {} (office hours)",
      "You can reach him on {}.",
      "Her cell phone number is {}.",
    ],
    keys: ["phone", "phone_number", "mobile", "tel"],
    near: nearPhone,
    nearSentences: ["Ticket {} is closed.", "See part {} of the list.", "Reference {} as agreed."],
  },
  {
    policy: "pii",
    entity: "DATE_OF_BIRTH",
    alphabet: "digits",
    make: birthDate,
    sentences: [
      "Jane Miller, born {}, has applied.",
      "Date of birth: {}",
      "DOB {}",
      "Patient Omar Haddad (DOB: {})",
      "Her birthday is {}, says Priya Nair.",
      "Geburtsdatum: {}",
      "Name: Lukas Weber, d.o.b. {}",
    ],
    keys: ["date_of_birth", "dob", "birth_date", "birthDate"],
    near: birthDate,
    nearSentences: [
      "The invoice of {} is due.",
      "Delivery on {}, as agreed.",
      "The contract was signed on {}.",
      "Release {} has shipped.",
    ],
  },
  {
    policy: "pii",
    entity: "PHI",
    rules: ["PHI", "MEDICAL_CONDITION", "PROTECTED_HEALTH_INFORMATION"],
    alphabet: "words",
    make: healthOf,
    sentences: ["{}.", "Hello, {}. Please call back.", "For the record: {}.", "As discussed, {}. Thanks."],
    keys: ["note", "summary", "text"],
    isSentence: true,
    near: healthOfNobody,
  },
];
