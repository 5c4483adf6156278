/** Whether entry and evidence say all that a replay needs. Entries of an earlier release do not, and a file may hold anything. */
import * as v from "valibot";
import { type Digest, isDigest } from "../../hash.ts";
import { MODES, ON_ERROR, ON_EXCEEDED } from "../binding.ts";
import { SEVERITIES } from "../manifest.ts";

const digest = v.custom<Digest>(isDigest);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const outcome = v.picklist(["allow", "modify", "hold", "defer", "block"]);

const rules = v.array(
  v.looseObject({ policy: v.string(), rule: v.string(), severity: v.picklist(SEVERITIES), count }),
);
const policies = v.array(
  v.looseObject({
    name: v.string(),
    policy_id: digest,
    exec_id: v.nullable(digest),
    profile_id: v.string(),
    bundle: digest,
    fuel: count,
    fuel_limit: count,
    error: v.nullable(v.string()),
    pass: v.picklist([1, 2]),
    verdict: digest,
  }),
);
const bindings = v.array(
  v.looseObject({
    surface: v.string(),
    folder: v.nullable(v.string()),
    bundle: digest,
    mode: v.picklist(MODES),
    on_error: v.picklist(ON_ERROR),
    budget: v.looseObject({ fast_fuel: count, on_exceeded: v.picklist(ON_EXCEEDED) }),
    shadow: v.nullable(digest),
  }),
);

export const recordedBodySchema = v.looseObject({
  decision: outcome,
  would_decide: v.nullable(outcome),
  rules,
  policies,
  shadow: v.nullable(v.looseObject({ decision: outcome, rules, bundles: v.array(digest), policies })),
  bundles: v.array(digest),
  bindings,
  mode: v.optional(v.picklist(MODES)),
  provisional: v.optional(v.boolean()),
  target: v.optional(v.nullable(v.looseObject({ revision: count }))),
  discharged: v.optional(v.nullable(digest)),
  commitments: v.looseObject({
    input: digest,
    action: v.optional(digest),
    changed: v.nullable(v.looseObject({ action: digest, input: digest })),
  }),
});

const texts = v.array(v.string());

export const evidenceSchema = v.looseObject({
  salt: v.string(),
  input: v.nullable(v.string()),
  changedInput: v.nullable(v.string()),
  verdicts: v.nullable(v.looseObject({ decision: texts, shadow: v.nullable(texts) })),
  discharged: v.nullable(texts),
});
