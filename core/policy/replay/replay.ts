/**
 * A recorded decision done again (docs/spec/replay.md): the same modules on the same input must give the same verdicts, byte
 * for byte, and these the same decision. Pure but for the runner. That the entry stands in the log is `verify`'s to say.
 */
import * as v from "valibot";
import { canonicalJson } from "../../canonical-json.ts";
import { fromBase64Url } from "../../encoding.ts";
import { type Digest, digestOf } from "../../hash.ts";
import type { Json, JsonObject } from "../../json.ts";
import type { BindingUsed, DecisionBody, PolicyRan, ShadowBody } from "../../ledger/entry.ts";
import { actionCommitment, dischargedCommitment, textCommitment } from "../../ledger/openings.ts";
import {
  combine,
  combineChanged,
  type Decision,
  type Judgement,
  refusal,
  shadowOf,
  unsettled,
} from "../decision.ts";
import type { EngineRule } from "../engine-rules.ts";
import type { PolicyInput } from "../input.ts";
import { redact } from "../obligation.ts";
import { rulesFired } from "../rules-fired.ts";
import { evidenceSchema, recordedBodySchema } from "./body.ts";
import { type PassContext, type RecordedRun, type Runner, replayPass } from "./pass.ts";
import { Comparisons, type Replay } from "./report.ts";
import type { ReplaySources } from "./sources.ts";

/** What is kept beside the entry of a decision. Texts are exactly as they were hashed; null where they are not at hand. */
export interface DecisionEvidence {
  /** base64url. */
  readonly salt: string;
  readonly input: string | null;
  readonly changedInput: string | null;
  readonly verdicts: {
    readonly decision: readonly string[];
    readonly shadow: readonly string[] | null;
  } | null;
  /** Keys of the findings that an approval discharged. */
  readonly discharged: readonly string[] | null;
  /** Index of the entry that says that the rest was erased. */
  readonly erasedBy?: number | null;
}

/** What a `decision` says, and an `evaluation` but for the members that are its decision's. */
export type RecordedBody = Pick<
  DecisionBody,
  "decision" | "would_decide" | "rules" | "policies" | "shadow" | "bundles" | "bindings"
> &
  Partial<Pick<DecisionBody, "mode" | "provisional" | "target" | "discharged">> & {
    readonly commitments: Pick<DecisionBody["commitments"], "input" | "changed"> & {
      readonly action?: Digest;
    };
  };

export async function replayDecision(
  body: RecordedBody,
  evidence: DecisionEvidence,
  sources: ReplaySources,
  run: Runner,
): Promise<Replay> {
  const comparisons = new Comparisons();
  const { erasedBy = null } = evidence;
  if (erasedBy !== null) {
    comparisons.missing(
      "input",
      null,
      `what it was made from was erased, as entry ${erasedBy} of the log says`,
    );
    return comparisons.report();
  }
  if (!v.is(recordedBodySchema, body)) {
    comparisons.missing(
      "decision",
      null,
      "the entry does not say what it depends on: an earlier release wrote it",
    );
    return comparisons.report();
  }
  const salt = v.is(evidenceSchema, evidence) ? fromBase64Url(evidence.salt) : null;
  if (salt === null) {
    comparisons.missing("input", null, "there is no evidence with a salt that opens the entry's commitments");
    return comparisons.report();
  }
  try {
    await new Replayer(body, evidence, { comparisons, sources, run, salt }).replay();
  } catch (error) {
    // What a gateway writes can be combined; a file may hold anything.
    comparisons.missing("decision", null, `the record is not one that a gateway writes: ${String(error)}`);
  }
  return comparisons.report();
}

/**
 * Rules by which the gate refuses without asking a policy, facts about its keys, targets and bindings at that time; and that
 * what they answered could not be kept.
 */
