/** Forms, tables and lists, as documents and exports have them: a label made from the member's name, and the value. */
import type { Kind } from "./model.ts";
import type { Random } from "./random.ts";

/** `[]` stands for the label, `{}` for the value. */
const FORMS = [
  "[]: {}",
  "[] {}",
  "[] is {}",
  "[] - {}",
  "[]={}",
  "[] = '{}'",
  "[] ({})",
  "{} ([])",
  "{} is the []",
  "Name: Jane Miller\n[]: {}\nCity: Leeds",
  "| field | value |\n|---|---|\n| [] | {} |",
  "Name;[]\nJane Miller;{}",
  "* []\n  {}",
  "[]\t{}",
  "Please update the [] to {} in our records.",
  "the [] on file, {}, is wrong",
  "Which [] is right: {}?",
  'name: "Jane Miller", [] : "{}"',
];

/** `customer_ssn`, `customerSsn` as words. */
function labelOf(random: Random, { keys }: Kind): string {
  const words = random
    .pick(keys)
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll("_", " ");
  const style = random.int(0, 2);
  if (style === 0) return words.toLowerCase();
  if (style === 1) return words.charAt(0).toUpperCase() + words.slice(1);
  return words.replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
}

/** A sentence for the value; null for kinds that are sentences themselves or stand in code. */
export function formOf(random: Random, kind: Kind): string | null {
  if (kind.isSentence || kind.policy !== "pii") return null;
  return random.pick(FORMS).replace("[]", labelOf(random, kind));
}
