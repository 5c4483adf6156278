/**
 * Salted commitments: how a ledger entry names data that may later be erased (invariant I11).
 *
 *   commitment = SHA-256("countersign/commitment/1" LF field LF salt digest)
 *
 * `salt` is 32 random bytes, one for each record (the decisions on one action share theirs), kept outside the log; `digest`
 * is the 32 bytes of the plain SHA-256 of the data; `field` keeps the commitments of one record apart. Who holds the salt can
 * open the commitment from the data or from its plain digest; once salt and data are destroyed nobody can, and the log still
 * verifies.
 */
import { type Digest, digestBytes, sha256Hex } from "../hash.ts";

export const SALT_BYTES = 32;
export type CommitmentField =
  | "action"
  | "input"
  | "message"
  | "changed_action"
  | "changed_input"
  | "verdict"
  | "discharged"
  | "reason"
  | "facts"
  | "config"
  | "outcome";

export function commit(field: CommitmentField, salt: Uint8Array, digest: Digest): Digest {
  return `sha256:${sha256Hex(`countersign/commitment/1\n${field}\n`, salt, digestBytes(digest))}`;
}
