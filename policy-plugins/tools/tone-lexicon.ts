// Words and how positive or negative they are, for policy `tone`: VADER's lexicon (vader-lexicon.txt), and what its rules know by
// name. Read by make-tone.ts.

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Close forms of words that VADER has, in tenths. */
const OWN: readonly (readonly [word: string, tenths: number])[] = [
  ["apprehensive", -3],
  ["despicable", -25],
  ["harmful", -26],
  ["robbed", -26],
];

/**
 * Valences in tenths. VADER looks for words in small letters and without blanks, so that it never finds fourteen of its entries
 * with capitals, which it has in small letters as well, or four of several words: those are left out.
 */
export const LEXICON: readonly (readonly [word: string, tenths: number])[] = [
  ...readFileSync(join(import.meta.dirname, "vader-lexicon.txt"), "utf8")
    .split("\n")
    .filter((line) => line.includes("\t"))
    .map((line) => line.split("\t"))
    .filter(([word = ""]) => !word.includes(" ") && word === word.toLowerCase())
    .map(([word = "", valence = ""]) => [word, Math.round(Number(valence) * 10)] as const),
  ...OWN,
];

const words = (text: string): string[] => text.trim().split(/\s+/);
const each = (kind: number, text: string) => words(text).map((word) => [word, kind] as const);

/** What the rules know a word for: the numbers of WordKind in tone/lexicon.ts. */
export const WORD_KINDS: readonly (readonly [word: string, kind: number])[] = [
  ...each(
    2,
    `absolutely amazingly awfully completely considerable considerably decidedly deeply effing enormous enormously entirely especially
    exceptional exceptionally extreme extremely fabulously flipping flippin frackin fracking fricking frickin frigging friggin fully fuckin
    fucking fuggin fugging greatly hella highly hugely incredible incredibly intensely major majorly more most particularly purely quite
    really remarkably substantially thoroughly total totally tremendous tremendously uber unbelievably unusually utter utterly`,
  ),
  ...each(
    3,
    `almost barely hardly kinda kindof kind-of less little marginal marginally occasional occasionally partly scarce scarcely slight
    slightly somewhat sorta sortof sort-of`,
  ),
  ...each(
    4,
    `aint arent cannot cant couldnt darent didnt doesnt dont hadnt hasnt havent isnt mightnt mustnt neither neednt none nope not nothing
    nowhere oughtnt shant shouldnt uhuh uh-uh wasnt werent wont wouldnt rarely seldom despite`,
  ),
  ["no", 6],
  ["never", 7],
  ["without", 8],
  ["nor", 9],
  ["or", 10],
  ["so", 11],
  ["very", 12],
  ["this", 13],
  ["at", 14],
  ["of", 15],
  ["but", 16],
  ["least", 17],
  ["doubt", 18],
  ["kind", 19],
  ...each(20, "you your yours yourself yourselves you're youre you've you'd you'll u ur"),
  ...each(
    21,
    `sorry apologise apologised apologises apologising apologize apologized apologizes apologizing apology apologies regret regrets
    regretfully regrettably unfortunately sincerely understand sympathise sympathize`,
  ),
];

/** Phrases with a valence of their own, and dampeners of two words. */
export const IDIOMS: readonly (readonly [phrase: string, tenths: number, kind: number])[] = [
  ["the shit", 30, 5],
  ["the bomb", 30, 5],
  ["bad ass", 15, 5],
  ["bus stop", 0, 5],
  ["yeah right", -20, 5],
  ["kiss of death", -15, 5],
  ["to die for", 30, 5],
  ["beating heart", 31, 5],
  ["broken heart", -29, 5],
  ["just enough", 0, 3],
  ["kind of", 0, 3],
  ["sort of", 0, 3],
];
