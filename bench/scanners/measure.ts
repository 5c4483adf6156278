/** Runs the corpus through the policies and counts what was found, missed, and found where nothing is. */
import type { Json } from "../../core/json.ts";
import { starter } from "./bundle.ts";
import { benign } from "./corpus/benign/index.ts";
import { KINDS, negatives, positives, type Sizes } from "./corpus/index.ts";
import type { Benign, Case, Kind, Level, Negative } from "./corpus/model.ts";
import { type Finding, policyNamed, Scanner } from "./policies.ts";

export interface Tally {
  readonly found: number;
  readonly all: number;
}

export interface Row {
  readonly policy: string;
  readonly entity: string;
  readonly recall: Readonly<Record<Level, Tally>>;
  /** Of the found ones: marked where they stand. */
  readonly placed: Tally;
  /** Negatives in which the entity was found after all. */
  readonly wrong: Tally;
  /** Found rightly, of all that was found in cases and negatives of the entity. */
  readonly precision: Tally;
}

export interface Miss {
  readonly case: Case;
  /** Rules that fired instead. */
  readonly others: readonly string[];
  /** Missed without its evasions as well. */
  readonly alsoPlain: boolean;
}

export interface FalseAlarm {
  readonly message: Negative | Benign;
  readonly findings: readonly Finding[];
}

export interface Measured {
  readonly rows: readonly Row[];
  readonly misses: readonly Miss[];
  readonly falseAlarms: readonly FalseAlarm[];
  /** Kinds for which no policy has a rule. */
  readonly without: readonly string[];
}

/** `*`: any rule of the policy says what the kind is. */
const matches = ({ rules, policy }: Case | Negative, finding: Finding): boolean =>
  finding.policy === policy &&
  !finding.rule.startsWith("POLICY_") &&
  (rules.includes("*") || rules.includes(finding.rule));

const overlaps = (positive: Case, { part, pointer, start, end }: Finding): boolean =>
  part === "payload" &&
  positive.places.some(
    (place) =>
      place.pointer === pointer &&
      (start === undefined || (start < place.end && (end ?? start) > place.start)),
  );

/** Which kinds some built policy can find at all. */
export function hasRule({ policy, rules, entity }: Kind): boolean {
  const known = policyNamed(policy)?.manifest.rules.map(({ id }) => id);
  if (known === undefined) return false;
  const wanted = rules ?? [entity];
  return wanted.includes("*") || wanted.some((rule) => known.includes(rule));
}

interface Sums {
  readonly recall: Record<Level, { found: number; all: number }>;
  placed: number;
  wrong: number;
  negatives: number;
}

const noSums = (): Sums => ({
  recall: { plain: { found: 0, all: 0 }, one: { found: 0, all: 0 }, two: { found: 0, all: 0 } },
  placed: 0,
  wrong: 0,
  negatives: 0,
});

function rowOf({ policy, entity }: Kind, { recall, placed, wrong, negatives: all }: Sums): Row {
  const right = recall.plain.found + recall.one.found + recall.two.found;
  return {
    policy,
    entity,
    recall,
    placed: { found: placed, all: right },
    wrong: { found: wrong, all },
    precision: { found: right, all: right + wrong },
  };
}

export interface Wanted {
  readonly policy?: string | undefined;
  readonly entity?: string | undefined;
}

const keyOf = ({ policy, entity }: { policy: string; entity: string }): string => `${policy}/${entity}`;

/** Counts one case after the other; each is scanned by the policy that it is for. */
class Measurement {
  readonly misses: Miss[] = [];
  readonly falseAlarms: FalseAlarm[] = [];
  readonly #kinds: readonly Kind[];
  readonly #sums: ReadonlyMap<string, Sums>;
  readonly #scanners: ReadonlyMap<string, Scanner>;

