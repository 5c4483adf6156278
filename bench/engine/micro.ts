/** Loops and calls that metering costs most, by hand. */
import { micro } from "#bench-modules";
import { Hand } from "./hand.ts";
import type { Step, Steps } from "./step.ts";

const NOTHING = new Uint8Array();

export const microSteps: Steps = async () => {
  const steps: Record<string, Step> = {};
  for (const [name, { raw, metered }] of Object.entries(micro)) {
    const [before, after] = [new Hand(raw, NOTHING, []), new Hand(metered, NOTHING, [])];
    steps[`${name} unmetered`] = () => before.run(NOTHING);
    steps[`${name} metered`] = () => after.run(NOTHING);
  }
  return steps;
};
