/** The shipped policies with the demo's settings: through the host, by hand, unmetered, and with nothing kept. */
import { shipped } from "#bench-modules";
import { STARTER_POLICIES } from "../../cli/demo/tenant.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import type { Json } from "../../core/json.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import type { RunOutcome } from "../../core/policy/verdict.ts";
import { LIMITS, PAGE_BYTES } from "../../core/policy/wasm/profile.ts";
import { Guest } from "../../worker/evaluate/guest.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { GuestMemory } from "../../worker/evaluate/memory.ts";
import { findBuiltin, type PolicyModule } from "../../worker/evaluate/modules.ts";
import { Hand } from "./hand.ts";
import { INPUTS } from "./inputs.ts";
import type { Step, Steps } from "./step.ts";

export interface Use {
  readonly policy: PolicyModule;
  readonly settings: string;
}

export const USES: readonly Use[] = STARTER_POLICIES.map(({ policy: name, settings }) => {
  const policy = findBuiltin(name.replace("builtin:", ""));
  if (!policy) throw new Error(`No policy ${name}.`);
  return { policy, settings: canonicalJson(settings as Json) };
});

export const policySteps: Steps = async () => {
  const steps: Record<string, Step> = {};
  for (const use of USES) {
    for (const size of Object.keys(INPUTS)) Object.assign(steps, await stepsOf(use, size));
  }
  return steps;
};

async function stepsOf({ policy, settings }: Use, size: string): Promise<Record<string, Step>> {
  const { name } = policy.manifest;
  const input = INPUTS[size] as Uint8Array; // a name of INPUTS
  const settingsBytes = utf8(settings);
  const host = new PolicyHost();
  const unpooled = new PolicyHost(null);
  const byHand = new Hand(policy.module, settingsBytes);
  const raw = shipped[name]?.raw;
  if (raw === undefined) throw new Error(`No unmetered ${name}.`);
  const unmetered = new Hand(raw, settingsBytes);
  const made = await Guest.create(policy.module, settings);
  if (!made.ok) throw new Error(made.fault.detail);
  const guest = made.value;
  const run = () => host.run(policy, settings, input, FUEL_FULL);

  // All answer alike, and the host's second answer comes from the instance of the first.
  const first = answerOf(await run());
  const second = run();
  if (second instanceof Promise)
    throw new Error(`${name} keeps no instance for ${size}: its memory has grown.`);
  const answers = [
    answerOf(second),
    textOf(byHand.run(input)),
    textOf(byHand.run(input)),
    textOf(unmetered.run(input)),
  ];
  if (answers.some((answer) => answer !== first))
    throw new Error(`${name}: ${JSON.stringify([first, answers])}`);

  const label = (what: string) => `${name} ${size} ${what}`;
  return {
    [label("host")]: run,
    [label("by hand")]: () => byHand.run(input),
    [label("unmetered")]: () => unmetered.run(input),
    [label("guest")]: () => guest.evaluate(input, FUEL_FULL),
    [label("restore")]: restoreOf(guest),
    [label("plugin")]: () => unpooled.run(policy, settings, input, FUEL_FULL),
    [label("instance")]: () => new Hand(policy.module, settingsBytes),
  };
}

/** What the host does to the memory after a call, by itself: one of the same size and contents. */
function restoreOf(guest: Guest): Step {
  const state = guest.state();
  const pages = Math.floor(state.length / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: LIMITS.MEMORY_PAGES_MAX });
  new Uint8Array(memory.buffer).set(state.subarray(0, pages * PAGE_BYTES));
  const kept = new GuestMemory(memory);
  kept.save();
  return () => kept.restore();
}

function answerOf({ output, error, detail }: RunOutcome): string {
  if (output === null) throw new Error(`${error}: ${detail}`);
  return textOf(output);
}

const textOf = (output: Uint8Array): string => new TextDecoder().decode(output);
