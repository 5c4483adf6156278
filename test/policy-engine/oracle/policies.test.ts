/** Every policy of the tree does the same with the meter as without: what it asks of the host, answers, returns and leaves in memory. */
import { describe, expect, it } from "vitest";
import { utf8 } from "../../../core/encoding.ts";
import { COSTS, STACK_WORDS } from "../../../core/policy/wasm/profile.ts";
import { compileWasm } from "../../../policy-plugins/tools/wasm-module.ts";
import { type PolicyRun, treePolicies } from "../policies.ts";
import { admitted } from "../run.ts";
import { meterWith } from "./run-metered.ts";

/** More than any example needs; the fixtures that never end are stopped here. */
const FUEL = 1_000_000_000n;

interface Seen {
  /** Calls of the host, endings of calls. */
  readonly log: readonly string[];
  readonly memory: Uint8Array;
  readonly status: number;
  /** Of both calls; 0 without the meter. */
  readonly fuel: bigint;
  readonly hostCalls: number;
  /** That the host copied, either way. */
  readonly hostBytes: number;
}

function run(wasm: Uint8Array<ArrayBuffer>, { settings, input, parts }: PolicyRun): Seen {
  const log: string[] = [];
  let given = utf8(settings);
  let exports: WebAssembly.Exports = {};
  let [hostCalls, hostBytes, fuel] = [0, 0, 0n];
  const count = (bytes: number) => {
    hostCalls++;
    hostBytes += bytes;
  };
  const memory = () => (exports.memory as WebAssembly.Memory).buffer;
  const written = (name: string) => (at: number, size: number) => {
    count(size);
    log.push(`${name} ${Buffer.from(memory(), at, size).toString("latin1")}`);
  };
  const partOf = (part: number) => (part === 1 ? parts.reading : parts.findings);
  const instance = new WebAssembly.Instance(compileWasm(wasm), {
    env: {
      abort: () => {
        throw new Error("abort");
      },
    },
    "countersign:host/env": {
      input_length: () => {
        count(0);
        return given.length;
      },
      input_read: (at: number, size: number) => {
        count(size);
        new Uint8Array(memory(), at, size).set(given.subarray(0, size));
      },
      part_length: (part: number) => {
        count(0);
        return partOf(part)?.length ?? -1;
      },
      part_read: (part: number, at: number, size: number) => {
        count(size);
        new Uint8Array(memory(), at, size).set(partOf(part)?.subarray(0, size) ?? []);
      },
      reading_write: written("reading"),
      output_write: written("output"),
      error_write: written("error"),
    },
  });
  exports = instance.exports;
  const meter = (name: string) => exports[name] as WebAssembly.Global | undefined;
  const call = (name: string) => {
    const [gas, stack] = [meter("__cs_gas"), meter("__cs_stack")];
    if (gas) gas.value = FUEL;
    if (stack) stack.value = STACK_WORDS;
    const exported = exports[name] as (() => number | undefined) | undefined;
    if (exported === undefined) return;
    try {
      log.push(`${name} returned ${exported() ?? "nothing"}`);
    } catch {
      log.push(`${name} trapped`);
    }
    if (gas) fuel += FUEL - (gas.value as bigint);
  };
  for (const name of ["__cs_start", "_start"]) if (name in exports) call(name);
  // Where it stands does not matter: a module without the meter has one of the two, or started already.
  log.length = 0;
  [hostCalls, hostBytes, fuel] = [0, 0, 0n];
  call("configure");
  given = utf8(input);
  call("evaluate");
  return {
    log,
    memory: new Uint8Array(memory()),
    status: Number(meter("__cs_status")?.value ?? 0),
    fuel,
    hostCalls,
    hostBytes,
  };
}

let compared = 0;
let charges = 0;

/** What the count over a trace leaves out, since the interpreter has no host: modules that call one. */
describe.each(treePolicies)("$name", ({ wasm, runs }) => {
  it("is charged for its calls of the host what a count of them on the other side says", () => {
    const { prod } = COSTS;
    const [whole, without] = [prod, { ...prod, hostCall: 0, hostByte: 0 }].map((costs) =>
      meterWith(wasm, costs),
    ) as [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>];
    for (const example of runs) {
      const { status, fuel, hostCalls, hostBytes } = run(whole, example);
      // Out of fuel, both have spent all that there was.
      if (status !== 0) continue;
      const charged = fuel - run(without, example).fuel;
      expect(charged).toBe(BigInt(prod.hostCall * hostCalls + prod.hostByte * hostBytes));
      if (hostCalls > 0) charges++;
    }
  });
});

it("and there were such calls", () => expect(charges).toBeGreaterThan(treePolicies.length / 2));

describe.each(treePolicies)("$name", ({ wasm, runs }) => {
  it("does the same", () => {
    // With the memory that it declares, and not the manifest's: allocators look at its size.
    const metered = admitted(wasm, 0).wasm;
    for (const example of runs) {
      const with_ = run(metered, example);
      if (with_.status !== 0) continue;
      const without = run(wasm, example);
      expect(with_.log).toEqual(without.log);
      expect(Buffer.compare(with_.memory, without.memory), example.input).toBe(0);
      compared++;
    }
  });
});

it("was compared on nearly all examples", () => {
  const all = treePolicies.reduce((sum, { runs }) => sum + runs.length, 0);
  expect(all).toBeGreaterThan(50);
  // All but the fixtures that never end or never stop calling.
  expect(all - compared).toBeLessThanOrEqual(3);
});
