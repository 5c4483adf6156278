/** What docs/policy-authors.md says beside its commands, which examples.test.ts runs: names, limits, exit codes. */
import { describe, expect, it } from "vitest";
import { policyCommands } from "../../cli/commands/policy.ts";
import { EXIT } from "../../cli/output.ts";
import { DECISIONS } from "../../cli/policy/case.ts";
import type { Json } from "../../core/json.ts";
import { FINDINGS_MAX, FUEL_FAST, FUEL_FULL, VERDICT_BYTES_MAX } from "../../core/limits.ts";
import { ENGINE_RULES } from "../../core/policy/engine-rules.ts";
import { REDACT_METHODS } from "../../core/policy/obligation.ts";
import { parsePublishable } from "../../core/policy/publishable.ts";
import { adviceFor } from "../../core/policy/wasm/fault.ts";
import { codesIn, readPage, tableRows } from "./pages.ts";

const page = readPage("docs/policy-authors.md");
const written = (path: string): string =>
  page.blocks.find(({ words }) => words[0] === "write" && words[1] === path)?.text ??
  expect.fail(`no ${path}`);

describe("the commands on the page", () => {
  const named = new Set(
    [...page.text.matchAll(/\b(?:policy|countersign policy) ([a-z]+)\b/g)].map(([, name]) => name),
  );

  it("are all that there are", () => {
    const unnamed = [...policyCommands.commands.keys()].filter(
      (name) => !named.has(name) && !page.text.includes(`\`${name}`),
    );
    expect(unnamed).toEqual([]);
  });

  it("exist", () => {
    const run = [...page.text.matchAll(/countersign policy ([a-z]+)/g)].map(([, name = ""]) => name);
    expect(run.length).toBeGreaterThan(15);
    expect(run.filter((name) => !policyCommands.commands.has(name))).toEqual([]);
  });

  it("are each explained, with examples", () => {
    for (const name of policyCommands.commands.keys())
      expect([name, policyCommands.more.get(name)]).toEqual([
        name,
        expect.stringMatching(`^EXAMPLES\n\n(.*\n)*.*countersign policy ${name}`),
      ]);
  });

  it("end with the codes that it gives", () => {
    const [, ok, failed, usage] =
      /exit code is (\d) where all is well, (\d) where the answer is no [^,]*(?:,[^,]*)*?, (\d) where/.exec(
        page.text,
      ) ?? [];
    expect({ ok: Number(ok), failed: Number(failed), usage: Number(usage) }).toEqual({ ...EXIT });
  });
});

describe("the policy on the page", () => {
  const manifest = JSON.parse(written("house-rules/manifest.json")) as Json;

  it("may be published", () => {
    expect(parsePublishable(manifest)).toMatchObject({ ok: true });
  });

  it("fires every rule of its manifest, and no other", () => {
    const source = written("house-rules/index.ts");
    const fired = new Set([...source.matchAll(/(?:finding|reportSpan)\("(\w+)"/g)].map(([, rule]) => rule));
    const { rules } = manifest as unknown as { rules: { id: string }[] };
    expect([...fired].sort()).toEqual(rules.map(({ id }) => id).sort());
  });

  it("knows every method of redaction", () => {
    const { settings } = manifest as unknown as { settings: { properties: { tickets: { enum: string[] } } } };
    expect(settings.properties.tickets.enum.toSorted()).toEqual(["none", ...REDACT_METHODS].sort());
  });
});

it("names rules and refusals that there are", () => {
  const rows = tableRows(page, "## When it goes wrong", "it says").flatMap(([cell]) => codesIn(cell));
  expect(rows.length).toBeGreaterThan(6);
  const unknown = rows.filter(
    (code) =>
      !Object.hasOwn(ENGINE_RULES, code) && !code.endsWith("_…") && adviceFor(code as "FLOAT") === undefined,
  );
  expect(unknown).toEqual([]);
});

it("names the decisions that a case may expect", () => {
  expect([...DECISIONS].sort()).toEqual(["allow", "block", "hold", "modify"]);
  for (const decision of DECISIONS) expect(policyCommands.more.get("test")).toContain(decision);
});

it("gives limits as they are", () => {
  const millions = (fuel: number) => `${fuel / 1_000_000} million`;
  expect(page.text).toContain(`may use ${millions(FUEL_FAST)} while the caller waits`);
  expect(page.text).toContain(`${millions(FUEL_FULL)} at all`);
  expect(page.text).toContain(`at most ${FINDINGS_MAX} findings and ${VERDICT_BYTES_MAX / 1024} KiB`);
});
