/** Who is judged first, who last, and what each is given of what the others made. */
import { describe, expect, it } from "vitest";
import { parseAction } from "../../core/action.ts";
import { digestOf } from "../../core/hash.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import { BINDING_DEFAULTS, type Binding } from "../../core/policy/binding.ts";
import type { Bundle } from "../../core/policy/bundle.ts";
import { combine } from "../../core/policy/decision.ts";
import { policyInput } from "../../core/policy/input.ts";
import { type Manifest, POLICY_ABI } from "../../core/policy/manifest.ts";
import type { RanPolicy } from "../../core/policy/verdict.ts";
import { PolicyHost, type RunnableModule } from "../../worker/evaluate/host.ts";
import { type Engine, judge } from "../../worker/evaluate/judge.ts";
import * as modules from "./part-policies.ts";
import { admitted } from "./policies.ts";

const manifestOf = (name: string, more: Partial<Manifest>): Manifest => ({
  abi: POLICY_ABI,
  name,
  version: "1.0.0",
  description: "",
  settings: {},
  rules: [{ id: "FIRED", severity: "warn", reason: "It fired" }],
  ...more,
});

type Stub = RanPolicy & RunnableModule;
const stub = (name: string, wasm: Uint8Array, more: Partial<Manifest> = {}): Stub => {
  const module = admitted(wasm, 2);
  return { ...module, manifest: manifestOf(name, more), policyId: digestOf(`id of ${name}`) };
};
const WRITES = { reading: "writes" } as const;
const READS = { reading: "reads" } as const;
const WEIGHS = { findings: "reads" } as const;

const reader = stub("reader", modules.READER, WRITES);
const other = stub("other", modules.OTHER_READER, WRITES);
const trapping = stub("trapping", modules.TRAPPING_READER, WRITES);
const misspoken = stub("misspoken", modules.MISSPOKEN_READER, WRITES);
const silent = stub("silent", modules.SILENT, WRITES);
const plain = stub("plain", modules.SILENT);
const firing = stub("firing", modules.FIRING);
const scanner = stub("scanner", modules.SCANNER, READS);
const weigher = stub("weigher", modules.WEIGHER, WEIGHS);
const nosy = stub("nosy", modules.NOSY);
const smuggler = stub("smuggler", modules.READER);
const ALL = [
  ...[reader, other, trapping, misspoken, silent],
  ...[plain, firing, scanner, weigher, nosy, smuggler],
];

const host = new PolicyHost();
/** Names in the order in which they were run; a `|` between calls. */
function engineOf(ran: string[] = []): Engine {
  return {
    find: (id) => ALL.find(({ policyId }) => policyId === id),
    run: (_, requests, input) => {
      ran.push(requests.map(({ policy }) => policy.manifest.name).join());
      return Promise.all(
        requests.map(({ policy, settings, fuelLimit, parts }) =>
          host.run(policy as Stub, settings, input, fuelLimit, parts),
        ),
      );
    },
  };
}

const parsed = parseAction({ action: { surface: "s", payload: { text: "hello" } } });
if (!parsed.ok) throw new Error("no action");
const action = parsed.value;
const principal = { key: "k", owner: "ada", agent: null, user: null, roles: [], folder: null };
const input = policyInput(action, principal, null);

async function judged(policies: readonly Stub[], over: Partial<Binding> = {}, ran: string[] = []) {
  const bundle: Bundle = {
    name: "test",
    version: "1.0.0",
    policies: policies.map(({ policyId }) => ({ policy: policyId, settings: {}, severities: {} })),
  };
  const digest = digestOf(JSON.stringify(bundle));
  const bindings = [{ ...BINDING_DEFAULTS, surface: "s", bundle: digest, ...over }];
  const rules = { bindings, bundles: { [digest]: bundle } };
  const { judgements } = await judge(engineOf(ran), rules, action, principal, input, "fast");
  const decision = combine(judgements);
  const said = decision.findings.map(({ policy, rule, severity }) => `${policy} ${rule} ${severity}`);
  return { judgements, said, ...decision };
}

