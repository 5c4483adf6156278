/**
 * The signer: the only Worker that holds the signing keys. It signs what the gate hands it, but only what is a
 * whole and canonical statement of the kind it is to be signed as, each kind under the key of its use, and of a log's
 * checkpoints only one that extends the one before.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import {
  type Envelope,
  envelopeOf,
  isStatementKind,
  openEnvelope,
  type Signature,
  signStatement,
} from "../../core/dsse.ts";
import { fromBase64, fromBase64Url, utf8 } from "../../core/encoding.ts";
import { originOf, parseEpochStatement, type TreeHead } from "../../core/epoch.ts";
import { digestOf } from "../../core/hash.ts";
import { importPublicKey, type PublishedJwk } from "../../core/keys.ts";
import { formatCheckpoint } from "../../core/ledger/tree/checkpoint.ts";
import type { Hash } from "../../core/ledger/tree/merkle.ts";
import { formatNote, isKeyName, keyIdOf, SIGNATURE_TYPE } from "../../core/ledger/tree/note.ts";
import { SIGNED_TOGETHER_MAX } from "../../core/limits.ts";
import { ROTATED_USES, rotationStatement } from "../../core/rotation.ts";
import type {
  CheckpointRequest,
  CheckpointResult,
  EpochResult,
  KeysService,
  PlainKind,
  Refused,
  RotationRequest,
  SignerService,
  ToSign,
} from "../../core/signing.ts";
import { isCheckpointRequest, isRotationRequest, refuseStatement } from "./check-statement.ts";
import { readEpochKeys } from "./epoch-keys.ts";
import { importKeyring, type Keyring, type SigningKey, type SigningSecrets } from "./keyring.ts";
import type { LogMemory } from "./memory.ts";

export { LogMemory } from "./memory.ts";

interface Env extends SigningSecrets {
  readonly MEMORY: DurableObjectNamespace<LogMemory>;
  /** Public halves of the operator's keys that open epochs, a JSON array of JWKs. Empty: none can be opened. */
  readonly EPOCH_KEYS: string;
}

/** Once for each isolate. The value, not its promise: a promise belongs to the request that made it. */
let keyring: Keyring | undefined;

async function getKeyring(secrets: SigningSecrets): Promise<Keyring> {
  keyring ??= await importKeyring(secrets);
  return keyring;
}

/** Errors cross to the gate as they are thrown, so none quotes a statement or a secret. */
export class Signer extends WorkerEntrypoint<Env> implements SignerService {
  async sign(kind: PlainKind, statement: string): Promise<Signature> {
    const signed = await signPlain({ kind, statement }, await getKeyring(this.env));
    if ("refused" in signed) throw new Error(`Not signed: ${signed.refused}`);
    return signed;
  }

  async signAll(statements: readonly ToSign[]): Promise<readonly (Signature | Refused)[]> {
    if (!Array.isArray(statements) || statements.length > SIGNED_TOGETHER_MAX)
      throw new TypeError("Not signed: no list of statements.");
    const keyring = await getKeyring(this.env);
    return Promise.all(statements.map((one: ToSign | null) => signPlain(one, keyring)));
  }

  async checkpoint(request: CheckpointRequest): Promise<CheckpointResult> {
    if (!isCheckpointRequest(request)) throw new TypeError("Not signed: no checkpoint.");
    const { log, ...tree } = request;
    // Before the object remembers it: what cannot be signed must not be what was signed last.
    const { now } = await getKeyring(this.env);
    const accepted = await this.#memory(log).advance(tree);
    if (accepted.kind !== "accepted") return accepted;
    const note = await signCheckpoint(originOf(log, accepted.epoch), tree, now.checkpoint);
    return {
      kind: "signed",
      note,
      epoch: accepted.epoch,
      keys: { receipt: now.receipt.id, checkpoint: now.checkpoint.id },
    };
  }

  async rotation(request: RotationRequest): Promise<Envelope | null> {
    if (!isRotationRequest(request)) throw new TypeError("Not signed: no rotation.");
    const { log, use, time } = request;
    const { now, before } = await getKeyring(this.env);
    const [older, newer] = [before[use], now[use]];
    if (older === undefined || older.id !== request.old) return null;
    const ended = await this.#memory(log).rotate(request, newer.id);
    if (ended.kind === "used") return null;
    if (ended.kind === "misplaced")
      throw new Error(
        `Not signed: the checkpoint signed last has ${ended.size} entries, and there a key ends.`,
      );
    const { index } = ended;
    const statement = rotationStatement({ log, use, index, time, old: older.public, new: newer.public });
    const [first, second] = [
      await signStatement("rotation", statement, older),
      await signStatement("rotation", statement, newer),
    ];
    const envelope = envelopeOf("rotation", statement, first);
    return { ...envelope, signatures: [first, second] };
  }

  async openEpoch(envelope: Envelope): Promise<EpochResult> {
    const keys = await Promise.all(readEpochKeys(this.env.EPOCH_KEYS).map((x) => importPublicKey({ x })));
    if (keys.length === 0)
      return { kind: "refused", reason: "The signer has no EPOCH_KEYS: nobody can open an epoch." };
    const payload = await openEnvelope("epoch", envelope, keys).catch(() => null);
    if (payload === null)
      return {
        kind: "refused",
        reason: "The statement is not signed with a key of the signer's EPOCH_KEYS.",
      };
    const statement = parseEpochStatement(payload);
    if (!statement.ok) return { kind: "refused", reason: "The statement is not that of an epoch." };
    return this.#memory(statement.value.log).open(statement.value, digestOf(payload));
  }

  #memory(log: string) {
    return this.env.MEMORY.get(this.env.MEMORY.idFromName(log));
  }
}

/** The public halves, for the gate to publish and the dispatcher to verify with. */
export class Keys extends WorkerEntrypoint<Env> implements KeysService {
  async list(): Promise<readonly PublishedJwk[]> {
    const { now, before } = await getKeyring(this.env);
    const older = ROTATED_USES.flatMap((use) => {
      const key = before[use];
      return key === undefined ? [] : [{ ...key.public, countersign_successor: now[use].id }];
    });
    return [...Object.values(now).map((key) => key.public), ...older];
  }
}

async function signPlain(toSign: ToSign | null, { now }: Keyring): Promise<Signature | Refused> {
  const { kind, statement } = toSign ?? {};
  // The gate is another Worker: its types hold for it, not for what arrives.
  if (!isStatementKind(kind) || typeof statement !== "string") return { refused: "There is no such kind." };
  const refused = refuseStatement(kind, statement);
  return refused === null ? signStatement(kind, statement, now.receipt) : { refused };
}

async function signCheckpoint(
  origin: string,
  { size, root }: TreeHead,
  { key, public: { x } }: SigningKey,
): Promise<string> {
  const noteKey = { name: origin, type: SIGNATURE_TYPE.ed25519, publicKey: fromBase64Url(x) as Uint8Array };
  if (!isKeyName(origin)) throw new TypeError("Not signed: the log's name is none for a key.");
  const text = formatCheckpoint({ origin, size, root: fromBase64(root) as Hash });
  const bytes = new Uint8Array(await crypto.subtle.sign("Ed25519", key, utf8(text)));
  return formatNote({ text, signatures: [{ name: origin, keyId: keyIdOf(noteKey), bytes }] });
}

export default {
  fetch: () => new Response(null, { status: 404 }),
} satisfies ExportedHandler;
