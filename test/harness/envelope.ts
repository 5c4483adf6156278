/** An envelope signed here, as the gate makes one of what the signer answers. */
import { type Envelope, envelopeOf, type StatementKind, signStatement } from "../../core/dsse.ts";

export const signEnvelope = async (
  kind: StatementKind,
  statement: string,
  key: { readonly id: string; readonly key: CryptoKey },
): Promise<Envelope> => envelopeOf(kind, statement, await signStatement(kind, statement, key));
