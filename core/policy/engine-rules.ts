/**
 * The gate's own rules. Whatever goes wrong with a policy is a finding that blocks, never an exception
 * that might be read as "nothing found" (invariant I1).
 */
export const ENGINE_POLICY = "countersign";

/** `reason` says what an operator has to mend; it holds nothing of the action or the policy's output. */
export const ENGINE_RULES = {
  NO_BINDING: "No bundle is bound to this surface and folder, so nothing may pass",
  BUNDLE_MISSING: "A bound bundle is not in the store",
  POLICY_MISSING: "A policy of the bundle is not available in this gateway",
  POLICY_SETTINGS_REFUSED: "The policy refused its settings",
  POLICY_TRAPPED: "The policy stopped with a trap",
  POLICY_ERROR: "The policy reported an error",
  POLICY_RETURN_CODE: "The policy returned a code other than 0",
  POLICY_NO_OUTPUT: "The policy gave no verdict",
  POLICY_OUTPUT_TOO_LARGE: "The policy's verdict is over the size limit",
  POLICY_OUTPUT_INVALID: "The policy's verdict is malformed",
  POLICY_UNKNOWN_RULE: "The policy named a rule that its manifest does not have",
  POLICY_SPAN_OUTSIDE: "The policy pointed outside the action",
  SUBMITTER_REVOKED: "The key that submitted the action is no longer valid",
  TARGET_UNAVAILABLE: "The action's target no longer exists or no longer takes this message",
} as const;

export type EngineRule = keyof typeof ENGINE_RULES;
