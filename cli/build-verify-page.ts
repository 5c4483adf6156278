/**
 * Builds the page for auditors into one file that needs nothing else, dist/verify.html, and for the gate, which serves it,
 * dist/verify-page.ts.
 *
 *     node cli/build-verify-page.ts
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { sha256 } from "../core/hash.ts";
import type { CarriedPolicy } from "../worker/verify-page/builtin.ts";
import { STYLE } from "../worker/verify-page/style.ts";
import type { BuiltRow } from "./builtin.ts";
import { writeIfChanged } from "./write-if-changed.ts";

const FOLDER = "worker/verify-page";
const POLICIES = "dist/policies";

/** `root` may be a folder of other Workers, which have none. Writes only where the text changed. */
export async function buildVerifyPage(root: string): Promise<void> {
  if (!existsSync(join(root, FOLDER))) return;
  const script = await bundle(root);
  const carried = carriedPolicies(root);
  const bytes = carried.reduce((sum, { wasm }) => sum + wasm.length, 0);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const policy = contentPolicy(script, STYLE);
  const values: Readonly<Record<string, string>> = {
    policy: `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    style: `<style>${STYLE}</style>`,
    policies: String(carried.length),
    "policies-size": `${Math.round(bytes / 1024)} KiB`,
    version,
    // A `<` could end the element that holds it.
    carried: `<script type="application/json" id="carried">${JSON.stringify(carried).replaceAll("<", "\\u003c")}</script>`,
    script: `<script>${script}</script>`,
  };
  const html = readFileSync(join(root, FOLDER, "page.html"), "utf8").replace(
    /<!-- ([a-z-]+) -->/g,
    (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`page.html asks for ${name}, which there is none of`);
      return value;
    },
  );
  writeIfChanged(join(root, "dist/verify.html"), html);
  writeIfChanged(
    join(root, "dist/verify-page.ts"),
    `// Written by cli/build-verify-page.ts from ${FOLDER}.

export const html = ${JSON.stringify(html)};
export const contentPolicy = ${JSON.stringify(policy)};
`,
  );
}

async function bundle(root: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`${FOLDER}/browser/main.ts`],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2024",
    platform: "browser",
    alias: { "node:crypto": `./${FOLDER}/node-crypto.ts` },
    minify: true,
    legalComments: "none",
    logLevel: "warning",
  });
  // Minified code has neither of these outside of strings, where a backslash changes nothing.
  return (outputFiles[0]?.text ?? "").replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
}

/** The policies of this release, as uploaded: a replay meters them anew. */
function carriedPolicies(root: string): CarriedPolicy[] {
  const rows = JSON.parse(readFileSync(join(root, POLICIES, "index.json"), "utf8")) as BuiltRow[];
  return rows
    .filter(({ fixture }) => !fixture)
    .map(({ manifest, wasm_sha256, wasm_path }) => ({
      manifest: manifest as unknown as CarriedPolicy["manifest"],
      wasm_sha256,
      wasm: gzipSync(readFileSync(join(root, POLICIES, wasm_path)), { level: 9 }).toString("base64"),
    }));
}

/** Nothing but this script and this style; WebAssembly for the replay; no address at all (W3C CSP 3). */
function contentPolicy(script: string, style: string): string {
  const source = (text: string) => `'sha256-${Buffer.from(sha256(text)).toString("base64")}'`;
  return [
    "default-src 'none'",
    `script-src ${source(script)} 'wasm-unsafe-eval'`,
    // The script itself again, as a worker.
    "worker-src blob:",
    `style-src ${source(style)}`,
    "img-src 'none'",
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types countersign-verify",
  ].join("; ");
}

if (import.meta.main) await buildVerifyPage(join(import.meta.dirname, ".."));
