/** Replays recorded decisions with the gateway's own host, wherever that runs: in Node or in a browser. */
import type { ToReplay } from "../../core/policy/replay/recorded.ts";
import { replayDecision } from "../../core/policy/replay/replay.ts";
import type { Comparison, ReplayStatus } from "../../core/policy/replay/report.ts";
import type { ReplayPolicy, ReplaySources } from "../../core/policy/replay/sources.ts";
import { PolicyHost, type RunnableModule } from "./host.ts";

export interface Replayed {
  readonly index: number;
  readonly action: string;
  readonly decision: string;
  readonly status: ReplayStatus;
  readonly comparisons: readonly Comparison[];
}

/** One by one, so that whoever asks can say how far it is. `compile` is the caller's: a Worker would refuse it. */
export async function* replayAll(
  decisions: readonly ToReplay[],
  sources: ReplaySources,
  compile: (wasm: Uint8Array<ArrayBuffer>) => WebAssembly.Module,
): AsyncGenerator<Replayed, void> {
  const host = new PolicyHost();
  const modules = new Map<string, RunnableModule>();
  const runnable = ({ policyId, execId, profileId, wasm }: ReplayPolicy): RunnableModule => {
    const known = modules.get(policyId) ?? { execId, profileId, module: compile(wasm) };
    modules.set(policyId, known);
    return known;
  };
  for (const { entry, evidence } of decisions) {
    const replay = await replayDecision(entry.body, evidence, sources, (policy, ...call) =>
      host.run(runnable(policy), ...call),
    );
    yield { index: entry.index, action: entry.subject, decision: entry.body.decision, ...replay };
  }
}
