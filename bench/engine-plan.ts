/** What of the engine is compared with what, and the goals. The steps are those of bench/engine/. */

import type { StepOf } from "./engine-steps.ts";
import { rawModule } from "./wasm/build.ts";
import { MICRO } from "./wasm/micro.ts";
import { repeated, withoutData } from "./wasm/sections.ts";

export interface Ratio {
  readonly what: string;
  /** Names of steps. */
  readonly of: string;
  readonly against: string;
  /** At most; null: shown without one. */
  readonly goal: number | null;
}

/** Steps that run in turn, and what is said of them. */
export interface Group {
  readonly title: string;
  readonly steps: readonly StepOf[];
  readonly ratios: readonly Ratio[];
  /** Whether the steps' own times are shown, too. */
  readonly absolute: boolean;
}

const POLICIES = ["reader", "access", "denylist", "pii"] as const;
const SIZES = ["2.7 KB", "16 KB"] as const;
const named = (names: readonly string[]): StepOf[] => names.map((name) => ({ name, step: name }));

const GOAL = { host: 1.4, plugin: 0.1, opa: 0.5, cedar: 0.1, metering: 1.15, worst: 2 } as const;

function decision(policy: string): Group {
  const step = (what: string) => `${policy} 2.7 KB ${what}`;
  const ratio = (of: string, against: string, goal: number | null): Ratio => ({
    what: `${of} / ${against}`,
    of: step(of),
    against: step(against),
    goal,
  });
  return {
    title: `One decision, ${policy}, 2.7 KB`,
    steps: named(["host", "guest", "by hand", "restore", "plugin"].map(step)),
    ratios: [
      ratio("host", "by hand", GOAL.host),
      ratio("host", "plugin", GOAL.plugin),
      ratio("guest", "host", null),
      ratio("restore", "host", null),
    ],
    absolute: false,
  };
}

/** `hasOpa`: whether there is a compiled Rego policy. */
function small(hasOpa: boolean): Group {
  const ratio = (of: string, against: string, goal: number | null): Ratio => ({
    what: `${of} / ${against}`,
    of: `small, ${of}`,
    against: `small, ${against}`,
    goal,
  });
  const forms = ["ours", "ours with the gate's checks", "ours from bytes"];
  const rivals = [
    "Cedar",
    "Cedar, roles in the context",
    "Cedar parsing",
    "OPA's stand-in",
    ...(hasOpa ? ["OPA"] : []),
  ];
  return {
    title: "One small decision: role, tool, amount",
    steps: named([...forms, "by hand from bytes", ...rivals].map((name) => `small, ${name}`)),
    ratios: [
      ratio("ours", "Cedar", GOAL.cedar),
      ratio("ours", "Cedar, roles in the context", GOAL.cedar),
      ...(hasOpa ? [ratio("ours", "OPA", GOAL.opa)] : []),
      ratio("ours", "OPA's stand-in", GOAL.opa),
      ratio("ours with the gate's checks", "Cedar", null),
      ratio("ours from bytes", "Cedar", null),
      ratio("ours from bytes", "by hand from bytes", null),
      ratio("Cedar parsing", "Cedar", null),
    ],
    absolute: false,
  };
}

function metering(policy: string): Group {
  const steps = SIZES.flatMap((size) => ["metered", "unmetered"].map((what) => `${policy} ${size} ${what}`));
  return {
    title: `Metered / unmetered, ${policy}`,
    steps: named(steps),
    ratios: SIZES.map((size) => ({
      what: `${policy}, ${size}`,
      of: `${policy} ${size} metered`,
      against: `${policy} ${size} unmetered`,
      goal: GOAL.metering,
    })),
    absolute: false,
  };
}

const worst: Group = {
  title: "Metered / unmetered, at worst",
  steps: named(Object.keys(MICRO).flatMap((name) => [`${name} unmetered`, `${name} metered`])),
  ratios: Object.keys(MICRO).map((what) => ({
    what,
    of: `${what} metered`,
    against: `${what} unmetered`,
    goal: GOAL.worst,
  })),
  absolute: false,
};

/** The largest is about what 500,000 instructions, the profile's limit, come to. */
export const MODULE_SIZES = [100_000, 500_000, 900_000] as const;

export function modulesBySize(): readonly Uint8Array<ArrayBuffer>[] {
  return [
    withoutData(rawModule("echo")),
    new Uint8Array(rawModule("access")),
    ...MODULE_SIZES.map((size) => repeated(rawModule("risk"), size)),
  ];
}

const admission = (): Group => ({
  title: "Publishing: admit() by the module's size",
  steps: modulesBySize().map((body) => ({
    name: `${(body.length / 1000).toFixed(0)} KB`,
    step: "admit",
    body,
  })),
  ratios: [],
  absolute: true,
});

const cold: Group = {
  title: "Cold and warm, pii or all four, 2.7 KB",
  steps: [
    ...named(["pii 2.7 KB host", "pii 2.7 KB instance", "pii 2.7 KB plugin"]),
    ...named(["isolate, no policy", "isolate, one policy", "isolate, all policies"]),
    { name: "isolate made, all policies", step: "isolate made", countMax: 2 },
  ],
  ratios: [],
  absolute: true,
};

export const groupsOf = (hasOpa: boolean): Readonly<Record<string, readonly Group[]>> => ({
  decision: POLICIES.map(decision),
  small: [small(hasOpa)],
  metering: [...POLICIES.map(metering), worst],
  publish: [admission()],
  cold: [cold],
});
