// The modules as compiled, not metered: Extism, a fresh plugin for each evaluation, and the host's functions. Separate
// from the gateway's own host on purpose, so that one cannot hide a fault of the other.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import createPlugin, { type CallContext } from "@extism/extism";
import canonicalize from "canonicalize";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";

export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

export interface Finding {
  rule: string;
  part?: string;
  pointer?: string;
  start?: number;
  end?: number;
  key?: boolean;
  item?: number;
  score?: number;
}

export interface Obligation {
  rule: string;
  type: string;
  method: string;
  part: string;
  pointer: string;
  start: number;
  end: number;
}

export interface IndexRow {
  name: string;
  policy_id: string;
  wasm_sha256: string;
  wasm_path: string;
  exec_id: `sha256:${string}`;
  profile_id: string;
  metered_path: string;
  manifest: {
    name: string;
    settings: Json;
    rules: { id: string; severity: string }[];
    reading?: "reads" | "writes";
    findings?: "reads";
  };
  fixture: boolean;
}

export const distFolder = join(import.meta.dirname, "../../dist/policies");
export const index: IndexRow[] = JSON.parse(readFileSync(join(distFolder, "index.json"), "utf8"));

export function rowOf(name: string): IndexRow {
  const row = index.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`${name} is not built`);
  return row;
}

export function wasmOf(name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(join(distFolder, rowOf(name).wasm_path)));
}

const compiled = new Map<string, WebAssembly.Module>();

export function moduleOf(name: string): WebAssembly.Module {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const module = compileWasm(wasmOf(name));
  compiled.set(name, module);
  return module;
}

/** What one call came to. `trap` is the engine's message, `error` the policy's own. */
export interface Call {
  /** -1 where it did not return. */
  rc: number;
  output: string | null;
  error: string | null;
  trap: string | null;
  reading: Uint8Array | null;
}

/** By the numbers that policies ask for them with: 1 the reading, 2 what others found. */
export type Parts = Record<number, Uint8Array | undefined>;

export interface Instance {
  call(name: "configure" | "evaluate", input: string | Uint8Array, parts?: Parts): Promise<Call>;
}

export async function instantiate(name: string): Promise<Instance> {
  let input: Uint8Array = new Uint8Array();
  let output: string | null = null;
  let error: string | null = null;
  let reading: Uint8Array | null = null;
  let parts: Parts = {};
  let memory: WebAssembly.Memory | undefined;
  const bytesAt = (at: number, size: number): Uint8Array => {
    if (memory === undefined) throw new Error("called before its memory was there");
    return new Uint8Array(memory.buffer, at >>> 0, size >>> 0);
  };
  const textAt = (at: number, size: number): string => new TextDecoder().decode(bytesAt(at, size));
  const plugin = await createPlugin(moduleOf(name), {
    useWasi: false,
    functions: {
      "countersign:host/env": {
        input_length: () => input.length,
        input_read(_context: CallContext, at: number, size: number): void {
          if (size >>> 0 > input.length) throw new RangeError("input_read");
          bytesAt(at, size).set(input.subarray(0, size >>> 0));
        },
        part_length: (_context: CallContext, part: number) => parts[part]?.length ?? -1,
        part_read(_context: CallContext, part: number, at: number, size: number): void {
          const bytes = parts[part];
          if (bytes === undefined || size >>> 0 > bytes.length) throw new RangeError("part_read");
          bytesAt(at, size).set(bytes.subarray(0, size >>> 0));
        },
        reading_write(_context: CallContext, at: number, size: number): void {
          if (reading !== null) throw new Error("reading_write twice");
          reading = bytesAt(at, size).slice();
        },
        output_write(_context: CallContext, at: number, size: number): void {
          if (output !== null) throw new Error("output_write twice");
          output = textAt(at, size);
        },
        error_write(_context: CallContext, at: number, size: number): void {
          error = textAt(at, size);
        },
      },
    },
  });
  const { exports } = await plugin.getInstance();
  memory = exports.memory as WebAssembly.Memory; // the build has checked the exports
  const calls = exports as unknown as Record<"configure" | "evaluate", () => number>;
  return {
    async call(name, text, given = {}) {
      parts = given;
      reading = null;
      input = typeof text === "string" ? new TextEncoder().encode(text) : text;
      output = null;
      error = null;
      try {
        // Not through the plugin's `call`, which drops the return code.
        return { rc: calls[name](), output, error, trap: null, reading };
      } catch (cause) {
        return { rc: -1, output: null, error, trap: String(cause), reading: null };
      }
    },
  };
}

export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error("not JSON");
  return text;
}

export interface Example {
  action: { [member: string]: unknown };
  context?: unknown;
  principal?: unknown;
  message?: unknown;
  facts?: unknown;
  /** What other policies found, for one that reads it. */
  findings?: unknown;
}

/** The whole input of `evaluate` from the parts that an example cares about. */
export function inputOf({ findings: _, ...example }: Example): string {
  return canonical({
    abi: "countersign-policy/1",
    context: {},
    facts: {},
    message: null,
    principal: { agent: null, key: "key_1", owner: "ada", roles: [], user: null },
    ...example,
  });
}

export async function configure(name: string, settings: unknown): Promise<Call> {
  return (await instantiate(name)).call("configure", canonical(settings));
}

/** Configures a fresh plugin and judges one action. */
export async function evaluate(name: string, settings: unknown, example: Example): Promise<Call> {
  const instance = await instantiate(name);
  const accepted = await instance.call("configure", canonical(settings));
  if (accepted.rc !== 0) throw new Error(`settings refused: ${accepted.error ?? accepted.trap}`);
  return instance.call("evaluate", inputOf(example), await partsOf(name, example));
}

/** What the policy's manifest says that it reads. */
async function partsOf(name: string, example: Example): Promise<Parts> {
  const { manifest } = rowOf(name);
  const parts: Parts = {};
  if (manifest.reading === "reads") parts[1] = await readingOf(example);
  if (manifest.findings === "reads") {
    parts[2] = new TextEncoder().encode(canonical({ findings: example.findings ?? [] }));
  }
  return parts;
}

/** What the reader makes of an action. */
export async function readingOf(example: Example): Promise<Uint8Array> {
  const { reading, ...call } = await evaluate("reader", {}, example);
  if (reading === null) throw new Error(JSON.stringify(call));
  return reading;
}

export interface Answer {
  findings: Finding[];
  obligations?: Obligation[];
}

/** As `evaluate`, where a verdict is expected. */
export async function answerOf(name: string, settings: unknown, example: Example): Promise<Answer> {
  const call = await evaluate(name, settings, example);
  if (call.rc !== 0 || call.output === null || call.error !== null) throw new Error(JSON.stringify(call));
  return JSON.parse(call.output);
}

export const findingsOf = async (name: string, settings: unknown, example: Example): Promise<Finding[]> =>
  (await answerOf(name, settings, example)).findings;

/** The findings in a payload of one text. */
export function findingsIn(name: string, settings: unknown, text: string): Promise<Finding[]> {
  return findingsOf(name, settings, { action: { surface: "outbound.email", payload: { text } } });
}

export function withTextAt(pointer: string, start: number, end: number, rule: string): Finding {
  return { rule, part: "payload", pointer, start, end };
}
