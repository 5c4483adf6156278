/** The policy that docs/policy-authors.md writes: compiled as the build does, and run as the gateway does. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { describe, expect, it } from "vitest";
import { parseAction } from "../../core/action.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { digestOf } from "../../core/hash.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { bundleSchema } from "../../core/policy/bundle.ts";
import { policyInput } from "../../core/policy/input.ts";
import { manifestSchema } from "../../core/policy/manifest.ts";
import { validate } from "../../core/validate.ts";
import { checkModule } from "../../policy-plugins/tools/check-module.ts";
import { options } from "../../policy-plugins/tools/compile.ts";
import { compileWasm } from "../../policy-plugins/tools/wasm-module.ts";
import { runPolicy } from "../../worker/evaluate/host.ts";
import { ROOT, readPage } from "./pages.ts";

const page = readPage("docs/policy-authors.md");
const block = (word: string): string =>
  page.blocks.find(({ words }) => words.includes(word))?.text ?? expect.fail(`no block ${word}`);

const parsed = validate(manifestSchema, JSON.parse(block("manifest")) as Json);
const manifest = parsed.ok ? parsed.value : expect.fail("the manifest is refused");

async function compile(source: string): Promise<Uint8Array> {
  const files = new Map([
    [`${manifest.name}/index.ts`, source],
    [
      "sdk/entry-of-page.ts",
      readFileSync(join(ROOT, "policy-plugins/sdk/entry.ts"), "utf8").replace(
        "../POLICY/",
        `../${manifest.name}/`,
      ),
    ],
  ]);
  let wasm: Uint8Array | undefined;
  let report = "";
  const { error } = await asc.main(["sdk/entry-of-page.ts", "--outFile", "policy.wasm", ...options], {
    stderr: {
      write(chunk: string | Uint8Array) {
        report += chunk.toString();
      },
    },
    readFile: (file) => files.get(file) ?? readIfThere(join(ROOT, "policy-plugins", file)),
    writeFile: (_file, contents) => {
      if (typeof contents !== "string") wasm = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || wasm === undefined) throw new Error(report);
  return wasm;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

const principal = { key: "key_1", owner: "ada", agent: null, user: null, roles: [], folder: null };

describe("the policy on the page", () => {
  it("builds, is accepted, and passes the case on the page", { timeout: 60_000 }, async () => {
    const wasm = await compile(block("policy"));
    expect(checkModule(wasm)).toEqual([]);
    const example = JSON.parse(block("case")) as {
      settings: JsonObject;
      action: JsonObject;
      expect: { rules: string[]; spans: JsonObject[] };
    };
    const action = parseAction({ action: example.action });
    if (!action.ok) expect.fail("the action is refused");
    const policy = { manifest, policyId: digestOf("page"), module: compileWasm(new Uint8Array(wasm)) };
    const verdict = await runPolicy(
      policy,
      canonicalJson(example.settings),
      policyInput(action.value, principal, null),
    );
    expect(verdict.error).toBeNull();
    expect(verdict.findings).toEqual(example.expect.spans.map((span) => ({ part: "payload", ...span })));
    expect(verdict.findings.map(({ rule }) => rule)).toEqual(example.expect.rules);
  });

  it("has a bundle that is one", () => {
    const bundle = JSON.parse(block("bundle").replace(/builtin:[a-z-]+/, digestOf("page"))) as Json;
    expect(validate(bundleSchema, bundle)).toMatchObject({ ok: true });
  });
});
