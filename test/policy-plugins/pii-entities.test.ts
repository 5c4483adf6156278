// Each entity's published examples, what is nearly one, and what a word near makes of it.

import { describe, expect, it } from "vitest";
import { configure, findingsIn, findingsOf } from "./extism-host.ts";

async function found(text: string, settings: unknown = {}): Promise<string[]> {
  const findings = await findingsIn("pii", settings, text);
  return findings.map(({ rule, start, end }) => `${rule} ${text.slice(start, end)}`);
}

/** The rule, the text, and what of it is found: all behind the last bar, or nothing. */
type Row = [rule: string, text: string];

const marked = (text: string) => text.replaceAll(/[⟦⟧]/g, "");
const markedPart = (text: string) => /⟦(.*)⟧/s.exec(text)?.[1] ?? "";

const EXAMPLES: Row[] = [
  ["US_SSN", "her number: ⟦078-05-1120⟧."],
  ["US_SSN", "split ⟦123-45\n6789⟧"],
  ["US_SSN", "SSN⟦123-45-6789⟧"],
  ["US_SSN_UNDELIMITED", "her social is ⟦187437846⟧"],
  ["US_ITIN", "⟦912-70-1234⟧"],
  ["US_ITIN", "ITIN ⟦911701234⟧"],
  ["US_PASSPORT", "My passport number is ⟦912803456⟧"],
  ["US_PASSPORT", "passport ⟦A12803456⟧"],
  ["US_DRIVER_LICENSE", "my driver's license is ⟦H12234567⟧"],
  ["US_DRIVER_LICENSE", "Driver license: ⟦D256-3691-5948-39⟧"],
  ["US_BANK_NUMBER", "my bank account number is ⟦945456787654⟧"],
  ["ABA_ROUTING_NUMBER", "routing number ⟦121000358⟧"],
  ["ABA_ROUTING_NUMBER", "Routing: ⟦1210-0035-8⟧"],
  ["US_MBI", "⟦1EG4-TE5-MK73⟧"],
  ["US_MBI", "Medicare ⟦1EG4TE5MK73⟧"],
  ["US_NPI", "NPI: ⟦1234567893⟧"],
  ["MEDICAL_LICENSE", "DEA ⟦AB1234563⟧"],
  ["MEDICAL_RECORD_NUMBER", "MRN: ⟦00123456⟧"],
  ["CREDIT_CARD", "⟦4111-1111 1111.1111⟧"],
  ["CREDIT_CARD", "⟦3782 822463 10005⟧"],
  ["IBAN_CODE", "⟦GB82 WEST 1234 5698 7654 32⟧"],
  ["IBAN_CODE", "⟦DE89370400440532013000⟧"],
  ["IBAN_CODE", "⟦MT84MALT011000012345MTLCAST001S⟧"],
  ["IBAN_CODE", "⟦FR14 2004 1010 0505 0001 3M02 606⟧"],
  ["IBAN_CODE", "iban: ⟦IL150120690000003111111⟧"],
  ["PHONE_NUMBER", "call ⟦+44 20 7946 0958⟧"],
  ["PHONE_NUMBER", "⟦(555) 234-5678⟧"],
  ["PHONE_NUMBER", "⟦+1 (425) 882-9090⟧ is mine"],
  ["PHONE_NUMBER", "phone ⟦07700 900123⟧"],
  ["PHONE_NUMBER", "reach him on ⟦0044 20 7976 6847⟧"],
  ["EMAIL_ADDRESS", "write to ⟦ann.o-hara+x@mail.example.co.uk⟧ today"],
  ["EMAIL_ADDRESS", "<⟦a@b.io⟧>."],
  ["IP_ADDRESS", "host ⟦192.168.10.25⟧ is up"],
  ["IP_ADDRESS", "⟦2001:0db8:85a3:0000:0000:8a2e:0370:7334⟧ is"],
  ["IP_ADDRESS", "⟦fe80::1ff:fe23:4567:890a⟧"],
  ["IP_ADDRESS", "⟦2001:db8::4⟧"],
  ["MAC_ADDRESS", "⟦00:1B:44:11:3A:B7⟧"],
  ["MAC_ADDRESS", "⟦DB-08-39-7C-BE-83⟧"],
  ["MAC_ADDRESS", "⟦001b.4411.3ab7⟧"],
  ["CRYPTO", "⟦16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyZ⟧"],
  ["CRYPTO", "⟦bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq⟧"],
  ["CRYPTO", "⟦bc1p5d7rjq7g6rdk2yhzks9smlaqtedr4dekq08ge8ztwac72sfr9rusxg3297⟧"],
  ["CRYPTO", "⟦0x52908400098527886E0F7030069857D2E4169EE7⟧"],
  ["UK_NHS", "NHS number ⟦943 476 5919⟧"],
  ["UK_NHS", "nhs no. ⟦401-023-2137⟧"],
  ["UK_NINO", "⟦AB123456C⟧"],
  ["UK_NINO", "NINO: ⟦AB 12 34 56 C⟧"],
  ["UK_PASSPORT", "her UK passport is ⟦925076473⟧"],
  ["UK_DRIVING_LICENCE", "⟦MORGA657054SM9IJ⟧"],
  ["DE_TAX_ID", "Steuer-ID ⟦36 574 261 809⟧"],
  ["DE_TAX_ID", "IdNr. ⟦86095742719⟧"],
  ["DE_SOCIAL_SECURITY", "⟦15070649C103⟧"],
  ["DE_SOCIAL_SECURITY", "Rentenversicherungsnummer ⟦65 170839 J 003⟧"],
  ["DE_ID_CARD", "Personalausweis ⟦T220001293⟧"],
  ["DE_PASSPORT", "Reisepass ⟦C01X00T47⟧"],
  ["ES_NIF", "DNI ⟦12.345.678-Z⟧"],
  ["ES_NIF", "⟦55555555-K⟧"],
  ["ES_NIE", "⟦X9613851N⟧"],
  ["ES_NIE", "NIE ⟦X-9613851-N⟧"],
  ["IT_FISCAL_CODE", "⟦MRTMTT91D08F205J⟧"],
  ["IT_FISCAL_CODE", "⟦RSSMRA85T10A562S⟧"],
  ["IT_VAT_CODE", "partita IVA ⟦01333550323⟧"],
  ["FR_NIR", "⟦2 55 08 14 168 025 38⟧"],
  ["FR_NIR", "⟦255081416802538⟧"],
  ["PL_PESEL", "PESEL ⟦44051401458⟧"],
  ["SE_PERSONNUMMER", "⟦811228-9874⟧"],
  ["SE_PERSONNUMMER", "personnummer ⟦198112289874⟧"],
  ["FI_PERSONAL_IDENTITY_CODE", "⟦131052-308T⟧"],
  ["FI_PERSONAL_IDENTITY_CODE", "⟦010594Y9021⟧"],
  ["NL_BSN", "BSN ⟦111222333⟧"],
  ["AU_TFN", "TFN ⟦123 456 782⟧"],
  ["AU_TFN", "TFN ⟦876543210⟧"],
  ["AU_ABN", "ABN ⟦51 824 753 556⟧"],
  ["AU_ACN", "ACN ⟦004 085 616⟧"],
  ["AU_MEDICARE", "Medicare ⟦2123 45670 1⟧"],
  ["IN_PAN", "⟦ABCPE1234F⟧"],
  ["IN_AADHAAR", "⟦2341 2341 2346⟧"],
  ["IN_AADHAAR", "aadhaar ⟦312345678909⟧"],
  ["SG_NRIC_FIN", "⟦S2740116C⟧"],
  ["SG_UEN", "UEN ⟦53125226D⟧"],
  ["SG_UEN", "UEN ⟦197401143C⟧"],
  ["SG_UEN", "UEN ⟦T01FC6132D⟧"],
  ["KR_RRN", "⟦900101-1234568⟧"],
  ["CA_SIN", "SIN ⟦046 454 286⟧"],
  ["BR_CPF", "⟦529.982.247-25⟧"],
  ["BR_CNPJ", "⟦11.222.333/0001-81⟧"],
  ["DATE_OF_BIRTH", "DOB: ⟦04/12/1979⟧"],
  ["DATE_OF_BIRTH", "born on ⟦March 5, 1980⟧"],
  ["DATE_OF_BIRTH", "date of birth ⟦5 March 1980⟧"],
  ["DATE_OF_BIRTH", "d.o.b. ⟦1980-03-05⟧"],
  ["DATE_OF_BIRTH", "Maria Lopez, ⟦04/12/1985⟧"],
  ["MEDICAL_CONDITION", "Mr. Smith has ⟦diabetes⟧."],
];

