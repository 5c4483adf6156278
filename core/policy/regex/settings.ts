/**
 * The settings of the `regex` policy as they are published: with the program that its patterns compile to beside them. Whoever
 * has the patterns can make the program again and compare.
 */
import type { Json, JsonObject } from "../../json.ts";
import { ok, type Result, refuse } from "../../result.ts";
import { compilePatterns } from "./compile.ts";
import type { PatternFault } from "./fault.ts";
import { Work } from "./work.ts";

/** Adds `program`, or checks the one that is there. All else of the settings is for their schema to check. */
export function compileSettings(settings: JsonObject, work = new Work()): Result<JsonObject, PatternFault> {
  const patterns = patternsOf(settings.patterns);
  if (patterns === null)
    return refuse({
      code: "settings",
      pattern: null,
      message: "patterns must be a list of objects, each with a pattern.",
    });
  const compiled = compilePatterns(patterns, work);
  if (!compiled.ok) return compiled;
  const { program } = compiled.value;
  if (settings.program !== undefined && settings.program !== program)
    return refuse({
      code: "program_mismatch",
      pattern: null,
      message: "program is not what the patterns compile to. Leave it out: it is made from them.",
    });
  return ok({ ...settings, program });
}

function patternsOf(list: Json | undefined): string[] | null {
  if (!Array.isArray(list)) return null;
  const patterns: string[] = [];
  for (const item of list) {
    if (typeof item !== "object" || item === null || Array.isArray(item)) return null;
    const { pattern } = item;
    if (typeof pattern !== "string") return null;
    patterns.push(pattern);
  }
  return patterns;
}
