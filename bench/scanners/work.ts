/** The starter bundle on one input after the other: mails of any size, and what each policy takes. */
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import type { Json } from "../../core/json.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import type { RunOutcome } from "../../core/policy/verdict.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { starter } from "./bundle.ts";
import { TOPICS } from "./corpus/benign/mail-texts.ts";
import { fill } from "./corpus/benign/slots.ts";
import type { Random } from "./corpus/random.ts";
import { inputOf, type Policy, policyNamed } from "./policies.ts";

/** Ordinary sentences up to a size, in lines as mail programs break them. */
export function mailText(random: Random, size: number): string {
  let text = "";
  while (text.length < size) {
    const { sentences } = random.pick(TOPICS);
    text += `${fill(random, random.pick(sentences))}${random.chance(0.2) ? "\n\n" : " "}`;
  }
  // Signs of money and the like are the corpus' business: this is a mail in ASCII.
  return text.replace(/[^\n -~]/g, "$").slice(0, size);
}

export const mail = (text: Json): Uint8Array =>
  inputOf("outbound.email", { to: ["team@example.com"], subject: "Minutes and figures", text });

export interface Work {
  readonly input: Uint8Array;
  readonly reading: Uint8Array | undefined;
  readonly findings: Uint8Array;
}

export interface Run {
  readonly us: number;
  readonly outcome: RunOutcome;
  readonly isCold: boolean;
}

/** One policy's run, and what it took in microseconds. */
export type Step = (work: Work) => Promise<Run>;

const host = new PolicyHost();

async function stepOf(policy: Policy): Promise<Step> {
  const { module, settings, name, manifest } = policy;
  const fault = await host.prepare(module, settings);
  if (fault !== null) throw new Error(`${name}: ${fault.rule} ${fault.detail}`);
  return async ({ input, reading, findings }) => {
    const parts = {
      reading: manifest.reading === "reads" ? reading : undefined,
      findings: manifest.findings === "reads" ? findings : undefined,
    };
    const startedAt = performance.now();
    const answer = host.run(module, settings, input, FUEL_FULL, parts);
    // One that outgrew its memory was thrown away: making the next is part of what such an input costs.
    const isCold = answer instanceof Promise;
    const outcome = isCold ? await answer : answer;
    return { us: (performance.now() - startedAt) * 1000, outcome, isCold };
  };
}

const NO_FINDINGS = utf8(canonicalJson({ findings: [] }));

/** The starter bundle's reader and policies, each with an instance at hand. */
export class BundleRun {
  readonly #steps: ReadonlyMap<string, Step>;
  readonly #reader: Step;

  private constructor(reader: Step, policies: readonly (readonly [string, Step])[]) {
    this.#reader = reader;
    this.#steps = new Map([["reader", reader], ...policies]);
  }

  /** `only`: of its policies the one of this name. */
  static async create(only?: string): Promise<BundleRun> {
    const reader = policyNamed("reader");
    if (reader === undefined) throw new Error("no reader is built");
    const steps: [string, Step][] = [];
    for (const policy of starter().policies) {
      if (only === undefined || policy.name === only) steps.push([policy.name, await stepOf(policy)]);
    }
    return new BundleRun(await stepOf(reader), steps);
  }

  get names(): string[] {
    return [...this.#steps.keys()];
  }

  async workOf(input: Uint8Array): Promise<Work> {
    const { outcome } = await this.#reader({ input, reading: undefined, findings: NO_FINDINGS });
    return { input, reading: outcome.reading, findings: NO_FINDINGS };
  }

  /** Each policy once. */
  async run(work: Work): Promise<Map<string, Run>> {
    const runs = new Map<string, Run>();
    for (const [name, step] of this.#steps) runs.set(name, await step(work));
    return runs;
  }
}