const UNASKED: readonly EngineRule[] = [
  "NO_BINDING",
  "DECISION_TOO_LARGE",
  "SUBMITTER_REVOKED",
  "TARGET_UNAVAILABLE",
];

class Replayer {
  readonly #body: RecordedBody;
  readonly #evidence: DecisionEvidence;
  readonly #context: PassContext;

  constructor(body: RecordedBody, evidence: DecisionEvidence, context: PassContext) {
    this.#body = body;
    this.#evidence = evidence;
    this.#context = context;
  }

  async replay(): Promise<void> {
    const input = this.#openInput();
    const discharged = this.#openDischarged();
    if (input === null || discharged === null) return;
    const decision = await this.#decide(input, discharged);
    if (decision === null) return;
    const shadow = await this.#decideShadow(input, discharged);
    if (shadow === undefined) return;
    const { comparisons } = this.#context;
    const expected = claims(this.#body);
    const got: Readonly<Record<string, string | null>> = {
      ...claimsOf(decision),
      shadow: shadow && canonicalJson(shadow),
    };
    for (const [name, recorded] of Object.entries(expected))
      comparisons.same("decision", name, recorded, got[name] ?? null);
  }

  /** The input, where it is the one that was judged. */
  #openInput(): PolicyInput | null {
    const { comparisons, salt } = this.#context;
    const { commitments, target } = this.#body;
    const { input } = this.#evidence;
    if (input === null) {
      comparisons.missing("input", null, "the input is not at hand, or was erased");
      return null;
    }
    if (!comparisons.same("input", null, commitments.input, textCommitment("input", salt, input)))
      return null;
    const document = JSON.parse(input) as JsonObject;
    if (commitments.action !== undefined)
      comparisons.same(
        "action",
        null,
        commitments.action,
        actionCommitment("action", salt, document, target),
      );
    return { document, text: input };
  }

