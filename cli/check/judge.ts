/** Judges an action by a bundle of built-in policies as a gateway does under a binding that enforces it, in this process. */
import { type Action, parseAction } from "../../core/action.ts";
import type { Digest } from "../../core/hash.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { SALT_BYTES } from "../../core/ledger/commitment.ts";
import { BINDING_DEFAULTS } from "../../core/policy/binding.ts";
import { type Bundle, bundleDigest } from "../../core/policy/bundle.ts";
import { compileBundle } from "../../core/policy/compile-settings.ts";
import { combine, combineChanged, type Decision } from "../../core/policy/decision.ts";
import { redact } from "../../core/policy/obligation.ts";
import { BUILTIN_READER, withReader } from "../../core/policy/reader.ts";
import type { Principal } from "../../core/principal.ts";
import type { InvalidFault } from "../../core/validate.ts";
import { policyHost } from "../../worker/evaluate/host.ts";
import { type Engine, judge } from "../../worker/evaluate/judge.ts";
import { type BuiltinPolicy, findBuiltin } from "../builtin.ts";
import { type BundleFile, builtinName } from "../bundles.ts";
import { UsageError } from "../output.ts";
import { type Example, inputOf } from "../policy/example.ts";

export interface Checked {
  readonly decision: Decision;
  /** The payload as obligations left it; null where there were none, or the action is blocked. */
  readonly payload: JsonObject | null;
  /** As it was judged: the bundle's policies with their manifests' names and versions. */
  readonly policies: readonly BuiltinPolicy[];
}

export async function check(file: BundleFile, example: Example): Promise<Checked> {
  const { bundle, policies } = await resolve(file);
  const first = await judgeOnce(bundle, policies, example);
  const { payload } = example.action;
  const asked = first.obligations;
  if (asked.length === 0 || first.outcome === "block" || !isObject(payload))
    return { decision: first, payload: null, policies };
  const changed = redact(payload, asked, crypto.getRandomValues(new Uint8Array(SALT_BYTES)));
  const second = await judgeOnce(bundle, policies, {
    ...example,
    action: { ...example.action, payload: changed },
  });
  const decision = combineChanged(first, second);
  return { decision, payload: decision.outcome === "block" ? null : changed, policies };
}

interface Resolved {
  readonly bundle: Bundle;
  readonly policies: readonly BuiltinPolicy[];
}

async function resolve({ name, version, policies }: BundleFile): Promise<Resolved> {
  const found = await Promise.all(policies.map(({ policy }) => policyOf(policy)));
  const reader = await policyOf(`builtin:${BUILTIN_READER}`);
  const given: Bundle = {
    name,
    version,
    policies: policies.map(({ settings, severities }, at) => ({
      policy: (found[at] as BuiltinPolicy).policyId,
      settings,
      severities,
    })),
  };
  const manifests = found.map(({ manifest }) => manifest);
  const compiled = await compileBundle(
    given,
    manifests.map((manifest) => manifest.name),
  );
  if (!compiled.ok) throw notOne(name, compiled.fault);
  const complete = withReader(compiled.value, manifests, reader.policyId);
  if (!complete.ok) throw notOne(name, complete.fault);
  const isWhole = complete.value === compiled.value;
  return { bundle: complete.value, policies: isWhole ? found : [reader, ...found] };
}

function notOne(name: string, { issues }: InvalidFault): UsageError {
  const told = issues.map(({ pointer, message }) => `${pointer}: ${message}`);
  return new UsageError(`the bundle ${name} is no bundle: ${told.join(" ")}`);
}

async function policyOf(policy: string): Promise<BuiltinPolicy> {
  const known = builtinName(policy);
  if (known === null) {
    throw new UsageError(
      `${policy} is no policy of this release`,
      "Here only built-in policies run. POST /v1/gate/evaluate judges with a gateway's own.",
    );
  }
  const found = await findBuiltin(known);
  if (found === null) throw new UsageError(`this release has no policy ${known}`);
  return found;
}

async function judgeOnce(
  bundle: Bundle,
  policies: readonly BuiltinPolicy[],
  example: Example,
): Promise<Decision> {
  const input = inputOf(example);
  const action = actionOf(example);
  const digest = bundleDigest(bundle);
  const bindings = [{ ...BINDING_DEFAULTS, surface: action.body.surface, bundle: digest }];
  const principal = input.document.principal as unknown as Principal;
  const rules = { bindings, bundles: { [digest]: bundle } };
  const { judgements } = await judge(engineOf(policies), rules, action, principal, input, "full");
  return combine(judgements);
}

function engineOf(policies: readonly BuiltinPolicy[]): Engine {
  const byId = new Map<Digest, BuiltinPolicy>(policies.map((policy) => [policy.policyId, policy]));
  return {
    find: (id) => byId.get(id),
    run: (_bundle, requests, input) =>
      Promise.all(
        requests.map(({ policy, settings, fuelLimit, parts }) =>
          policyHost.run(byId.get(policy.policyId) as BuiltinPolicy, settings, input, fuelLimit, parts),
        ),
      ),
  };
}

function actionOf({ action, context }: Example): Action {
  const parsed = parseAction({ action, ...(context === undefined ? {} : { context }) } as unknown as Json);
  if (parsed.ok) return parsed.value;
  const issues = parsed.fault.issues.map(({ pointer, message }) => `${pointer || "/"}: ${message}`);
  throw new UsageError(`a gateway would refuse this action: ${issues.join(" ")}`);
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);
