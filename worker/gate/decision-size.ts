/**
 * Whether a decision can be kept. What obligations lengthened, or policies found in a text made to be found, may be more than
 * a row of the tenant's object holds: that is a block like any other fault of a judgement, and not an answer that leaves no entry.
 */
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import type { Json } from "../../core/json.ts";
import { DECISION_BYTES_MAX, ENTRY_BYTES_MAX } from "../../core/limits.ts";
import type { Finding, PolicyRun } from "../../core/policy/decision.ts";
import type { PolicyInput } from "../../core/policy/input.ts";
import { rulesFired } from "../../core/policy/rules-fired.ts";
import type { Decided } from "./decide.ts";

/** What an entry says of one policy's run beside its name: five digests and numbers, 560 bytes. */
const RUN_BYTES = 600;
/** What it says of a rule that fired, at its longest. */
const RULE_BYTES = 500;
/** And of the rest: at most six bindings, who acted for whom, four commitments. */
const REST_BYTES = 8_000;
/** UTF-8 takes at most this for a UTF-16 code unit, and a text of JSON in JSON at most twice its length. */
const WORST = 3 * 2;
/** A finding's reason, suggestion and names at their longest. */
const FINDING_CHARS = 1_200;

export function isTooLarge(input: PolicyInput, decided: Decided, discharged: readonly string[]): boolean {
  const { decision, changed, rendered } = decided;
  const runs = [...decision.policies, ...(decision.shadow?.policies ?? [])];
  const texts = [
    input.text,
    // Once as the input of the second pass, and its payload once more in the record.
    ...(changed === null ? [] : [changed.input.text, changed.input.text]),
    rendered.message?.body ?? "",
    ...runs.map(({ verdict }) => verdict),
    ...discharged,
    ...decision.findings.map(({ pointer }) => pointer ?? ""),
    ...decision.obligations.map(({ pointer }) => pointer),
  ];
  const findings = [...decision.findings, ...(decision.shadow?.findings ?? [])];
  const chars = texts.reduce((sum, { length }) => sum + length, findings.length * FINDING_CHARS);
  const ruleBytes = findings.length * RULE_BYTES + runs.length * RUN_BYTES + REST_BYTES;
  // Nearly always: the exact figures cost as much as the commit.
  if (ruleBytes > ENTRY_BYTES_MAX && entryBytes(findings, runs) > ENTRY_BYTES_MAX) return true;
  if (WORST * chars + runs.length * RUN_BYTES < DECISION_BYTES_MAX) return false;
  return rowBytes(input, decided, runs, discharged) > DECISION_BYTES_MAX;
}

const bytesOf = (value: unknown): number => utf8(JSON.stringify(value)).length;

function rowBytes(
  input: PolicyInput,
  { decision, changed, rendered }: Decided,
  runs: readonly PolicyRun[],
  discharged: readonly string[],
): number {
  const { findings, obligations } = decision;
  return (
    utf8(input.text).length +
    (changed === null ? 0 : utf8(changed.input.text).length) +
    bytesOf({ findings, obligations, payload: changed?.action.body.payload ?? null }) +
    bytesOf(runs.map(({ verdict }) => verdict)) +
    bytesOf(rendered.message?.body ?? null) +
    bytesOf(discharged)
  );
}

const entryBytes = (findings: readonly Finding[], runs: readonly PolicyRun[]): number =>
  utf8(canonicalJson(rulesFired(findings) as unknown as Json)).length +
  runs.reduce((sum, { name }) => sum + RUN_BYTES + utf8(name).length, REST_BYTES);
