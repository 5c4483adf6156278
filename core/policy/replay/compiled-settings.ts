/** Settings that were compiled when their bundle was made: whether what ran is what stands there to be read. */
import { canonicalJson } from "../../canonical-json.ts";
import { type Digest, digestOf } from "../../hash.ts";
import type { Json, JsonObject } from "../../json.ts";
import type { InvalidFault } from "../../validate.ts";
import type { BundlePolicy } from "../bundle.ts";
import { compiledMember } from "../compile-settings.ts";
import type { Comparisons } from "./report.ts";
import type { ReplaySources } from "./sources.ts";

/** Compiles again, and compares; nothing where a policy's settings hold nothing that was compiled. */
export async function compareCompiled(
  comparisons: Comparisons,
  sources: ReplaySources,
  { policy, settings }: BundlePolicy,
  name: string,
): Promise<void> {
  const found = sources.policy(policy);
  const manifest = found.kind === "found" ? found.policy.manifest : null;
  const made = manifest && compiledMember(manifest.name, settings);
  if (manifest === null || made === null) return;
  if (!sources.isOfRelease(policy)) {
    comparisons.missing("settings", name, `${made} was compiled by a release that is not this one`);
    return;
  }
  const again = await sources.compiled(manifest.name, settings);
  const digest = (of: JsonObject): Digest => digestOf(canonicalJson(of[made] as Json));
  const recorded = `the bundle's ${made}, ${digest(settings)}`;
  if (!again.ok) comparisons.same("settings", name, recorded, unmade(again.fault));
  else if (canonicalJson(again.value) === canonicalJson(settings as Json))
    comparisons.same("settings", name, recorded, recorded);
  else
    comparisons.same(
      "settings",
      name,
      recorded,
      `what its other settings compile to, ${digest(again.value)}`,
    );
}

const unmade = ({ issues }: InvalidFault): string =>
  `its other settings do not compile: ${issues.map(({ pointer, message }) => `${pointer}: ${message}`).join("; ")}`;
