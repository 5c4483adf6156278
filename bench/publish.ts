/** Publishing policies through the API. */
import type { Client } from "../cli/client.ts";
import type { PolicyUse } from "../cli/tenant-setup.ts";
import type { Manifest } from "../core/policy/manifest.ts";
import { BUILTIN_READER } from "../core/policy/reader.ts";
import { SMALL_BUNDLE } from "../test/harness/small-bundle.ts";
import { builtRows, rawModule } from "./wasm/build.ts";

/** The policy's id. */
export async function publish(admin: Client, manifest: Manifest, wasm: Uint8Array): Promise<string> {
  const { policy } = await admin.expect<{ policy: string }>("POST", "/v1/policies", {
    manifest,
    wasm: Buffer.from(wasm).toString("base64"),
  });
  return policy;
}

export function manifestOf(name: string): Manifest {
  const row = builtRows().find((built) => built.name === name);
  if (!row) throw new Error(`No policy ${name} in dist/policies.`);
  return row.manifest;
}

/** The demo's policies, with the reader that they need, under a version that no build has: with the build's own they would run in the gate itself. */
export function publishShipped(admin: Client): Promise<PolicyUse[]> {
  return Promise.all(
    [{ policy: `builtin:${BUILTIN_READER}`, settings: {} }, ...SMALL_BUNDLE].map(async (use) => {
      const name = use.policy.replace("builtin:", "");
      const { settings, ...manifest } = { ...manifestOf(name), version: "99.0.0" };
      return {
        ...use,
        policy: await publish(admin, { ...manifest, settings: withoutPatterns(settings) }, rawModule(name)),
      };
    }),
  );
}

/** A published schema may not have `pattern`; the policy checks the same in its `configure`. */
const withoutPatterns = (schema: Manifest["settings"]): Manifest["settings"] =>
  JSON.parse(JSON.stringify(schema, (name, value) => (name === "pattern" ? undefined : value)));
