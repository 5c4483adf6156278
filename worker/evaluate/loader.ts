/**
 * Runs a tenant's published policies in isolates made by the Worker Loader: one for each tenant and bundle, with nothing
 * but our host and the bundle's modules in it (docs/design/published-policies.md).
 */

import { type Digest, digestOf } from "../../core/hash.ts";
import { ISOLATE_RETRY_MS, ISOLATES_IN_FLIGHT_MAX } from "../../core/limits.ts";
import type { RanPolicy, RunOutcome } from "../../core/policy/verdict.ts";
import { PROFILE_ID } from "../../core/policy/wasm/profile.ts";
import { compatibilityDate, source, version } from "../../dist/isolate.ts";
import type { Fault } from "./call.ts";
import type { BundleLoader } from "./engine.ts";
import { BUNDLE_MODULE, ENTRYPOINT, type IsolateService, MAIN_MODULE } from "./isolate/service.ts";
import type { PolicyRunRequest } from "./judge.ts";

/** A published policy of a bundle. */
export interface LoadedPolicy {
  readonly policy: RanPolicy;
  /** Canonical JSON. */
  readonly settings: string;
}

export interface BundleSource {
  readonly tenant: string;
  /** All published policies of a bundle: an isolate is made for the whole of it, whatever is asked first. */
  policiesOf(bundle: Digest): readonly LoadedPolicy[];
  /** The metered module; asked only where an isolate has to be made. Null: it is not there. */
  moduleOf(policy: RanPolicy): Promise<Uint8Array | null>;
}

export class IsolateLoader implements BundleLoader {
  readonly #loader: WorkerLoader;
  readonly #source: BundleSource;
  #atWork = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(loader: WorkerLoader, bundles: BundleSource) {
    this.#loader = loader;
    this.#source = bundles;
  }

  async run(
    bundle: Digest,
    requests: readonly PolicyRunRequest[],
    input: Uint8Array,
  ): Promise<readonly RunOutcome[]> {
    const policies = this.#source.policiesOf(bundle);
    const runs = requests.map(({ policy, settings, fuelLimit, parts }) => {
      const isAsked = (one: LoadedPolicy) => one.policy.execId === policy.execId && one.settings === settings;
      return { place: policies.findIndex(isAsked), fuelLimit, parts };
    });
    const answers = await this.#ask(bundle, policies, (service) => service.run(runs, input));
    return requests.map(({ fuelLimit }, index) => answers?.[index] ?? unavailable(fuelLimit));
  }

  /**
   * Makes isolate and instances ready. One answer for each published policy of the bundle; null where they could not be
   * loaded. Never rejects.
   */
  prepare(bundle: Digest): Promise<readonly (Fault | null)[] | null> {
    return this.#ask(bundle, this.#source.policiesOf(bundle), (service) => service.prepare());
  }

  async #ask<T>(
    bundle: Digest,
    policies: readonly LoadedPolicy[],
    work: (service: IsolateService) => Promise<T>,
  ): Promise<T | null> {
    const name = isolateName(this.#source.tenant, bundle, policies);
    if (isBroken(name)) return null;
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      const id = isolateId(name);
      try {
        const worker = this.#loader.get(id, () => this.#load(policies));
        const service = worker.getEntrypoint(ENTRYPOINT) as unknown as IsolateService;
        return await this.#inTurn(() => work(service));
      } catch (error) {
        // The message is the runtime's or ours, not the policy's: those are outcomes.
        console.error(
          JSON.stringify({ event: "isolate_failed", isolate: id, attempt, error: String(error) }),
        );
        renew(name, id, attempt === ATTEMPTS_MAX);
      }
    }
    return null;
  }

  /** One loader serves one request. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#atWork >= ISOLATES_IN_FLIGHT_MAX)
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    else this.#atWork++;
    try {
      return await work();
    } finally {
      // Whoever waits takes over the place, so that nobody who comes meanwhile takes it first.
      const next = this.#waiting.shift();
      if (next === undefined) this.#atWork--;
      else next();
    }
  }

  async #load(policies: readonly LoadedPolicy[]): Promise<WorkerLoaderWorkerCode> {
    const modules = new Map<Digest, Uint8Array>();
    for (const { policy } of policies) {
      if (modules.has(policy.execId)) continue;
      const wasm = await this.#source.moduleOf(policy);
      // What runs is what every entry and receipt names.
      if (wasm === null || digestOf(wasm) !== policy.execId) {
        throw new Error(`couldn't load ${policy.policyId}: the store has no module ${policy.execId}`);
      }
      modules.set(policy.execId, wasm);
    }
    const placed = policies.map(({ policy: { execId }, settings }) => ({ execId, settings }));
    return isolateCode(source, placed, modules);
  }
}

/** Loads a module into an isolate of its own, once, and has it take settings. Rejects where it cannot be loaded. */
export async function tryModule(
  loader: WorkerLoader,
  { execId, wasm }: { readonly execId: Digest; readonly wasm: Uint8Array },
  settings: string,
): Promise<Fault | null> {
  const worker = loader.load(isolateCode(source, [{ execId, settings }], new Map([[execId, wasm]])));
  const service = worker.getEntrypoint(ENTRYPOINT) as unknown as IsolateService;
  const [fault = null] = await service.prepare();
  return fault;
}

