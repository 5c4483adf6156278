/** A case made of what a gateway recorded: the input that its policies were given, and what they found. */

import type { Json, JsonObject } from "../../core/json.ts";
import { readEvidence } from "../../core/ledger/evidence.ts";
import type { Bundle } from "../../core/policy/bundle.ts";
import type { Outcome } from "../../core/policy/decision.ts";
import type { Manifest } from "../../core/policy/manifest.ts";
import type { ActionAnswer, Client, FindingAnswer } from "../client.ts";
import { UsageError } from "../output.ts";
import { caseOf, type PolicyCase } from "./case.ts";
import type { FoundBefore } from "./example.ts";
import { isObject, parseJson } from "./json-file.ts";
import { findPolicy } from "./publication.ts";

export interface RecordedCase {
  readonly policyCase: PolicyCase;
  /** Of the decision as a whole, by every policy that took part. */
  readonly decision: string;
  /** False where this policy took no part: then it is expected to find nothing. */
  readonly tookPart: boolean;
}

/** Throws a UsageError where the gateway no longer has the input. */
export async function recordedCase(
  client: Client,
  actionId: string,
  manifest: Manifest,
): Promise<RecordedCase> {
  const { name: policy } = manifest;
  const action = await client.findAction(actionId);
  const index = action.ledger?.index;
  if (index === undefined) throw new UsageError(`${actionId} has no place in the ledger yet`);
  const path = `/v1/ledger/export?include=evidence&from=${index}&to=${index}`;
  const text = await client.expect<string>("GET", path);
  const evidence = readEvidence(String(text).split("\n"));
  const input = evidence?.decisions[0]?.evidence?.input ?? null;
  if (input === null) {
    throw new UsageError(
      `the gateway has no input of ${actionId} to make a case of`,
      "Payloads that were erased, or are older than they are kept, are gone; the decision's rules and digests stay.",
    );
  }
  const bundles = evidence?.bundles.map((bundle) => JSON.parse(bundle.text) as Bundle) ?? [];
  const entry = await entryOf(client, bundles, policy);
  const fired = action.findings.filter((finding) => finding.policy === policy).map(({ rule }) => rule);
  const decision = entry === null ? null : decisionOf(action, manifest);
  const json = {
    name: `recorded as ${actionId}`,
    settings: entry?.settings ?? {},
    ...membersOf(parseJson(new TextEncoder().encode(input), `the input of ${actionId}`)),
    ...(manifest.findings === "reads" ? { findings: foundBy(action, policy) as unknown as Json } : {}),
    expect: { rules: [...new Set(fired)].sort(), ...(decision === null ? {} : { decision }) },
  };
  return { policyCase: caseOf(json, actionId), decision: action.decision, tookPart: entry !== null };
}

/**
 * The decision, where this policy by itself and its manifest's severities come to the same; null where another policy, the
 * bundle's severities, a mode or a person had a part in it.
 */
function decisionOf(action: ActionAnswer, { name, rules }: Manifest): Outcome | null {
  const open = action.findings.filter(({ settled }) => settled !== true);
  const own = open.filter(({ policy }) => policy === name);
  const others = open.filter(({ policy }) => policy !== name);
  const asWritten = own.every(
    ({ rule, severity, observed }) =>
      observed !== true && rules.some((one) => one.id === rule && one.severity === severity),
  );
  if (!asWritten || others.some(({ severity }) => severity !== "info")) return null;
  const obligations = (action.obligations ?? []) as readonly { readonly policy: string }[];
  if (obligations.some(({ policy }) => policy !== name)) return null;
  const alone = outcomeOf(own, obligations.length > 0);
  return alone === action.decision ? alone : null;
}

/** What the others found, as a policy that weighs it is told: each rule once. */
function foundBy({ findings }: ActionAnswer, name: string): FoundBefore[] {
  const others = findings.filter(({ policy }) => policy !== name);
  const groups = Map.groupBy(others, ({ policy, rule, severity }) => `${policy} ${rule} ${severity}`);
  return [...groups.entries()]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, [first, ...more]]) => {
      if (first === undefined) return [];
      const { policy, rule, severity } = first;
      return [{ policy, rule, severity, count: 1 + more.length }];
    });
}

function outcomeOf(findings: readonly FindingAnswer[], changes: boolean): Outcome {
  if (findings.some(({ severity }) => severity === "block")) return "block";
  if (findings.some(({ severity }) => severity === "defer")) return "defer";
  if (findings.some(({ severity }) => severity === "warn")) return "hold";
  return changes ? "modify" : "allow";
}

/** Without what is empty: the case is for people to read. */
function membersOf(input: Json): JsonObject {
  if (!isObject(input)) throw new UsageError("the recorded input is no object");
  const { action, context, facts, message, principal } = input;
  const kept = Object.entries({ context, principal, message, facts }).filter(
    ([, value]) =>
      value !== undefined && value !== null && !(isObject(value) && Object.keys(value).length === 0),
  );
  return { action: action ?? {}, ...(Object.fromEntries(kept) as JsonObject) };
}

/** How the policy of this name was set up in one of the bundles that decided. */
async function entryOf(client: Client, bundles: readonly Bundle[], policy: string) {
  for (const entry of bundles.flatMap(({ policies }) => policies)) {
    const found = await findPolicy(client, entry.policy);
    if (found?.manifest.name === policy) return entry;
  }
  return null;
}
