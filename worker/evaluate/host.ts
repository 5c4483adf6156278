/**
 * Runs one policy on one input through Extism, in an instance of its own, and answers a verdict for every outcome
 * (invariant I1). Extism alone would not do: it drops the return code, gives null where a policy set
 * no output, and keeps a module's globals between calls.
 */
import { type CallContext, createPlugin, type Plugin } from "@extism/extism";
import { utf8 } from "../../core/encoding.ts";
import { VERDICT_BYTES_MAX } from "../../core/limits.ts";
import type { EngineRule } from "../../core/policy/engine-rules.ts";
import type { PolicyInput } from "../../core/policy/input.ts";
import { parseVerdict, type RawFinding, type Verdict } from "../../core/policy/verdict.ts";
import { ok, type Result, refuse } from "../../core/result.ts";
import type { PolicyModule } from "./modules.ts";

/** Named in every entry and receipt; moves whenever the same policy and input could give another answer. */
export const ENGINE_ID = "countersign-engine/1";

/** `settings` is their canonical JSON. */
export async function runPolicy(
  policy: PolicyModule,
  settings: string,
  input: PolicyInput,
): Promise<Verdict> {
  const answer = await findings(policy, settings, input);
  return {
    policy: policy.manifest.name,
    policyId: policy.policyId,
    findings: answer.ok ? answer.value : [],
    error: answer.ok ? null : answer.fault,
  };
}

async function findings(
  policy: PolicyModule,
  settings: string,
  input: PolicyInput,
): Promise<Result<RawFinding[], EngineRule>> {
  const guest = await Guest.create(policy.module);
  if (guest === null) return refuse("POLICY_TRAPPED");
  // Each call has bytes of its own: Extism keeps them as a block that the policy may write to.
  const configured = await guest.call("configure", utf8(settings));
  if (!configured.ok) return refuse("POLICY_SETTINGS_REFUSED");
  const output = await guest.call("evaluate", utf8(input.text));
  if (!output.ok) return output;
  if (output.value === null) return refuse("POLICY_NO_OUTPUT");
  return parseVerdict(output.value, policy.manifest, input);
}

/** Extism's name of a plugin's only module: a call that names it spares Extism listing every module's exports. */
const ONLY_MODULE = "0";

/** How Extism marks an error that the policy set itself. */
const POLICY_ERROR_PREFIX = "Plugin-originated error";

class Guest {
  readonly #plugin: Plugin;
  readonly #exports: WebAssembly.Exports;
  readonly #pending: { input: Uint8Array };

  private constructor(plugin: Plugin, exports: WebAssembly.Exports, pending: { input: Uint8Array }) {
    this.#plugin = plugin;
    this.#exports = exports;
    this.#pending = pending;
  }

  /** Null where the module cannot be instantiated. */
  static async create(module: WebAssembly.Module): Promise<Guest | null> {
    const pending = { input: new Uint8Array() };
    let exports: WebAssembly.Exports = {};
    /** Copies the input in one go: Extism's own way costs 60 ns for each 8 bytes. */
    const input_read = (_: CallContext, pointer: number, length: number): void => {
      const memory = exports.memory as WebAssembly.Memory;
      new Uint8Array(memory.buffer, pointer >>> 0, length >>> 0).set(pending.input.subarray(0, length >>> 0));
    };
    try {
      const plugin = await createPlugin(module, {
        useWasi: false,
        functions: { "countersign:host/env": { input_read } },
      });
      const instance = await (
        plugin as Plugin & { getInstance(): Promise<WebAssembly.Instance> }
      ).getInstance();
      exports = instance.exports;
      return new Guest(plugin, exports, pending);
    } catch {
      return null;
    }
  }

  /** The output's bytes, null where none was set, or the rule that the call breaks. */
  async call(
    name: "configure" | "evaluate",
    input: Uint8Array,
  ): Promise<Result<Uint8Array | null, EngineRule>> {
    this.#pending.input = input;
    try {
      const output = await this.#plugin.call([ONLY_MODULE, name], input);
      const code = this.#exports.__cs_rc;
      if (!(code instanceof WebAssembly.Global) || code.value !== 0) return refuse("POLICY_RETURN_CODE");
      const bytes = output === null ? null : output.bytes();
      return bytes !== null && bytes.length > VERDICT_BYTES_MAX
        ? refuse("POLICY_OUTPUT_TOO_LARGE")
        : ok(bytes);
    } catch (error) {
      const reported = error instanceof Error && error.message.startsWith(POLICY_ERROR_PREFIX);
      return refuse(reported ? "POLICY_ERROR" : "POLICY_TRAPPED");
    }
  }
}
