/** Whether a full evaluation bears out what passed before it was finished. */
import type { Digest } from "../hash.ts";
import type { Outcome } from "./decision.ts";

interface Passed {
  readonly decision: Outcome;
  readonly changed: { readonly payloadDigest: Digest } | null;
}

/** It must let pass the same thing: what should have been redacted and was not is no less a late block. */
export function confirms(before: Passed, full: Passed): boolean {
  const passes = full.decision === "allow" || full.decision === "modify";
  return passes && payloadOf(before) === payloadOf(full);
}

const payloadOf = ({ changed }: Passed): Digest | null => changed?.payloadDigest ?? null;
