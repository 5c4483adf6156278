/** One small decision (bench/small-decision.ts) in this engine, in Cedar and in OPA, once all agree on every case. */

import {
  type AuthorizationCall,
  initSync,
  isAuthorized,
  preparsePolicySet,
  statefulIsAuthorized,
} from "@cedar-policy/cedar-wasm/web";
import { loadPolicy } from "@open-policy-agent/opa-wasm";
import { cedar as cedarModule, opa, opaStandIn } from "#bench-modules";
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import type { JsonObject } from "../../core/json.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import { POLICY_ABI } from "../../core/policy/manifest.ts";
import { isEmptyAnswer, type RunOutcome, verdictOf } from "../../core/policy/verdict.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { findBuiltin } from "../../worker/evaluate/modules.ts";
import { CASES, CEDAR, type Facts, SETTINGS } from "../small-decision.ts";
import { Hand } from "./hand.ts";
import type { Step, Steps } from "./step.ts";

/** `at`: which of CASES it is. */
type Decide = (facts: Facts, at: number) => boolean;

export const rivalSteps: Steps = async () => {
  const deciders: Record<string, Decide> = { ...(await ours()), ...cedar(), ...(await rego()) };
  for (const [engine, decide] of Object.entries(deciders)) {
    for (const [at, { allowed, ...facts }] of CASES.entries()) {
      if (decide(facts, at) !== allowed)
        throw new Error(`${engine}: ${JSON.stringify(facts)} is not ${allowed}`);
    }
  }
  return Object.fromEntries(Object.entries(deciders).map(([engine, decide]) => [engine, inTurn(decide)]));
};

/** One case after the other, so that no engine sees the same facts twice running. */
function inTurn(decide: Decide): Step {
  const facts: readonly Facts[] = CASES.map(({ roles, tool, amount }) => ({ roles, tool, amount }));
  let next = 0;
  return () => {
    next = next + 1 === facts.length ? 0 : next + 1;
    return decide(facts[next] as Facts, next); // in range
  };
}

async function ours(): Promise<Record<string, Decide>> {
  const policy = findBuiltin("access");
  if (!policy) throw new Error("No policy access.");
  const settings = canonicalJson(SETTINGS);
  const host = new PolicyHost();
  const run = (input: Uint8Array | string): RunOutcome => {
    const outcome = host.run(policy, settings, input, FUEL_FULL);
    if (outcome instanceof Promise) throw new Error("No instance at hand.");
    return outcome;
  };
  // Makes the instance.
  await host.run(policy, settings, utf8(canonicalJson(documentOf(CASES[0] as Facts))), FUEL_FULL);
  const ready = CASES.map((facts) => utf8(canonicalJson(documentOf(facts))));
  const byHand = new Hand(
    policy.module,
    utf8(settings),
    ready.map((input) => ({ input })),
  );
  const bytesOf = (at: number) => ready[at] as Uint8Array; // one for each case
  return {
    // As the other engines' own bindings: values in, values out, over JSON.
    "small, ours": (facts) => {
      const { output } = run(JSON.stringify(documentOf(facts)));
      return output !== null && findingsOf(output).length === 0;
    },
    // As the gate: canonical input, and nothing of the answer is believed before it is checked.
    "small, ours with the gate's checks": (facts) => {
      const document = documentOf(facts);
      const input = { document, text: canonicalJson(document) };
      const verdict = verdictOf(policy, run(utf8(input.text)), input);
      return verdict.error === null && verdict.findings.length === 0;
    },
    // As the gate's second and third policy: the bytes are there already.
    "small, ours from bytes": (_, at) => isEmpty(run(bytesOf(at)).output),
    "small, by hand from bytes": (_, at) => isEmpty(byHand.run(bytesOf(at))),
  };
}

interface Answer {
  readonly findings: readonly unknown[];
}
const NOTHING_FOUND: Answer["findings"] = [];
/** The commonest answer needs no parser, here as in the gate. */
const findingsOf = (output: Uint8Array): Answer["findings"] =>
  isEmptyAnswer(output) ? NOTHING_FOUND : (JSON.parse(text(output)) as Answer).findings;

const decoder = new TextDecoder();
const text = (bytes: Uint8Array): string => decoder.decode(bytes);
const EMPTY = utf8('{"findings":[]}').length;
/** Any finding makes it longer. */
const isEmpty = (output: Uint8Array | null): boolean => output?.length === EMPTY;

/** A policy's input (core/policy/input.ts), its members in canonical order, so that plain JSON of it is canonical, too. */
const documentOf = ({ roles, tool, amount }: Facts): JsonObject => ({
  abi: POLICY_ABI,
  action: { payload: amount === null ? {} : { amount }, surface: "tool.call", tool },
  context: {},
  facts: {},
  message: null,
  principal: { agent: "support-bot", folder: null, key: "key_000000000000", owner: "ada", roles, user: null },
});

type CedarRequest = Omit<AuthorizationCall, "policies">;

/** Policies are parsed before, but for "Cedar parsing". */
function cedar(): Record<string, Decide> {
  initSync({ module: cedarModule });
  for (const [id, staticPolicies] of Object.entries(CEDAR)) {
    const parsed = preparsePolicySet(id, { staticPolicies });
    if (parsed.type !== "success") throw new Error(JSON.stringify(parsed.errors));
  }
  const user = { type: "User", id: "ada" };
  const request = (
    tool: string,
    context: CedarRequest["context"],
    roles: readonly string[],
  ): CedarRequest => ({
    principal: user,
    action: { type: "Action", id: tool },
    resource: { type: "Tool", id: tool },
    context,
    entities:
      roles.length === 0
        ? []
        : [{ uid: user, attrs: {}, parents: roles.map((id) => ({ type: "Role", id })) }],
  });
  const withEntities = ({ roles, tool, amount }: Facts) =>
    request(tool, amount === null ? {} : { amount }, roles);
  const withContext = ({ roles, tool, amount }: Facts) =>
    request(tool, amount === null ? { roles: [...roles] } : { roles: [...roles], amount }, []);
  const isAllowed = (answer: ReturnType<typeof isAuthorized>): boolean => {
    if (answer.type !== "success") throw new Error(JSON.stringify(answer.errors));
    return answer.response.decision === "allow";
  };
  const policies = { staticPolicies: CEDAR.entities };
  return {
    "small, Cedar": (facts) =>
      isAllowed(statefulIsAuthorized({ ...withEntities(facts), preparsedPolicySetId: "entities" })),
    "small, Cedar, roles in the context": (facts) =>
      isAllowed(statefulIsAuthorized({ ...withContext(facts), preparsedPolicySetId: "context" })),
    "small, Cedar parsing": (facts) => isAllowed(isAuthorized({ ...withEntities(facts), policies })),
  };
}

/** The stand-in is no OPA: see bench/wasm/opa-stand-in.ts. */
async function rego(): Promise<Record<string, Decide>> {
  return {
    "small, OPA's stand-in": await regoOf(opaStandIn),
    ...(opa === null ? {} : { "small, OPA": await regoOf(opa) }),
  };
}

async function regoOf(module: WebAssembly.Module): Promise<Decide> {
  const policy = await loadPolicy(module);
  return ({ amount, ...facts }) => {
    const [answer] = policy.evaluate(amount === null ? facts : { ...facts, amount });
    return answer?.result === true;
  };
}
