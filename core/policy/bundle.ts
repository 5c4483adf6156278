/** A bundle: policies with their settings and severities, immutable, named by the digest of its canonical JSON. */
import * as v from "valibot";
import { canonicalJson } from "../canonical-json.ts";
import { type Digest, digestOf, isDigest } from "../hash.ts";
import type { Json } from "../json.ts";
import { BUNDLE_POLICIES_MAX } from "../limits.ts";
import { jsonObject, name } from "../validate.ts";
import { ruleId, SEVERITIES } from "./manifest.ts";

const digest = v.custom<Digest>(isDigest, "Expected sha256: and 64 hex digits.");

const bundleSchema = v.strictObject({
  name,
  version: v.pipe(v.string(), v.maxLength(64)),
  policies: v.pipe(
    v.array(
      v.strictObject({
        policy: digest,
        settings: v.optional(jsonObject, {}),
        severities: v.optional(v.record(ruleId, v.picklist(SEVERITIES)), {}),
      }),
    ),
    v.minLength(1),
    v.maxLength(BUNDLE_POLICIES_MAX),
  ),
});

export { bundleSchema };
export type Bundle = v.InferOutput<typeof bundleSchema>;
export type BundlePolicy = Bundle["policies"][number];

export const bundleDigest = (bundle: Bundle): Digest => digestOf(canonicalJson(bundle as unknown as Json));
