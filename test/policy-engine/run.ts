/** From a policy's bytes to what the gate would make of it: admission, the host, the verdict, the decision. */
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import { type Digest, digestOf } from "../../core/hash.ts";
import type { JsonObject } from "../../core/json.ts";
import { BINDING_DEFAULTS, type OnError } from "../../core/policy/binding.ts";
import { combine, type Decision } from "../../core/policy/decision.ts";
import type { PolicyInput } from "../../core/policy/input.ts";
import { type Manifest, POLICY_ABI } from "../../core/policy/manifest.ts";
import { type RunOutcome, type Verdict, verdictOf } from "../../core/policy/verdict.ts";
import { type Admitted, admit } from "../../core/policy/wasm/admit.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import type { RunnableModule } from "../../worker/evaluate/host.ts";

const DOCUMENT: JsonObject = {
  abi: POLICY_ABI,
  action: { surface: "tool.call", payload: { text: "Pay ada@example.org 100 EUR \u{1f600}" } },
  context: {},
  facts: {},
  message: null,
  principal: { folder: "/" },
};
export const INPUT: PolicyInput = { document: DOCUMENT, text: canonicalJson(DOCUMENT) };
export const INPUT_BYTES = utf8(INPUT.text);
export const NO_SETTINGS = "{}";

const MANIFEST: Manifest = {
  abi: POLICY_ABI,
  name: "hostile",
  version: "1.0.0",
  description: "",
  settings: {},
  rules: [{ id: "HOSTILE", severity: "info", reason: "It was asked for." }],
};
const POLICY_ID: Digest = digestOf("hostile");

/** As small as they are written, so that what lies past the first page lies past the end. */
export const admitted = (bytes: Uint8Array, memoryPages = 1): Admitted => {
  const result = admit(bytes, { memoryPages });
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.message}`);
  return result.value;
};

export const runnable = (bytes: Uint8Array, memoryPages = 1): RunnableModule => {
  const { wasm, execId, profileId } = admitted(bytes, memoryPages);
  return { execId, profileId, module: compileWasm(wasm) };
};

export const verdictFor = (policy: RunnableModule, outcome: RunOutcome): Verdict =>
  verdictOf({ manifest: MANIFEST, policyId: POLICY_ID, ...policy }, outcome, INPUT);

/** Of a binding that enforces, with this policy alone. */
export const decisionOn = (verdict: Verdict, onError: OnError): Decision =>
  combine([
    {
      binding: { ...BINDING_DEFAULTS, surface: "*", bundle: POLICY_ID, onError },
      runs: [{ entry: { policy: POLICY_ID, settings: {}, severities: {} }, manifest: MANIFEST, verdict }],
    },
  ]);
