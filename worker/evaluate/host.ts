/**
 * Runs one policy on one input and answers an outcome for everything that can happen (invariant I1). What it answers is a
 * function of module, settings, input and fuel: instances are kept between actions, but never what an action left in them.
 */
import type { Digest } from "../../core/hash.ts";
import { NO_PARTS, type Parts } from "../../core/policy/parts.ts";
import type { RunOutcome } from "../../core/policy/verdict.ts";
import type { Fault } from "./call.ts";
import { Guest } from "./guest.ts";
import { POOL_LIMITS, Pool, type PoolLimits } from "./pool.ts";

/** Named in every entry and receipt; moves whenever the same policy and input could give another answer. */
export const ENGINE_ID = "countersign-engine/2";

export interface RunnableModule {
  readonly execId: Digest;
  readonly profileId: string;
  /** Metered: what `execId` is the digest of. */
  readonly module: WebAssembly.Module;
}

export class PolicyHost {
  /** Null: every run has an instance of its own. */
  readonly #pool: Pool | null;

  /** `limits` null: nothing is kept; for tools and tests that compare. */
  constructor(limits: PoolLimits | null = POOL_LIMITS) {
    this.#pool = limits && new Pool(limits);
  }

  /** How many instances are kept, and what they hold. */
  get kept(): { readonly instances: number; readonly byteLength: number } {
    return { instances: this.#pool?.size ?? 0, byteLength: this.#pool?.byteLength ?? 0 };
  }

  /**
   * `settings` and `input` are canonical JSON, `input` as text or in UTF-8; `fuelLimit` is an integer. Answers at once where an
   * instance is at hand, else a promise. Never throws nor rejects.
   */
  run(
    policy: RunnableModule,
    settings: string,
    input: Uint8Array | string,
    fuelLimit: number,
    parts: Parts = NO_PARTS,
  ): RunOutcome | Promise<RunOutcome> {
    const guest = this.#pool?.find(policy.profileId, policy.execId, settings);
    return guest === undefined
      ? this.#runCold(policy, settings, input, fuelLimit, parts)
      : this.#evaluate(guest, policy, settings, input, fuelLimit, parts);
  }

  /** Whether the next action finds an instance, or what one can be made from without `configure`. */
  keeps({ execId, profileId }: RunnableModule, settings: string): boolean {
    return this.#pool?.findConfigured(profileId, execId, settings) !== undefined;
  }

  /** Makes an instance for the next action. Null, or why module or settings are refused. Never rejects. */
  async prepare({ execId, profileId, module }: RunnableModule, settings: string): Promise<Fault | null> {
    if (this.#pool?.find(profileId, execId, settings) !== undefined) return null;
    const made = await Guest.create(module, settings);
    if (!made.ok) return made.fault;
    this.#pool?.add(profileId, execId, settings, made.value);
    return null;
  }

  /**
   * Callers that come while an instance is being made, each make their own: a promise shared between requests hangs
   * where the request that it belongs to is cancelled.
   */
  async #runCold(
    policy: RunnableModule,
    settings: string,
    input: Uint8Array | string,
    fuelLimit: number,
    parts: Parts,
  ): Promise<RunOutcome> {
    const configured = this.#pool?.findConfigured(policy.profileId, policy.execId, settings);
    const made = configured
      ? await Guest.again(policy.module, configured)
      : await Guest.create(policy.module, settings);
    if (!made.ok) {
      const { rule, detail } = made.fault;
      return { output: null, fuel: 0, fuelLimit, error: rule, detail };
    }
    this.#pool?.add(policy.profileId, policy.execId, settings, made.value);
    return this.#evaluate(made.value, policy, settings, input, fuelLimit, parts);
  }

  #evaluate(
    guest: Guest,
    { profileId, execId }: RunnableModule,
    settings: string,
    input: Uint8Array | string,
    fuelLimit: number,
    parts: Parts,
  ): RunOutcome {
    const outcome = guest.evaluate(input, fuelLimit, parts);
    if (!guest.reusable) this.#pool?.drop(profileId, execId, settings, guest);
    return outcome;
  }
}

/** The one of this isolate or process. */
export const policyHost = new PolicyHost();
