/** Check digits, each from its own standard. All take and give decimal digits as text. */

const rankOf = (digit: string): number => Number.parseInt(digit, 36);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const numbers = (text: string): number[] => [...text].map(rankOf);

/** Weights times digits; the weights repeat where the text is longer. */
export const weighted = (text: string, weights: readonly number[]): number =>
  sum(numbers(text).map((value, index) => value * (weights[index % weights.length] ?? 0)));

/** ISO/IEC 7812-1: the digit that makes the whole valid. */
export function luhn(digits: string): string {
  const total = sum(
    numbers(digits)
      .reverse()
      .map((digit, index) => (index % 2 === 0 ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit)),
  );
  return String((10 - (total % 10)) % 10);
}

/** ISO 7064 MOD 97-10 over letters as 10 to 35: the remainder. */
export function remainder97(text: string): number {
  let rest = 0;
  for (const char of text) {
    const value = rankOf(char.toLowerCase());
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest;
}

export const ibanCheck = (country: string, account: string): string =>
  String(98 - remainder97(`${account}${country}00`)).padStart(2, "0");

const VERHOEFF_INVERSE = [0, 4, 3, 2, 1, 5, 6, 7, 8, 9];

/** Product in the dihedral group of order 10. */
function dihedral(left: number, right: number): number {
  if (left < 5) return right < 5 ? (left + right) % 5 : 5 + ((left + right - 5) % 5);
  return right < 5 ? 5 + ((left - 5 - right + 5) % 5) : (left - right + 5) % 5;
}

/** J. Verhoeff, 1969: Aadhaar's check digit. */
export function verhoeff(digits: string): string {
  const permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  const permute = (digit: number, times: number): number =>
    times === 0 ? digit : permute(permutation[digit] ?? 0, times - 1);
  const total = numbers(digits)
    .reverse()
    .reduce((state, digit, index) => dihedral(state, permute(digit, (index + 1) % 8)), 0);
  return String(VERHOEFF_INVERSE[total]);
}

/** ISO 7064 MOD 11,10: the German tax number's. */
export function mod11Mod10(digits: string): string {
  const product = numbers(digits).reduce((state, digit) => {
    const step = (digit + state) % 10 || 10;
    return (step * 2) % 11;
  }, 10);
  return String((11 - product) % 10);
}

/** A digit that is not the right one. */
export const wrong = (digit: string): string => String((Number(digit) + 1 + (Number(digit) % 3)) % 10);
