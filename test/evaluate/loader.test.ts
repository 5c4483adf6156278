/** How isolates are named, loaded and given up, with a loader in the runtime's place. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { utf8 } from "../../core/encoding.ts";
import { type Digest, digestOf } from "../../core/hash.ts";
import { ISOLATE_RETRY_MS, ISOLATES_IN_FLIGHT_MAX } from "../../core/limits.ts";
import type { RanPolicy, RunOutcome } from "../../core/policy/verdict.ts";
import { PROFILE_ID } from "../../core/policy/wasm/profile.ts";
import { source, version } from "../../dist/isolate.ts";
import type { IsolateService } from "../../worker/evaluate/isolate/service.ts";
import {
  type BundleSource,
  IsolateLoader,
  isolateCode,
  isolateName,
  type LoadedPolicy,
} from "../../worker/evaluate/loader.ts";

const BUNDLE = digestOf("bundle");
const wasm = (name: string) => new TextEncoder().encode(name);
const policyOf = (name: string): RanPolicy => ({
  manifest: { name } as RanPolicy["manifest"],
  policyId: digestOf(`id ${name}`),
  execId: digestOf(wasm(name)),
  profileId: PROFILE_ID,
});
const placed = (policy: RanPolicy, settings = "{}"): LoadedPolicy => ({ policy, settings });
const answer = (fuel: number): RunOutcome => ({
  output: null,
  fuel,
  fuelLimit: 10,
  error: null,
  detail: null,
});
const request = (policy: RanPolicy) => ({ policy, settings: "{}", fuelLimit: 10, parts: {} });
const UNAVAILABLE = {
  output: null,
  fuel: 0,
  fuelLimit: 10,
  error: "POLICY_LOADER_UNAVAILABLE",
  detail: null,
};

/** As a runtime does: one load for each id, and where that failed, the same failure each time. */
function fakeLoader(service: Partial<IsolateService>) {
  const loads = new Map<string, Promise<WorkerLoaderWorkerCode>>();
  const asked: string[] = [];
  const get = (id: string, getCode: () => Promise<WorkerLoaderWorkerCode>) => {
    asked.push(id);
    const load = loads.get(id) ?? getCode();
    loads.set(id, load);
    const through = <K extends keyof IsolateService>(method: K) =>
      (async (...args: never[]) => {
        await load;
        return (service[method] as (...given: never[]) => unknown)(...args);
      }) as never;
    return { getEntrypoint: () => ({ run: through("run"), prepare: through("prepare") }) };
  };
  return { loader: { get } as unknown as WorkerLoader, asked, loads };
}

function sourceOf(tenant: string, policies: readonly RanPolicy[], more: Partial<BundleSource> = {}) {
  const fetched: Digest[] = [];
  const bundles: BundleSource = {
    tenant,
    policiesOf: () => policies.map((policy) => placed(policy)),
    moduleOf: async ({ manifest, execId }) => {
      fetched.push(execId);
      return wasm(manifest.name);
    },
    ...more,
  };
  return { bundles, fetched };
}

let tenants = 0;
const newTenant = () => `t${++tenants}`;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("an isolate's name", () => {
  it("is another for another tenant, bundle, set of modules, profile or host", () => {
    const [a, b] = [policyOf("a"), policyOf("b")];
    const name = isolateName("t", BUNDLE, [placed(a)]);
    expect(name).toContain(BUNDLE);
    expect(name).toContain(PROFILE_ID);
    expect(name).toContain(version);
    const others = [
      isolateName("u", BUNDLE, [placed(a)]),
      isolateName("t", digestOf("other"), [placed(a)]),
      isolateName("t", BUNDLE, [placed(a), placed(b)]),
      isolateName("t", BUNDLE, []),
      isolateName("t", BUNDLE, [placed({ ...a, execId: b.execId })]),
    ];
    expect(new Set([name, ...others]).size).toBe(6);
  });
});

