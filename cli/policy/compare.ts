/** What a case expects against what the policy did, member by member. */
import { canonicalJson } from "../../core/canonical-json.ts";
import type { Json } from "../../core/json.ts";
import type { RawFinding } from "../../core/policy/verdict.ts";
import type { Expectation } from "./case.ts";
import type { ExampleJudged } from "./judge.ts";

export interface Difference {
  /** The member of `expect`, or `error` where the policy failed and no failure was expected. */
  readonly what: keyof Expectation;
  /** One line for each item: a rule, a span, a decision. */
  readonly expected: readonly string[];
  readonly actual: readonly string[];
}

export function differencesOf(expected: Expectation, judged: ExampleJudged): Difference[] {
  const { verdict, decision, changed } = judged;
  const error = decision.policies.map((run) => run.error).find((error) => error !== null) ?? null;
  const differences = [difference("error", lines(expected.error), error === null ? [] : [error])];
  // A policy that failed has found nothing; that is one mistake, not three.
  if (error === null || expected.error !== undefined) {
    if (expected.decision !== undefined) {
      differences.push(difference("decision", [expected.decision], [decision.outcome]));
    }
    if (expected.rules !== undefined) {
      const fired = [...new Set(verdict.findings.map(({ rule }) => rule))];
      differences.push(difference("rules", [...expected.rules].sort(), fired.sort()));
    }
    if (expected.spans !== undefined) {
      const { spans } = expected;
      const found = verdict.findings.map((finding) => asSaid(finding, spans));
      differences.push(difference("spans", spans.map(spanText).sort(), found.map(spanText).sort()));
    }
    if (expected.obligations !== undefined) {
      const wanted = expected.obligations.map(({ type: _, part: __, ...obligation }) => textOf(obligation));
      differences.push(difference("obligations", wanted.sort(), verdict.obligations.map(textOf).sort()));
    }
    if (expected.payload !== undefined) {
      differences.push(
        difference("payload", [textOf(expected.payload)], changed === null ? [] : [textOf(changed)]),
      );
    }
  }
  return differences.filter((found) => found.expected.join("\n") !== found.actual.join("\n"));
}

const difference = (
  what: Difference["what"],
  expected: readonly string[],
  actual: readonly string[],
): Difference => ({
  what,
  expected,
  actual,
});

const lines = (text: string | undefined): string[] => (text === undefined ? [] : [text]);
const textOf = (value: unknown): string => canonicalJson(value as Json);

type Span = NonNullable<Expectation["spans"]>[number];

/** Item and score are compared where a case has any: most are about the place. */
function asSaid({ item, score, ...place }: RawFinding, spans: readonly Span[]): RawFinding {
  const says = (member: "item" | "score") => spans.some((span) => span[member] !== undefined);
  return {
    ...place,
    ...(item !== undefined && says("item") ? { item } : {}),
    ...(score !== undefined && says("score") ? { score } : {}),
  };
}

const spanText = (span: { readonly [name in keyof RawFinding]?: RawFinding[name] | undefined }): string =>
  textOf(span.pointer === undefined ? span : { part: "payload", ...span });

/** The difference as lines: what was expected and is not there, and what is there and was not expected. */
export function diffLines({
  expected,
  actual,
}: Difference): { readonly sign: "-" | "+" | " "; readonly text: string }[] {
  const missing = without(expected, actual);
  const shared = without(expected, missing);
  const added = without(actual, expected);
  return [
    ...shared.map((text) => ({ sign: " " as const, text })),
    ...missing.map((text) => ({ sign: "-" as const, text })),
    ...added.map((text) => ({ sign: "+" as const, text })),
  ];
}

/** Of two lists, what the first has more of. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return list.filter((item) => {
    const at = left.indexOf(item);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
