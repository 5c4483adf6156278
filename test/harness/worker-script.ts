/** A Worker's source as one module, for Miniflare: faster than wrangler, for tests that add an entrypoint of their own to it. */
import { build } from "esbuild";

const ROOT = new URL("../..", import.meta.url).pathname;

/** `source` is TypeScript whose imports are relative to the repository's root. */
export async function workerScript(source: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    external: ["cloudflare:*", "node:*"],
  });
  return outputFiles[0]?.text ?? "";
}
