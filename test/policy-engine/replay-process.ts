/**
 * Replays a recording from its export and modules alone: `node replay-process.ts <folder> <cold evaluations> <seed>`.
 *
 * As the command line does, decision by decision; then evaluation by evaluation on instances that are kept, in a shuffled order,
 * and on instances of their own. Prints what was compared and what differed, as JSON.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { replayDecision } from "../../core/policy/replay/replay.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { Random } from "./random.ts";
import { type Evaluation, evaluationsOf, Runnables, readRecording } from "./recording.ts";
import { differenceOf } from "./run-again.ts";

const [folder = "", coldCount = "1000", seed = "1"] = process.argv.slice(2);
const { sources, exported } = readRecording(
  readFileSync(join(folder, "export.jsonl"), "utf8"),
  join(folder, "modules"),
);
const runnables = new Runnables();

async function timed<T extends object>(work: () => Promise<T>): Promise<T & { seconds: number }> {
  const began = performance.now();
  const result = await work();
  return { ...result, seconds: Math.round(performance.now() - began) / 1000 };
}

const statuses = await timed(async () => {
  const host = new PolicyHost();
  const counts: Record<string, number> = {};
  const notMatching: unknown[] = [];
  for (const { entry, evidence } of exported.decisions) {
    if (evidence === null) throw new Error(`nothing was recorded beside entry ${entry.index}`);
    const { status, comparisons } = await replayDecision(entry.body, evidence, sources, (policy, ...call) =>
      host.run(runnables.of(policy), ...call),
    );
    counts[status] = (counts[status] ?? 0) + 1;
    if (status !== "MATCH" && notMatching.length < 3)
      notMatching.push({ index: entry.index, of: comparisons.filter(({ result }) => result !== "match") });
  }
  return { counts, notMatching };
});

const evaluations = evaluationsOf(exported, sources);
const random = new Random(Number(seed));

function compare(all: readonly Evaluation[], host: PolicyHost) {
  return timed(async () => {
    let differences = 0;
    for (const one of all) {
      if ((await differenceOf(host, (policy) => runnables.of(policy), one)) !== null) differences++;
    }
    return { compared: all.length, differences };
  });
}

const shuffled = await compare(random.shuffled(evaluations), new PolicyHost());
const cold = await compare(random.shuffled(evaluations).slice(0, Number(coldCount)), new PolicyHost(null));
console.log(JSON.stringify({ statuses, evaluations: evaluations.length, shuffled, cold }));
