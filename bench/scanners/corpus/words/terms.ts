/** 2,000 terms to be denied or discouraged: made-up names and phrases, so that no honest mail holds one by chance. */
import type { Json, Kind } from "../model.ts";
import { Random } from "../random.ts";

const ONSETS = "b br d dr f g gl gr k kl m n p pr r s sk st t tr v z zw qu".split(" ");
const VOWELS = "a e i o u ei au io ua".split(" ");
const CODAS = "x nk lm rg zz pt ld sk nth mp ff rb".split(" ");
const PHRASE_HEADS = ["project", "operation", "codename", "strictly", "house of", "plan", "unit", "formula"];

const TERM_COUNT = 2000;
const DISCOURAGED_EVERY = 4;

const syllable = (random: Random): string => random.pick(ONSETS) + random.pick(VOWELS);

const word = (random: Random): string =>
  Array.from({ length: random.int(2, 3) }, () => syllable(random)).join("") + random.pick(CODAS);

function term(random: Random): string {
  const made = word(random);
  const roll = random.next();
  if (roll < 0.35) return `${random.pick(PHRASE_HEADS)} ${made}`;
  if (roll < 0.45) return `${made} ${word(random)} ${word(random)}`;
  return made;
}

function allTerms(random: Random): string[] {
  const terms = new Set<string>();
  while (terms.size < TERM_COUNT) terms.add(term(random));
  return [...terms];
}

export const TERMS = allTerms(new Random("terms"));
const isDiscouraged = (_: string, index: number): boolean => index % DISCOURAGED_EVERY === 0;
const DENIED = TERMS.filter((made, index) => !isDiscouraged(made, index));
const DISCOURAGED = TERMS.filter(isDiscouraged);

export const DENYLIST_SETTINGS: Json = { denied_terms: DENIED, discouraged_terms: DISCOURAGED };

/** Part of a longer word, or a term's first half. */
const insideWord = (random: Random, terms: readonly string[]): string => {
  const chosen = random.pick(terms);
  return random.chance(0.5)
    ? `un${chosen.replaceAll(" ", "")}ing`
    : chosen.slice(0, Math.ceil(chosen.length / 2));
};

const SENTENCES = [
  "We should not speak of {} outside.",
  "{} is on the agenda.",
  "The draft mentions {} twice.",
  "Ask Greta about {}, she knows.",
  "as for {}: nothing new",
];

const listKind = (entity: string, terms: readonly string[]): Kind => ({
  policy: "denylist",
  entity,
  alphabet: "words",
  make: (random) => random.pick(terms),
  sentences: SENTENCES,
  keys: ["subject", "note", "title"],
  near: (random) => insideWord(random, terms),
});

export const LISTS: readonly Kind[] = [
  listKind("DENIED_TERM", DENIED),
  listKind("DISCOURAGED_TERM", DISCOURAGED),
];