/** Labels in other spellings, languages and scripts. */
const LABELS: Row[] = [
  ["US_SSN_UNDELIMITED", "save newTenantSsn=⟦187437846⟧ done"],
  ["US_SSN_UNDELIMITED", "S.S.N. ⟦187437846⟧"],
  ["US_SSN_UNDELIMITED", "ssn1 | ssn2 | ssn3\n⟦187 | 43 | 7846⟧"],
  ["US_BANK_NUMBER", "pay into A/C no. ⟦40817263⟧"],
  ["MEDICAL_RECORD_NUMBER", "Chart # ⟦40817263⟧"],
  ["MEDICAL_RECORD_NUMBER", "PID|1||⟦40817263⟧^^^WEST^MR||ROE^RICHARD"],
  ["DATE_OF_BIRTH", "PID|1||||ROE^RICHARD||⟦19610430⟧|M"],
  ["DE_ID_CARD", "Bundespersonalausweis ⟦L01X00T471⟧"],
  ["IT_VAT_CODE", "<FiscaleIVA><Codice>⟦12345670017⟧</Codice></FiscaleIVA>"],
  ["SE_PERSONNUMMER", "Person-nr: ⟦8112189876⟧"],
  ["AU_ACN", "A.C.N. ⟦004085616⟧"],
  ["KR_RRN", "주민등록번호 ⟦9001011234568⟧"],
  ["KR_RRN", "RRN ⟦210305-4123456⟧"],
  ["DATE_OF_BIRTH", "дата рождения ⟦05.03.1980⟧"],
  ["DATE_OF_BIRTH", "ημερομηνία γέννησης ⟦05/03/1980⟧"],
  ["DATE_OF_BIRTH", "ngày sinh ⟦05/03/1980⟧"],
  ["PHONE_NUMBER", "тел. ⟦8 (495) 555-01-23⟧"],
  ["DATE_OF_BIRTH", "生年月日：昭和⟦55年3月5日⟧"],
  ["DATE_OF_BIRTH", "⟦1980年3月5日⟧生"],
  ["DATE_OF_BIRTH", "생년월일 ⟦1980년 3월 5일⟧"],
  ["PHONE_NUMBER", "電話 ⟦3 5550 1234⟧"],
  ["MEDICAL_CONDITION", "Er leidet an ⟦Epilepsie⟧."],
];

