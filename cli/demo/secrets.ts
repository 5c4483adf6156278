/** The secrets of a local deployment, and which Worker may see which. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { writePrivateFile } from "./private-file.ts";

export type WorkerName = "gate" | "signer" | "dispatcher";
export const WORKER_NAMES: readonly WorkerName[] = ["gate", "signer", "dispatcher"];

export interface Secrets {
  /** Private Ed25519 JWKs, as JSON. */
  readonly RECEIPT_SIGNING_KEY: string;
  readonly CHECKPOINT_SIGNING_KEY: string;
  /** Base64 of 32 bytes. */
  readonly SEALING_KEY: string;
  readonly BOOTSTRAP_TOKEN: string;
}

export function generateSecrets(): Secrets {
  return {
    RECEIPT_SIGNING_KEY: generateSigningKey(),
    CHECKPOINT_SIGNING_KEY: generateSigningKey(),
    SEALING_KEY: randomBytes(32).toString("base64"),
    BOOTSTRAP_TOKEN: randomBytes(32).toString("base64url"),
  };
}

function generateSigningKey(): string {
  const { kty, crv, x, d } = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  return JSON.stringify({ kty, crv, x, d });
}

/** Each Worker sees its own secrets only (DESIGN 7). */
export function secretsOf(worker: WorkerName, secrets: Secrets): Readonly<Record<string, string>> {
  const { RECEIPT_SIGNING_KEY, CHECKPOINT_SIGNING_KEY, SEALING_KEY, BOOTSTRAP_TOKEN } = secrets;
  switch (worker) {
    case "gate":
      return { BOOTSTRAP_TOKEN };
    case "signer":
      return { RECEIPT_SIGNING_KEY, CHECKPOINT_SIGNING_KEY };
    case "dispatcher":
      return { SEALING_KEY };
  }
}

/** The secrets in `file`, which is made on first use: what they sealed and signed needs the same ones again. */
export function loadSecrets(file: string): Secrets {
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Partial<Secrets>) : {};
  // What an earlier release did not need is added.
  const secrets = { ...generateSecrets(), ...known };
  writePrivateFile(file, `${JSON.stringify(secrets, null, 2)}\n`);
  return secrets;
}
