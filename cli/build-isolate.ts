/**
 * Bundles the Worker that published policies run in to dist/isolate.ts, as text: a Worker cannot bundle, and what it loads
 * is named by the hash of this text.
 *
 *     node cli/build-isolate.ts
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { sha256Hex } from "../core/hash.ts";
import { writeIfChanged } from "./write-if-changed.ts";

const MAIN = "worker/evaluate/isolate/main.ts";
const OUTPUT = "dist/isolate.ts";

/** `root` may be a folder of other Workers, which have none. Writes only where the text changed. */
export async function buildIsolate(root: string): Promise<void> {
  if (!existsSync(join(root, MAIN))) return;
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [MAIN],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:workers", "node:*", "./bundle.js"],
    minify: true,
    legalComments: "none",
    logLevel: "warning",
  });
  const source = outputFiles[0]?.text ?? "";
  const date = /^compatibility_date = "(.+)"$/m.exec(readFileSync(join(root, "wrangler.toml"), "utf8"))?.[1];
  if (date === undefined) throw new Error("wrangler.toml has no compatibility_date.");
  writeIfChanged(
    join(root, OUTPUT),
    `// Written by cli/build-isolate.ts from ${MAIN}.

export const source = ${JSON.stringify(source)};
/** SHA-256 of \`source\`. */
export const version = "${sha256Hex(source)}";
/** The gate's own. */
export const compatibilityDate = "${date}";
`,
  );
}

if (import.meta.main) await buildIsolate(dirname(import.meta.dirname));