/** Forms that people write besides the usual one. */
const FORMS: Row[] = [
  ["CREDIT_CARD", "row,card,sum\n17,⟦4012888888881881⟧,12.50"],
  ["CREDIT_CARD", "⟦9792030000000000⟧"],
  ["US_DRIVER_LICENSE", "DL ⟦R-212-343-454-565⟧"],
  ["US_DRIVER_LICENSE", "driver license ⟦21-343-4545⟧"],
  ["US_DRIVER_LICENSE", "DLN ⟦AB123456C⟧"],
  ["US_DRIVER_LICENSE", "driver license ⟦WDLXYZ12Q3RS⟧"],
  ["IT_FISCAL_CODE", "⟦RSS MRA 85T10 A562S⟧"],
  ["UK_DRIVING_LICENCE", "⟦MORGA 657054 SM9IJ⟧"],
  ["IN_PAN", "PAN ⟦ABCPE 1234 F⟧"],
  ["MEDICAL_LICENSE", "DEA ⟦AB 1234563⟧"],
  ["UK_NINO", "⟦AB 123 456 C⟧"],
  ["EMAIL_ADDRESS", "write to ⟦ada [at] mail.example [dot] com⟧"],
  ["EMAIL_ADDRESS", "⟦ada(at)example.com⟧"],
  ["EMAIL_ADDRESS", 'the address ⟦"a lovelace"@example.com⟧'],
  ["DATE_OF_BIRTH", "DOB ⟦03.14.1985⟧"],
  ["DATE_OF_BIRTH", "birthDate: ⟦1985-03-14⟧T00:00:00Z"],
  ["PHONE_NUMBER", "Tel. ⟦+31\n20\n555 0123⟧"],
  // letters that look like digits
  ["US_SSN", "her SSN: ⟦2l9-O9-9999⟧"],
  ["UK_NHS", "NHS ⟦943 476 59l9⟧"],
  ["CREDIT_CARD", "⟦4Ol2888888881881⟧"],
  ["DATE_OF_BIRTH", "DOB: ⟦O4/l2/1979⟧"],
];