describe("the reading", () => {
  it("is made first, and given to those whose manifests say that they read it", async () => {
    const ran: string[] = [];
    const { outcome, policies, said } = await judged([reader, plain, scanner, nosy], {}, ran);
    expect({ outcome, said }).toEqual({ outcome: "hold", said: ["scanner FIRED warn"] });
    expect(ran).toEqual(["reader", "plain,scanner,nosy"]);
    expect(policies.map(({ name }) => name)).toEqual(["reader", "plain", "scanner", "nosy"]);
  });

  it("is of the bundle's own reader", async () => {
    expect((await judged([other, scanner])).said).toEqual([]);
  });

  it.each([
    ["is not there", [scanner, plain], []],
    ["is not first", [plain, reader, scanner], []],
    ["traps", [trapping, scanner, plain], ["trapping POLICY_TRAPPED block"]],
    ["gives no verdict", [misspoken, scanner], ["misspoken POLICY_OUTPUT_INVALID block"]],
    ["reads nothing", [silent, scanner], ["silent POLICY_NO_READING block"]],
  ])("where its reader %s, is missing to those that need it", async (_, policies, first) => {
    const { outcome, said } = await judged(policies);
    expect({ outcome, said }).toEqual({
      outcome: "block",
      said: [...first, "scanner POLICY_READING_MISSING block"],
    });
  });

  it("of a policy that is no reader is an error", async () => {
    expect((await judged([smuggler, scanner])).said).toEqual([
      "smuggler POLICY_READING_UNASKED block",
      "scanner POLICY_READING_MISSING block",
    ]);
  });

  it("that more fuel would have made, is missing as what more fuel mends", async () => {
    const budget = { fastFuel: 1, onExceeded: "hold" } as const;
    const { outcome, unfinished, said } = await judged([reader, scanner], { budget });
    expect({ outcome, unfinished }).toEqual({ outcome: "hold", unfinished: true });
    expect(said).toEqual(["reader POLICY_OUT_OF_FAST_FUEL warn", "scanner POLICY_READING_MISSING warn"]);
  });

  it("is made once, however many bundles scan it", async () => {
    const ran: string[] = [];
    const bundles = [
      [reader, scanner],
      [reader, plain, scanner],
      [other, scanner],
    ].map(
      (policies, index): Bundle => ({
        name: `b${index}`,
        version: "1.0.0",
        policies: policies.map(({ policyId }) => ({ policy: policyId, settings: {}, severities: {} })),
      }),
    );
    const named = Object.fromEntries(bundles.map((bundle) => [digestOf(bundle.name), bundle]));
    const bindings = bundles.map(({ name }) => ({
      ...BINDING_DEFAULTS,
      surface: "s",
      bundle: digestOf(name),
    }));
    const { judgements } = await judge(
      engineOf(ran),
      { bindings, bundles: named },
      action,
      principal,
      input,
      "full",
    );
    expect(ran.join().split(",").sort()).toEqual(["other", "plain", "reader", "scanner", "scanner"]);
    const counts = judgements.map(({ runs }) => runs.at(-1)?.verdict.findings.length);
    expect(counts).toEqual([1, 1, 0]);
    expect(judgements[0]?.runs[0]?.verdict.fuelLimit).toBe(FUEL_FULL);
  });
});

describe("what others found", () => {
  it("is weighed last, wherever in the bundle that is", async () => {
    const ran: string[] = [];
    const { policies, said } = await judged([weigher, firing], {}, ran);
    expect(said).toEqual(["weigher FIRED warn", "firing FIRED warn"]);
    expect(ran).toEqual(["firing", "weigher"]);
    expect(policies.map(({ name }) => name)).toEqual(["weigher", "firing"]);
    expect((await judged([weigher, plain])).said).toEqual([]);
  });

  it("has what went wrong, too", async () => {
    expect((await judged([scanner, weigher])).said).toEqual([
      "scanner POLICY_READING_MISSING block",
      "weigher FIRED warn",
    ]);
  });

  it("is not what another weigher found", async () => {
    const second = stub("second", modules.WEIGHER, WEIGHS);
    ALL.push(second);
    expect((await judged([plain, weigher, second])).said).toEqual([]);
  });
});
