/** Replays decisions with the gateway's own host, in this process. */
import { replayDecision } from "../../core/policy/replay/replay.ts";
import type { Comparison, ReplayStatus } from "../../core/policy/replay/report.ts";
import type { ReplayPolicy, ReplaySources } from "../../core/policy/replay/sources.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import { PolicyHost, type RunnableModule } from "../../worker/evaluate/host.ts";
import type { ToReplay } from "./evidence.ts";

export interface Replayed {
  readonly index: number;
  readonly action: string;
  readonly decision: string;
  readonly status: ReplayStatus;
  readonly comparisons: readonly Comparison[];
}

export async function replayAll(decisions: readonly ToReplay[], sources: ReplaySources): Promise<Replayed[]> {
  const host = new PolicyHost();
  const modules = new Map<string, RunnableModule>();
  const runnable = ({ policyId, execId, profileId, wasm }: ReplayPolicy): RunnableModule => {
    const known = modules.get(policyId) ?? { execId, profileId, module: compileWasm(wasm) };
    modules.set(policyId, known);
    return known;
  };
  const replayed: Replayed[] = [];
  for (const { entry, evidence } of decisions) {
    const replay = await replayDecision(entry.body, evidence, sources, (policy, ...call) =>
      host.run(runnable(policy), ...call),
    );
    replayed.push({ index: entry.index, action: entry.subject, decision: entry.body.decision, ...replay });
  }
  return replayed;
}
