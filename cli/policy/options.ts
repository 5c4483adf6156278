/** Arguments that several `policy` commands have, and what they mean in all of them. */
import { existsSync, statSync } from "node:fs";
import type { ArgsDef } from "citty";
import type { JsonObject } from "../../core/json.ts";
import { settingsIssues } from "../../core/policy/settings-schema.ts";
import { EXIT, FORMATS, type Format, type Output, UsageError } from "../output.ts";
import { type BuiltPolicy, buildPolicy } from "./build.ts";
import { readCases } from "./case.ts";
import { buildFaultJson, printBuildFault } from "./faults.ts";
import type { PolicyFolder } from "./folder.ts";
import { readObjectOption } from "./json-file.ts";
import { compiledSettings } from "./settings.ts";

export const folderArg = {
  type: "positional",
  required: false,
  default: ".",
  description: "The policy's folder",
} as const satisfies ArgsDef[string];

/** citty wants a list that it might change. */
const FORMATS_SHOWN: Format[] = [...FORMATS];

export const outputArg = {
  type: "enum",
  alias: "o",
  options: FORMATS_SHOWN,
  default: "table",
  description: "How to print the result",
} as const satisfies ArgsDef[string];

export const settingsArg = {
  type: "string",
  alias: "s",
  valueHint: "file|json",
  description: "The policy's settings: a file, or JSON. Left out: those of the first case, or {}",
} as const satisfies ArgsDef[string];

/** The policy, built; null where it does not build, which has then been told, and is the command's answer. */
export async function buildOrTell(
  output: Output,
  folder: PolicyFolder,
  format: Format | "junit" | "tap" | "github",
): Promise<BuiltPolicy | null> {
  const built = await buildPolicy(folder);
  if (built.ok) return built.value;
  if (format === "json") output.line(JSON.stringify(buildFaultJson(folder, built.fault), null, 2));
  else printBuildFault(output, folder, built.fault);
  process.exitCode = EXIT.failed;
  return null;
}

/** Settings as given, else those of the first case, else none; refused where they do not fit the manifest's schema. */
export async function readSettings(folder: PolicyFolder, option: string | undefined): Promise<JsonObject> {
  if (option === undefined)
    return compiledSettings(folder, (await readCases(folder.path))[0]?.policyCase.settings ?? {});
  const settings = await compiledSettings(folder, await readObjectOption("--settings", option));
  const issues = settingsIssues(folder.manifest.settings, settings);
  if (issues.length === 0) return settings;
  const told = issues.map(({ pointer, message }) => `${pointer || "/"}: ${message}`);
  throw new UsageError(`the settings do not fit the manifest's schema: ${told.join(" ")}`);
}

/** `run action.json` in a policy's folder means that action, and not a folder of that name. */
export function folderAndFile(
  folder: string,
  file: string | undefined,
): { readonly folder: string; readonly file: string | undefined } {
  const isFile =
    folder === "-" || folder.endsWith(".json") || (existsSync(folder) && statSync(folder).isFile());
  return file === undefined && isFile ? { folder: ".", file: folder } : { folder, file };
}
