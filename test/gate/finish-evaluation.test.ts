/** The evaluator against an object that answers as a test says: what it commits, under which configuration, and when it gives up. */
import { describe, expect, it, vi } from "vitest";
import { parseAction } from "../../core/action.ts";
import type { Json } from "../../core/json.ts";
import { STALE_RETRIES_MAX } from "../../core/limits.ts";
import { policyInput } from "../../core/policy/input.ts";
import type { ApiKey } from "../../core/principal.ts";
import type {
  EvaluationResult,
  FinishedEvaluation,
  OwedEvaluation,
  TenantConfig,
} from "../../durable-objects/rpc.ts";
import type { Env } from "../../worker/gate/env.ts";
import { openPayload } from "../harness/open-payload.ts";

// Nothing is bound below, so no module of this build is needed: only a Worker can import them.
vi.mock("#policies", () => ({ modules: [] }));
const { finishEvaluation } = await import("../../worker/gate/finish-evaluation.ts");

const PRINCIPAL = { key: "key_1", owner: "ada", agent: null, user: null, roles: [], folder: null };
const KEY: ApiKey = {
  ...{ id: "key_1", name: "app", owner: "ada", scopes: ["app"], surfaces: ["*"], folders: ["*"] },
  ...{ agents: ["*"], roles: ["*"], expiresAtMs: null, secretHash: "" },
};

const config = (tenant: string, over: Partial<TenantConfig> = {}): TenantConfig => ({
  ...{ tenant, tenantName: "t", log: "l", revision: 7, keys: [KEY], targets: [] },
  ...{ bindings: [], bundles: {}, policies: {} },
  ...over,
});

const HOOK = {
  name: "hook/undo",
  kind: "webhook",
  config: { url: "https://undo.example/" },
  surfaces: ["*"],
  revision: 1,
};

function owedOf(provisional: boolean, action: object = {}): OwedEvaluation {
  const parsed = parseAction({
    action: { surface: "tool.call", payload: { n: 1 }, ...action },
  } as unknown as Json);
  if (!parsed.ok) throw new Error("the action is malformed");
  const record = { decision: "allow", changed: null } as unknown as OwedEvaluation["record"];
  const input = policyInput(parsed.value, PRINCIPAL, null).text;
  return { actionId: "act_1", entryIdx: 5, record, input, changedInput: null, salt: "AAAA", provisional };
}

let tenants = 0;

/** Runs the evaluator; gives what it asked the object to write. */
async function evaluate(
  owed: OwedEvaluation | null,
  answers: readonly ((tenant: string) => EvaluationResult)[] = [],
  over: Partial<TenantConfig> = {},
) {
  const name = `tenant-${++tenants}`;
  const written: FinishedEvaluation[] = [];
  const tenant = {
    configSince: async () => config(name, over),
    owedEvaluation: async () => owed,
    finishEvaluation: async (finished: FinishedEvaluation): Promise<EvaluationResult> => {
      written.push(finished);
      return answers[written.length - 1]?.(name) ?? { kind: "finished" };
    },
  };
  const env = { TENANT: { get: () => tenant, idFromName: (id: string) => id } } as unknown as Env;
  const error = await finishEvaluation(env, name, "act_1").then(
    () => null,
    (reason: unknown) => String(reason),
  );
  return { written, error };
}

const stale = (revision: number) => (tenant: string) =>
  ({ kind: "stale", config: config(tenant, { revision }) }) as const;

it("commits under the revision that it judged under, naming the decision that it finishes", async () => {
  const { written } = await evaluate(owedOf(false));
  expect(written).toMatchObject([
    {
      entryIdx: 5,
      commit: { revision: 7, actionId: "act_1", record: { decision: "block", unfinished: false } },
      rollback: null,
    },
  ]);
});

it("judges again where the configuration has moved, and gives up after so many times", async () => {
  const moved = await evaluate(owedOf(false), [stale(8)]);
  expect(moved.written.map(({ commit }) => commit.revision)).toEqual([7, 8]);
  expect(moved.error).toBeNull();
  const { written, error } = await evaluate(owedOf(false), [stale(8), stale(9), stale(10)]);
  expect(written).toHaveLength(STALE_RETRIES_MAX);
  expect(error).toContain("too often");
});

it("writes nothing where nothing is owed any more", async () => {
  expect(await evaluate(null)).toEqual({ written: [], error: null });
});

describe("a revoked key", () => {
  const rules = async (provisional: boolean) =>
    (await evaluate(owedOf(provisional), [], { keys: [] })).written[0]?.commit.rules.map(({ rule }) => rule);

  it("blocks what is held", async () => {
    expect(await rules(false)).toEqual(["SUBMITTER_REVOKED"]);
  });

  it("says nothing about what has passed: its policies are asked", async () => {
    expect(await rules(true)).toEqual(["NO_BINDING"]);
  });
});

describe("a compensation", () => {
  const compensation = { target: HOOK.name, payload: { undo: 1 } };
  const rollback = async (owed: OwedEvaluation, over: Partial<TenantConfig> = { targets: [HOOK] }) =>
    (await evaluate(owed, [], over)).written[0]?.rollback;

  it("of what passed and should not have becomes an action of its own, of the same principal", async () => {
    const undo = await rollback(owedOf(true, { tool: "crm.update", compensation }));
    expect(undo).toMatchObject({
      revision: 7,
      principal: PRINCIPAL,
      surface: "tool.call",
      idempotency: null,
      record: { target: { name: HOOK.name, revision: 1 } },
    });
    expect(undo?.actionId).not.toBe("act_1");
    expect(JSON.parse(undo ? openPayload("l", undo).input : "{}").action).toEqual({
      surface: "tool.call",
      tool: "crm.update",
      target: HOOK.name,
      payload: { undo: 1 },
      reason: "Undoes act_1, which its full evaluation did not confirm.",
    });
  });

  it("of a key revoked since is entered, and blocked", async () => {
    const undo = await rollback(owedOf(true, { compensation }), { targets: [HOOK], keys: [] });
    expect(undo).toMatchObject({
      sends: false,
      record: { decision: "block", findings: [{ rule: "SUBMITTER_REVOKED" }] },
    });
  });

  it("of what is held is not submitted, nor one whose target is not there", async () => {
    expect(await rollback(owedOf(false, { compensation }))).toBeNull();
    expect(await rollback(owedOf(true, { compensation }), { targets: [] })).toBeNull();
    expect(await rollback(owedOf(true))).toBeNull();
  });
});
