// How long one evaluation takes on a 2.7 KB action, without the gateway around it.
//
//     node policy-plugins/tools/bench.ts
//
// raw fresh: a new instance, configure, evaluate, with the smallest host that can serve it.
// raw warm:  evaluate again on one instance whose memory and globals are not restored, so it is the cost of the
//            WASM itself; the stub allocator never frees, so the instance is renewed every 100 calls.
// extism:    a new plugin, configure, evaluate.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import createPlugin from "@extism/extism";
import canonicalize from "canonicalize";
import { root } from "./sources.ts";
import { compileWasm } from "./wasm-module.ts";

const sentence =
  "Thank you for your message of 12 May; order 4471 leaves our warehouse on Friday, as agreed. ";
const action = {
  abi: "countersign-policy/1",
  action: {
    surface: "outbound.email",
    tool: "email.send",
    target: "resend/main",
    payload: {
      from: "a@example.com",
      to: ["b@example.com"],
      subject: "Your order",
      text: sentence.repeat(22),
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
};

const settings: Record<string, unknown> = {
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
  pii: {},
  access: {
    tools: [{ tool: "email.*", surfaces: ["outbound.email"], roles: ["support", "sales"] }],
    arguments: [{ tool: "email.send", pointer: "/amount", max: 500 }],
    forbidden_account_states: ["closed", "frozen"],
  },
};

const bytesOf = (value: unknown) => new TextEncoder().encode(canonicalize(value));
const input = bytesOf(action);

interface Exports {
  memory: WebAssembly.Memory;
  configure(): number;
  evaluate(): number;
}

/** As little of a kernel as there can be: one output block, written at address 0. */
function instantiate(module: WebAssembly.Module): { exports: Exports; given: { bytes: Uint8Array } } {
  const given = { bytes: new Uint8Array() };
  const output = new DataView(new ArrayBuffer(65536));
  const instance = new WebAssembly.Instance(module, {
    "extism:host/env": {
      input_length: () => BigInt(given.bytes.length),
      alloc: () => 0n,
      store_u64: (at: bigint, value: bigint) => output.setBigUint64(Number(at), value, true),
      store_u8: (at: bigint, value: number) => output.setUint8(Number(at), value),
      output_set: () => {},
      error_set: () => {},
    },
    "countersign:host/env": {
      input_read: (at: number, size: number) =>
        new Uint8Array(exports.memory.buffer, at, size).set(given.bytes),
    },
  });
  const exports = instance.exports as unknown as Exports; // the build has checked them
  return { exports, given };
}

async function median(rounds: number, perRound: number, run: () => void | Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now();
    for (let i = 0; i < perRound; i++) await run();
    times.push(((performance.now() - startedAt) * 1000) / perRound);
  }
  return times.sort((a, b) => a - b)[rounds >> 1] ?? 0;
}

console.log(`action: ${input.length} bytes`);
for (const name of ["denylist", "pii", "access"]) {
  const wasm = readFileSync(join(root, "../dist/policies", `${name}.wasm`));
  const module = compileWasm(wasm);
  const settingsBytes = bytesOf(settings[name]);
  const fresh = () => {
    const made = instantiate(module);
    made.given.bytes = settingsBytes;
    if (made.exports.configure() !== 0) throw new Error("configure");
    made.given.bytes = input;
    return made;
  };
  const rawFresh = await median(101, 100, () => void fresh().exports.evaluate());
  const warmTimes: number[] = [];
  for (let round = 0; round < 200; round++) {
    const { exports } = fresh();
    const startedAt = performance.now();
    for (let i = 0; i < 100; i++) exports.evaluate();
    warmTimes.push((performance.now() - startedAt) * 10);
  }
  const rawWarm = warmTimes.sort((a, b) => a - b)[100] ?? 0;
  const extism = await median(51, 50, async () => {
    let memory: WebAssembly.Memory | undefined;
    let bytes = settingsBytes;
    const input_read = (_: unknown, at: number, size: number) => {
      if (memory) new Uint8Array(memory.buffer, at, size).set(bytes);
    };
    const plugin = await createPlugin(module, {
      useWasi: false,
      functions: { "countersign:host/env": { input_read } },
    });
    memory = (await plugin.getInstance()).exports.memory as WebAssembly.Memory; // the build has checked it
    await plugin.call("configure", settingsBytes);
    bytes = input;
    await plugin.call("evaluate", input);
  });
  const us = (value: number) => `${value.toFixed(1)} us`;
  console.log(
    `${name}: ${wasm.length} bytes; raw warm ${us(rawWarm)}, raw fresh ${us(rawFresh)}, extism ${us(extism)}`,
  );
}
