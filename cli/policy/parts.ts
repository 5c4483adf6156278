/** What a policy is given beside its input, without a bundle around it: the reading of this release's reader, and findings as told. */
import { canonicalJson } from "../../core/canonical-json.ts";
import { utf8 } from "../../core/encoding.ts";
import type { Json } from "../../core/json.ts";
import { FUEL_FULL } from "../../core/limits.ts";
import type { PolicyInput } from "../../core/policy/input.ts";
import type { Manifest } from "../../core/policy/manifest.ts";
import type { Parts } from "../../core/policy/parts.ts";
import { BUILTIN_READER } from "../../core/policy/reader.ts";
import { verdictOf } from "../../core/policy/verdict.ts";
import type { PolicyHost } from "../../worker/evaluate/host.ts";
import { findBuiltin } from "../builtin.ts";
import { type Example, inputOf } from "./example.ts";

/** Null where the policy scans a reading, and the reader fails on this action. */
export async function partsOf(manifest: Manifest, example: Example, host: PolicyHost): Promise<Parts | null> {
  const reading = manifest.reading === "reads" ? await readingOf(inputOf(example), host) : undefined;
  if (reading === null) return null;
  return {
    ...(reading === undefined ? {} : { reading }),
    ...(manifest.findings === "reads" ? { findings: findingsOf(example) } : {}),
  };
}

async function readingOf(input: PolicyInput, host: PolicyHost): Promise<Uint8Array | null> {
  const reader = await findBuiltin(BUILTIN_READER);
  if (reader === null) throw new Error("this release has no reader");
  const outcome = await host.run(reader, "{}", input.text, FUEL_FULL);
  return verdictOf(reader, outcome, input).error === null ? (outcome.reading ?? null) : null;
}

const findingsOf = ({ findings = [] }: Example): Uint8Array =>
  utf8(canonicalJson({ findings: findings as unknown as Json }));
