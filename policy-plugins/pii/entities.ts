// What is looked for: names as Presidio has them where it has one, and how sure a find has to be.
// Bits of a 64-bit mask, so at most 64 of them and of the other word classes below.

export namespace E {
  export const US_SSN: i32 = 0;
  export const US_SSN_UNDELIMITED: i32 = 1;
  export const US_ITIN: i32 = 2;
  export const US_PASSPORT: i32 = 3;
  export const US_DRIVER_LICENSE: i32 = 4;
  export const US_BANK_NUMBER: i32 = 5;
  export const ABA_ROUTING_NUMBER: i32 = 6;
  export const US_MBI: i32 = 7;
  export const US_NPI: i32 = 8;
  export const MEDICAL_LICENSE: i32 = 9;
  export const MEDICAL_RECORD_NUMBER: i32 = 10;
  export const CREDIT_CARD: i32 = 11;
  export const IBAN_CODE: i32 = 12;
  export const PHONE_NUMBER: i32 = 13;
  export const EMAIL_ADDRESS: i32 = 14;
  export const IP_ADDRESS: i32 = 15;
  export const MAC_ADDRESS: i32 = 16;
  export const CRYPTO: i32 = 17;
  export const UK_NHS: i32 = 18;
  export const UK_NINO: i32 = 19;
  export const UK_PASSPORT: i32 = 20;
  export const UK_DRIVING_LICENCE: i32 = 21;
  export const DE_TAX_ID: i32 = 22;
  export const DE_ID_CARD: i32 = 23;
  export const DE_PASSPORT: i32 = 24;
  export const DE_SOCIAL_SECURITY: i32 = 25;
  export const ES_NIF: i32 = 26;
  export const ES_NIE: i32 = 27;
  export const IT_FISCAL_CODE: i32 = 28;
  export const IT_VAT_CODE: i32 = 29;
  export const FR_NIR: i32 = 30;
  export const PL_PESEL: i32 = 31;
  export const SE_PERSONNUMMER: i32 = 32;
  export const FI_PERSONAL_IDENTITY_CODE: i32 = 33;
  export const NL_BSN: i32 = 34;
  export const AU_TFN: i32 = 35;
  export const AU_ABN: i32 = 36;
  export const AU_ACN: i32 = 37;
  export const AU_MEDICARE: i32 = 38;
  export const IN_PAN: i32 = 39;
  export const IN_AADHAAR: i32 = 40;
  export const SG_NRIC_FIN: i32 = 41;
  export const SG_UEN: i32 = 42;
  export const KR_RRN: i32 = 43;
  export const CA_SIN: i32 = 44;
  export const BR_CPF: i32 = 45;
  export const BR_CNPJ: i32 = 46;
  export const DATE_OF_BIRTH: i32 = 47;
  export const MEDICAL_CONDITION: i32 = 48;

  export const COUNT: i32 = 49;
}

/** Words that are no entity's context, but of a class of their own. */
export namespace Word {
  /** Somebody who is spoken of: `she`, `the patient`, `my husband`. */
  export const SUBJECT: i32 = 49;
  /** Whose something is: `his`, `her`, `my`. */
  export const OWNER: i32 = 50;
  /** The reader: also whoever reads a leaflet. */
  export const YOU: i32 = 51;
  /** What happens to one patient: `diagnosed`, `came back positive`. */
  export const CLINICAL: i32 = 52;
  /** What happens to patients, and is in advice to everybody too: `treatment`, `suffers`. */
  export const CARE: i32 = 53;
  /** Between somebody and what they have: `has`, `is`. */
  export const LINK: i32 = 54;
  /** Says that the text is about an illness, and nobody's: `research`, `patients`, `if you`. */
  export const GENERAL: i32 = 55;
  /** Followed by a name: `mr`, `patient`. */
  export const TITLE: i32 = 56;
  export const FIRST_NAME: i32 = 57;
  export const MONTH: i32 = 58;
  /** A member with an address that a message goes to or comes from. */
  export const ENVELOPE: i32 = 59;
  /** Where a number sign follows, a bank's account or a social security number. */
  export const NUMBERED: i32 = 60;
  /** Before a topic: `about`, `on`. */
  export const TOPIC: i32 = 61;
  /** What is named after an illness: `drugs`, `team`. */
  export const THING: i32 = 62;
  /** A medical term that says little without another. */
  export const VAGUE: i32 = 63;
  /** Of a word that is no medical term: before a number it says that this is a business's own, `order`, `claim`. */
  export const BUSINESS: i32 = VAGUE;
}

const NAMES: StaticArray<string> = [
  "US_SSN", "US_SSN_UNDELIMITED", "US_ITIN", "US_PASSPORT", "US_DRIVER_LICENSE", "US_BANK_NUMBER",
  "ABA_ROUTING_NUMBER", "US_MBI", "US_NPI", "MEDICAL_LICENSE", "MEDICAL_RECORD_NUMBER", "CREDIT_CARD",
  "IBAN_CODE", "PHONE_NUMBER", "EMAIL_ADDRESS", "IP_ADDRESS", "MAC_ADDRESS", "CRYPTO",
  "UK_NHS", "UK_NINO", "UK_PASSPORT", "UK_DRIVING_LICENCE", "DE_TAX_ID", "DE_ID_CARD", "DE_PASSPORT",
  "DE_SOCIAL_SECURITY", "ES_NIF", "ES_NIE", "IT_FISCAL_CODE", "IT_VAT_CODE", "FR_NIR", "PL_PESEL",
  "SE_PERSONNUMMER", "FI_PERSONAL_IDENTITY_CODE", "NL_BSN", "AU_TFN", "AU_ABN", "AU_ACN", "AU_MEDICARE",
  "IN_PAN", "IN_AADHAAR", "SG_NRIC_FIN", "SG_UEN", "KR_RRN", "CA_SIN", "BR_CPF", "BR_CNPJ",
  "DATE_OF_BIRTH", "MEDICAL_CONDITION",
];

export function nameOf(entity: i32): string {
  return NAMES[entity];
}

// @ts-ignore: decorator
@inline
export function bit(entity: i32): u64 {
  return (<u64>1) << entity;
}

export const ALL: u64 = bit(E.COUNT) - 1;

/** Words about whose a medical term is; they are nothing to a number. */
export const CUES: u64 = bit(Word.SUBJECT) | bit(Word.OWNER) | bit(Word.YOU) | bit(Word.CLINICAL) | bit(Word.CARE) |
  bit(Word.LINK) | bit(Word.GENERAL) | bit(Word.TOPIC) | bit(Word.THING) | bit(Word.VAGUE);

/** Entities that are about one natural person, and not in every signature: a medical term near one of them is about that person. */
export const PERSONAL: u64 = ALL & ~(
  bit(E.PHONE_NUMBER) | bit(E.EMAIL_ADDRESS) | bit(E.IP_ADDRESS) | bit(E.MAC_ADDRESS) |
  bit(E.US_NPI) | bit(E.MEDICAL_LICENSE) | bit(E.IT_VAT_CODE) | bit(E.AU_ABN) | bit(E.AU_ACN) | bit(E.SG_UEN) |
  bit(E.BR_CNPJ) | bit(E.CRYPTO) | bit(E.MEDICAL_CONDITION)
);

/** A find counts from this score on, unless the settings say otherwise. */
export const THRESHOLD: u8 = 50;
