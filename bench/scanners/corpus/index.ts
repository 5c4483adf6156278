/** The labelled cases: positives plain and evaded, and what must not be found. */
import { EVASIONS, evade } from "./evasions/index.ts";
import { formOf } from "./forms.ts";
import { type Case, type Kind, LEVELS, type Level, type Negative, type Passage } from "./model.ts";
import { type Placed, place, placeAsNumber, placeInHtml, placeInMember } from "./payloads.ts";
import { PII } from "./pii/index.ts";
import { Random } from "./random.ts";
import { SECRETS } from "./secrets/index.ts";
import { CLAIMS } from "./words/claims.ts";
import { LISTS } from "./words/terms.ts";
import { TONE } from "./words/tone.ts";

export const KINDS: readonly Kind[] = [...PII, ...SECRETS, ...LISTS, ...TONE, ...CLAIMS];

export interface Sizes {
  /** Positives of each level. */
  readonly perLevel: number;
  readonly negatives: number;
}

const ruleNames = ({ rules, entity }: Kind): readonly string[] => rules ?? [entity];

function passageOf(random: Random, sentences: readonly string[], value: string): Passage {
  const [before = "", after = ""] = random.pick(sentences).split("{}");
  return { before, value, after };
}

const FORM_SHARE = 0.35;

function sentencesOf(random: Random, kind: Kind): readonly string[] {
  const form = random.chance(FORM_SHARE) ? formOf(random, kind) : null;
  return form === null ? kind.sentences : [form];
}

const MEMBER_SHARE = 0.25;
const HTML_SHARE = 0.12;
const NUMBER_SHARE = 0.5;

function placePlain(random: Random, kind: Kind, passage: Passage): Placed {
  if (kind.onlyInMember || random.chance(MEMBER_SHARE)) {
    const number = random.chance(NUMBER_SHARE) ? placeAsNumber(random, passage.value, kind) : null;
    return number ?? placeInMember(random, passage, kind);
  }
  if (random.chance(HTML_SHARE)) return placeInHtml(random, passage);
  return place(random, passage);
}

/** Evaded alone in its member: the name says what it is, as the sentence would. */
const isWholeField = ({ before, after }: Passage): boolean => before === "" && after === "";

function caseOf(random: Random, kind: Kind, level: Level, turn: number): Case {
  const passage = passageOf(random, sentencesOf(random, kind), kind.make(random));
  const base = {
    id: `${kind.entity}/${level}/${turn}`,
    policy: kind.policy,
    entity: kind.entity,
    rules: ruleNames(kind),
    level,
    unhidden: { text: passage.before + passage.value + passage.after },
  };
  if (level === "plain") return { ...base, evasions: [], ...placePlain(random, kind, passage) };
  const depth = level === "one" ? 1 : 2;
  if (!kind.onlyInMember && !random.chance(MEMBER_SHARE)) {
    const { names, passage: evaded } = evade(random, kind, passage, depth, turn);
    return { ...base, evasions: names, ...place(random, evaded) };
  }
  const alone = { before: "", value: passage.value, after: "" };
  let { names, passage: evaded } = evade(random, kind, alone, depth, turn);
  while (kind.onlyInMember && !isWholeField(evaded)) {
    ({ names, passage: evaded } = evade(random, kind, alone, depth, random.int(0, EVASIONS.length - 1)));
  }
  if (!isWholeField(evaded))
    return { ...base, evasions: names, ...place(random, withSentence(random, kind, evaded)) };
  const unhidden = { [kind.keys[0] ?? "text"]: passage.value };
  return { ...base, unhidden, evasions: names, ...placeInMember(random, evaded, kind) };
}

/** What wrote something around the value needs its sentence after all. */
function withSentence(random: Random, kind: Kind, evaded: Passage): Passage {
  const { before, after } = passageOf(random, kind.sentences, "");
  return evaded.before.startsWith("<p>")
    ? { ...evaded, before: `<p>${before}`, after: `${after}</p>` }
    : { ...evaded, before: evaded.before + before, after: after + evaded.after };
}

/** Says nothing of persons, banks or health. */
const NEUTRAL = [
  "Order {} has shipped.",
  "Ticket {} is closed.",
  "See part no. {} in the catalogue.",
  "Our reference: {}",
  "Batch {} passed the test.",
  "Job {} finished in 12 s.",
  "Tracking number {} is on its way.",
];
const OUT_OF_CONTEXT_SHARE = 0.5;

function negativeOf(random: Random, kind: Kind, near: NonNullable<Kind["near"]>, turn: number): Negative {
  const { policy, entity } = kind;
  const base = { id: `${entity}/near/${turn}`, policy, entity, rules: ruleNames(kind) };
  if (kind.needsContext && random.chance(OUT_OF_CONTEXT_SHARE)) {
    return { ...base, ...place(random, passageOf(random, NEUTRAL, kind.make(random))) };
  }
  const passage = passageOf(random, kind.nearSentences ?? sentencesOf(random, kind), near(random));
  const placed =
    kind.nearSentences === undefined ? placePlain(random, kind, passage) : place(random, passage);
  return { ...base, ...placed };
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** Each kind has a stream of its own, and so has each level: a kind more leaves the others as they are. */
export function positives(seed: string, { perLevel }: Sizes, kinds = KINDS): Case[] {
  return kinds.flatMap((kind) =>
    LEVELS.flatMap((level) => {
      const random = new Random(`${seed}/${kind.policy}/${kind.entity}/${level}`);
      const offset = random.int(0, EVASIONS.length - 1);
      return times(perLevel, (turn) => caseOf(random, kind, level, offset + turn));
    }),
  );
}

export function negatives(seed: string, { negatives: count }: Sizes, kinds = KINDS): Negative[] {
  return kinds.flatMap((kind) => {
    const { near } = kind;
    if (near === undefined) return [];
    const random = new Random(`${seed}/${kind.policy}/${kind.entity}/near`);
    return times(count, (turn) => negativeOf(random, kind, near, turn));
  });
}
