/** Replays evaluations within workerd, with modules compiled at deploy; answers what differed. */
import type { RanPolicy } from "../../core/policy/verdict.ts";
import { PolicyHost, type RunnableModule } from "../../worker/evaluate/host.ts";
import { type Again, differenceOf } from "./run-again.ts";

/** Policies by their places in the list. */
export type SentEvaluation = Again<number>;

const kept = new PolicyHost();
const fresh = new PolicyHost(null);

export const workerOf = (policies: readonly (RanPolicy & RunnableModule)[]) => ({
  async fetch(request: Request): Promise<Response> {
    const host = new URL(request.url).pathname === "/cold" ? fresh : kept;
    const evaluations = (await request.json()) as SentEvaluation[];
    const differences: { expected: string; got: string }[] = [];
    const runnableOf = (place: number) => {
      const found = policies[place];
      if (found === undefined) throw new Error(`there is no policy ${place}`);
      return found;
    };
    for (const one of evaluations) {
      const got = await differenceOf(host, runnableOf, one);
      if (got !== null) differences.push({ expected: one.expected, got });
    }
    return Response.json({ compared: evaluations.length, differences });
  },
});
