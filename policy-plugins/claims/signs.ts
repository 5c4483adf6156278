import { Currency } from "./phrase-table";

// Signs of more than one byte: currencies, the Arabic percent sign, and general punctuation.

/** Bytes of the sign at an address; 0: a letter stands there. */
export function signSize(at: usize): usize {
  const lead = load<u8>(at);
  const second = load<u8>(at, 1);
  if (lead == 0xc2) return second < 0xc0 ? 2 : 0;
  if (lead == 0xd9) return second == 0xaa ? 2 : 0;
  if (lead != 0xe2) return 0;
  return second <= 0x82 ? 3 : 0;
}

/** Which currency a sign is; 0: none. */
export function currencyOfSign(at: usize): u8 {
  const lead = load<u8>(at);
  if (lead == 0x24) return Currency.USD;
  if (lead == 0xc2) return currencyOfLatin(load<u8>(at, 1));
  if (lead != 0xe2 || load<u8>(at, 1) != 0x82) return 0;
  switch (load<u8>(at, 2)) {
    case 0xac: return Currency.EUR;
    case 0xb9: return Currency.INR;
    case 0xa8: return Currency.INR;
    case 0xa9: return Currency.KRW;
    case 0xaa: return Currency.ILS;
    case 0xba: return Currency.TRY;
    default: return 0;
  }
}

/** The pound's and the yen's sign. */
function currencyOfLatin(second: u8): u8 {
  if (second == 0xa3) return Currency.GBP;
  return second == 0xa5 ? Currency.JPY : 0;
}

/** Whether a currency other than the United States' is written with the dollar sign. */
export function isDollar(currency: u8): bool {
  return currency == Currency.CAD || currency == Currency.AUD || currency == Currency.NZD || currency == Currency.SGD ||
    currency == Currency.HKD || currency == Currency.MXN;
}
