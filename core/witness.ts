/** What passes between the tenant's object and the dispatcher about witnesses (docs/witnesses.md). */

export interface Witness {
  /** Of its key; no two witnesses have the same. */
  readonly name: string;
  /** C2SP verifier key of type 0x04. */
  readonly vkey: string;
}

/**
 * How a witness contradicts a log. `ahead`: it cosigned more entries than there are; `root`: as many with another root; `proof`:
 * a tree that ours does not extend.
 */
export const CONFLICT_REASONS = ["ahead", "root", "proof"] as const;
export type ConflictReason = (typeof CONFLICT_REASONS)[number];

export interface CosignRequest {
  /** Of the checkpoint that this witness is thought to have cosigned last; 0: none. */
  readonly oldSize: number;
  /** Consistency proof (RFC 6962 section 2.1.2) from there, in base64. */
  readonly proof: readonly string[];
  /** The checkpoint, a C2SP signed note. */
  readonly note: string;
}

export type CosignResult =
  /** Note lines by the witness' key, each ending in a line feed; every one of them verifies over the checkpoint. */
  | { readonly kind: "cosigned"; readonly lines: string }
  /** It cosigned another size last, this one; or the same size with another root, where it names the size that was asked for. */
  | { readonly kind: "conflict"; readonly size: number }
  /**
   * It will not cosign this, or answered something else than the protocol has; 422: the proof does not hold against what it
   * cosigned. `status` is null where nothing was sent.
   */
  | { readonly kind: "refused"; readonly status: number | null; readonly reason: string }
  /** No answer, or one that says to come again. */
  | { readonly kind: "unreachable"; readonly reason: string };

export interface WitnessesService {
  /** Those of this deployment. */
  list(): Promise<readonly Witness[]>;
  /** How many of them make a checkpoint a witnessed one; 0 where nobody asks for it. */
  quorum(): Promise<number>;
  /** Asks one of them, once. */
  addCheckpoint(name: string, request: CosignRequest): Promise<CosignResult>;
}
