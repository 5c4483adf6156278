/** The hostile modules, by what they try. */
import { ANSWERS } from "./answers.ts";
import { BETWEEN_CALLS } from "./between-calls.ts";
import { CANARIES } from "./canaries.ts";
import { COMPILING } from "./compiling.ts";
import { ENCODING } from "./encoding.ts";
import { FEATURES } from "./features.ts";
import { FUEL_AND_STACK } from "./fuel-and-stack.ts";
import { HOST_CALLS } from "./host-calls.ts";
import { IMPORTS_AND_EXPORTS } from "./imports-and-exports.ts";
import { KERNEL } from "./kernel.ts";
import { LIMITS } from "./limits.ts";
import type { AdmittedModule, RefusedModule } from "./module.ts";
import { TRAPPING } from "./traps.ts";

export const REFUSED: Readonly<Record<string, readonly RefusedModule[]>> = {
  encoding: ENCODING,
  features: FEATURES,
  limits: LIMITS,
  "imports and exports": IMPORTS_AND_EXPORTS,
};

export const ADMITTED: Readonly<Record<string, readonly AdmittedModule[]>> = {
  "fuel and stack": FUEL_AND_STACK,
  traps: TRAPPING,
  compiling: COMPILING,
  "host calls": HOST_CALLS,
  kernel: KERNEL,
  answers: ANSWERS,
  "between calls": BETWEEN_CALLS,
  canaries: CANARIES,
};
