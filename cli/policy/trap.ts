/**
 * Where a policy trapped, in its own sources. What the policy says itself names the place that noticed, which is often in a
 * library; so the module is run once more, with a source map and without metering, and the engine's stack is read.
 */
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import type { JsonObject } from "../../core/json.ts";
import type { EngineRule } from "../../core/policy/engine-rules.ts";
import { NO_PARTS } from "../../core/policy/parts.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import { PolicyHost } from "../../worker/evaluate/host.ts";
import { compileMapped } from "./build.ts";
import { type Example, inputOf } from "./example.ts";
import type { PolicyFolder } from "./folder.ts";
import type { MappedModule } from "./mapped-module.ts";
import { partsOf } from "./parts.ts";
import { ownPlace } from "./places.ts";
import type { SourcePlace } from "./source-map.ts";

export interface Trap {
  /** What the policy or the engine said, without the place. */
  readonly message: string;
  /** Innermost first, each in the policy's own sources, relative to its folder. */
  readonly places: readonly SourcePlace[];
}

/** Only these ended in the module itself; without metering the other ones might not end at all. */
const TRAPS: readonly EngineRule[] = ["POLICY_TRAPPED", "POLICY_STACK_EXCEEDED", "POLICY_SETTINGS_REFUSED"];

/** Null where the module, run so, does not trap. */
export async function findTrap(
  folder: PolicyFolder,
  error: EngineRule,
  settings: JsonObject,
  example: Example,
): Promise<Trap | null> {
  if (!TRAPS.includes(error)) return null;
  const mapped = await plainModule(folder);
  if (mapped === null) return null;
  const parts = (await partsOf(folder.manifest, example, new PolicyHost())) ?? NO_PARTS;
  const host = bareHost();
  const caught = catchTrap(() => {
    const { exports } = new WebAssembly.Instance(compileWasm(mapped.wasm), host.imports);
    host.memory = exports.memory as WebAssembly.Memory; // admit has checked the exports
    host.input = utf8(canonicalJson(settings));
    (exports.configure as (() => number) | undefined)?.();
    host.parts = parts;
    host.input = utf8(inputOf(example).text);
    (exports.evaluate as () => number)();
  });
  if (caught === null) return null;
  const places = offsetsIn(caught.stack ?? "")
    .map((offset) => mapped.map.find(offset))
    .map((place) => place && ownPlace(folder.manifest.name, place))
    .filter((place) => place !== null);
  return { message: withoutPlace(host.error) ?? caught.message, places };
}

/** Of the folder asked for last: twenty cases that trap are one module. */
let last: { readonly folder: PolicyFolder; readonly module: Promise<MappedModule | null> } | null = null;

function plainModule(folder: PolicyFolder): Promise<MappedModule | null> {
  if (last?.folder !== folder) last = { folder, module: compileMapped(folder, "plain") };
  return last.module;
}

/** As many frames as are worth reading; a policy that calls itself without end has thousands. */
const FRAMES_READ = 50;

function catchTrap(run: () => void): Error | null {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES_READ;
  try {
    run();
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    Error.stackTraceLimit = limit;
  }
}

const offsetsIn = (stack: string): number[] =>
  [...stack.matchAll(/wasm-function\[\d+\]:0x([0-9a-f]+)/g)].map(([, offset = "0"]) =>
    Number.parseInt(offset, 16),
  );

/** The policy's own message ends in the place that noticed, which the stack knows better. */
const withoutPlace = (error: string | null): string | null =>
  error === null ? null : error.replace(/ at [^ ]+:\d+:\d+$/, "");

/** The functions of the host, and no more of it: what is wanted is the trap. */
function bareHost() {
  const host = {
    input: new Uint8Array() as Uint8Array,
    error: null as string | null,
    parts: NO_PARTS,
    memory: null as WebAssembly.Memory | null,
    imports: {
      "countersign:host/env": {
        input_length: () => host.input.length,
        input_read: (at: number, size: number) => view(at, size).set(host.input.subarray(0, size >>> 0)),
        part_length: (number: number) => partIn(number)?.length ?? -1,
        part_read: (number: number, at: number, size: number) =>
          view(at, size).set(partIn(number)?.subarray(0, size >>> 0) ?? []),
        reading_write: () => {},
        output_write: () => {},
        error_write: (at: number, size: number) => {
          host.error = new TextDecoder().decode(view(at, size));
        },
      },
    },
  };
  const partIn = (number: number): Uint8Array | undefined =>
    number === 1 ? host.parts.reading : host.parts.findings;
  const view = (at: number, size: number) =>
    new Uint8Array(host.memory?.buffer ?? new ArrayBuffer(0), at >>> 0, size >>> 0);
  return host;
}
