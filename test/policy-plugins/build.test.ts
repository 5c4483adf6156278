// The build: the same bytes each time, nothing done where nothing changed, and a loud end where something is wrong.

import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compile } from "../../policy-plugins/tools/compile.ts";
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

  it("does nothing where nothing changed", () => {
    const times = () =>
      ["pii.wasm", "index.json", "builtin.ts", "with-fixtures.ts"].map(
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
