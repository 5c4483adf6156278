/** A policy as its author has it: a folder with `index.ts` and `manifest.json`. */
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Json } from "../../core/json.ts";
import { type Manifest, manifestSchema } from "../../core/policy/manifest.ts";
import { parsePublishable } from "../../core/policy/publishable.ts";
import { type InvalidFault, validate } from "../../core/validate.ts";
import { UsageError } from "../output.ts";
import { readJsonFile } from "./json-file.ts";

export interface PolicyFolder {
  /** Absolute. */
  readonly path: string;
  readonly manifest: Manifest;
}

const NEW = "countersign policy new <folder> makes a policy to begin with.";

/** Throws a UsageError that says what is missing or wrong, and where. */
export async function readFolder(folder: string): Promise<PolicyFolder> {
  const path = resolve(folder);
  if (!existsSync(path)) throw new UsageError(`there is no folder ${folder}`, NEW);
  if (!statSync(path).isDirectory())
    throw new UsageError(`${folder} is a file, and a policy is a folder`, NEW);
  for (const file of ["manifest.json", "index.ts"]) {
    if (!existsSync(join(path, file))) {
      throw new UsageError(`${folder === "." ? "this folder" : folder} is no policy: it has no ${file}`, NEW);
    }
  }
  return { path, manifest: await readManifest(join(path, "manifest.json")) };
}

export async function readManifest(file: string): Promise<Manifest> {
  const parsed = validate(manifestSchema, await readJsonFile(file));
  if (parsed.ok) return parsed.value;
  const [first = "is no manifest", ...rest] = issueLines(parsed.fault);
  throw new UsageError(
    `${file} ${first}`,
    [...rest, "docs/spec/policy.md, Manifest, has every member."].join("\n"),
  );
}

/** Why a gateway would not take a policy with this manifest; empty where it would. */
export function publicationFaults(manifest: Manifest): string[] {
  const parsed = parsePublishable(manifest as unknown as Json);
  return parsed.ok ? [] : issueLines(parsed.fault).map((line) => `manifest.json ${line}`);
}

const issueLines = ({ issues }: InvalidFault): string[] =>
  issues.map(({ pointer, message }) => `${pointer || "/"}: ${message}`);
