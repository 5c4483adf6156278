// The build: the same bytes each time, nothing done where nothing changed, and a loud end where something is wrong.

import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile, compileEntry } from "../../policy-plugins/tools/compile.ts";
import { readManifest } from "../../policy-plugins/tools/manifest.ts";
import { meter } from "../../policy-plugins/tools/meter.ts";
import { findPolicies, type PolicySource } from "../../policy-plugins/tools/sources.ts";
import { distFolder, wasmOf } from "./extism-host.ts";

const sourceOf = (name: string): PolicySource => {
  const source = findPolicies("").find((candidate) => candidate.name === name);
  if (source === undefined) throw new Error(name);
  return source;
};

describe("the build", () => {
  it("makes the same bytes again", { timeout: 60_000 }, async () => {
    for (const name of ["pii", "silent"]) {
      expect(Buffer.from(await compile(sourceOf(name))).equals(wasmOf(name))).toBe(true);
    }
  });

  it("fails on what does not compile", { timeout: 60_000 }, async () => {
    await expect(compile({ ...sourceOf("pii"), folder: "no-such-policy" })).rejects.toThrow("no-such-policy");
  });

  it("tells of a module that is refused in which function, and what to do", { timeout: 60_000 }, async () => {
    const source = `import { inputSize, readInput } from "../sdk/host";
import { policyAbort } from "../sdk/abort";
export function configure(): i32 { return 0; }
export function evaluate(): i32 { readInput(); return <i32>(<f64>inputSize * 0.3); }`;
    const files = new Map([["bad/raw.ts", source]]);
    const wasm = await compileEntry("bad/raw.ts", files);
    const manifest = readManifest("pii");
    const named = () => compileEntry("bad/raw.ts", files, true);
    await expect(meter(wasm, manifest, named)).rejects.toThrow(
      /^pii: FLOAT: .*function bad\/raw\/evaluate, offset \d+\)\n {2}Use integers/,
    );
  });

  it("does nothing where nothing changed", () => {
    const times = () =>
      ["pii.wasm", "pii.metered.wasm", "index.json", "builtin.ts", "with-fixtures.ts"].map(
        (file) => statSync(join(distFolder, file)).mtimeMs,
      );
    const before = times();
    const said = execFileSync(
      process.execPath,
      [join(import.meta.dirname, "../../policy-plugins/build.ts")],
      { encoding: "utf8" },
    );
    expect(said).toMatch(/^policies: 0 compiled/);
    expect(times()).toEqual(before);
  });
});
