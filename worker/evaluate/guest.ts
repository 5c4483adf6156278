/**
 * One instance of a policy, configured, that answers the same each time: after each call its memory and its mutable globals
 * are what they were after `configure`. A metered module has no other state (docs/design/policy-pool.md).
 *
 * Extism makes the instance. Its exports are called directly: the SDK's own way costs more than most policies, and drops
 * the return code.
 */
import { type CallContext, createPlugin } from "@extism/extism";
import { utf8 } from "../../core/encoding.ts";
import { FUEL_CONFIGURE } from "../../core/limits.ts";
import { NO_PARTS, type Parts } from "../../core/policy/parts.ts";
import type { RunOutcome } from "../../core/policy/verdict.ts";
import { STACK_WORDS, STATUS } from "../../core/policy/wasm/profile.ts";
import { ok, type Result, refuse } from "../../core/result.ts";
import { Call, type Fault } from "./call.ts";
import { Kernel } from "./kernel.ts";
import { GuestMemory, type SavedMemory } from "./memory.ts";

/** What the meter adds to every module, and what it leaves of the policy's own exports. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly evaluate: () => number;
  readonly configure?: () => number;
  readonly __cs_start?: () => void;
  readonly __cs_gas: WebAssembly.Global;
  readonly __cs_stack: WebAssembly.Global;
  readonly __cs_status: WebAssembly.Global;
  readonly __cs_written_low: WebAssembly.Global;
  readonly __cs_written_high: WebAssembly.Global;
  /** The policy's mutable globals: keeps what they are, and makes them that again. */
  readonly __cs_save: () => void;
  readonly __cs_restore: () => void;
}

const METERS = ["__cs_gas", "__cs_stack", "__cs_status", "__cs_written_low", "__cs_written_high"] as const;
/** The policy's mutable globals, by their index. */
const POLICY_GLOBAL = /^__cs_g\d+$/;

/** What the meter leaves in `__cs_status` before it traps. */
const STATUS_FAULTS: Readonly<Record<number, Fault>> = {
  [STATUS.outOfFuel]: { rule: "POLICY_OUT_OF_FUEL", detail: "out of fuel" },
  [STATUS.stackExceeded]: { rule: "POLICY_STACK_EXCEEDED", detail: "more stack than the profile allows" },
  [STATUS.hostLimit]: { rule: "POLICY_MEMORY_REFUSED", detail: "the host had no memory to give" },
};

interface NamedGlobal {
  readonly name: string;
  readonly global: WebAssembly.Global;
}

/** All state that `configure` left: from it another instance is made without its fuel being spent again. */
export interface Configured {
  readonly memory: SavedMemory;
  readonly globals: ReadonlyMap<string, number | bigint>;
}

export class Guest {
  readonly #exports: Exports;
  readonly #memory: GuestMemory;
  readonly #globals: readonly NamedGlobal[];
  readonly #call: Call;
  readonly #kernel: Kernel;
  #reusable = true;
  #configured: Configured = { memory: { head: new Uint8Array(), size: 0 }, globals: new Map() };

  private constructor(exports: Exports, memory: GuestMemory, call: Call, kernel: Kernel) {
    this.#exports = exports;
    this.#memory = memory;
    this.#call = call;
    this.#kernel = kernel;
    this.#globals = Object.entries(exports)
      .filter(([name]) => POLICY_GLOBAL.test(name))
      .map(([name, global]) => ({ name, global }));
  }

  /** `module` is metered; `settings` is canonical JSON. Never rejects. */
  static async create(module: WebAssembly.Module, settings: string): Promise<Result<Guest, Fault>> {
    const call = new Call();
    const kernel = new Kernel(call);
    const made = await instantiate(module, call, kernel);
    if (!made.ok) return made;
    const guest = new Guest(made.value.exports, made.value.memory, call, kernel);
    const fault = guest.#configure(utf8(settings));
    return fault === null ? ok(guest) : refuse(fault);
  }

