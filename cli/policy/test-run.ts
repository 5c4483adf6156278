/** Runs a policy's cases. */
import { PolicyHost } from "../../worker/evaluate/host.ts";
import type { BuiltPolicy } from "./build.ts";
import { type CaseFile, readCases, settingsOf } from "./case.ts";
import { type Difference, differencesOf } from "./compare.ts";
import { submissionFaults } from "./example.ts";
import { judgeExample } from "./judge.ts";
import { compiledSettings } from "./settings.ts";
import { findTrap, type Trap } from "./trap.ts";

export interface CaseResult {
  readonly file: CaseFile;
  readonly ok: boolean;
  readonly differences: readonly Difference[];
  /** Where the policy failed and was not meant to: what it said, and where it trapped. */
  readonly detail: string | null;
  readonly trap: Trap | null;
  readonly fuel: number;
  readonly milliseconds: number;
  /** What is odd and no failure. */
  readonly notes: readonly string[];
}

export interface TestRun {
  readonly policy: BuiltPolicy;
  readonly results: readonly CaseResult[];
  /** Rules of the manifest that fire in no case. */
  readonly uncovered: readonly string[];
}

export async function runCases(policy: BuiltPolicy): Promise<TestRun> {
  const host = new PolicyHost();
  const results: CaseResult[] = [];
  const fired = new Set<string>();
  for (const file of await readCases(policy.path)) {
    results.push(await runCase(policy, file, host, fired));
  }
  const uncovered = policy.manifest.rules.map(({ id }) => id).filter((id) => !fired.has(id));
  return { policy, results, uncovered };
}

async function runCase(
  policy: BuiltPolicy,
  file: CaseFile,
  host: PolicyHost,
  fired: Set<string>,
): Promise<CaseResult> {
  const { policyCase } = file;
  const settings = await compiledSettings(policy, settingsOf(policyCase));
  const startedAt = performance.now();
  const judged = await judgeExample(policy, settings, policyCase, host);
  const milliseconds = performance.now() - startedAt;
  const differences = differencesOf(policyCase.expect, judged);
  for (const { rule } of judged.verdict.findings) fired.add(rule);
  const error = judged.decision.policies.map((run) => run.error).find((one) => one !== null) ?? null;
  const surprised = error !== null && differences.some(({ what }) => what === "error");
  return {
    file,
    ok: differences.length === 0,
    differences,
    detail: surprised ? judged.detail : null,
    trap: surprised ? await findTrap(policy, error, settings, policyCase) : null,
    fuel: judged.decision.policies.reduce((sum, { fuel }) => sum + fuel, 0),
    milliseconds,
    notes: submissionFaults(policyCase).map((fault) => `the gateway refuses this action: ${fault}`),
  };
}
