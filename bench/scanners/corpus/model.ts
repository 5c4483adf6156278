/** What the corpus is made of: kinds of things to be found, and the labelled cases made from them. */
import type { Random } from "./random.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [member: string]: Json };

/** Which evasions leave a value readable: leet is for words, Arabic digits are for numbers. */
export type Alphabet = "digits" | "mixed" | "token" | "words";

export interface Kind {
  readonly policy: string;
  /** The row of the table; Presidio's name where it has one. */
  readonly entity: string;
  /** Any of these rules counts as found; without it the entity's own name. */
  readonly rules?: readonly string[];
  readonly alphabet: Alphabet;
  readonly make: (random: Random) => string;
  /** `{}` stands for the value. */
  readonly sentences: readonly string[];
  /** Names of members that hold such a value. */
  readonly keys: readonly string[];
  /** Evasions that would leave something else: a key in lower case opens nothing. */
  readonly caseMatters?: boolean;
  /** Looks like one and is none. */
  readonly near?: (random: Random) => string;
  /** Where `near` stands; without it, in the kind's own sentences. */
  readonly nearSentences?: readonly string[];
  /** The form alone says nothing: the same value where nothing near it says what it is, is no finding. */
  readonly needsContext?: boolean;
  /** Only its member's name says what it is. */
  readonly onlyInMember?: boolean;
  /** Never one word in a member of its own: it is a sentence already. */
  readonly isSentence?: boolean;
}

export type Level = "plain" | "one" | "two";
export const LEVELS: readonly Level[] = ["plain", "one", "two"];

/** A field's text with the value in it. */
export interface Passage {
  readonly before: string;
  readonly value: string;
  readonly after: string;
}

export interface Case {
  readonly id: string;
  readonly policy: string;
  readonly entity: string;
  readonly rules: readonly string[];
  readonly level: Level;
  /** Names of the evasions, in the order they were applied. */
  readonly evasions: readonly string[];
  readonly payload: Json;
  /** The value as its reader sees it, in its sentence or member: where this is missed too, no evasion is to blame. */
  readonly unhidden: Json;
  readonly surface: string;
  /** Pointers into the payload where the value stands, with its code units. */
  readonly places: readonly Place[];
}

export interface Place {
  readonly pointer: string;
  readonly start: number;
  readonly end: number;
}

/** Nothing of `rules` may be found in it. */
export interface Negative {
  readonly id: string;
  readonly policy: string;
  readonly entity: string;
  readonly rules: readonly string[];
  readonly payload: Json;
  readonly surface: string;
}

/** A message that no rule may block. */
export interface Benign {
  readonly id: string;
  readonly group: string;
  readonly surface: string;
  readonly payload: Json;
}