describe("what is loaded", () => {
  it("is our host and every policy of the bundle, whichever is asked, without bindings or a way out", async () => {
    const [a, b] = [policyOf("a"), policyOf("b")];
    const { bundles, fetched } = sourceOf(newTenant(), [a, b]);
    const { loader, loads } = fakeLoader({ run: async () => [answer(3)] });
    expect(await new IsolateLoader(loader, bundles).run(BUNDLE, [request(b)], new Uint8Array())).toEqual([
      answer(3),
    ]);
    expect(fetched).toEqual([a.execId, b.execId]);
    const code = await loads.get(isolateName(bundles.tenant, BUNDLE, [placed(a), placed(b)]));
    expect(code).toMatchObject({ env: {}, globalOutbound: null, mainModule: "main.js" });
    expect(code?.modules["main.js"]).toEqual({ js: source });
    const entry = ({ execId }: RanPolicy, at: number) =>
      `{ execId: "${execId}", settings: "{}", module: m${at} }`;
    expect(code?.modules["bundle.js"]).toEqual({
      js: `import m0 from "./policy0.wasm";import m1 from "./policy1.wasm";export const policies = [${entry(a, 0)},${entry(b, 1)}];`,
    });
    expect(code?.modules["policy1.wasm"]).toEqual({ wasm: wasm("b") });
  });

  it("is fetched once", async () => {
    const a = policyOf("a");
    const { bundles, fetched } = sourceOf(newTenant(), [a]);
    const isolates = new IsolateLoader(fakeLoader({ run: async () => [answer(1)] }).loader, bundles);
    for (let call = 0; call < 3; call++) await isolates.run(BUNDLE, [request(a)], new Uint8Array());
    expect(fetched).toEqual([a.execId]);
  });

  it("has no code but ours, whatever settings and ids say", () => {
    const execId = 'sha256:"; hostile' as Digest;
    const settings = '{"a":"`\u2028\\"}';
    const code = isolateCode("main", [{ execId, settings }], new Map([[execId, new Uint8Array()]]));
    const { js = "" } = code.modules["bundle.js"] as WorkerLoaderModule;
    const [, list = ""] =
      /^import m0 from "\.\/policy0\.wasm";export const policies = (.*);$/s.exec(js) ?? [];
    expect(new Function("m0", `return ${list}`)("m0")).toEqual([{ execId, settings, module: "m0" }]);
  });

  it("has a module once, however many policies run it, and each is asked by its settings", async () => {
    const a = policyOf("a");
    const asked: unknown[] = [];
    const run = async (requests: readonly unknown[]) => {
      asked.push(...requests);
      return requests.map(() => answer(1));
    };
    const { bundles, fetched } = sourceOf(newTenant(), [], {
      policiesOf: () => [
        placed(a, "{}"),
        placed(a, '{"x":1}'),
        placed({ ...a, policyId: digestOf("twin") }, "[]"),
      ],
    });
    const isolates = new IsolateLoader(fakeLoader({ run }).loader, bundles);
    const requests = ['{"x":1}', "{}", "of no place"].map((settings) => ({
      policy: a,
      settings,
      fuelLimit: 10,
      parts: { findings: utf8(settings) },
    }));
    await isolates.run(BUNDLE, requests, new Uint8Array());
    expect(asked).toEqual([
      { place: 1, fuelLimit: 10, parts: { findings: utf8('{"x":1}') } },
      { place: 0, fuelLimit: 10, parts: { findings: utf8("{}") } },
      { place: -1, fuelLimit: 10, parts: { findings: utf8("of no place") } },
    ]);
    expect(fetched).toEqual([a.execId]);
  });
});

describe("what cannot be loaded is an outcome", () => {
  const a = policyOf("a");
  it.each<[string, Partial<BundleSource>]>([
    ["a module that is gone", { moduleOf: async () => null }],
    ["a module of other bytes", { moduleOf: async () => wasm("other") }],
    ["a store that is down", { moduleOf: async () => Promise.reject(new Error("down")) }],
  ])("%s", async (_, more) => {
    const { bundles } = sourceOf(newTenant(), [a], more);
    const isolates = new IsolateLoader(fakeLoader({ run: async () => [answer(1)] }).loader, bundles);
    expect(await isolates.run(BUNDLE, [request(a), request(a)], new Uint8Array())).toEqual([
      UNAVAILABLE,
      UNAVAILABLE,
    ]);
    expect(await isolates.prepare(BUNDLE)).toBeNull();
  });

  it("an isolate that answers too little", async () => {
    const { bundles } = sourceOf(newTenant(), [a]);
    const isolates = new IsolateLoader(fakeLoader({ run: async () => [answer(1)] }).loader, bundles);
    const outcomes = await isolates.run(BUNDLE, [request(a), request(a)], new Uint8Array());
    expect(outcomes).toEqual([answer(1), UNAVAILABLE]);
  });
});

