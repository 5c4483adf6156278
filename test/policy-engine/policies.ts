/** The policies of the tree, as compiled, with inputs: their own examples, and one for the fixtures that have none. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { canonical, type Example, index, inputOf, wasmOf } from "../policy-plugins/extism-host.ts";

export interface PolicyRun {
  readonly settings: string;
  readonly input: string;
}

export interface TreePolicy {
  readonly name: string;
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly memoryPages: number;
  readonly runs: readonly PolicyRun[];
}

const PLUGINS = join(import.meta.dirname, "../../policy-plugins");

const PLAIN: PolicyRun = {
  settings: "{}",
  input: inputOf({
    action: {
      surface: "outbound.email",
      payload: { text: "Ada, 123-45-6789 and 4111 1111 1111 1111 \u{1f600}" },
    },
  }),
};

/** Of fixtures that will not do without. */
const SETTINGS: Readonly<Record<string, string>> = { redacts: '{"redact":"mask","term":"Ada"}' };

function runsOf(name: string): PolicyRun[] {
  const folder = join(PLUGINS, name, "cases");
  if (!existsSync(folder)) return [{ ...PLAIN, settings: SETTINGS[name] ?? PLAIN.settings }];
  return readdirSync(folder).map((file) => {
    const example = JSON.parse(readFileSync(join(folder, file), "utf8")) as Example & { settings: unknown };
    const { settings, action, context, principal, message, facts } = example;
    const parts = { action, context, principal, message, facts };
    const given = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
    return { settings: canonical(settings), input: inputOf(given as unknown as Example) };
  });
}

export const treePolicies: readonly TreePolicy[] = index.map(({ name, manifest }) => ({
  name,
  wasm: wasmOf(name),
  memoryPages: (manifest as { memory_pages?: number }).memory_pages ?? 2,
  runs: runsOf(name),
}));
