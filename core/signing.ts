/** What the signer offers to the gate, and its public half to everyone. */
import { type Envelope, envelopeOf, type Signature, type StatementKind } from "./dsse.ts";
import type { PublicJwk } from "./keys.ts";

export interface SignerService {
  /**
   * Signs a statement as `kind`, and answers the signature alone: whoever asked has the statement. Throws where it is not
   * one that may be signed as that kind.
   */
  sign(kind: StatementKind, statement: string): Promise<Signature>;
}

export interface KeysService {
  list(): Promise<readonly PublicJwk[]>;
}

export const signedBy = async (
  signer: SignerService,
  kind: StatementKind,
  statement: string,
): Promise<Envelope> => envelopeOf(kind, statement, await signer.sign(kind, statement));
