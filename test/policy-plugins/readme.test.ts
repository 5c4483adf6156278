// The READMEs' settings are accepted by the modules that they describe.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { configure, index } from "./extism-host.ts";

describe.each(index.filter(({ fixture }) => !fixture))("the README of $name", ({ name, manifest }) => {
  const text = readFileSync(join(import.meta.dirname, "../../policy-plugins", name, "README.md"), "utf8");

  it("shows settings that are accepted", async () => {
    const blocks = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = ""]) => json);
    expect(blocks).toHaveLength(1);
    for (const json of blocks)
      expect(await configure(name, JSON.parse(json))).toMatchObject({ rc: 0, error: null });
  });

  it("names each rule with its default severity", () => {
    for (const { id, severity } of manifest.rules) expect(text).toContain(`| \`${id}\` | ${severity} |`);
  });
});
