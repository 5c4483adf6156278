/** How long one evaluation takes, and what it costs, as the gateway runs it: an instance that is restored after each call. */

import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import type { JsonObject } from "../../core/json.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import type { EngineRule } from "../../core/policy/engine-rules.ts";
import { PAGE_BYTES } from "../../core/policy/wasm/profile.ts";
import { Guest } from "../../worker/evaluate/guest.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import type { BuiltPolicy } from "./build.ts";
import { type Example, inputOf } from "./example.ts";
import { partsOf } from "./parts.ts";

export interface BenchResult {
  readonly inputBytes: number;
  /** Calls that were timed. */
  readonly runs: number;
  /** Microseconds, with the restoring of the instance. */
  readonly p50: number;
  readonly p99: number;
  /** A new instance with `configure`, in microseconds: what the first action after a start pays. */
  readonly cold: number;
  readonly fuel: number;
  readonly memoryBytes: number;
  /** Written after each call, so that nothing of an action is left; 0 where the instance has to be thrown away instead. */
  readonly restoredBytes: number;
}

export type BenchFault = { readonly rule: EngineRule; readonly detail: string | null };

/** Long enough for the engine's optimising compiler to have had its turn. */
const WARM_UP_MS = 200;
const MEASURE_MS = 1_000;
const RUNS_MAX = 20_000;
const RUNS_MIN = 30;
const COLD_RUNS = 15;

export async function benchPolicy(
  { manifest, module }: BuiltPolicy,
  settings: JsonObject,
  example: Example,
): Promise<BenchResult | BenchFault> {
  const settingsText = canonicalJson(settings);
  const input = utf8(inputOf(example).text);
  const parts = await partsOf(manifest, example, new PolicyHost());
  if (parts === null) return { rule: "POLICY_READING_MISSING", detail: null };
  const cold: number[] = [];
  let guest: Guest | undefined;
  for (let run = 0; run < COLD_RUNS; run++) {
    const startedAt = performance.now();
    const made = await Guest.create(module, settingsText);
    cold.push(performance.now() - startedAt);
    if (!made.ok) return made.fault;
    guest = made.value;
  }
  if (guest === undefined) throw new Error("couldn't measure: no instance was made");
  const first = guest.evaluate(input, FUEL_FULL, parts);
  if (first.error !== null) return { rule: first.error, detail: first.detail };
  const warm = guest.reusable ? guest : null;
  const once = async (): Promise<void> => {
    const instance = warm ?? (await renew(module, settingsText));
    instance.evaluate(input, FUEL_FULL, parts);
  };
  await repeat(once, WARM_UP_MS);
  const times = (await repeat(once, MEASURE_MS)).sort((a, b) => a - b);
  // Memory first, then the globals as text, which are far below a page.
  const memoryBytes = Math.floor(guest.state().length / PAGE_BYTES) * PAGE_BYTES;
  return {
    inputBytes: input.length,
    runs: times.length,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    cold: quantile(
      cold.sort((a, b) => a - b),
      0.5,
    ),
    fuel: first.fuel,
    memoryBytes,
    restoredBytes: warm === null ? 0 : memoryBytes,
  };
}

async function renew(module: WebAssembly.Module, settings: string): Promise<Guest> {
  const made = await Guest.create(module, settings);
  if (!made.ok) throw new Error("couldn't measure: the policy refused its settings the second time");
  return made.value;
}

/** Each call's milliseconds. */
async function repeat(once: () => Promise<void>, forMs: number): Promise<number[]> {
  const times: number[] = [];
  const endsAt = performance.now() + forMs;
  while (times.length < RUNS_MIN || (performance.now() < endsAt && times.length < RUNS_MAX)) {
    const startedAt = performance.now();
    await once();
    times.push(performance.now() - startedAt);
  }
  return times;
}

/** Of sorted milliseconds, in microseconds with one decimal. */
const quantile = (sorted: readonly number[], share: number): number =>
  Math.round((sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) * 10_000) / 10;

const SENTENCE =
  "Thank you for your message of 12 May; order 4471 leaves our warehouse on Friday, as agreed. ";

/** An ordinary mail of 2.7 KB: what is measured where nothing else is given. */
export const ORDINARY_MAIL: Example = {
  action: {
    surface: "outbound.email",
    tool: "email.send",
    target: "resend/main",
    payload: {
      from: "a@example.com",
      to: ["b@example.com"],
      subject: "Your order",
      text: SENTENCE.repeat(22),
      amount: 120.5,
    },
    intent: "Answer the customer",
    reason: "They asked when the order ships",
  },
  context: {
    folder: "acme",
    agent: "support-bot",
    session: "s_1",
    request: "When does it ship?",
    facts: { account_status: "active" },
  },
  principal: { agent: "support-bot", key: "key_1", owner: "ada", roles: ["support"], user: "u_7" },
};
