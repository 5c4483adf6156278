/** What an isolate of published policies offers to the gate: every call and answer is plain data. */
import type { Parts } from "../../../core/policy/parts.ts";
import type { RunOutcome } from "../../../core/policy/verdict.ts";
import type { Fault } from "../call.ts";

/** A policy with its settings, by its place in the isolate: settings are loaded once and not sent with each action. */
export interface IsolateRun {
  readonly place: number;
  readonly fuelLimit: number;
  /** What several are given is sent once: a call keeps references to one thing as such. */
  readonly parts: Parts;
}

/** What goes wrong with a policy is an answer. */
export interface IsolateService {
  /** One outcome for each request, in their order. */
  run(requests: readonly IsolateRun[], input: Uint8Array): Promise<readonly RunOutcome[]>;
  /** Makes an instance of every policy ready; in the order of their places, null where it took its settings. */
  prepare(): Promise<readonly (Fault | null)[]>;
}

/** The isolate's modules, by these names (worker/evaluate/loader.ts). */
export const MAIN_MODULE = "main.js";
export const BUNDLE_MODULE = "bundle.js";
export const ENTRYPOINT = "Policies";
