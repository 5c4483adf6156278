/**
 * What the gateway does with a text before the action may go on. The policy names rule, place and method; what stands there
 * afterwards is the gateway's (docs/spec/policy.md).
 */
export enum Redact {
  /** Nothing: the finding stands as it is. So a setting can be passed on without asking what it is. */
  None,
  /** Every letter and digit becomes an asterisk; spaces and punctuation stay. */
  Mask,
  /** As `Mask`, but the last four letters and digits stay, where there are eight or more. */
  MaskKeep4,
  /** The rule's id and a hash, in square brackets: the same for the same text, within one action. */
  Hash,
  /** The rule's id in square brackets. */
  Replace,
  /** Nothing is left of it. */
  Remove,
}

export function redactName(method: Redact): string {
  switch (method) {
    case Redact.Mask: return "mask";
    case Redact.MaskKeep4: return "mask_keep_4";
    case Redact.Hash: return "hash";
    case Redact.Replace: return "replace";
    case Redact.Remove: return "remove";
    default: return "none";
  }
}
