/**
 * The signer, asked once for all statements that come up together: those of a commit that submissions shared, and what is to be sent
 * of them. What was asked twice meanwhile is signed once; Ed25519 gives the same signature anyway.
 */
import type { Signature } from "../core/dsse.ts";
import { SIGNED_TOGETHER_MAX } from "../core/limits.ts";
import type { PlainKind, SignerService, ToSign } from "../core/signing.ts";

interface Asked extends PromiseWithResolvers<Signature> {
  readonly toSign: ToSign;
}

export class SharedSigner implements Pick<SignerService, "sign"> {
  readonly #signer: Pick<SignerService, "signAll">;
  /** By kind and statement. */
  #asked = new Map<string, Asked>();

  constructor(signer: Pick<SignerService, "signAll">) {
    this.#signer = signer;
  }

  sign(kind: PlainKind, statement: string): Promise<Signature> {
    const name = `${kind} ${statement}`;
    const asked = this.#asked.get(name) ?? {
      ...Promise.withResolvers<Signature>(),
      toSign: { kind, statement },
    };
    // Whoever is told of the same commit asks before this runs.
    if (this.#asked.size === 0) queueMicrotask(() => this.#ask());
    this.#asked.set(name, asked);
    return asked.promise;
  }

  #ask(): void {
    const asked = [...this.#asked.values()];
    this.#asked = new Map();
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