describe("labels", () => {
  it.each(LABELS)("%s: %s", async (rule, text) => {
    expect(await found(marked(text))).toEqual([`${rule} ${markedPart(text)}`]);
  });
});

describe("forms", () => {
  it.each(FORMS)("%s: %s", async (rule, text) => {
    expect(await found(marked(text))).toEqual([`${rule} ${markedPart(text)}`]);
  });
});

describe("examples", () => {
  it.each(EXAMPLES)("%s: %s", async (rule, text) => {
    expect(await found(marked(text))).toEqual([`${rule} ${markedPart(text)}`]);
  });
});

describe("nothing", () => {
  it.each([
    // wrong check digits
    "routing number 121000357",
    "NPI: 1234567890",
    "DEA AB1234562",
    "GB82 WEST 1234 5698 7654 33",
    "DNI 12345678A",
    "NRIC S2740116D",
    "RSSMRA85T10A562T",
    "PESEL 44051401459",
    "BSN 111222334",
    "cpf 52998224726",
    "RRN 900101-1234567",
    "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdx",
    "wallet 16Yeky6GMjeNkAiNcBY7ZhrLoMSgg1BoyX",
    // a check digit that fits, and no word near
    "111222333",
    "44051401458",
    "9434765919",
    "1234567893",
    "123456782",
    // other numbers of business
    "Invoice INV-2024-000123 of 2024-05-04 over $1,234,567.89",
    "tracking 1Z999AA10123456784",
    "550e8400-e29b-41d4-a716-446655440000",
    "12345678-1234-1234-1234-123456789012",
    "9fceb02d0ae598e95dc970b74767f19372d61af8",
    "2026-11-21T12:34:56.123Z",
    "open 9:00 to 17:30, room 3.12, version 1.2.3",
    "0.4111111111111111",
    "4,111,111,111,111,111",
    "https://example.com/2024/05/04/item-12345",
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20",
    "123 456 789 123 456 782",
    "SKU,qty\n014175-89,392\n659929-62,325",
    // parts, units, versions and a business's own numbers
    "gasket 219-09-9999-Z in stock",
    "haemoglobin 13.9 g/dl, sample 40817263",
    "driver's license on file, claim number 40817263",
    "phone: none, order 2026-11-00",
    "4.13.16. Peter Miller 4.14.16.",
    "0,4012888888881881",
    "I0 l1 O2 oil 12 lo 34",
    "see (at) the office [at] noon",
    // the day that something happened
    "Stephen Young <s> Wed, 25 Apr 2001 00:50:49 +0000",
    "Anthony Brown led it until April 2006",
    // dates and terms that are nobody's
    "The meeting is on 04/12/1979",
    "Mr. Smith signs on 04/12/2024",
    "Diabetes is a common illness.",
    "born in 1980 in Rome",
    // labels of something else
    "Order 123456789, SSN: none",
    "passport: see attachment\n123456789",
    // not addresses
    "a@b",
    "@example.com",
    "a@.com",
    "12:34:56",
    "::",
    "std::vector<int>",
    "256.1.1.1",
    "1.2.3.4.5",
  ])("in %j", async (text) => {
    expect(await found(text)).toEqual([]);
  });
});

