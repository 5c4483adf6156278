// How long one evaluation takes, without the gateway around it: for each policy and size of action the median in
// microseconds of
//
//     warm:   one instance called again and again by as little of a host as can be. Only its globals are put back, lest its
//             memory grow; so this is the cost of the WASM itself
//     pooled: the gateway's host with an instance at hand, memory and globals put back after each call
//     fresh:  the gateway's host with a new Extism plugin for each call
//
//     node policy-plugins/tools/bench.ts

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import type { Digest } from "../../core/hash.ts";
import type { Json } from "../../core/json.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import type { RunOutcome } from "../../core/policy/verdict.ts";
import { STACK_WORDS } from "../../core/policy/wasm/profile.ts";
import { PolicyHost, type RunnableModule } from "../../worker/evaluate/host.ts";
import { root } from "./sources.ts";
import { compileWasm } from "./wasm-module.ts";

const SENTENCE =
  "Thank you for your message of 12 May; order 4471 leaves our warehouse on Friday, as agreed. ";

const inputWith = (sentences: number): Uint8Array =>
  utf8(
    canonicalJson({
      abi: "countersign-policy/1",
      action: {
        surface: "outbound.email",
        tool: "email.send",
        target: "resend/main",
        payload: {
          from: "a@example.com",
          to: ["b@example.com"],
          subject: "Your order",
          text: SENTENCE.repeat(sentences),
          amount: 120.5,
        },
        intent: "Answer the customer",
        reason: "They asked when the order ships",
      },
      context: {
        folder: "acme",
        agent: "support-bot",
        session: "s_1",
        request: "When does it ship?",
        facts: { account_status: "active" },
      },
      facts: {},
      message: {
        media_type: "application/json",
        strings: [{ pointer: "/html", text: "Your order leaves on Friday." }],
      },
      principal: { agent: "support-bot", key: "key_1", owner: "ada", roles: ["support"], user: "u_7" },
    }),
  );

const SETTINGS: Readonly<Record<string, Json>> = {
  access: {
    tools: [{ tool: "email.*", surfaces: ["outbound.email"], roles: ["support", "sales"] }],
    arguments: [{ tool: "email.send", pointer: "/amount", max: 500 }],
    forbidden_account_states: ["closed", "frozen"],
  },
  pii: {},
  denylist: {
    denied_terms: [
      "guaranteed returns",
      "risk-free",
      "no side effects",
      "cure",
      "act now",
      "wire transfer only",
    ],
    discouraged_terms: ["cheap", "best price", "free money", "honestly", "trust me", "limited time"],
  },
};

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly __cs_gas: WebAssembly.Global;
  readonly __cs_stack: WebAssembly.Global;
  configure(): number;
  evaluate(): number;
  __cs_start?(): void;
}

/** Configured; answers how to evaluate with it. */
function instantiate(module: WebAssembly.Module, settings: Uint8Array, input: Uint8Array): () => void {
  let given = settings;
  const instance = new WebAssembly.Instance(module, {
    "countersign:host/env": {
      input_length: () => given.length,
      input_read: (at: number, size: number) => new Uint8Array(exports.memory.buffer, at, size).set(given),
      output_write: () => {},
      error_write: () => {},
    },
  });
  const exports = instance.exports as unknown as Exports; // the build has checked them
  const refuel = () => {
    exports.__cs_gas.value = BigInt(FUEL_FULL);
    exports.__cs_stack.value = STACK_WORDS;
  };
  refuel();
  exports.__cs_start?.();
  if (exports.configure() !== 0) throw new Error("settings refused");
  given = input;
  const globals = Object.entries(instance.exports)
    .filter(([name]) => /^__cs_g\d/.test(name))
    .map(([, global]) => ({
      global: global as WebAssembly.Global,
      value: (global as WebAssembly.Global).value,
    }));
  return () => {
    refuel();
    if (exports.evaluate() !== 0) throw new Error("not evaluated");
    for (const { global, value } of globals) global.value = value;
  };
}

const median = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
const elapsedUs = (startedAt: number): number => (performance.now() - startedAt) * 1000;

const CALLS = 50;

async function measure(rounds: number, call: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    for (let i = 0; i < CALLS; i++) {
      const called = call();
      if (called instanceof Promise) await called;
    }
    times.push(elapsedUs(startedAt) / CALLS);
  }
  return median(times.slice(rounds >> 2)); // the first quarter is before the engine has optimised
}

/** One evaluation that must succeed: an error would be measured as a very fast policy. */
function evaluation(host: PolicyHost, policy: RunnableModule, settings: string, input: Uint8Array) {
  const check = ({ error, detail }: RunOutcome) => {
    if (error !== null) throw new Error(`${error}: ${detail}`);
  };
  return () => {
    const ran = host.run(policy, settings, input, FUEL_FULL);
    return ran instanceof Promise ? ran.then(check) : check(ran);
  };
}

interface Row {
  readonly name: string;
  readonly exec_id: Digest;
  readonly profile_id: string;
  readonly metered_path: string;
}

const dist = join(root, "../dist/policies");
const index: Row[] = JSON.parse(readFileSync(join(dist, "index.json"), "utf8"));

console.log("policy     bytes    warm  pooled   fresh   (us)");
for (const [name, json] of Object.entries(SETTINGS)) {
  const row = index.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`${name} is not built`);
  const module = compileWasm(readFileSync(join(dist, row.metered_path)));
  const policy = { execId: row.exec_id, profileId: row.profile_id, module };
  const settings = canonicalJson(json);
  for (const sentences of [1, 22, 170]) {
    const input = inputWith(sentences);
    const figures = [
      await measure(400, instantiate(module, utf8(settings), input)),
      await measure(400, evaluation(new PolicyHost(), policy, settings, input)),
      await measure(40, evaluation(new PolicyHost(null), policy, settings, input)),
    ];
    const cells = figures.map((figure) => figure.toFixed(1).padStart(8));
    console.log(`${name.padEnd(9)}${String(input.length).padStart(7)}${cells.join("")}`);
  }
}
