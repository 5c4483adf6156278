/** From a policy's folder to the module that runs: compile, admit, name; and the files that others take from there. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Digest } from "../../core/hash.ts";
import { sha256Hex } from "../../core/hash.ts";
import { type Manifest, MEMORY_PAGES_DEFAULT, policyId } from "../../core/policy/manifest.ts";
import { type Admitted, admit } from "../../core/policy/wasm/admit.ts";
import type { ModuleFault } from "../../core/policy/wasm/fault.ts";
import { ok, type Result, refuse } from "../../core/result.ts";
import {
  type Assembled,
  type Diagnostic,
  type Form,
  OPTIMISED,
  options,
  policySources,
} from "../../policy-plugins/tools/assemble.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import { compilePolicy } from "./compiler.ts";
import { writeEditorFile } from "./editor.ts";
import type { PolicyFolder } from "./folder.ts";
import { floatFunctions, type MappedModule, mapModule } from "./mapped-module.ts";
import type { SourcePlace } from "./source-map.ts";

export interface BuiltPolicy extends PolicyFolder {
  readonly policyId: Digest;
  readonly wasmSha256: string;
  /** As compiled: what is published. */
  readonly raw: Uint8Array;
  readonly admitted: Admitted;
  /** Metered: what runs. */
  readonly module: WebAssembly.Module;
  readonly warnings: readonly Diagnostic[];
  /** True where nothing had changed since the last build, so that nothing was compiled. */
  readonly fresh: boolean;
}

export type BuildFault =
  | { readonly kind: "compile"; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly kind: "refused";
      readonly fault: ModuleFault;
      readonly functionName: string | null;
      readonly place: SourcePlace | null;
      /** Of a type that is refused, which has no place in any source: the functions, or imports, that have it. */
      readonly usedBy: readonly string[];
    };

/** Where a build is kept, below the policy's folder. */
const BUILD_FOLDER = "build";
const FILES = { raw: "policy.wasm", metered: "policy.metered.wasm", record: "policy.json" } as const;

/** What a build leaves: the ids, and what it was made from. */
interface BuildRecord {
  readonly policy_id: Digest;
  readonly wasm_sha256: string;
  readonly exec_id: Digest;
  readonly profile_id: string;
  readonly manifest: Manifest;
  /** SHA-256 of the compiler's version and options. */
  readonly compiler: string;
  /** SHA-256 of every source that the compiler asked for, by its name; null where there was none. */
  readonly sources: Readonly<Record<string, string | null>>;
}

/** Compiles only where a source, the SDK or the compiler changed since the build that lies in the folder. */
export async function buildPolicy(folder: PolicyFolder): Promise<Result<BuiltPolicy, BuildFault>> {
  const kept = await readKept(folder);
  if (kept !== null) {
    const admitted = admitRaw(kept.raw, folder.manifest);
    if (!admitted.ok) return refuse(await explain(folder, admitted.fault));
    const built = builtOf(folder, kept.raw, admitted.value, [], true);
    if (kept.record.policy_id !== built.policyId || kept.record.exec_id !== admitted.value.execId) {
      await keep(built, kept.record.sources);
    }
    return ok(built);
  }
  const compiled = await compilePolicy(requestOf(folder, "shipped"));
  if (compiled.wasm === null) return refuse({ kind: "compile", diagnostics: compiled.diagnostics });
  const admitted = admitRaw(compiled.wasm, folder.manifest);
  if (!admitted.ok) return refuse(await explain(folder, admitted.fault));
  const built = builtOf(folder, compiled.wasm, admitted.value, warningsOf(compiled), false);
  await keep(built, compiled.sources);
  return ok(built);
}

const admitRaw = (wasm: Uint8Array, manifest: Manifest) =>
  admit(wasm, { memoryPages: manifest.memory_pages ?? MEMORY_PAGES_DEFAULT });

const warningsOf = ({ diagnostics }: Assembled): Diagnostic[] => diagnostics.filter(({ error }) => !error);