describe("words near", () => {
  it.each([
    ["in the member's name", { customerSin: "046454286" }],
    ["in a list's name", { sin_numbers: ["046454286"] }],
    ["in the field before", { label: "SIN", value: "046454286" }],
    ["after it", { text: "046454286 is her SIN" }],
    ["in the name of a number", { sin: 46454286, SIN: 123456782 }],
  ])("%s", async (_where, payload) => {
    const findings = await findingsOf("pii", {}, { action: { surface: "s", payload } });
    expect(findings.map(({ rule }) => rule)).toEqual(["CA_SIN"]);
  });

  it("decide between entities of the same digits: the nearest wins", async () => {
    expect(await found("Passport 912803456, ABA routing 121000358, SSN 078051120")).toEqual([
      "US_PASSPORT 912803456",
      "ABA_ROUTING_NUMBER 121000358",
      "US_SSN_UNDELIMITED 078051120",
    ]);
  });

  it.each(["664-610-05-6", "66 46 10 05 6", "664~610~056", "6646 10056"])(
    "make a number of any groups: %s",
    async (number) => {
      expect(await found(`ABA routing no. ${number} for wires`)).toEqual([`ABA_ROUTING_NUMBER ${number}`]);
      expect(await found(`Ticket ${number} for you`, { entities: ["ABA_ROUTING_NUMBER"] })).toEqual([]);
    },
  );
});

describe("settings", () => {
  it("turns entities on and off", async () => {
    expect(await found("123-45-6789 a@example.com", { entities: ["EMAIL_ADDRESS"] })).toEqual([
      "EMAIL_ADDRESS a@example.com",
    ]);
  });

  it("makes an entity laxer or stricter", async () => {
    expect(await found("111222333", { thresholds: { NL_BSN: 45 } })).toEqual(["NL_BSN 111222333"]);
    expect(await found("passport 912803456", { thresholds: { US_PASSPORT: 66 } })).toEqual([]);
  });

  it.each([
    [{ thresholds: { US_SSN: 101 } }, "thresholds must be integers from 0 to 100"],
    [{ thresholds: { US_SSN: -1 } }, "thresholds must be integers from 0 to 100"],
    [{ thresholds: { US_SSN: 1.5 } }, "thresholds must be integers from 0 to 100"],
    [{ thresholds: { EMAIL: 50 } }, "unknown setting thresholds/EMAIL"],
    [{ thresholds: [] }, "thresholds/ must be an object"],
    [{ redact: { US_SSN: "hide" } }, "redact/US_SSN must be none, mask"],
    [{ redact: { SSN: "mask" } }, "unknown setting redact/SSN"],
  ])("refuses %j", async (settings, message) => {
    const { rc, error } = await configure("pii", settings);
    expect(rc).toBe(1);
    expect(error).toContain(message);
  });

  it.each(["none", "mask", "mask_keep_4", "hash", "replace", "remove"])("redacts by %s", async (method) => {
    for (const redact of [method, { US_SSN: method }]) {
      expect(await configure("pii", { redact })).toMatchObject({ rc: 0, error: null });
    }
  });

  it("tells how sure it is", async () => {
    const scores = await findingsIn("pii", {}, "529.982.247-25; cpf 529.982.247-25");
    expect(scores.map(({ score }) => score)).toEqual([85, 100]);
  });
});

describe("health", () => {
  it("is told once, beside the number, name or date that says whose it is", async () => {
    expect(await found("MRN 50659983: treated for depression and asthma")).toEqual([
      "MEDICAL_RECORD_NUMBER 50659983",
      "MEDICAL_CONDITION depression",
      "MEDICAL_CONDITION asthma",
    ]);
    expect(await found("Chemotherapy for Sarah Jones begins on Monday")).toEqual([
      "MEDICAL_CONDITION Chemotherapy",
    ]);
  });

  it("is not told of a person far away", async () => {
    expect(
      await found(`Mr. Smith called. ${"The weather is fine. ".repeat(10)} Diabetes is common.`),
    ).toEqual([]);
  });
});
