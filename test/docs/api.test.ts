/** docs/api.md names the routes, scopes, problems, rules and limits that there are, and no others. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createKey } from "../../cli/tenant-setup.ts";
import * as limits from "../../core/limits.ts";
import { ENGINE_RULES } from "../../core/policy/engine-rules.ts";
import { SCOPES } from "../../core/principal.ts";
import { PROBLEMS } from "../../worker/gate/problem.ts";
import { type Engine, startEngine } from "../harness/engine.ts";
import { createTestTenant, type TestTenant } from "../harness/tenant.ts";
import { codesIn, readPage, tableRows } from "./pages.ts";

// The routes are wanted, not the modules, which only a Worker can import.
vi.mock("#policies", () => ({ modules: [] }));
const { app } = await import("../../worker/gate/app.ts");

const page = readPage("docs/api.md");
const routes = tableRows(page, "## Routes", "method").map(([method = "", path, scopes = ""]) => ({
  method,
  path: codesIn(path)[0] ?? "",
  scopes,
}));

it("lists every route of the gate, and no other", () => {
  const real = app.routes
    .filter(({ method, path }) => method !== "ALL" && !path.endsWith("/*"))
    .map(({ method, path }) => {
      const plain = path.replace(":group/:name?", ":name").replace(/:(\w+)/g, "{$1}");
      return `${method} ${plain === "/" ? plain : plain.replace(/\/$/, "")}`;
    });
  expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([...new Set(real)].sort());
});

it("lists every problem with its status and title", () => {
  const rows = tableRows(page, "## Problems", "code");
  expect(rows.map(([code, status, title]) => [codesIn(code)[0], Number(status), title])).toEqual(
    Object.entries(PROBLEMS).map(([code, { status, title }]) => [code, status, title]),
  );
});

it("lists every rule of the gateway's own, in its words", () => {
  const rows = tableRows(page, "## Problems", "rule");
  expect(rows.map(([rule, reason]) => [codesIn(rule)[0], reason])).toEqual(Object.entries(ENGINE_RULES));
});

it("gives limits as they are", () => {
  const rows = tableRows(page, "## Limits", "what");
  expect(rows.length).toBeGreaterThan(15);
  const known: Readonly<Record<string, unknown>> = limits;
  for (const [, name, value] of rows)
    expect([name, known[codesIn(name)[0] ?? ""]]).toEqual([name, Number(value)]);
});

describe("scopes", () => {
  const stateDir = mkdtempSync(join(tmpdir(), "countersign-scopes-"));
  let engine: Engine;
  let tenant: TestTenant;
  beforeAll(async () => {
    engine = await startEngine({ stateDir });
    tenant = await createTestTenant({ url: engine.url, bootstrapToken: engine.secrets.BOOTSTRAP_TOKEN });
  });
  afterAll(async () => {
    await engine?.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });

  it("are those that each route really asks for", async () => {
    const keys: [string, string][] = [];
    for (const scope of SCOPES)
      keys.push([scope, await createKey(tenant.admin, { name: scope, owner: "sue", scopes: [scope] })]);
    for (const { method, path, scopes } of routes.filter((route) => route.scopes.startsWith("`"))) {
      const admitted: string[] = [];
      for (const [scope, key] of keys) {
        const response = await fetch(new URL(path.replace(/\{\w+\}/, "none"), engine.url), {
          method,
          headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
          ...(method === "POST" || method === "PUT" ? { body: "{}" } : {}),
        });
        if (!(await response.text()).includes("insufficient_scope")) admitted.push(scope);
      }
      expect([method, path, admitted.sort()]).toEqual([method, path, codesIn(scopes).sort()]);
    }
  });
});
