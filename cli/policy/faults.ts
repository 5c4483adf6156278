/** Why a policy did not build, for its author. */
import { type Output, visible } from "../output.ts";
import type { BuildFault } from "./build.ts";
import type { PolicyFolder } from "./folder.ts";
import { diagnosticText, placeText } from "./places.ts";

/** The same as data, for `-o json`. */
export function buildFaultJson({ manifest }: PolicyFolder, fault: BuildFault) {
  if (fault.kind === "compile") {
    const diagnostics = fault.diagnostics.map((diagnostic) => ({
      ...diagnostic,
      text: diagnosticText(manifest.name, diagnostic),
    }));
    return { ok: false, failed: "compile", diagnostics };
  }
  const { functionName, place, usedBy } = fault;
  const { code, section, functionIndex, offset, message, advice } = fault.fault;
  return {
    ok: false,
    failed: "refused",
    code,
    section,
    function_index: functionIndex,
    offset,
    message,
    advice,
    function_name: functionName,
    used_by: usedBy,
    place: place && placeText(manifest.name, place),
  };
}

export function printBuildFault(output: Output, { manifest }: PolicyFolder, fault: BuildFault): void {
  if (fault.kind === "compile") {
    for (const diagnostic of fault.diagnostics)
      output.error(visible(diagnosticText(manifest.name, diagnostic)));
    const errors = fault.diagnostics.filter(({ error }) => error).length;
    output.error(`countersign: ${manifest.name} does not compile: ${errors} error${errors === 1 ? "" : "s"}`);
    return;
  }
  const { functionName, place, usedBy } = fault;
  const { code, message, section, functionIndex, offset, advice } = fault.fault;
  output.error(`countersign: ${manifest.name} compiles, and the gateway would refuse it: ${code}`);
  output.error(`  what    ${visible(message)}`);
  if (place !== null) output.error(`  source  ${placeText(manifest.name, place)}`);
  for (const line of placeLines(section, functionIndex, functionName, offset)) output.error(line);
  if (usedBy.length > 0)
    output.error(`  used    by ${visible(usedBy.slice(0, USED_PRINTED_MAX).join(", "))}`);
  output.error(`  advice  ${advice}`);
}

/** One of the author's own is among them, or nothing of theirs would need the others. */
const USED_PRINTED_MAX = 5;

export function placeLines(
  section: string | null,
  functionIndex: number | null,
  functionName: string | null,
  offset: number | null,
): string[] {
  const name = functionName === null ? "" : ` ${visible(functionName)}`;
  const parts = [
    section === null ? null : `section ${section}`,
    functionIndex === null ? null : `function ${functionIndex}${name}`,
    offset === null ? null : `byte ${offset} of the module`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? [] : [`  where   ${parts.join(", ")}`];
}
