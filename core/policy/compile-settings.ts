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

interface Compiler {
  /** The member that is made from the others. */
  readonly made: string;
  /** Issues point from the settings. */
  compile(settings: JsonObject, work: Work): Promise<Result<JsonObject, InvalidFault>>;
}

/** By the name of a policy of this release. */
const COMPILERS: ReadonlyMap<string, Compiler> = new Map([
  ["regex", { made: "program", compile: compileRegex }],
]);

/** The member of these settings that was compiled, where a policy of this name has one; null where there is none to compare. */
export function compiledMember(name: string, settings: JsonObject): string | null {
  const made = COMPILERS.get(name)?.made;
  return made !== undefined && settings[made] !== undefined ? made : null;
}

/** The settings as they are compiled here from what a person wrote of them, whatever was compiled before. */
export function compileAgain(
  builtin: string,
  settings: JsonObject,
): Promise<Result<JsonObject, InvalidFault>> {
  const made = COMPILERS.get(builtin)?.made;
  const written = Object.entries(settings).filter(([name]) => name !== made);
  return compileSettings(builtin, Object.fromEntries(written));
}

/** `builtin` is null for a policy that is not of this release: its settings are its own. */
export async function compileSettings(
  builtin: string | null,
  settings: JsonObject,
  work = new Work(),
): Promise<Result<JsonObject, InvalidFault>> {
  const compiler = builtin === null ? undefined : COMPILERS.get(builtin);
  return compiler === undefined ? ok(settings) : compiler.compile(settings, work);
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