/**
 * Everything that an isolate has: no bindings, no way out, and no module but these. `modules` are metered bytes by exec id,
 * one for each that `policies` name.
 */
export function isolateCode(
  main: string,
  policies: readonly { readonly execId: Digest; readonly settings: string }[],
  modules: ReadonlyMap<Digest, Uint8Array>,
): WorkerLoaderWorkerCode {
  const execIds = [...modules.keys()];
  const file = (at: number) => `policy${at}.wasm`;
  const imports = execIds.map((_, at) => `import m${at} from "./${file(at)}";`);
  const entries = policies.map(
    ({ execId, settings }) =>
      `{ execId: ${JSON.stringify(execId)}, settings: ${JSON.stringify(settings)}, module: m${execIds.indexOf(execId)} }`,
  );
  return {
    compatibilityDate,
    mainModule: MAIN_MODULE,
    modules: {
      [MAIN_MODULE]: { js: main },
      [BUNDLE_MODULE]: { js: `${imports.join("")}export const policies = [${entries.join()}];` },
      ...Object.fromEntries([...modules.values()].map((wasm, at) => [file(at), { wasm }])),
    },
    env: {},
    globalOutbound: null,
  };
}

/** Names what runs and for whom: an isolate is never shared between tenants, nor kept when anything in it moves. */
export function isolateName(tenant: string, bundle: Digest, policies: readonly LoadedPolicy[]): string {
  // What is in an isolate follows from its bundle's digest, but for policies that are not there, or were metered anew.
  const modules = digestOf(policies.map(({ policy }) => policy.execId).join());
  return `${tenant}:${bundle}:${modules}:${PROFILE_ID}:${version}`;
}

const ATTEMPTS_MAX = 2;

interface Renewal {
  readonly id: string;
  readonly brokenUntilMs: number;
}

/** A runtime keeps a load that failed under its id for ever, so that after a failure the next isolate has a new one. */
const renewals = new Map<string, Renewal>();
/** Names remembered at once: forgetting one costs a failed call. */
const RENEWALS_MAX = 1_000;

const isolateId = (name: string): string => renewals.get(name)?.id ?? name;
const isBroken = (name: string): boolean => (renewals.get(name)?.brokenUntilMs ?? 0) > Date.now();

/** Of many calls that fail together, the first makes the new id. */
function renew(name: string, failedId: string, last: boolean): void {
  if (isolateId(name) !== failedId) return;
  if (renewals.size >= RENEWALS_MAX) renewals.clear();
  const id = `${name}:${crypto.randomUUID()}`;
  renewals.set(name, { id, brokenUntilMs: last ? Date.now() + ISOLATE_RETRY_MS : 0 });
}

const unavailable = (fuelLimit: number): RunOutcome => ({
  output: null,
  fuel: 0,
  fuelLimit,
  error: "POLICY_LOADER_UNAVAILABLE",
  detail: null,
});
