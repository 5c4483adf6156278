/** What the tenant's object cannot keep is a block with an entry, and not an error that leaves none. */
import { expect, it, vi } from "vitest";
import { parseAction } from "../../core/action.ts";
import { digestOf } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";
import {
  BUNDLE_POLICIES_MAX,
  DECISION_BYTES_MAX,
  FINDINGS_MAX,
  REQUEST_BYTES_MAX,
} from "../../core/limits.ts";
import { BINDING_DEFAULTS } from "../../core/policy/binding.ts";
import { POLICY_ABI } from "../../core/policy/manifest.ts";
import type { TenantConfig } from "../../durable-objects/rpc.ts";
import type { Engine } from "../../worker/evaluate/judge.ts";

// The engine below is the test's own; only a Worker can import the modules of this build.
vi.mock("#policies", () => ({ modules: [] }));
const { decisionDraft, judgeAction } = await import("../../worker/gate/judgement.ts");

const BUNDLE = digestOf("bundle");
const PRINCIPAL = { key: "key_1", owner: "ada", agent: null, user: null, roles: [], folder: null };
const RULE = `R${"X".repeat(63)}`;

const config = (policies: number): TenantConfig => ({
  ...{ tenant: "t", tenantName: "t", log: "l", revision: 1, keys: [], targets: [], policies: {} },
  bindings: [{ ...BINDING_DEFAULTS, surface: "*", bundle: BUNDLE }],
  bundles: {
    [BUNDLE]: {
      policies: Array.from({ length: policies }, (_, index) => ({
        ...{ policy: digestOf(String(index)), settings: {}, severities: {} },
      })),
    },
  } as never,
});

/** Each policy finds, or has replaced, as many single letters `a` as it may, each its own. */
function engine(what: "findings" | "obligations"): Engine {
  const manifest = {
    abi: POLICY_ABI,
    name: "letters",
    version: "1.0.0",
    description: "",
    settings: {},
  } as const;
  const rules = [
    { id: RULE, severity: "info", reason: "r".repeat(500), suggestion: "s".repeat(500) },
  ] as const;
  return {
    find: (policyId) => ({
      ...{ manifest: { ...manifest, rules: [...rules] }, policyId, execId: policyId, profileId: "test" },
    }),
    run: async (_, requests, input) => {
      const text = JSON.parse(new TextDecoder().decode(input)).action.payload.text as string;
      return requests.map(({ fuelLimit }, policy) => {
        const places = Array.from({ length: FINDINGS_MAX }, (_, index) => 2 * (policy * FINDINGS_MAX + index))
          .filter((start) => text[start] === "a" && text[start + 1] === "-")
          .map((start) => ({ rule: RULE, part: "payload", pointer: "/text", start, end: start + 1 }));
        const redactions = places.map((place) => ({ ...place, type: "redact", method: "replace" }));
        const answer = what === "findings" ? { findings: places } : { findings: [], obligations: redactions };
        const output = new TextEncoder().encode(JSON.stringify(answer));
        return { output, fuel: 1, fuelLimit, error: null, detail: null };
      });
    },
  };
}

async function judged(what: "findings" | "obligations", policies: number, text: string) {
  const action = parseAction({ action: { surface: "tool.call", payload: { text } } } as unknown as Json);
  if (!action.ok) throw new Error("the action is malformed");
  const nowhere = { target: null, message: null };
  return judgeAction(engine(what), config(policies), action.value, PRINCIPAL, nowhere);
}

const LETTERS = "a-".repeat(BUNDLE_POLICIES_MAX * FINDINGS_MAX);
const sizeOf = (result: Awaited<ReturnType<typeof judged>>): number =>
  new TextEncoder().encode(JSON.stringify(decisionDraft(result, 1))).length;

it("keeps what fits, to the last finding", async () => {
  const result = await judged("findings", 2, LETTERS);
  expect(result.record).toMatchObject({ decision: "allow", bundles: [BUNDLE] });
  expect(result.record.findings).toHaveLength(2 * FINDINGS_MAX);
});

it("blocks what was found and does not fit", async () => {
  const result = await judged("findings", BUNDLE_POLICIES_MAX, LETTERS);
  expect(result.record.findings.map(({ rule, severity }) => [rule, severity])).toEqual([
    ["DECISION_TOO_LARGE", "block"],
  ]);
  expect(result.record.decision).toBe("block");
  expect(sizeOf(result)).toBeLessThan(DECISION_BYTES_MAX);
});

it("blocks what obligations made too long", async () => {
  const long = LETTERS + "é".repeat((REQUEST_BYTES_MAX - LETTERS.length) / 2 - 500);
  const result = await judged("obligations", BUNDLE_POLICIES_MAX, long);
  expect(result.record).toMatchObject({ decision: "block", changed: null, obligations: [] });
  expect(result.record.findings.map(({ rule }) => rule)).toEqual(["DECISION_TOO_LARGE"]);
});

it("lets a request of the largest size pass where nothing is found in it", async () => {
  const result = await judged("findings", 1, "x".repeat(REQUEST_BYTES_MAX - 200));
  expect(result.record.decision).toBe("allow");
});
