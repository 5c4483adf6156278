/**
 * Writes `program` into the settings of the `regex` policy in JSON files: case files, and settings of a bundle.
 *
 *     node policy-plugins/tools/compile-patterns.ts policy-plugins/regex/cases/*.json
 */
import { readFileSync, writeFileSync } from "node:fs";
import type { JsonObject } from "../../core/json.ts";
import { compileSettings } from "../../core/policy/regex/settings.ts";

for (const path of process.argv.slice(2)) {
  const document = JSON.parse(readFileSync(path, "utf8"));
  const isCase = document.settings !== undefined;
  const { program: _stale, ...settings } = (isCase ? document.settings : document) as JsonObject;
  const compiled = compileSettings(settings);
  if (!compiled.ok) throw new Error(`${path}: ${compiled.fault.message}`);
  const written = isCase ? { ...document, settings: compiled.value } : compiled.value;
  writeFileSync(path, `${JSON.stringify(written, null, 2)}\n`);
}
