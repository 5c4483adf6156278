/** Settings as a gateway stores them. */
import { join } from "node:path";
import type { JsonObject } from "../../core/json.ts";
import { compileSettings } from "../../core/policy/compile-settings.ts";
import { UsageError } from "../output.ts";
import type { PolicyFolder } from "./folder.ts";

const RELEASED = join(import.meta.dirname, "../../policy-plugins");

/** Compiled where `folder` is a policy of this release whose settings are. */
export async function compiledSettings(
  { path, manifest }: Pick<PolicyFolder, "path" | "manifest">,
  settings: JsonObject,
): Promise<JsonObject> {
  const compiled = await compileSettings(
    path === join(RELEASED, manifest.name) ? manifest.name : null,
    settings,
  );
  if (compiled.ok) return compiled.value;
  const told = compiled.fault.issues.map(({ pointer, message }) => `${pointer}: ${message}`);
  throw new UsageError(`the settings cannot be compiled: ${told.join(" ")}`);
}