  #openDischarged(): ReadonlySet<string> | null {
    const { comparisons, salt } = this.#context;
    const { discharged: commitment } = this.#body;
    const keys = this.#evidence.discharged;
    if (commitment == null) return new Set();
    if (keys === null) {
      comparisons.missing("discharged", null, "which findings the approval discharged is not at hand");
      return null;
    }
    const got = dischargedCommitment(salt, keys);
    return comparisons.same("discharged", null, commitment, got) ? new Set(keys) : null;
  }

  async #decide(input: PolicyInput, discharged: ReadonlySet<string>): Promise<Decision | null> {
    const { bindings, commitments, policies } = this.#body;
    if (bindings.length === 0) return this.#refused();
    const runs = withTexts(policies, this.#evidence.verdicts?.decision ?? null);
    const of = (pass: 1 | 2) => runs.filter(({ run }) => run.pass === pass);
    const first = await this.#judge(bindings, of(1), input);
    if (first === null) return null;
    const decision = combine(first, discharged);
    const asked = decision.obligations.filter(({ observed }) => !observed);
    const due = asked.length > 0 && decision.outcome !== "block";
    const { comparisons } = this.#context;
    const word = (present: boolean) => (present ? "changed" : "as submitted");
    if (!comparisons.same("obligations", null, word(commitments.changed !== null), word(due))) return null;
    if (!due) return decision;
    const changed = this.#openChanged(input, redact(payloadOf(input.document), asked, this.#context.salt));
    const second = changed && (await this.#judge(bindings, of(2), changed));
    if (changed === null || second === null) return null;
    const settled = combineChanged(decision, combine(second, discharged), discharged);
    // An action that had a message and has none any more could not be rendered.
    const unsendable = input.document.message !== null && changed.document.message === null;
    return unsendable ? unsettled(settled) : settled;
  }

  #judge(
    bindings: readonly BindingUsed[],
    runs: readonly RecordedRun[],
    input: PolicyInput,
  ): Promise<Judgement[] | null> {
    return replayPass(this.#context, bindings, runs, input);
  }

  #refused(): Decision {
    const rule = UNASKED.find((one) => this.#body.rules.some(({ rule }) => rule === one));
    return refusal(rule ?? "NO_BINDING");
  }

  /** The changed input, where it is the first one with exactly what the obligations made of its payload. */
  #openChanged({ document }: PolicyInput, payload: JsonObject): PolicyInput | null {
    const { comparisons, salt } = this.#context;
    const { changed } = this.#body.commitments;
    const { changedInput } = this.#evidence;
    if (changed === null) return null;
    if (changedInput === null) {
      comparisons.missing("changed_input", null, "the changed input is not at hand, or was erased");
      return null;
    }
    const got = textCommitment("changed_input", salt, changedInput);
    if (!comparisons.same("changed_input", null, changed.input, got)) return null;
    const found = JSON.parse(changedInput) as JsonObject;
    const action = { ...(document.action as JsonObject), payload };
    // What was rendered of it follows from the target's configuration, which is not part of the record.
    const expected = canonicalJson({ ...document, action, message: found.message ?? null });
    const { target } = this.#body;
    // An evaluation's action goes where its decision's did, and does not say it again.
    if (target !== undefined) {
      const of = actionCommitment("changed_action", salt, { ...document, action }, target);
      comparisons.same("changed_input", "action", changed.action, of);
    }
    const same = comparisons.same("changed_input", "payload", digestOf(expected), digestOf(changedInput));
    return same ? { document: found, text: changedInput } : null;
  }

  /** Undefined: it could not be combined. */
  async #decideShadow(
    input: PolicyInput,
    discharged: ReadonlySet<string>,
  ): Promise<ReturnType<typeof shadowClaims> | null | undefined> {
    const { bindings, shadow } = this.#body;
    const tried = bindings.some((one) => one.shadow !== null);
    if (shadow === null) {
      if (tried)
        this.#context.comparisons.same("decision", "shadow", null, "that of the bindings' candidates");
      return null;
    }
    const candidates = bindings.map((one) => (one.shadow === null ? one : { ...one, bundle: one.shadow }));
    const runs = withTexts(shadow.policies, this.#evidence.verdicts?.shadow ?? null);
    const judgements = await this.#judge(candidates, runs, input);
    if (judgements === null) return undefined;
    const { outcome, findings, bundles } = shadowOf(combine(judgements, discharged));
    return shadowClaims({ decision: outcome, rules: rulesFired(findings), bundles });
  }
}

const withTexts = (policies: readonly PolicyRan[], texts: readonly string[] | null): RecordedRun[] =>
  policies.map((run, index) => ({ run, text: texts?.[index] ?? null }));

const payloadOf = (document: JsonObject): JsonObject => (document.action as { payload: JsonObject }).payload;

/** What an entry says of a decision and follows from verdicts and bindings alone. */
const claims = (body: RecordedBody): Readonly<Record<string, string | null>> => ({
  decision: body.decision,
  ...(body.mode === undefined ? {} : { mode: body.mode }),
  would_decide: body.would_decide,
  rules: canonicalJson(body.rules as unknown as Json),
  bundles: canonicalJson([...body.bundles]),
  ...(body.provisional === undefined ? {} : { provisional: String(body.provisional) }),
  shadow: body.shadow && canonicalJson(shadowClaims(body.shadow)),
});

const claimsOf = (decision: Decision) => ({
  decision: decision.outcome,
  mode: decision.mode,
  would_decide: decision.wouldDecide,
  rules: canonicalJson(rulesFired(decision.findings) as unknown as Json),
  bundles: canonicalJson([...decision.bundles]),
  provisional: String(decision.unfinished && (decision.outcome === "allow" || decision.outcome === "modify")),
});

const shadowClaims = ({ decision, rules, bundles }: Pick<ShadowBody, "decision" | "rules" | "bundles">) =>
  ({ decision, rules: rules as unknown as Json, bundles: [...bundles] }) satisfies Json;
