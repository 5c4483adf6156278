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
  POLICY_LOADER_UNAVAILABLE: "This gateway cannot load published policies, or could not load this one",
  POLICY_TRAPPED: "The policy stopped with a trap",
  POLICY_OUT_OF_FUEL: "The policy used up its full fuel budget without an answer",
  POLICY_OUT_OF_FAST_FUEL: "The policy used up its fast fuel budget without an answer",
  POLICY_STACK_EXCEEDED: "The policy called itself too deep",
  POLICY_MEMORY_REFUSED: "The host had no memory for the policy",
  POLICY_HOST_LIMIT: "The policy asked too much of the host",
  POLICY_ERROR: "The policy reported an error",
  POLICY_RETURN_CODE: "The policy returned a code other than 0",
  POLICY_NO_OUTPUT: "The policy gave no verdict",
  POLICY_READING_MISSING: "The policy scans what the bundle's reader makes, and that is missing or failed",
  POLICY_NO_READING: "The reader gave no reading for the policies that scan it",
  POLICY_READING_UNASKED: "The policy gave a reading, and its manifest does not say that it is a reader",
  POLICY_OUTPUT_TWICE: "The policy gave more than one verdict",
  POLICY_OUTPUT_TOO_LARGE: "The policy's verdict is over the size limit",
  POLICY_OUTPUT_INVALID: "The policy's verdict is malformed",
  POLICY_UNKNOWN_RULE: "The policy named a rule that its manifest does not have",
  POLICY_SPAN_OUTSIDE: "The policy pointed outside the action",
  POLICY_OBLIGATION_UNKNOWN: "The policy asked for an obligation that this gateway does not know",
  OBLIGATION_UNSETTLED: "What the policies asked to be changed was still there after the change",
  DECISION_TOO_LARGE: "What the policies found or changed is more than the ledger takes",
  SUBMITTER_REVOKED: "The key that submitted the action is no longer valid",
  TARGET_UNAVAILABLE: "The action's target no longer exists or no longer takes this message",
} as const;

export type EngineRule = keyof typeof ENGINE_RULES;
