/** The demo's policies, with the reader that the gateway puts before them: through the host, by hand, unmetered, and with nothing kept. */
import { shipped } from "#bench-modules";
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import type { Json } from "../../core/json.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import type { Parts } from "../../core/policy/parts.ts";
import { BUILTIN_READER } from "../../core/policy/reader.ts";
import type { RunOutcome } from "../../core/policy/verdict.ts";
import { LIMITS, PAGE_BYTES } from "../../core/policy/wasm/profile.ts";
import { SMALL_BUNDLE } from "../../test/harness/small-bundle.ts";
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

const useOf = (name: string, settings: Json): Use => {
  const policy = findBuiltin(name);
  if (!policy) throw new Error(`No policy ${name}.`);
  return { policy, settings: canonicalJson(settings) };
};

const READER = useOf(BUILTIN_READER, {});
export const USES: readonly Use[] = [
  READER,
  ...SMALL_BUNDLE.map(({ policy, settings }) => useOf(policy.replace("builtin:", ""), settings as Json)),
];

/** What the policy is given beside the input. */
export async function partsOf({ manifest }: PolicyModule, input: Uint8Array): Promise<Parts> {
  if (manifest.reading !== "reads") return {};
  const { reading, detail } = await new PolicyHost().run(READER.policy, READER.settings, input, FUEL_FULL);
  if (reading === undefined) throw new Error(`No reading: ${detail}`);
  return { reading };
}

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
  const parts = await partsOf(policy, input);
  const inputs = [{ input, reading: parts.reading }];
  const host = new PolicyHost();
  const unpooled = new PolicyHost(null);
  const byHand = new Hand(policy.module, settingsBytes, inputs);
  const raw = shipped[name]?.raw;
  if (raw === undefined) throw new Error(`No unmetered ${name}.`);
  const metered = new Hand(policy.module, settingsBytes, inputs, true);
  const unmetered = new Hand(raw, settingsBytes, inputs, true);
  const made = await Guest.create(policy.module, settings);
  if (!made.ok) throw new Error(made.fault.detail);
  const guest = made.value;
  const run = () => host.run(policy, settings, input, FUEL_FULL, parts);

  // All answer alike, and the host's second answer comes from the instance of the first.
  const first = answerOf(await run());
  const second = run();
  if (second instanceof Promise)
    throw new Error(`${name} keeps no instance for ${size}: its memory has grown.`);
  const answers = [
    answerOf(second),
    textOf(byHand.run(input, parts.reading)),
    textOf(byHand.run(input, parts.reading)),
    textOf(metered.run(input, parts.reading)),
    textOf(unmetered.run(input, parts.reading)),
  ];
  if (answers.some((answer) => answer !== first))
    throw new Error(`${name}: ${JSON.stringify([first, answers])}`);

  const label = (what: string) => `${name} ${size} ${what}`;
  return {
    [label("host")]: run,
    [label("by hand")]: () => byHand.run(input, parts.reading),
    [label("metered")]: () => metered.run(input, parts.reading),
    [label("unmetered")]: () => unmetered.run(input, parts.reading),
    [label("guest")]: () => guest.evaluate(input, FUEL_FULL, parts),
    [label("restore")]: restoreOf(guest, () => guest.evaluate(input, FUEL_FULL, parts)),
    [label("plugin")]: () => unpooled.run(policy, settings, input, FUEL_FULL, parts),
    [label("instance")]: () => new Hand(policy.module, settingsBytes, []),
  };
}

/** What the host does to the memory after a call, by itself: one of the same size and contents. */
function restoreOf(guest: Guest, evaluate: () => RunOutcome): Step {
  const state = guest.state();
  const pages = Math.floor(state.length / PAGE_BYTES);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: LIMITS.MEMORY_PAGES_MAX });
  new Uint8Array(memory.buffer).set(state.subarray(0, pages * PAGE_BYTES));
  const kept = new GuestMemory(memory);
  kept.save();
  evaluate();
  const { low, high } = guest.written;
  return () => kept.restore(low, high);
}

function answerOf({ output, error, detail }: RunOutcome): string {
  if (output === null) throw new Error(`${error}: ${detail}`);
  return textOf(output);
}

const textOf = (output: Uint8Array): string => new TextDecoder().decode(output);
