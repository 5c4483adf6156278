/**
 * Judges one action by one policy as the gateway does under a binding that enforces it: run, combine, and where the policy
 * asked for obligations, apply them and judge what is left.
 */
import { canonicalJson } from "../../core/canonical-json.ts";
import type { JsonObject } from "../../core/json.ts";
import { SALT_BYTES } from "../../core/ledger/commitment.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import { BINDING_DEFAULTS } from "../../core/policy/binding.ts";
import { combine, combineChanged, type Decision } from "../../core/policy/decision.ts";
import { redact } from "../../core/policy/obligation.ts";
import { withoutReading } from "../../core/policy/parts.ts";
import { type Verdict, verdictOf } from "../../core/policy/verdict.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import type { BuiltPolicy } from "./build.ts";
import { type Example, inputOf } from "./example.ts";
import { partsOf } from "./parts.ts";

export interface ExampleJudged {
  readonly decision: Decision;
  /** The policy's verdict on the action as given. */
  readonly verdict: Verdict;
  /** The payload as obligations left it; null where there were none, or the action is blocked anyway. */
  readonly changed: JsonObject | null;
  /** For the author: what the policy, or the host, said of an error. */
  readonly detail: string | null;
}

/** The gateway's salts are random; here a hash has to come out the same each time. */
const NO_SALT = new Uint8Array(SALT_BYTES);

/** `host` keeps instances between calls, as the gateway's does. */
export async function judgeExample(
  policy: BuiltPolicy,
  settings: JsonObject,
  example: Example,
  host: PolicyHost = new PolicyHost(),
): Promise<ExampleJudged> {
  const first = await runPolicy(policy, settings, example, host);
  const decision = combine([judgementOf(policy, settings, first.verdict)]);
  const { obligations } = first.verdict;
  const { payload } = example.action;
  if (obligations.length === 0 || decision.outcome === "block" || !isObject(payload)) {
    return { decision, verdict: first.verdict, changed: null, detail: first.detail };
  }
  const changed = redact(payload, obligations, NO_SALT);
  const second = await runPolicy(
    policy,
    settings,
    { ...example, action: { ...example.action, payload: changed } },
    host,
  );
  return {
    decision: combineChanged(decision, combine([judgementOf(policy, settings, second.verdict)])),
    verdict: first.verdict,
    changed,
    detail: second.detail,
  };
}

async function runPolicy(
  policy: BuiltPolicy,
  settings: JsonObject,
  example: Example,
  host: PolicyHost,
): Promise<{ verdict: Verdict; detail: string | null }> {
  const input = inputOf(example);
  const ran = ranPolicy(policy);
  const parts = await partsOf(policy.manifest, example, host);
  const outcome =
    parts === null
      ? withoutReading(FUEL_FULL)
      : await host.run(
          { ...ran, module: policy.module },
          canonicalJson(settings),
          input.text,
          FUEL_FULL,
          parts,
        );
  return { verdict: verdictOf(ran, outcome, input), detail: outcome.detail };
}

const ranPolicy = ({ manifest, policyId, admitted: { execId, profileId } }: BuiltPolicy) => ({
  manifest,
  policyId,
  execId,
  profileId,
});

function judgementOf({ manifest, policyId }: BuiltPolicy, settings: JsonObject, verdict: Verdict) {
  return {
    binding: { ...BINDING_DEFAULTS, surface: "*", bundle: policyId },
    runs: [{ entry: { policy: policyId, settings, severities: {} }, manifest, verdict }],
  };
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
