/**
 * Settings that are compiled when a bundle is made: beside what a person writes stands what the policy runs, so that both are
 * part of the bundle's digest. Compilers are loaded when a bundle needs one: no action is judged with them.
 */
import type { JsonObject } from "../json.ts";
import { ok, type Result, refuse } from "../result.ts";
import type { InvalidFault, InvalidIssue } from "../validate.ts";
import type { Bundle, BundlePolicy } from "./bundle.ts";
import type { PatternFault } from "./regex/fault.ts";
import { Work } from "./regex/work.ts";

/** Issues point from the settings. */
type Compiler = (settings: JsonObject, work: Work) => Promise<Result<JsonObject, InvalidFault>>;

/** By the name of a policy of this release. */
const COMPILERS: ReadonlyMap<string, Compiler> = new Map([["regex", compileRegex]]);

/** `builtin` is null for a policy that is not of this release: its settings are its own. */
export async function compileSettings(
  builtin: string | null,
  settings: JsonObject,
  work = new Work(),
): Promise<Result<JsonObject, InvalidFault>> {
  const compiler = builtin === null ? undefined : COMPILERS.get(builtin);
  return compiler === undefined ? ok(settings) : compiler(settings, work);
}

/** The bundle with all settings compiled; `builtins` are the names of its policies. Issues point from the bundle. */
export async function compileBundle(
  bundle: Bundle,
  builtins: readonly (string | null)[],
): Promise<Result<Bundle, InvalidFault>> {
  const policies: BundlePolicy[] = [];
  const issues: InvalidIssue[] = [];
  // Of all entries together: it is one request that is kept waiting.
  const work = new Work();
  for (const [index, entry] of bundle.policies.entries()) {
    const compiled = await compileSettings(builtins[index] ?? null, entry.settings, work);
    if (compiled.ok) policies.push({ ...entry, settings: compiled.value });
    else issues.push(...compiled.fault.issues.map(within(`/policies/${index}/settings`)));
  }
  return issues.length === 0 ? ok({ ...bundle, policies }) : refuse({ code: "invalid_request", issues });
}

const within =
  (at: string) =>
  ({ pointer, message }: InvalidIssue): InvalidIssue => ({ pointer: `${at}${pointer}`, message });

async function compileRegex(settings: JsonObject, work: Work): Promise<Result<JsonObject, InvalidFault>> {
  const { compileSettings } = await import("./regex/settings.ts");
  const compiled = compileSettings(settings, work);
  if (compiled.ok) return compiled;
  const { fault } = compiled;
  return refuse({
    code: "invalid_request",
    issues: [{ pointer: placeOf(fault), message: fault.message }],
  });
}

function placeOf({ code, pattern }: PatternFault): string {
  if (code === "program_mismatch") return "/program";
  return pattern === null ? "/patterns" : `/patterns/${pattern}/pattern`;
}
