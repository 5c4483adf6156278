/** An action to judge without a gateway: what a case, a file or standard input gives, completed to a policy's input. */
import { parseAction } from "../../core/action.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { PolicyInput } from "../../core/policy/input.ts";
import { POLICY_ABI, type Severity } from "../../core/policy/manifest.ts";

/** The members are those of docs/spec/policy.md, Input; only `action` is required. */
export interface Example {
  readonly action: JsonObject;
  readonly context?: JsonObject | undefined;
  readonly principal?: JsonObject | undefined;
  /** What rendering adds: without a gateway there is no target, so nobody renders. */
  readonly message?: Json | undefined;
  readonly facts?: JsonObject | undefined;
  /** What other policies of the bundle found, for one that weighs it. */
  readonly findings?: readonly FoundBefore[] | undefined;
}

export interface FoundBefore {
  readonly policy: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly count: number;
}

/** Whoever calls, where an example does not say. */
const PRINCIPAL = { agent: null, folder: null, key: "key_1", owner: "ada", roles: [], user: null };

export function inputOf({
  action,
  context = {},
  principal = {},
  message = null,
  facts = {},
}: Example): PolicyInput {
  const document: JsonObject = {
    abi: POLICY_ABI,
    action,
    context,
    facts,
    message,
    principal: { ...PRINCIPAL, ...principal },
  };
  return { document, text: canonicalJson(document) };
}

/** Why the gateway would refuse such a submission before any policy sees it; empty where it would not. */
export function submissionFaults({ action, context }: Example): string[] {
  const parsed = parseAction({ action, ...(context === undefined ? {} : { context }) });
  return parsed.ok ? [] : parsed.fault.issues.map(({ pointer, message }) => `${pointer || "/"}: ${message}`);
}
