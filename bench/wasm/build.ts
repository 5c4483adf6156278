/**
 * Every module that the engine's benchmark runs, written to dist/bench/ with a source that imports them all: a Worker
 * takes code in no other way.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Manifest, MEMORY_PAGES_DEFAULT } from "../../core/policy/manifest.ts";
import { admit } from "../../core/policy/wasm/admit.ts";
import { ROOT } from "../../test/harness/bundle.ts";
import { assemble } from "../../test/harness/wat.ts";
import { MICRO } from "./micro.ts";
import { OPA_STAND_IN } from "./opa-stand-in.ts";
import { unmetered } from "./sections.ts";

const POLICIES = join(ROOT, "dist", "policies");
const CEDAR = join(ROOT, "node_modules/@cedar-policy/cedar-wasm/web/cedar_wasm_bg.wasm");
const COMPILER = join(ROOT, "node_modules/assemblyscript/bin/asc.js");
const OUTPUT = join(ROOT, "dist", "bench");

interface BuiltRow {
  readonly name: string;
  readonly wasm_path: string;
  readonly metered_path: string;
  readonly manifest: Manifest;
  readonly fixture: boolean;
}

export const builtRows = (): readonly BuiltRow[] =>
  JSON.parse(readFileSync(join(POLICIES, "index.json"), "utf8"));

export const rawModule = (name: string): Uint8Array => {
  const row = builtRows().find((built) => built.name === name);
  if (!row) throw new Error(`No policy ${name} in dist/policies.`);
  return readFileSync(join(POLICIES, row.wasm_path));
};

export function metered(wasm: Uint8Array, memoryPages: number): Uint8Array<ArrayBuffer> {
  const admitted = admit(wasm, { memoryPages });
  if (!admitted.ok) throw new Error(`${admitted.fault.code}: ${admitted.fault.message}`);
  return admitted.value.wasm;
}

/** A module from AssemblyScript, with the memory of whoever makes the instance. */
function compiled(source: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  try {
    writeFileSync(join(folder, "module.ts"), source);
    const memory = ["--importMemory", "--initialMemory", "2"];
    const options = ["-O3", "--runtime", "stub", "--use", "abort=", ...memory, "--outFile", "module.wasm"];
    execFileSync(process.execPath, [COMPILER, "module.ts", ...options], { cwd: folder });
    return readFileSync(join(folder, "module.wasm"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the path of the source. `opaPolicy`: a compiled Rego policy, where there is one. */
export function buildModules(opaPolicy: string | undefined): string {
  rmSync(OUTPUT, { recursive: true, force: true });
  mkdirSync(OUTPUT, { recursive: true });
  const imports: string[] = [];
  const module = (file: string, wasm: Uint8Array): string => {
    writeFileSync(join(OUTPUT, file), wasm);
    const name = `m${imports.length}`;
    imports.push(`import ${name} from "./${file}";`);
    return name;
  };
  const pairs = (entries: readonly (readonly [string, string])[]): string =>
    `{${entries.map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(", ")}}`;
  const shipped = builtRows()
    .filter(({ fixture }) => !fixture)
    .map(({ name, manifest, metered_path }) => {
      const pages = manifest.memory_pages ?? MEMORY_PAGES_DEFAULT;
      const raw = module(`${name}.raw.wasm`, unmetered(rawModule(name), pages));
      const bytes = module(`${name}.bin`, readFileSync(join(POLICIES, metered_path)));
      return [name, `{ raw: ${raw}, bytes: ${bytes} }`] as const;
    });
  const micro = Object.entries(MICRO).map(([name, wat], index) => {
    const raw = assemble(wat);
    const names = [
      module(`micro${index}.raw.wasm`, unmetered(raw, 1)),
      module(`micro${index}.wasm`, metered(raw, 1)),
    ];
    return [name, `{ raw: ${names[0]}, metered: ${names[1]} }`] as const;
  });
  const cedar = module("cedar.wasm", readFileSync(CEDAR));
  const opaStandIn = module("opa-stand-in.wasm", compiled(OPA_STAND_IN));
  const opa = opaPolicy === undefined ? "null" : module("opa.wasm", readFileSync(opaPolicy));
  const lines = [
    ...imports,
    `export const shipped = ${pairs(shipped)};`,
    `export const micro = ${pairs(micro)};`,
    `export const cedar = ${cedar};`,
    `export const opa = ${opa};`,
    `export const opaStandIn = ${opaStandIn};`,
  ];
  const file = join(OUTPUT, "modules.js");
  writeFileSync(file, `${lines.join("\n")}\n`);
  return file;
}