function builtOf(
  folder: PolicyFolder,
  raw: Uint8Array,
  admitted: Admitted,
  warnings: readonly Diagnostic[],
  fresh: boolean,
): BuiltPolicy {
  const wasmSha256 = sha256Hex(raw);
  return {
    ...folder,
    policyId: policyId(folder.manifest, wasmSha256),
    wasmSha256,
    raw,
    admitted,
    module: compileWasm(admitted.wasm),
    warnings,
    fresh,
  };
}

/** The same policy with names and a source map: only a tool that tells a place needs it, and it takes a while. */
export async function compileMapped(
  folder: PolicyFolder,
  form: "named" | "plain",
): Promise<MappedModule | null> {
  const { wasm, sourceMap } = await compilePolicy(requestOf(folder, form));
  return wasm === null || sourceMap === null ? null : mapModule(wasm, sourceMap);
}

/** Compiles for nothing: the first time takes the compiler several times as long as later ones. */
export async function warmCompiler(folder: PolicyFolder): Promise<void> {
  await compilePolicy(requestOf(folder, "shipped"));
}

const requestOf = ({ manifest, path }: PolicyFolder, form: Form) => ({
  folder: path,
  name: manifest.name,
  form,
});

/** The place is read from the refusal of a module that has names and a map: as written, and where that has none, as optimised. */
async function explain(folder: PolicyFolder, fault: ModuleFault): Promise<BuildFault> {
  let usedBy: readonly string[] = [];
  for (const form of ["plain", "named"] as const) {
    const mapped = await compileMapped(folder, form);
    const again = mapped && admitRaw(mapped.wasm, folder.manifest);
    if (mapped === null || again === null || again.ok || again.fault.code !== fault.code) continue;
    const { functionIndex, offset, section } = again.fault;
    if (section === "code" && functionIndex !== null && offset !== null) {
      const functionName = mapped.names.get(functionIndex) ?? null;
      return { kind: "refused", fault, functionName, place: mapped.map.find(offset), usedBy };
    }
    if (section === "type" && fault.code === "FLOAT") usedBy = await floatFunctions(mapped.wasm);
  }
  return { kind: "refused", fault, functionName: null, place: null, usedBy };
}

// --- the build in the folder ------------------------------------------------

async function keep(built: BuiltPolicy, sources: BuildRecord["sources"]): Promise<void> {
  const target = join(built.path, BUILD_FOLDER);
  const record: BuildRecord = {
    policy_id: built.policyId,
    wasm_sha256: built.wasmSha256,
    exec_id: built.admitted.execId,
    profile_id: built.admitted.profileId,
    manifest: built.manifest,
    compiler: await compilerId(),
    sources,
  };
  await writeEditorFile(built.path);
  await writeFile(join(target, FILES.raw), built.raw);
  await writeFile(join(target, FILES.metered), built.admitted.wasm);
  await writeFile(join(target, FILES.record), `${JSON.stringify(record, null, 2)}\n`);
}

interface Kept {
  readonly raw: Uint8Array;
  readonly record: BuildRecord;
}

/** The compiled module of an earlier build, where everything that it was made from is still the same. */
async function readKept(folder: PolicyFolder): Promise<Kept | null> {
  const target = join(folder.path, BUILD_FOLDER);
  const { read } = policySources(folder.path, folder.manifest.name);
  try {
    const record = JSON.parse(await readFile(join(target, FILES.record), "utf8")) as BuildRecord;
    const raw = await readFile(join(target, FILES.raw));
    if (record.compiler !== (await compilerId()) || record.wasm_sha256 !== sha256Hex(raw)) return null;
    for (const [file, digest] of Object.entries(record.sources)) {
      const text = read(file);
      if ((text === null ? null : sha256Hex(text)) !== digest) return null;
    }
    return { raw: new Uint8Array(raw), record };
  } catch {
    return null; // none yet, or half written
  }
}

async function compilerId(): Promise<string> {
  const { version } = JSON.parse(
    await readFile(fileURLToPath(import.meta.resolve("assemblyscript/package.json")), "utf8"),
  ) as { version: string };
  return sha256Hex([version, ...OPTIMISED, ...options].join("\n"));
}