describe("after a failure", () => {
  const a = policyOf("a");

  it("the next isolate has another id, at once: the runtime would keep the failure", async () => {
    let down = true;
    const { bundles } = sourceOf(newTenant(), [a], {
      moduleOf: async () => {
        if (!down) return wasm("a");
        down = false;
        throw new Error("down");
      },
    });
    const { loader, asked } = fakeLoader({ run: async () => [answer(1)] });
    const isolates = new IsolateLoader(loader, bundles);
    for (let call = 0; call < 2; call++)
      expect(await isolates.run(BUNDLE, [request(a)], new Uint8Array())).toEqual([answer(1)]);
    expect(asked).toHaveLength(3);
    expect(asked[0]).toBe(isolateName(bundles.tenant, BUNDLE, [placed(a)]));
    expect(asked[1]).not.toBe(asked[0]);
    expect(asked[2]).toBe(asked[1]);
  });

  it("and another, none is made for a while; then it works again", async () => {
    let down = true;
    const { bundles } = sourceOf(newTenant(), [a], { moduleOf: async () => (down ? null : wasm("a")) });
    const { loader, asked } = fakeLoader({ run: async () => [answer(1)] });
    const isolates = new IsolateLoader(loader, bundles);
    const run = () => isolates.run(BUNDLE, [request(a)], new Uint8Array());
    expect(await run()).toEqual([UNAVAILABLE]);
    down = false;
    expect(await run()).toEqual([UNAVAILABLE]);
    expect(asked).toHaveLength(2);
    vi.advanceTimersByTime(ISOLATE_RETRY_MS);
    expect(await run()).toEqual([answer(1)]);
    expect(new Set(asked).size).toBe(3);
  });

  it("of many calls at once, one new isolate is made", async () => {
    let calls = 0;
    const { bundles } = sourceOf(newTenant(), [a], {
      moduleOf: async () => (calls++ === 0 ? null : wasm("a")),
    });
    const { loader, asked } = fakeLoader({ run: async () => [answer(1)] });
    const isolates = new IsolateLoader(loader, bundles);
    const runs = Array.from({ length: 20 }, () => isolates.run(BUNDLE, [request(a)], new Uint8Array()));
    expect(await Promise.all(runs)).toEqual(Array.from({ length: 20 }, () => [answer(1)]));
    expect(new Set(asked).size).toBe(2);
  });
});

describe("isolates of one request", () => {
  it("are at work at once no more than the runtime allows, and each is asked in the end", async () => {
    vi.useRealTimers();
    const policy = policyOf("pii");
    let atWork = 0;
    let most = 0;
    const run = async () => {
      most = Math.max(most, ++atWork);
      await new Promise((resolve) => setTimeout(resolve, 5));
      atWork--;
      return [answer(1)];
    };
    const { loader, loads } = fakeLoader({ run });
    const isolates = new IsolateLoader(loader, sourceOf("many", [policy]).bundles);
    const bundles = Array.from({ length: 2 * ISOLATES_IN_FLIGHT_MAX + 1 }, (_, index) =>
      digestOf(`${index}`),
    );
    const answers = await Promise.all(
      bundles.map((bundle) => isolates.run(bundle, [request(policy)], new Uint8Array())),
    );
    expect(answers).toEqual(bundles.map(() => [answer(1)]));
    expect([loads.size, most]).toEqual([bundles.length, ISOLATES_IN_FLIGHT_MAX]);
  });

  it("that fail make room for the next", async () => {
    const policy = policyOf("pii");
    const run = () => Promise.reject(new Error("gone"));
    const isolates = new IsolateLoader(fakeLoader({ run }).loader, sourceOf("failing", [policy]).bundles);
    const bundles = Array.from({ length: 2 * ISOLATES_IN_FLIGHT_MAX }, (_, index) => digestOf(`${index}`));
    const answers = await Promise.all(
      bundles.map((bundle) => isolates.run(bundle, [request(policy)], new Uint8Array())),
    );
    expect(answers).toEqual(bundles.map(() => [UNAVAILABLE]));
  });
});
