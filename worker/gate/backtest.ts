/** Judges recorded actions under a candidate, a call's worth at a time (docs/design/replay.md). */
import { parseAction } from "../../core/action.ts";
import type { Json } from "../../core/json.ts";
import type { DecisionBody, Entry } from "../../core/ledger/entry.ts";
import { BACKTEST_DECISIONS_MAX, BACKTEST_FUEL_MAX } from "../../core/limits.ts";
import { BINDING_DEFAULTS, type Binding } from "../../core/policy/binding.ts";
import type { Bundle } from "../../core/policy/bundle.ts";
import { changeOf, rulesOnlyIn } from "../../core/policy/change.ts";
import type { Decision } from "../../core/policy/decision.ts";
import { rulesFired } from "../../core/policy/rules-fired.ts";
import type { PublishedPolicy, TenantConfig, TenantService } from "../../durable-objects/rpc.ts";
import type {
  Backtest,
  BacktestRequest,
  Difference,
  PairCount,
  RecordedEntry,
} from "../../durable-objects/rpc-evidence.ts";
import type { Engine } from "../evaluate/judge.ts";
import { decide } from "./decide.ts";
import type { Env } from "./env.ts";
import { inputOf, readStored, saltOf } from "./judge-again.ts";
import { engineFor } from "./policies.ts";
import { findPolicies } from "./prepare.ts";
import { Problem } from "./problem.ts";
import { reach } from "./reach.ts";
import { renderAction } from "./render.ts";
import { tenantOf } from "./tenants.ts";

/** Entries fetched at a time: a page of them is judged before the next is asked for. */
const PAGE = 50;

/** Goes on with a backtest; null where there is none. Several callers may: what one has counted the others leave out. */
export async function advance(
  env: Env,
  config: TenantConfig,
  keyId: string,
  id: string,
): Promise<Backtest | null> {
  const tenant = tenantOf(env, config.tenant);
  let backtest = await reach("ledger_unavailable", () => tenant.backtest(id));
  if (backtest === null || backtest.nextIdx >= backtest.endIdx) return backtest;
  const judge = await candidateJudge(env, config, backtest.request);
  const limits = { decisions: BACKTEST_DECISIONS_MAX, fuel: BACKTEST_FUEL_MAX };
  while (backtest !== null && backtest.nextIdx < backtest.endIdx && limits.decisions > 0 && limits.fuel > 0) {
    const fromIdx: number = backtest.nextIdx;
    const limit = Math.min(PAGE, backtest.endIdx - fromIdx);
    const { entries } = await reach("ledger_unavailable", () => tenant.evidence(fromIdx, limit));
    const page = await judgePage(judge, entries, limits);
    const nextIdx: number = page.nextIdx ?? backtest.endIdx;
    backtest = await reach("ledger_unavailable", () =>
      tenant.advanceBacktest({ keyId }, id, { ...page, fromIdx, nextIdx }),
    );
  }
  return backtest;
}

type Judge = (
  entry: RecordedEntry,
) => Promise<{ readonly body: DecisionBody; readonly decision: Decision } | null>;

async function judgePage(
  judge: Judge,
  entries: readonly RecordedEntry[],
  limits: { decisions: number; fuel: number },
) {
  const pairs: PairCount[] = [];
  const differences: Difference[] = [];
  let skipped = 0;
  let nextIdx: number | null = null;
  for (const recorded of entries) {
    if (limits.decisions === 0 || limits.fuel <= 0) break;
    nextIdx = recorded.entry.index + 1;
    if (recorded.erasedIdx !== null) skipped++;
    if (recorded.evidence === null) continue;
    const judged = await judge(recorded);
    if (judged === null) {
      skipped++;
      continue;
    }
    const { body, decision } = judged;
    limits.decisions--;
    limits.fuel -= decision.policies.reduce((sum, { fuel }) => sum + fuel, 0);
    const was = body.would_decide ?? body.decision;
    const is = decision.outcome;
    pairs.push({ decision: was, candidateDecision: is, count: 1 });
    const change = changeOf(was, is);
    if (change === null) continue;
    const rules = rulesFired(decision.findings);
    differences.push({
      entryIdx: recorded.entry.index,
      actionId: (JSON.parse(recorded.entry.text) as Entry).subject,
      change,
      decision: was,
      candidateDecision: is,
      onlyActive: rulesOnlyIn(body.rules, rules),
      onlyCandidate: rulesOnlyIn(rules, body.rules),
    });
  }
  return { pairs, differences, skipped, nextIdx };
}

/** Null where the entry is not one that the backtest is about. */
async function candidateJudge(env: Env, config: TenantConfig, request: BacktestRequest): Promise<Judge> {
  const { surface, folder } = request;
  const asked = await withCandidate(env, config, request);
  const engine: Engine = engineFor(env, asked);
  return async ({ entry, evidence }) => {
    const { type, body } = JSON.parse(entry.text) as Entry & { readonly body: DecisionBody };
    // Under an approval the same action was judged again, and what a person discharged is not the candidate's to judge.
    if (type !== "decision" || body.approval !== null || evidence?.input == null) return null;
    const stored = readStored(evidence.input);
    if (surface !== null && surface !== "*" && stored.action.surface !== surface) return null;
    const folders = [stored.principal.folder, stored.action.resource?.folder];
    if (folder !== null && !folders.includes(folder)) return null;
    const action = parseAction({ action: stored.action, context: stored.context } as unknown as Json);
    // An earlier release took names that this one keeps for itself; one such action does not end the backtest.
    if (!action.ok) return null;
    const rendered = renderAction(asked, action.value);
    const { decision } = await decide({
      engine,
      config: asked,
      action: action.value,
      principal: stored.principal,
      rendered: rendered.ok ? rendered.value : { target: null, message: null },
      // What the policies were given then, whatever has become of the target.
      input: inputOf(evidence.input),
      changedInput: evidence.changedInput === null ? null : inputOf(evidence.changedInput),
      effort: "full",
      salt: saltOf(evidence.salt),
      discharged: undefined,
    });
    return { body, decision };
  };
}

/** The configuration with the candidate in force: in the place of one binding, or of all. */
async function withCandidate(
  env: Env,
  config: TenantConfig,
  request: BacktestRequest,
): Promise<TenantConfig> {
  const { bundle: digest, surface, folder } = request;
  const bundle = await readCandidate(tenantOf(env, config.tenant), digest);
  const found = await findPolicies(env, config, bundle);
  const published = found.flatMap(({ published }) => (published === null ? [] : [published]));
  const own: Record<string, PublishedPolicy> = Object.fromEntries(
    published.map((one) => [one.policyId, one]),
  );
  const others = config.bindings.filter((one) => !(one.surface === surface && one.folder === folder));
  const candidate: Binding = { ...BINDING_DEFAULTS, surface: surface ?? "*", folder, bundle: digest };
  const bindings = surface === null ? [{ ...candidate, folder: null }] : [...others, candidate];
  return {
    ...config,
    bindings: bindings.map((binding) => ({ ...binding, mode: "enforce", shadow: null })),
    bundles: { ...config.bundles, [digest]: bundle },
    policies: { ...config.policies, ...own },
  };
}

async function readCandidate(tenant: TenantService, digest: BacktestRequest["bundle"]): Promise<Bundle> {
  const stored = await reach("ledger_unavailable", () => tenant.bundle(digest));
  if (stored === null)
    throw new Problem("unknown_bundle", { detail: "Bundles are named by digest; POST /v1/bundles first." });
  return JSON.parse(stored.text) as Bundle;
}