  constructor(kinds: readonly Kind[]) {
    this.#kinds = kinds;
    this.#sums = new Map(kinds.map((kind) => [keyOf(kind), noSums()]));
    const names = [...new Set(kinds.map((kind) => kind.policy))];
    this.#scanners = new Map(names.map((name) => [name, new Scanner([policyNamed(name) ?? []].flat())]));
  }

  get rows(): Row[] {
    return this.#kinds.map((kind) => rowOf(kind, this.#sumsOf(kind)));
  }

  #sumsOf(made: { policy: string; entity: string }): Sums {
    return this.#sums.get(keyOf(made)) ?? noSums();
  }

  async #scan({ policy, surface }: Case | Negative, payload: Json): Promise<Finding[]> {
    return (await this.#scanners.get(policy)?.scan(surface, payload)) ?? [];
  }

  async addPositive(positive: Case): Promise<void> {
    const findings = await this.#scan(positive, positive.payload as Json);
    const hits = findings.filter((finding) => matches(positive, finding));
    const sum = this.#sumsOf(positive);
    const tally = sum.recall[positive.level];
    tally.all++;
    if (hits.length > 0) {
      tally.found++;
      if (hits.some((finding) => overlaps(positive, finding))) sum.placed++;
      return;
    }
    const plain = await this.#scan(positive, positive.unhidden as Json);
    const alsoPlain = !plain.some((finding) => matches(positive, finding));
    this.misses.push({ case: positive, others: findings.map(({ rule }) => rule), alsoPlain });
  }

  async addNegative(negative: Negative): Promise<void> {
    const findings = await this.#scan(negative, negative.payload as Json);
    const hits = findings.filter((finding) => matches(negative, finding));
    const sum = this.#sumsOf(negative);
    sum.negatives++;
    if (hits.length === 0) return;
    sum.wrong++;
    this.falseAlarms.push({ message: negative, findings: hits });
  }
}

export async function measure(
  seed: string,
  sizes: Sizes,
  { policy, entity }: Wanted = {},
): Promise<Measured> {
  const wanted = KINDS.filter(
    (kind) =>
      (policy === undefined || kind.policy === policy) && (entity === undefined || kind.entity === entity),
  );
  const kinds = wanted.filter(hasRule);
  const measurement = new Measurement(kinds);
  for (const positive of positives(seed, sizes, kinds)) await measurement.addPositive(positive);
  for (const negative of negatives(seed, sizes, kinds)) await measurement.addNegative(negative);
  return {
    rows: measurement.rows,
    misses: measurement.misses,
    falseAlarms: measurement.falseAlarms,
    without: wanted.filter((kind) => !hasRule(kind)).map(keyOf),
  };
}

export interface BenignMeasured {
  readonly all: number;
  readonly blocked: number;
  readonly held: number;
  /** Messages by rule that blocked or held them. */
  readonly byRule: ReadonlyMap<string, number>;
  readonly falseAlarms: readonly FalseAlarm[];
}

/** Whatever blocks or holds a message that nobody should stop. */
export async function measureBenign(seed: string, count: number, wanted?: string): Promise<BenignMeasured> {
  const scanner = starter();
  const falseAlarms: FalseAlarm[] = [];
  const byRule = new Map<string, number>();
  const messages = benign(seed, count);
  for (const message of messages) {
    const findings = await scanner.scan(message.surface, message.payload as Json);
    const stopping = findings.filter(
      ({ severity, policy }) => severity !== "info" && (wanted === undefined || policy === wanted),
    );
    if (stopping.length === 0) continue;
    falseAlarms.push({ message, findings: stopping });
    for (const rule of new Set(
      stopping.map((found) => `${found.policy}/${found.rule} (${found.severity})`),
    )) {
      byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
    }
  }
  const blocked = falseAlarms.filter(({ findings }) => findings.some(({ severity }) => severity === "block"));
  return {
    all: messages.length,
    blocked: blocked.length,
    held: falseAlarms.length - blocked.length,
    byRule,
    falseAlarms,
  };
}
