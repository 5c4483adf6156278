/** `/v1/policies`: the policies of this gateway, and those that the tenant publishes. */
import { Hono } from "hono";
import { type Digest, isDigest } from "../../../core/hash.ts";
import type { ModuleReport } from "../../../core/policy/wasm/admit.ts";
import type { ListedPolicy, PublishedPolicy } from "../../../durable-objects/rpc.ts";
import { builtinPolicies, findPolicy } from "../../evaluate/modules.ts";
import type { AppEnv } from "../app.ts";
import { authenticate } from "../authenticate.ts";
import { readPage } from "../page.ts";
import { Problem } from "../problem.ts";
import { readPublication } from "../publication.ts";
import { publish } from "../publish.ts";
import { reach } from "../reach.ts";
import { tenantOf } from "../tenants.ts";

export const policyRoutes = new Hono<AppEnv>();

policyRoutes.post("/", async (c) => {
  const { config, key } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin"]);
  // Read in any case: an answer before the body has come breaks the connection under the caller.
  const publication = await readPublication(c.req.raw);
  const { policy, report, created } = await publish(c.env, config.tenant, { keyId: key.id }, publication);
  const body = { ...policyView(policy, false), report: reportView(report) };
  return c.json(body, created ? 201 : 200, { location: `/v1/policies/${policy.policyId}` });
});

/** Built-in ones stand before the first page of the tenant's own. */
policyRoutes.get("/", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin", "auditor"]);
  const { limit, cursor } = readPage(c.req.query());
  const rows = await reach("ledger_unavailable", () =>
    tenantOf(c.env, config.tenant).listPolicies(cursor ?? 0, limit),
  );
  const builtin = cursor === null ? builtinPolicies().map((policy) => policyView(policy, true)) : [];
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return c.json({ data: [...builtin, ...rows.map(listedView)], next_cursor: last ? String(last.seq) : null });
});

policyRoutes.get("/:digest", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin", "auditor"]);
  const id = readId(c.req.param("digest"));
  const builtin = findPolicy(id);
  if (builtin) return c.json(policyView(builtin, true));
  const policy = await reach("ledger_unavailable", () => tenantOf(c.env, config.tenant).policy(id));
  if (policy === null) throw unknown();
  return c.json(policyView(policy, false));
});

policyRoutes.get("/:digest/wasm", async (c) => {
  const { config } = await authenticate(c.env, c.req.header("authorization") ?? null, ["admin", "auditor"]);
  const id = readId(c.req.param("digest"));
  const which = c.req.query("form") ?? "raw";
  if (which !== "raw" && which !== "metered")
    throw new Problem("invalid_request", { detail: "form is raw or metered." });
  const tenant = tenantOf(c.env, config.tenant);
  const wasm = await reach("ledger_unavailable", () => tenant.policyModule(id, which));
  if (wasm === null) {
    if (!findPolicy(id)) throw unknown();
    // A Worker cannot read back the bytes of a module that was compiled into it.
    throw new Problem("not_found", {
      detail:
        "The module of a built-in policy is in the release, in dist/policies/; wasm_sha256 and exec_id name it.",
    });
  }
  return new Response(wasm, { headers: { "content-type": "application/wasm", "cache-control": "no-store" } });
});

function readId(text: string): Digest {
  if (isDigest(text)) return text;
  throw unknown();
}

const unknown = () => new Problem("not_found", { detail: "There is no such policy." });

type ViewedPolicy = Omit<PublishedPolicy, "manifest"> & { readonly manifest: unknown };

const policyView = (policy: ViewedPolicy, builtin: boolean) => ({
  policy: policy.policyId,
  builtin,
  exec_id: policy.execId,
  profile_id: policy.profileId,
  wasm_sha256: policy.wasmSha256,
  manifest: policy.manifest,
});

const listedView = (policy: ListedPolicy) => ({
  ...policyView(policy, false),
  created_at: new Date(policy.createdAtMs).toISOString(),
});

/** Sizes in bytes, memory in pages; `static_fuel` is what every instruction costs once. */
function reportView({ imports, exports, memory, sizes, functions }: ModuleReport) {
  const sum = (of: (entry: ModuleReport["functions"][number]) => number) =>
    functions.reduce((total, entry) => total + of(entry), 0);
  return {
    imports,
    exports,
    memory,
    sizes,
    functions: functions.length,
    instructions: sum(({ instructions }) => instructions),
    static_fuel: sum(({ fuel }) => fuel),
  };
}
