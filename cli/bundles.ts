/** The bundles of this release, and bundles in files: policies by name, with the reason for each. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { isDigest } from "../core/hash.ts";
import type { Json } from "../core/json.ts";
import { BUNDLE_POLICIES_MAX } from "../core/limits.ts";
import { ruleId, SEVERITIES } from "../core/policy/manifest.ts";
import { jsonObject, name, validate } from "../core/validate.ts";
import { UsageError } from "./output.ts";
import { readJsonFile } from "./policy/json-file.ts";
import type { BundleRequest } from "./tenant-setup.ts";

const FOLDER = join(import.meta.dirname, "../policy-plugins/bundles");
const BUILTIN = "builtin:";

const policyName = v.pipe(
  v.string(),
  v.check(
    (text) => isDigest(text) || text.startsWith(BUILTIN),
    "Expected builtin: and a policy's name, or a policy's id.",
  ),
);

const fileSchema = v.strictObject({
  name,
  version: v.pipe(v.string(), v.maxLength(64)),
  description: v.optional(v.string(), ""),
  policies: v.pipe(
    v.array(
      v.strictObject({
        policy: policyName,
        settings: v.optional(jsonObject, {}),
        severities: v.optional(v.record(ruleId, v.picklist(SEVERITIES)), {}),
        /** Why it is there, for whoever chooses. */
        because: v.optional(v.string(), ""),
      }),
    ),
    v.minLength(1),
    v.maxLength(BUNDLE_POLICIES_MAX),
  ),
});

export type BundleFile = v.InferOutput<typeof fileSchema>;

export const builtinName = (policy: string): string | null =>
  policy.startsWith(BUILTIN) ? policy.slice(BUILTIN.length) : null;

/** Those of this release, in the order of their names. */
export async function releasedBundles(): Promise<BundleFile[]> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith(".json")).sort();
  return Promise.all(files.map((file) => readBundleFile(join(FOLDER, file))));
}

/** One of this release by its name, or a file. */
export async function readBundle(nameOrFile: string): Promise<BundleFile> {
  if (nameOrFile.endsWith(".json") || nameOrFile === "-") return readBundleFile(nameOrFile);
  const bundles = await releasedBundles();
  const found = bundles.find((one) => one.name === nameOrFile);
  if (found !== undefined) return found;
  throw new UsageError(
    `this release has no bundle ${nameOrFile}`,
    `It has ${bundles.map((one) => one.name).join(", ")}; a file ends in .json.`,
  );
}

async function readBundleFile(file: string): Promise<BundleFile> {
  const parsed = validate(fileSchema, withoutAnswer(await readJsonFile(file)));
  if (parsed.ok) return parsed.value;
  const issues = parsed.fault.issues.map(({ pointer, message }) => `${pointer || "/"}: ${message}`);
  throw new UsageError(
    `${file} is no bundle: ${issues.join(" ")}`,
    "docs/spec/policy.md, Bundle, has its form.",
  );
}

/** As GET /v1/bundles/{digest} answers it: the digest and the time are not part of it. */
function withoutAnswer(json: Json): Json {
  if (typeof json !== "object" || json === null || Array.isArray(json)) return json;
  const { bundle: _digest, created_at: _time, ...rest } = json as Record<string, Json>;
  return rest;
}

/** As the gateway takes it. */
export const bundleRequest = ({ name, version, policies }: BundleFile): BundleRequest => ({
  name,
  version,
  policies: policies.map(({ policy, settings, severities }) => ({ policy, settings, severities })),
});
