/** The policies of the tree, as compiled, with inputs: their own examples, and one for the fixtures that have none. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { utf8 } from "../../core/encoding.ts";
import type { Parts } from "../../core/policy/parts.ts";
import {
  canonical,
  type Example,
  type IndexRow,
  index,
  inputOf,
  readingOf,
  wasmOf,
} from "../policy-plugins/extism-host.ts";

export interface PolicyRun {
  readonly settings: string;
  readonly input: string;
  /** What its manifest says that it reads. */
  readonly parts: Parts;
}

export interface TreePolicy {
  readonly name: string;
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly memoryPages: number;
  readonly manifest: IndexRow["manifest"];
  readonly runs: readonly PolicyRun[];
}

const PLUGINS = join(import.meta.dirname, "../../policy-plugins");

const PLAIN: Example = {
  action: {
    surface: "outbound.email",
    payload: { text: "Ada, 123-45-6789 and 4111 1111 1111 1111 \u{1f600}" },
  },
};

/** Of fixtures that will not do without. */
const SETTINGS: Readonly<Record<string, string>> = { redacts: '{"redact":"mask","term":"Ada"}' };

async function runOf(manifest: IndexRow["manifest"], settings: string, example: Example): Promise<PolicyRun> {
  const parts: Parts = {
    ...(manifest.reading === "reads" ? { reading: await readingOf(example) } : {}),
    ...(manifest.findings === "reads"
      ? { findings: utf8(canonical({ findings: example.findings ?? [] })) }
      : {}),
  };
  return { settings, input: inputOf(example), parts };
}

function runsOf({ name, manifest }: IndexRow): Promise<PolicyRun[]> {
  const folder = join(PLUGINS, name, "cases");
  if (!existsSync(folder)) return Promise.all([runOf(manifest, SETTINGS[name] ?? "{}", PLAIN)]);
  return Promise.all(
    readdirSync(folder).map((file) => {
      const example = JSON.parse(readFileSync(join(folder, file), "utf8")) as Example & { settings: unknown };
      const { settings, action, context, principal, message, facts, findings } = example;
      const parts = { action, context, principal, message, facts, findings };
      const given = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
      return runOf(manifest, canonical(settings ?? {}), given as unknown as Example);
    }),
  );
}

export const treePolicies: readonly TreePolicy[] = await Promise.all(
  index.map(async (row) => ({
    name: row.name,
    wasm: wasmOf(row.name),
    memoryPages: (row.manifest as { memory_pages?: number }).memory_pages ?? 2,
    manifest: row.manifest,
    runs: await runsOf(row),
  })),
);
