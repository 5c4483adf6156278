/** Draining is asked for after every commit, while deliveries and evaluations go on: what that costs must not grow with the asking. */
import { expect, it } from "vitest";
import { DELIVERIES_IN_FLIGHT_MAX, EVALUATIONS_IN_FLIGHT_MAX } from "../../core/limits.ts";
import { Evaluations, type EvaluationsDeps } from "../../durable-objects/evaluations.ts";
import { Relay, type RelayDeps } from "../../durable-objects/outbox.ts";

const ASKED = 200;
const ROWS = 40;

/** Rows that fall due at once, each taken by its first step; counts how often the table is looked at. */
function table() {
  const due = Array.from({ length: ROWS }, (_, index) => `act_${index}`);
  const seen = { looks: 0, begun: [] as string[], atOnce: 0, most: 0 };
  const look = () => {
    seen.looks++;
    return due.filter((id) => !seen.begun.includes(id));
  };
  const work = async (id: string) => {
    seen.begun.push(id);
    seen.most = Math.max(seen.most, ++seen.atOnce);
    await new Promise((resolve) => setTimeout(resolve, 1));
    seen.atOnce--;
  };
  return { seen, look, work };
}

async function drainOften(drain: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: ASKED }, drain));
}

it("evaluations: each begins once, as many at a time as may, and the table is looked at once for each and each asking", async () => {
  const { seen, look, work } = table();
  const sql = {
    dueEvaluations: () => look().map((action_id) => ({ action_id, finished_idx: null, attempts: 0 })),
    evaluation: (action_id: string) => ({ action_id, finished_idx: null, attempts: 0 }),
    action: () => ({ status: "allowed", created_at: 0 }),
    beginEvaluation: () => 1,
  };
  const evaluations = new Evaluations({
    ...{ sql, log: () => "l", tenant: () => "t", revision: () => 1, changed: () => undefined },
    transaction: (body: () => unknown) => body(),
    evaluator: { evaluate: ({ actionId }: { actionId: string }) => work(actionId) },
  } as unknown as EvaluationsDeps);
  await drainOften(() => evaluations.drain());
  expect(seen.begun).toHaveLength(ROWS);
  expect(seen.most).toBe(EVALUATIONS_IN_FLIGHT_MAX);
  expect(seen.looks).toBeLessThanOrEqual(ASKED + ROWS);
});

it("deliveries: the same", async () => {
  const { seen, look, work } = table();
  const record = { decision: "allow", mode: "enforce", wouldDecide: null, provisional: false, target: null };
  const sql = {
    dueDeliveries: () =>
      look().map((id) => ({ id, action_id: id, target: id, receipt: null, entry_idx: Number(id.slice(4)) })),
    decision: () => ({ record: JSON.stringify(record), message: null, salt: "" }),
    entry: (idx: number) => ({ idx, leaf: `act_${idx}`, text: "{}" }),
    setReceipt: () => 1,
    // Cancelled since: after the signature there is nothing more to be done.
    delivery: () => ({ state: "cancelled" }),
  };
  const sign = async (_: string, { leaf }: { leaf: string }) => {
    await work(leaf);
    return { keyid: "", sig: "" };
  };
  const relay = new Relay({
    ...{ sql, log: () => "l", dispatcher: {}, arm: () => undefined, changed: () => undefined },
    transaction: (body: () => unknown) => body(),
    read: async (body: () => unknown) => body(),
    signer: { sign },
  } as unknown as RelayDeps);
  await drainOften(() => relay.drain());
  expect(seen.begun).toHaveLength(ROWS);
  expect(seen.most).toBe(DELIVERIES_IN_FLIGHT_MAX);
  expect(seen.looks).toBeLessThanOrEqual(ASKED + ROWS);
});
