/** The manifest of a policy that a tenant publishes: what every manifest must have, and what only ours may do. */
import * as v from "valibot";
import type { Json } from "../json.ts";
import { pointerToken } from "../json-pointer.ts";
import type { Result } from "../result.ts";
import { type InvalidFault, type InvalidIssue, validate } from "../validate.ts";
import { ENGINE_POLICY, ENGINE_RULES } from "./engine-rules.ts";
import { type Manifest, manifestSchema } from "./manifest.ts";
import { closedSettingsSchema } from "./settings-schema.ts";

/** The manifest as given, checked. Issues point from the manifest. */
export function parsePublishable(json: Json): Result<Manifest, InvalidFault> {
  const manifest = validate(manifestSchema, json);
  if (!manifest.ok) return manifest;
  const issues = [
    ...nameIssues(manifest.value),
    ...ruleIssues(manifest.value),
    ...partIssues(manifest.value),
    ...schemaIssues(manifest.value),
  ];
  return issues.length === 0 ? manifest : { ok: false, fault: { code: "invalid_request", issues } };
}

function nameIssues({ name }: Manifest): InvalidIssue[] {
  // Its findings would read as the gateway's own.
  return name === ENGINE_POLICY ? [{ pointer: "/name", message: "The name is the gateway's own." }] : [];
}

function partIssues({ reading, findings }: Manifest): InvalidIssue[] {
  if (reading !== "writes" || findings === undefined) return [];
  return [{ pointer: "/findings", message: "A reader is judged first, when nothing was found yet." }];
}

function ruleIssues({ rules }: Manifest): InvalidIssue[] {
  const seen = new Set<string>();
  return rules.flatMap(({ id }, index) => {
    const pointer = `/rules/${index}/id`;
    if (Object.hasOwn(ENGINE_RULES, id)) return [{ pointer, message: "The rule id is the gateway's own." }];
    if (seen.has(id)) return [{ pointer, message: "A rule id twice." }];
    seen.add(id);
    return [];
  });
}

function schemaIssues({ settings }: Manifest): readonly InvalidIssue[] {
  const parsed = v.safeParse(closedSettingsSchema, settings);
  if (parsed.success) return [];
  const deepest = parsed.issues.map(deepestIssue);
  return deepest.slice(0, ISSUES_MAX).map(({ path, isWord }) => ({
    pointer: `/settings${path.map((key) => `/${pointerToken(key)}`).join("")}`,
    message: isWord ? "Not a word that a settings schema may use (docs/spec/policy.md)." : CLOSED,
  }));
}

const ISSUES_MAX = 10;
const CLOSED =
  "Expected a closed JSON Schema: type object, additionalProperties false, and the words of docs/spec/policy.md.";

interface PlacedIssue {
  readonly path: readonly string[];
  /** The place itself is a member that nothing may have. */
  readonly isWord: boolean;
}

/** A union reports its branches' issues within its own; the one that leads furthest names the place. */
function deepestIssue(issue: v.BaseIssue<unknown>): PlacedIssue {
  const path = (issue.path ?? []).map((item) => String(item.key));
  let deepest: PlacedIssue = { path, isWord: issue.type === "strict_object" && issue.expected === "never" };
  for (const inner of issue.issues ?? []) {
    const found = deepestIssue(inner);
    const whole = { ...found, path: [...path, ...found.path] };
    if (whole.path.length > deepest.path.length) deepest = whole;
  }
  return deepest;
}
