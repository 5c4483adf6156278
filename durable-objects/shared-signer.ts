/**
 * The signer, asked once for all statements that come up together: those of a commit that submissions shared. What is asked for
 * again while it is being signed, as by the relay for a message of the same commit, is not signed twice.
 */
import type { Signature } from "../core/dsse.ts";
import type { StoredEntry } from "../core/ledger/entry.ts";
import { SIGNED_TOGETHER_MAX } from "../core/limits.ts";
import { type ReceiptKind, receiptStatement } from "../core/receipt.ts";
import type { SignerService, ToSign } from "../core/signing.ts";

interface Asked extends PromiseWithResolvers<Signature> {
  readonly toSign: ToSign;
}

export class SharedSigner {
  readonly #signer: Pick<SignerService, "signAll">;
  /** Not answered yet, by kind and leaf: as the key of a map a whole statement would be kept until the next large collection. */
  readonly #under = new Map<string, Promise<Signature>>();
  /** Not sent yet. */
  #asked: Asked[] = [];

  constructor(signer: Pick<SignerService, "signAll">) {
    this.#signer = signer;
  }

  /** Of the statement of `kind` about an entry. Rejects where the signer is not there, or refuses it. */
  sign(kind: ReceiptKind | "alert", entry: StoredEntry): Promise<Signature> {
    const name = `${kind} ${entry.leaf}`;
    const under = this.#under.get(name);
    if (under !== undefined) return under;
    const asked = {
      ...Promise.withResolvers<Signature>(),
      toSign: { kind, statement: receiptStatement(kind, entry) },
    };
    // Whoever is told of the same commit asks before this runs.
    if (this.#asked.length === 0) queueMicrotask(() => this.#ask());
    this.#asked.push(asked);
    const signed = asked.promise.finally(() => this.#under.delete(name));
    this.#under.set(name, signed);
    return signed;
  }

  #ask(): void {
    const asked = this.#asked;
    this.#asked = [];
    for (let at = 0; at < asked.length; at += SIGNED_TOGETHER_MAX)
      void this.#signAll(asked.slice(at, at + SIGNED_TOGETHER_MAX));
  }

  async #signAll(asked: readonly Asked[]): Promise<void> {
    try {
      const signed = await this.#signer.signAll(asked.map(({ toSign }) => toSign));
      for (const [at, { resolve, reject }] of asked.entries()) {
        const signature = signed[at];
        if (signature === undefined) reject(new Error("Not signed: no answer."));
        else if ("refused" in signature) reject(new Error(`Not signed: ${signature.refused}`));
        else resolve(signature);
      }
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}
