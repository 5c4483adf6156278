/** Places in sources, as the compiler names them and as their author does. */
import { relative } from "node:path";
import type { Diagnostic } from "../../policy-plugins/tools/assemble.ts";
import type { SourcePlace } from "./source-map.ts";

/** A place in the policy's own sources, relative to its folder; null for one in the SDK or the standard library. */
export function ownPlace(name: string, place: SourcePlace): SourcePlace | null {
  return place.file.startsWith(`${name}/`) ? { ...place, file: place.file.slice(name.length + 1) } : null;
}

/** `index.ts:4:7`, or the compiler's own name for a source that is not the policy's. */
export function placeText(name: string, place: SourcePlace): string {
  const { file, line, column } = ownPlace(name, place) ?? place;
  return `${sourceName(file)}:${line}:${column}`;
}

/** The SDK is one folder to the compiler and a package to its users. */
const sourceName = (file: string): string => file.replace(/^sdk\//, "countersign/sdk/");

/** One line, as compilers write it, so that editors find the place. */
export function diagnosticText(name: string, { error, message, at }: Diagnostic): string {
  const where = at === null ? "" : `${placeText(name, at)}: `;
  return `${where}${error ? "error" : "warning"}: ${message}`;
}

/** A place in a message of the policy's own, such as a failed assertion's: named from the folder. */
export const ownMessage = (name: string, text: string): string =>
  text.replace(new RegExp(`(?<= at )${name}/(?=\\S+:\\d+:\\d+)`), "");

/** For links that others resolve from where the command was started. */
export const fromHere = (path: string): string => relative(process.cwd(), path) || ".";
