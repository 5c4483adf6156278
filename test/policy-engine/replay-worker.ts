/** Replays evaluations within workerd, with modules compiled at deploy; answers what differed. */
import { utf8 } from "../../core/encoding.ts";
import type { JsonObject } from "../../core/json.ts";
import { type RanPolicy, verdictOf, verdictText } from "../../core/policy/verdict.ts";
import { PolicyHost, type RunnableModule } from "../../worker/evaluate/host.ts";

export interface SentEvaluation {
  /** Place in the list of policies. */
  readonly policy: number;
  readonly settings: string;
  readonly input: string;
  readonly fuelLimit: number;
  readonly expected: string;
}

const kept = new PolicyHost();
const fresh = new PolicyHost(null);

export const workerOf = (policies: readonly (RanPolicy & RunnableModule)[]) => ({
  async fetch(request: Request): Promise<Response> {
    const host = new URL(request.url).pathname === "/cold" ? fresh : kept;
    const evaluations = (await request.json()) as SentEvaluation[];
    const differences: { expected: string; got: string }[] = [];
    for (const { policy, settings, input, fuelLimit, expected } of evaluations) {
      const found = policies[policy];
      if (found === undefined) throw new Error(`there is no policy ${policy}`);
      const ran = host.run(found, settings, utf8(input), fuelLimit);
      const outcome = ran instanceof Promise ? await ran : ran;
      const got = verdictText(
        verdictOf(found, outcome, { document: JSON.parse(input) as JsonObject, text: input }),
      );
      if (got !== expected) differences.push({ expected, got });
    }
    return Response.json({ compared: evaluations.length, differences });
  },
});
