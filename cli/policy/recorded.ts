/** A case made of what a gateway recorded: the input that its policies were given, and what they found. */

import type { Json, JsonObject } from "../../core/json.ts";
import { readEvidence } from "../../core/ledger/evidence.ts";
import type { Bundle } from "../../core/policy/bundle.ts";
import type { Client } from "../client.ts";
import { UsageError } from "../output.ts";
import { caseOf, type PolicyCase } from "./case.ts";
import { isObject, parseJson } from "./json-file.ts";
import { findPolicy } from "./publication.ts";

export interface RecordedCase {
  readonly policyCase: PolicyCase;
  /** Of the decision as a whole, by every policy that took part. */
  readonly decision: string;
  /** False where this policy took no part: then it is expected to find nothing. */
  readonly tookPart: boolean;
}

/** Throws a UsageError where the gateway no longer has the input. `policy` is a manifest's name. */
export async function recordedCase(client: Client, actionId: string, policy: string): Promise<RecordedCase> {
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
  const json = {
    name: `recorded as ${actionId}`,
    settings: entry?.settings ?? {},
    ...membersOf(parseJson(new TextEncoder().encode(input), `the input of ${actionId}`)),
    expect: { rules: [...new Set(fired)].sort() },
  };
  return { policyCase: caseOf(json, actionId), decision: action.decision, tookPart: entry !== null };
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
