/** What the signer offers to the gate, and its public half to everyone. */
import { type Envelope, envelopeOf, type Signature, type StatementKind } from "./dsse.ts";
import type { TreeHead } from "./epoch.ts";
import type { PublishedJwk } from "./keys.ts";
import type { RotatedUse } from "./rotation.ts";

/** Kinds that are signed statelessly, for whoever hands in a whole statement; the others have methods of their own. */
export type PlainKind = Exclude<StatementKind, "rotation" | "epoch">;

/** The tree of a log's entries so far, and that it extends the one of `oldSize` entries that was signed last. */
export interface CheckpointRequest extends TreeHead {
  readonly log: string;
  readonly oldSize: number;
  /** Consistency proof (RFC 6962 section 2.1.2) from `oldSize` to `size`, in base64. */
  readonly proof: readonly string[];
}

export type CheckpointResult =
  | {
      readonly kind: "signed";
      /** C2SP signed note. */
      readonly note: string;
      readonly epoch: number;
      /** The ids of the keys that sign now. */
      readonly keys: Readonly<Record<RotatedUse, string>>;
    }
  /** Another one was signed last: prove from there. */
  | ({ readonly kind: "conflict" } & TreeHead)
  /** It does not extend the one that was signed last, which this is. Refused until an operator opens a new epoch. */
  | ({ readonly kind: "fork"; readonly epoch: number } & TreeHead);

export interface RotationRequest {
  readonly log: string;
  readonly use: RotatedUse;
  /** Id of the key that signed until now. */
  readonly old: string;
  /** Of the checkpoint that was signed last. */
  readonly index: number;
  readonly time: string;
}

export type EpochResult =
  | { readonly kind: "opened"; readonly epoch: number }
  | { readonly kind: "refused"; readonly reason: string };

export interface ToSign {
  readonly kind: PlainKind;
  readonly statement: string;
}

/** Why a statement was not signed: the signer's own words, nothing of the statement's. */
export interface Refused {
  readonly refused: string;
}

export interface SignerService {
  /**
   * Signs a statement as `kind`, and answers the signature alone: whoever asked has the statement. Throws where it is not
   * one that may be signed as that kind.
   */
  sign(kind: PlainKind, statement: string): Promise<Signature>;
  /**
   * The same for up to `SIGNED_TOGETHER_MAX` statements; each is signed or refused alone, and answered in its place.
   */
  signAll(statements: readonly ToSign[]): Promise<readonly (Signature | Refused)[]>;
  checkpoint(request: CheckpointRequest): Promise<CheckpointResult>;
  /**
   * Signed by the older key and by the present one; null where the signer no longer has the older one, or one of the two gave way
   * before. The first index that it was signed with stays. Throws where `index` is not the size of the checkpoint signed last.
   */
  rotation(request: RotationRequest): Promise<Envelope | null>;
  /** `statement`: an `epoch` statement, signed with an operator's key. The same one may be handed in again. */
  openEpoch(statement: Envelope): Promise<EpochResult>;
}

export interface KeysService {
  /** Those that sign, and those that did until the last rotation, which name the former as their successors. */
  list(): Promise<readonly PublishedJwk[]>;
}

export const signedBy = async (
  signer: Pick<SignerService, "sign">,
  kind: PlainKind,
  statement: string,
): Promise<Envelope> => envelopeOf(kind, statement, await signer.sign(kind, statement));
