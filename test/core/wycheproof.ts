/** Wycheproof's Ed25519 vectors, where the folder of public vectors is at hand (see its README). */
import { existsSync, readFileSync } from "node:fs";

const PATH = new URL("../../../shared/vectors/wycheproof_ed25519.json", import.meta.url).pathname;

export interface VerifyCase {
  readonly id: number;
  readonly comment: string;
  readonly jwk: { readonly kty: "OKP"; readonly crv: "Ed25519"; readonly x: string };
  readonly message: string;
  readonly signature: string;
  readonly isValid: boolean;
}

interface File {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly { tcId: number; comment: string; msg: string; sig: string; result: string }[];
  }[];
}

/** Null, and loudly so, where the vectors are missing. */
export function readWycheproof(): VerifyCase[] | null {
  if (!existsSync(PATH)) {
    console.warn(`SKIPPED: no Wycheproof vectors at ${PATH}`);
    return null;
  }
  const file = JSON.parse(readFileSync(PATH, "utf8")) as File;
  return file.testGroups.flatMap(({ publicKey, tests }) => {
    const x = Buffer.from(publicKey.pk, "hex").toString("base64url");
    return tests.map(({ tcId, comment, msg, sig, result }) => ({
      id: tcId,
      comment,
      jwk: { kty: "OKP" as const, crv: "Ed25519" as const, x },
      message: msg,
      signature: sig,
      isValid: result === "valid",
    }));
  });
}
