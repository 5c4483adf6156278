/**
 * Checkpoints of the log: entries that come together share one, signed at the latest a second after them. The object's timer
 * makes them, and its alarm those that a crash left over. What the signer refuses is an alert, and the log goes on without
 * checkpoints until an operator opens a new epoch (docs/spec/keys.md).
 */
import type { AlertFacts, LogFacts } from "../core/alert.ts";
import type { Envelope } from "../core/dsse.ts";
import { fromBase64, fromUtf8, toBase64 } from "../core/encoding.ts";
import { FIRST_EPOCH, type TreeHead } from "../core/epoch.ts";
import type { JsonObject } from "../core/json.ts";
import {
  CHECKPOINT_DELAY_MS,
  CHECKPOINT_OVERDUE_MS,
  CHECKPOINT_RETRY_MS,
  CHECKPOINTS_KEPT_MAX,
  SIGNING_KEYS_HEARD_EVERY_MS,
} from "../core/limits.ts";
import { ROTATED_USES, type RotationStatement } from "../core/rotation.ts";
import type { CheckpointResult, SignerService } from "../core/signing.ts";
import { raiseLogAlert } from "./alerts.ts";
import { append, SYSTEM } from "./ledger.ts";
import type { Fork, SignedCheckpoint } from "./rpc-evidence.ts";
import type { CheckpointRow, Statements } from "./statements.ts";
import type { Tree } from "./tree.ts";
import { Waiters } from "./waiters.ts";

export interface CheckpointsDeps {
  readonly sql: Statements;
  readonly tree: Tree;
  readonly log: () => string;
  readonly transaction: <T>(body: () => T) => T;
  /** Reads what may lie in the archive. */
  readonly read: <T>(body: () => T) => Promise<T>;
  readonly signer: SignerService;
  /** Called when the time of the next checkpoint may have moved. */
  readonly arm: () => void;
  /** Called when a checkpoint was stored. */
  readonly signed: () => void;
  /** Called when an alert was raised: it may have to be sent. */
  readonly alerted: () => void;
}

type Signed = Extract<CheckpointResult, { readonly kind: "signed" }>;
type KeyIds = Signed["keys"];

/** Where the signer last signed another size than we know of, once is enough; a second time something else writes this log. */
const TRIES_MAX = 3;
const FORK = "fork";
const EPOCH = "epoch";
const KEYS = "signing_keys";
/** When the signer was last asked; written seldom, since most checkpoints come soon after another. */
const KEYS_HEARD_AT = "keys_heard_at";
const ROTATIONS = "rotations";
const EPOCHS = "epochs";
/** All that wait for a checkpoint wait for the same one. */
const ANY = "checkpoint";

export class Checkpoints {
  readonly #deps: CheckpointsDeps;
  readonly #waiters = new Waiters();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #signing: Promise<void> | null = null;
  /** Not before this: the signer was not there. */
  #notBeforeMs = 0;
  /** Entries that there were when other keys were first met: receipts of these may be signed by the older one. */
  #keysMetAt: number | null = null;

  constructor(deps: CheckpointsDeps) {
    this.#deps = deps;
  }

  /** There is an entry that no checkpoint covers. */
  soon(): void {
    if (this.#timer !== null) return;
    this.#start(CHECKPOINT_DELAY_MS);
    this.#deps.arm();
  }

  /** After the object woke: writes nothing, so that a disk that is full can still be read from. The alarm stands already. */
  resume(): void {
    if (this.#timer === null && this.dueAtMs(Date.now()) !== null) this.#start(CHECKPOINT_OVERDUE_MS);
  }

  #start(delayMs: number): void {
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        void this.sign();
      },
      Math.max(delayMs, this.#notBeforeMs - Date.now()),
    );
  }

