/** What has passed is judged to its end on the bytes that its policies were given, as submitted and as changed. */
import { expect, it, vi } from "vitest";
import { parseAction } from "../../core/action.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { toBase64Url } from "../../core/encoding.ts";
import { digestOf } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";
import { BINDING_DEFAULTS } from "../../core/policy/binding.ts";
import { POLICY_ABI } from "../../core/policy/manifest.ts";
import type { RedactMethod } from "../../core/policy/obligation.ts";
import type { DecisionRecord, OwedEvaluation, TenantConfig } from "../../durable-objects/rpc.ts";
import type { Engine } from "../../worker/evaluate/judge.ts";

// The engine below is the test's own; only a Worker can import the modules of this build.
vi.mock("#policies", () => ({ modules: [] }));
const { judgeAction } = await import("../../worker/gate/judgement.ts");
const { judgeToEnd } = await import("../../worker/gate/judge-again.ts");
const { renderAction } = await import("../../worker/gate/render.ts");

const BUNDLE = digestOf("bundle");
const POLICY = digestOf("policy");
const PRINCIPAL = { key: "key_1", owner: "ada", agent: null, user: null, roles: [], folder: null };
const HOOK = {
  name: "hook/crm",
  kind: "webhook",
  config: { url: "https://crm.example/" },
  surfaces: ["*"],
  revision: 3,
};
const config = (targets: TenantConfig["targets"]): TenantConfig => ({
  ...{ tenant: "t", tenantName: "t", log: "l", revision: 1, keys: [], targets, policies: {} },
  bindings: [{ ...BINDING_DEFAULTS, surface: "*", bundle: BUNDLE }],
  bundles: { [BUNDLE]: { policies: [{ policy: POLICY, settings: {}, severities: {} }] } } as never,
});

/** Redacts the word SECRET; `seen` are the inputs that it was given. */
function redactor(method: RedactMethod) {
  const seen: string[] = [];
  const manifest = {
    abi: POLICY_ABI,
    name: "words",
    version: "1.0.0",
    description: "",
    settings: {},
  } as const;
  const rules = [{ id: "WORD", severity: "info", reason: "A word" }] as const;
  const engine: Engine = {
    find: () => ({
      manifest: { ...manifest, rules: [...rules] },
      ...{ policyId: POLICY, execId: digestOf("exec"), profileId: "test" },
    }),
    run: async (_, requests, input) => {
      const text = new TextDecoder().decode(input);
      seen.push(text);
      const start = (JSON.parse(text).action.payload.text as string).indexOf("SECRET");
      const place = { part: "payload", pointer: "/text", start, end: start + 6 };
      const obligations = start < 0 ? [] : [{ rule: "WORD", type: "redact", method, ...place }];
      const output = new TextEncoder().encode(JSON.stringify({ findings: [], obligations }));
      return requests.map(({ fuelLimit }) => ({ output, fuel: 1, fuelLimit, error: null, detail: null }));
    },
  };
  return { engine, seen };
}

/** An action that passed as changed, as the object would give it to be judged to its end. */
async function passed(
  method: RedactMethod = "mask",
): Promise<OwedEvaluation & { readonly record: DecisionRecord }> {
  const parsed = parseAction({
    action: { surface: "tool.call", target: HOOK.name, payload: { text: "the SECRET" } },
  } as unknown as Json);
  if (!parsed.ok) throw new Error("the action is malformed");
  const rendered = renderAction(config([HOOK]), parsed.value);
  if (!rendered.ok) throw new Error("the action is not rendered");
  const { engine } = redactor(method);
  const judged = await judgeAction(engine, config([HOOK]), parsed.value, PRINCIPAL, rendered.value);
  return {
    ...{ actionId: "act_1", entryIdx: 1, provisional: true, record: judged.record },
    input: judged.input.text,
    changedInput: judged.changed?.input.text ?? null,
    salt: toBase64Url(judged.salt),
  };
}

it("gives the policies what they were given of it as changed, though its target is gone", async () => {
  const owed = await passed();
  const { engine, seen } = redactor("mask");
  const judged = await judgeToEnd(engine, config([]), owed);
  expect(judged.record).toMatchObject({ decision: "modify", changed: owed.record.changed });
  expect(seen).toEqual([owed.input, owed.changedInput]);
});

it("hashes what it hashed before to the same", async () => {
  const owed = await passed("hash");
  expect(owed.record.changed?.payload).toEqual({
    text: expect.stringMatching(/^the \[WORD:[0-9a-f]{16}\]$/),
  });
  const { engine, seen } = redactor("hash");
  const judged = await judgeToEnd(engine, config([]), owed);
  expect(judged.record).toMatchObject({ decision: "modify", changed: owed.record.changed });
  expect(seen).toEqual([owed.input, owed.changedInput]);
  expect((await passed("hash")).record.changed).not.toEqual(owed.record.changed);
});

it("refuses it changed otherwise where there is nothing left to render that for, as a replay does", async () => {
  const owed = await passed();
  const { engine, seen } = redactor("remove");
  const judged = await judgeToEnd(engine, config([]), owed);
  expect(judged.record.decision).toBe("block");
  expect(judged.record.findings.map(({ rule }) => rule)).toEqual(["OBLIGATION_UNSETTLED"]);
  const [, second = "{}"] = seen;
  expect(canonicalJson(JSON.parse(second).action.payload)).toBe('{"text":"the "}');
});