  /** An instance of the same module, as `configure` left the one that `configured` is of. Never rejects. */
  static async again(module: WebAssembly.Module, configured: Configured): Promise<Result<Guest, Fault>> {
    const call = new Call();
    const kernel = new Kernel(call);
    const made = await instantiate(module, call, kernel);
    if (!made.ok) return made;
    const guest = new Guest(made.value.exports, made.value.memory, call, kernel);
    try {
      guest.#memory.adopt(configured.memory);
    } catch (error) {
      return refuse({ rule: "POLICY_MEMORY_REFUSED", detail: messageOf(error) });
    }
    for (const { name, global } of guest.#globals)
      global.value = configured.globals.get(name) ?? global.value;
    guest.#exports.__cs_save();
    guest.#configured = configured;
    return ok(guest);
  }

  /** What `configure` left. */
  get configured(): Configured {
    return this.#configured;
  }

  /** False where the instance is not what it was: it must not be used again. */
  get reusable(): boolean {
    return this.#reusable;
  }

  /** What it holds, without the engine's own records. */
  get byteLength(): number {
    return this.#memory.byteLength + this.#kernel.byteLength;
  }

  /** `fuelLimit` is an integer. Never throws: whatever happens is an outcome. */
  evaluate(input: Uint8Array | string, fuelLimit: number, parts: Parts = NO_PARTS): RunOutcome {
    const call = this.#call;
    this.#exports.__cs_gas.value = BigInt(fuelLimit);
    call.begin(input, parts);
    const fault = this.#run(this.#exports.evaluate) ?? (call.output === null ? NO_OUTPUT : null);
    const outcome: RunOutcome = {
      output: fault === null ? call.output : null,
      fuel: fuelLimit - Number(this.#exports.__cs_gas.value),
      fuelLimit,
      error: fault?.rule ?? null,
      detail: fault?.detail ?? null,
      ...(fault === null && call.reading !== null ? { reading: call.reading } : {}),
    };
    this.#restore();
    return outcome;
  }

  /** Bits of the memory's granules that the last call wrote. */
  get written(): { readonly low: number; readonly high: number } {
    return { low: this.#exports.__cs_written_low.value, high: this.#exports.__cs_written_high.value };
  }

  /** Memory, then globals as text: two of these are equal where nothing tells the instances apart. */
  state(): Uint8Array {
    const globals = this.#globals.map(({ name, global }) => `${name}=${global.value}`).sort();
    const text = utf8(globals.join());
    const { bytes } = this.#memory;
    const state = new Uint8Array(bytes.length + text.length);
    state.set(bytes);
    state.set(text, bytes.length);
    return state;
  }

  #configure(settings: Uint8Array): Fault | null {
    const { configure, __cs_gas, __cs_start } = this.#exports;
    // One budget for both: what a start function did was work for the settings, too.
    __cs_gas.value = BigInt(FUEL_CONFIGURE);
    if (__cs_start !== undefined) {
      this.#call.begin(settings);
      const fault = this.#run(() => {
        __cs_start();
        return 0;
      });
      if (fault !== null) return { ...refusedAs(fault, "POLICY_TRAPPED"), detail: `start: ${fault.detail}` };
    }
    this.#call.begin(settings);
    if (configure === undefined && settings.length > EMPTY_SETTINGS_BYTES) {
      return {
        rule: "POLICY_SETTINGS_REFUSED",
        detail: "configure: the policy has none, so it takes no settings",
      };
    }
    const fault = configure === undefined ? null : this.#run(configure);
    if (fault !== null) {
      return { ...refusedAs(fault, "POLICY_SETTINGS_REFUSED"), detail: `configure: ${fault.detail}` };
    }
    this.#exports.__cs_save();
    this.#configured = {
      memory: this.#memory.save(),
      globals: new Map(this.#globals.map(({ name, global }) => [name, global.value])),
    };
    this.#call.end();
    this.#kernel.reset();
    return null;
  }

