/** A bundle's reader: its first policy, where that makes the reading which others of the bundle scan. */
import type { Digest } from "../hash.ts";
import { BUNDLE_POLICIES_MAX } from "../limits.ts";
import { ok, type Result, refuse } from "../result.ts";
import type { InvalidFault, InvalidIssue } from "../validate.ts";
import type { Bundle } from "./bundle.ts";
import type { Manifest } from "./manifest.ts";

/** The name of the reader of this release. */
export const BUILTIN_READER = "reader";

type Reads = Pick<Manifest, "reading">;

export const isReader = (manifest: Reads | null | undefined): boolean => manifest?.reading === "writes";

/**
 * The bundle as it is stored: where a policy reads and the bundle brings no reader, `reader` is put first. `manifests` are
 * those of its policies. Issues point from the bundle.
 */
export function withReader(
  bundle: Bundle,
  manifests: readonly Reads[],
  reader: Digest,
): Result<Bundle, InvalidFault> {
  const misplaced = manifests.flatMap((manifest, index): InvalidIssue[] =>
    index > 0 && isReader(manifest) ? [{ pointer: `/policies/${index}/policy`, message: MISPLACED }] : [],
  );
  if (misplaced.length > 0) return invalid(misplaced);
  if (isReader(manifests[0]) || !manifests.some(({ reading }) => reading === "reads")) return ok(bundle);
  if (bundle.policies.length >= BUNDLE_POLICIES_MAX)
    return invalid([{ pointer: "/policies", message: NO_ROOM }]);
  return ok({
    ...bundle,
    policies: [{ policy: reader, settings: {}, severities: {} }, ...bundle.policies],
  });
}

const MISPLACED =
  "A reader goes first: what it makes is for the policies after it. A bundle has one at most.";
const NO_ROOM = `Expected at most ${BUNDLE_POLICIES_MAX} policies, with the reader that some of these need.`;

const invalid = (issues: readonly InvalidIssue[]): Result<never, InvalidFault> =>
  refuse({ code: "invalid_request", issues });