  /** When the alarm has to see to it; null where nothing is owed. */
  dueAtMs(nowMs: number): number | null {
    if (this.fork() !== null) return null;
    const behind = this.#entries() > (this.#deps.sql.lastCheckpoint()?.size ?? 0);
    return behind ? Math.max(nowMs + CHECKPOINT_OVERDUE_MS, this.#notBeforeMs) : null;
  }

  /** Makes a checkpoint of all entries there are. Never rejects; calls that come meanwhile get the same. */
  async sign(): Promise<void> {
    this.#signing ??= this.#signNow().finally(() => {
      this.#signing = null;
    });
    await this.#signing;
  }

  newest(): SignedCheckpoint | null {
    const row = this.#deps.sql.lastCheckpoint();
    return row && signed(row);
  }

  /** The newest checkpoint once it covers `size` entries; null where none does within `waitMs`. */
  async covering(size: number, waitMs: number): Promise<SignedCheckpoint | null> {
    const covers = () => (this.#deps.sql.lastCheckpoint()?.size ?? 0) >= size;
    if (!covers() && waitMs > 0) {
      this.soon();
      await this.#waiters.until(ANY, covers, waitMs);
    }
    return covers() ? this.newest() : null;
  }

  fork(): Fork | null {
    const text = this.#deps.sql.meta(FORK);
    return text ? (JSON.parse(text) as Fork) : null;
  }

  epoch(): number {
    return Number(this.#deps.sql.meta(EPOCH) ?? FIRST_EPOCH);
  }

  rotations(): readonly Envelope[] {
    return JSON.parse(this.#deps.sql.meta(ROTATIONS) ?? "[]") as Envelope[];
  }

  epochs(): readonly Envelope[] {
    return JSON.parse(this.#deps.sql.meta(EPOCHS) ?? "[]") as Envelope[];
  }

  /** The tree as it is now, all entries in it: what an epoch's statement has to name as its base. */
  async head(): Promise<TreeHead> {
    const { tree, transaction } = this.#deps;
    // A log that an earlier release wrote is taken in batch by batch, and requests come in between.
    while (!transaction(() => tree.grow())) await new Promise((resolve) => setTimeout(resolve, 0));
    return { size: tree.size, root: toBase64(tree.root(tree.size)) };
  }

  /** The signer has opened it: enters it, and goes on. Once, however often it is told. */
  enterEpoch(epoch: number, statement: Envelope, keyId: string): void {
    const { sql, log, transaction } = this.#deps;
    if (this.epoch() >= epoch) return;
    transaction(() => {
      append(sql, log(), Date.now(), {
        type: "epoch.opened",
        actor: { kind: "key", id: keyId },
        subject: `epoch/${epoch}`,
        body: { epoch, statement: statement as unknown as JsonObject },
      });
      sql.setMeta(EPOCH, String(epoch));
      sql.setMeta(EPOCHS, JSON.stringify([...this.epochs(), statement]));
      sql.setMeta(FORK, "");
      sql.forgetCheckpoints();
    });
    this.soon();
  }

  async #signNow(): Promise<void> {
    try {
      if (this.#entries() === 0 || this.fork() !== null) return;
      const result = await this.#ask();
      if (result === null) return;
      this.#notBeforeMs = 0;
      this.#waiters.wake(ANY);
      this.#deps.signed();
      await this.#followKeys(result.keys, result.size);
    } catch (error) {
      this.#notBeforeMs = Date.now() + CHECKPOINT_RETRY_MS;
      console.error(
        JSON.stringify({ event: "checkpoint_failed", log: this.#deps.log(), error: String(error) }),
      );
    }
    // What came meanwhile.
    if (this.fork() === null && this.#entries() > (this.newest()?.size ?? 0)) this.soon();
  }

  /** Null where there is nothing new, or it was refused. */
  async #ask(): Promise<(Signed & Pick<TreeHead, "size">) | null> {
    const { sql, tree, log, read, signer } = this.#deps;
    const { size, root } = await this.head();
    const last = sql.lastCheckpoint();
    // A log in which nothing happens must meet new keys too, and that its storage was set back.
    const isHeard = Date.now() - Number(sql.meta(KEYS_HEARD_AT)) < SIGNING_KEYS_HEARD_EVERY_MS;
    const isKnown = last?.size === size && last.root === root;
    if (isKnown && isHeard) return null;
    let oldSize = last?.size ?? 0;
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      // A checkpoint of more entries than there are was signed before the storage was rewound.
      const proof = oldSize <= size ? await read(() => tree.consistency(oldSize, size).map(toBase64)) : [];
      const result = await signer.checkpoint({ log: log(), size, root, oldSize, proof });
      if (result.kind === "signed") {
        const row = isKnown ? null : { size, root, note: result.note, at: Date.now() };
        this.#store(row, isHeard);
        return { ...result, size };
      }
      if (result.kind === "fork") {
        this.#enterFork({
          epoch: result.epoch,
          signed: { size: result.size, root: result.root },
          found: { size, root },
        });
        return null;
      }
      oldSize = result.size;
    }
    throw new Error("the signer signed other sizes meanwhile");
  }

  #store(row: CheckpointRow | null, isHeard: boolean): void {
    const { sql, transaction } = this.#deps;
    transaction(() => {
      if (!isHeard) sql.setMeta(KEYS_HEARD_AT, String(Date.now()));
      if (row === null) return;
      sql.insertCheckpoint(row);
      sql.dropCheckpoints(CHECKPOINTS_KEPT_MAX);
    });
  }

  #enterFork(fork: Fork): void {
    const { sql, log, transaction } = this.#deps;
    transaction(() => {
      sql.setMeta(FORK, JSON.stringify(fork));
      this.#alert({ kind: "log_fork", signed: fork.signed, found: fork.found, name: null });
    });
    console.error(JSON.stringify({ event: "log_fork", log: log(), ...fork }));
    this.#deps.alerted();
  }

  #alert(facts: LogFacts & Pick<AlertFacts, "kind">): void {
    const { sql, log } = this.#deps;
    raiseLogAlert(sql, log(), Date.now(), facts);
  }

  /**
   * Where the signer signs with other keys than before, enters it with the statement of both. The older key ends at a checkpoint of
   * `size` entries, the one just signed: where there are more, with receipts that the older key may have signed, at the next.
   */
  async #followKeys(keys: KeyIds, size: number): Promise<void> {
    const { sql, transaction } = this.#deps;
    const known = sql.meta(KEYS);
    if (known === null) return transaction(() => void sql.setMeta(KEYS, JSON.stringify(keys)));
    const before = JSON.parse(known) as KeyIds;
    const changed = ROTATED_USES.filter((use) => before[use] !== keys[use]);
    this.#keysMetAt = changed.length === 0 ? null : (this.#keysMetAt ?? this.#entries());
    if (this.#keysMetAt === null || size < this.#keysMetAt) return;
    for (const use of changed) await this.#rotate(use, before, keys[use], size);
    this.#keysMetAt = null;
  }

  async #rotate(use: keyof KeyIds, before: KeyIds, id: string, index: number): Promise<void> {
    const { sql, log, transaction, signer } = this.#deps;
    const nowMs = Date.now();
    const time = new Date(nowMs).toISOString();
    // Signers of two versions may answer in turn for a while; the rotation has one index all the same.
    const isKnown = this.rotations().some((one) => isRotation(one, use, before[use], id));
    const request = { log: log(), use, old: before[use], index, time };
    const statement = isKnown ? null : await signer.rotation(request);
    transaction(() => {
      const keys = JSON.parse(sql.meta(KEYS) ?? "{}") as KeyIds;
      sql.setMeta(KEYS, JSON.stringify({ ...keys, [use]: id }));
      if (isKnown) return;
      if (statement === null) {
        // Nothing leads from the older key to this one: whoever trusts the older has to be told the new one.
        this.#alert({ kind: "key_unvouched", signed: null, found: null, name: id });
        return;
      }
      sql.setMeta(ROTATIONS, JSON.stringify([...this.rotations(), statement]));
      append(sql, log(), nowMs, {
        type: "key.rotated",
        actor: SYSTEM,
        subject: id,
        body: { use, old: before[use], new: id, statement: statement as unknown as JsonObject },
      });
    });
    this.#deps.alerted();
  }

  #entries(): number {
    return (this.#deps.sql.lastEntry()?.idx ?? -1) + 1;
  }
}

/** The statement is the signer's own: it was read when it was made. */
function isRotation({ payload }: Envelope, use: keyof KeyIds, old: string, next: string): boolean {
  const text = fromUtf8(fromBase64(payload) ?? new Uint8Array());
  const rotation = JSON.parse(text) as RotationStatement;
  return rotation.use === use && rotation.old.kid === old && rotation.new.kid === next;
}

const signed = ({ size, root, note }: CheckpointRow): SignedCheckpoint => ({ size, root, note });