  /** Null where the policy returned 0 and reported no error. The caller has set the fuel. */
  #run(exported: () => number): Fault | null {
    const { __cs_stack, __cs_status } = this.#exports;
    const call = this.#call;
    __cs_stack.value = STACK_WORDS;
    __cs_status.value = STATUS.fine;
    try {
      const code = exported();
      if (code !== 0) return { rule: "POLICY_RETURN_CODE", detail: call.message ?? `returned ${code}` };
      if (call.hasError) return { rule: "POLICY_ERROR", detail: call.message ?? "" };
      return null;
    } catch (trap) {
      // Never tried again: a trap may have left anything half done.
      this.#reusable = false;
      return (
        call.fault ??
        STATUS_FAULTS[__cs_status.value] ?? {
          rule: "POLICY_TRAPPED",
          detail: call.message ?? messageOf(trap),
        }
      );
    }
  }

  #restore(): void {
    if (!this.#reusable) return;
    const { __cs_written_low, __cs_written_high } = this.#exports;
    this.#reusable = this.#memory.restore(__cs_written_low.value, __cs_written_high.value);
    this.#exports.__cs_restore();
    this.#call.end();
    this.#kernel.reset();
  }
}

const NO_OUTPUT: Fault = { rule: "POLICY_NO_OUTPUT", detail: "returned 0 without an output" };
const EMPTY_SETTINGS_BYTES = "{}".length;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** That the host had no memory says nothing about the policy. */
const refusedAs = (fault: Fault, rule: Fault["rule"]): Fault =>
  fault.rule === "POLICY_MEMORY_REFUSED" ? fault : { ...fault, rule };

async function instantiate(
  module: WebAssembly.Module,
  call: Call,
  kernel: Kernel,
): Promise<Result<{ exports: Exports; memory: GuestMemory }, Fault>> {
  // A metered module runs nothing before its exports are called, so the functions find the memory.
  let memory: GuestMemory | undefined;
  const outside = (): never => call.stop("POLICY_TRAPPED", "a pointer outside the memory");
  const view = (pointer: number, size: number): Uint8Array => memory?.view(pointer, size) ?? outside();
  const write = (pointer: number, bytes: Uint8Array): void => {
    if (memory?.write(pointer, bytes) !== true) outside();
  };
  const door = {
    input_length: (): number => {
      call.count();
      return call.input.length;
    },
    input_read: (_: CallContext, pointer: number, size: number): void => {
      call.count();
      if (size >>> 0 > call.input.length) call.stop("POLICY_TRAPPED", "a read outside the input");
      write(pointer, size === call.input.length ? call.input : call.input.subarray(0, size));
    },
    part_length: (_: CallContext, number: number): number => {
      call.count();
      return call.part(number)?.length ?? -1;
    },
    part_read: (_: CallContext, number: number, pointer: number, size: number): void => {
      call.count();
      const part = call.part(number);
      if (part === null || size >>> 0 > part.length) call.stop("POLICY_TRAPPED", "a read outside the part");
      write(pointer, size === part.length ? part : part.subarray(0, size));
    },
    reading_write: (_: CallContext, pointer: number, size: number): void => {
      call.count();
      call.giveReading(view(pointer, size));
    },
    output_write: (_: CallContext, pointer: number, size: number): void => {
      call.count();
      call.answer(view(pointer, size));
    },
    error_write: (_: CallContext, pointer: number, size: number): void => {
      call.count();
      call.report(view(pointer, size));
    },
  };
  try {
    const plugin = await createPlugin(module, {
      useWasi: false,
      functions: { "countersign:host/env": door, "extism:host/env": kernel.functions() },
    });
    const { exports } = await plugin.getInstance();
    if (!isMetered(exports)) return refuse({ rule: "POLICY_TRAPPED", detail: "not a metered module" });
    memory = new GuestMemory(exports.memory);
    return ok({ exports, memory });
  } catch (error) {
    const rule = error instanceof RangeError ? "POLICY_MEMORY_REFUSED" : "POLICY_TRAPPED";
    return refuse({ rule, detail: `couldn't instantiate: ${messageOf(error)}` });
  }
}

/** Nothing runs that could run without end. */
function isMetered(exports: object): exports is Exports {
  const found = exports as Partial<Record<string, unknown>>;
  return (
    found.memory instanceof WebAssembly.Memory &&
    typeof found.evaluate === "function" &&
    METERS.every((name) => found[name] instanceof WebAssembly.Global) &&
    typeof found.__cs_save === "function" &&
    typeof found.__cs_restore === "function"
  );
}
