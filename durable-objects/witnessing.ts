/**
 * Brings the log's newest checkpoint to the witnesses of this deployment and keeps their cosignatures. Nothing waits for it:
 * a witness that fails is asked again later and later, and checkpoints go on.
 *
 * A witness cosigns only what extends that which it cosigned before. Where it says that ours does not, one of us shows two
 * histories: that is told once, and the witness is asked again as after any failure.
 */
import { toBase64 } from "../core/encoding.ts";
import { type Checkpoint, parseCheckpoint } from "../core/ledger/tree/checkpoint.ts";
import { formatNote, type Note, type NoteSignature, parseNote } from "../core/ledger/tree/note.ts";
import { COSIGNED_KEPT, WITNESS_BACKOFF_MS, WITNESS_EVERY_MS, WITNESS_TRIES_MAX } from "../core/limits.ts";
import type { ConflictReason, CosignResult, WitnessesService } from "../core/witness.ts";
import type { ProvingCheckpoint, SignedCheckpoint } from "./rpc-evidence.ts";
import type { Statements, WitnessRow } from "./statements.ts";
import { Waiters } from "./waiters.ts";

/** A witness contradicts the log: it cosigned what the log does not have. */
export interface WitnessConflict {
  readonly witness: string;
  readonly origin: string;
  /** Of our checkpoint. */
  readonly size: number;
  /** Base64. */
  readonly root: string;
  /** That the witness cosigned last. */
  readonly witnessed: number;
  readonly why: ConflictReason;
}

export interface WitnessingDeps {
  readonly sql: Pick<
    Statements,
    | "witnesses"
    | "witness"
    | "putWitness"
    | "deleteWitness"
    | "nextWitness"
    | "cosigned"
    | "putCosigned"
    | "newestCosigned"
    | "forgetCosigned"
    | "meta"
    | "setMeta"
  >;
  readonly transaction: <T>(body: () => T) => T;
  readonly witnesses: WitnessesService;
  /** The newest signed checkpoint, a note; null where there is none yet. */
  readonly newest: () => string | null;
  /** Consistency proof between two sizes of the newest tree, in base64; `from` is above 0 and below `to`. */
  readonly consistency: (from: number, to: number) => readonly string[] | Promise<readonly string[]>;
  /** Called once for each conflict, inside a transaction. */
  readonly conflict: (conflict: WitnessConflict, nowMs: number) => void;
  /** Called when the time of `nextAtMs` may have moved. */
  readonly arm: () => void;
}

interface Newest {
  /** As it came from the port. */
  readonly text: string;
  readonly note: Note;
  readonly checkpoint: Checkpoint;
}

/** Meta: how many witnesses the deployment asked for when it was last heard. */
const QUORUM = "witness_quorum";
/** All that wait for cosignatures are told of each. */
const ANY = "cosigned";

export class Witnessing {
  readonly #deps: WitnessingDeps;
  readonly #waiters = new Waiters();
  #round: Promise<void> | null = null;
  #listedAtMs = Number.NEGATIVE_INFINITY;
  /** Before that, the quorum that was written down may be of an earlier deployment. */
  #isHeard = false;
  /** After a round that failed as a whole: the alarm must not come back to it at once. */
  #notBeforeMs = 0;
  /** Parsed once: the next time is asked for after every commit. */
  #parsed: Newest | null = null;

  constructor(deps: WitnessingDeps) {
    this.#deps = deps;
  }

  /** When a witness is to be asked next; null where every one has the newest checkpoint, or there is none. */
  nextAtMs(): number | null {
    const newest = this.#newest();
    const at = newest && this.#deps.sql.nextWitness(newest.checkpoint.origin, newest.checkpoint.size);
    return at === null ? null : Math.max(at, this.#notBeforeMs);
  }

  /**
   * The newest checkpoint of this epoch that covers `minSize` entries and that as many witnesses cosigned as the deployment asks
   * for, with all of its signatures; where it asks for none, one. Null where there is none.
   */
  witnessed(minSize: number): ProvingCheckpoint | null {
    return this.#cosignedBy(Math.max(1, this.#quorum() ?? 1), minSize);
  }

  /** What there is to prove by: one that is witnessed, else one that somebody cosigned, else the newest. */
  proving(newest: SignedCheckpoint, minSize: number): ProvingCheckpoint {
    return (
      this.witnessed(minSize) ??
      this.#cosignedBy(1, minSize) ?? { ...newest, cosignatures: this.#cosignatures(0) }
    );
  }

  /** Resolves once a checkpoint that covers `minSize` entries has the cosignatures that are asked for, or after `waitMs`. */
  async until(minSize: number, waitMs: number): Promise<void> {
    const isEnough = () => {
      if (!this.#isHeard) return false;
      const quorum = this.#quorum() ?? 0;
      return quorum === 0 || this.#cosignedBy(quorum, minSize) !== null;
    };
    if (waitMs === 0 || isEnough()) return;
    this.begin();
    await this.#waiters.until(ANY, isEnough, waitMs);
  }

  #cosignedBy(witnesses: number, minSize: number): ProvingCheckpoint | null {
    const row = this.#deps.sql.newestCosigned(witnesses);
    if (row === null || row.origin !== this.#newest()?.checkpoint.origin || row.size < minSize) return null;
    const checkpoint = parseCheckpoint(parseNote(row.note)?.text ?? "");
    return (
      checkpoint && {
        size: row.size,
        root: toBase64(checkpoint.root),
        note: row.note,
        cosignatures: this.#cosignatures(row.witnesses),
      }
    );
  }

  #cosignatures(found: number): ProvingCheckpoint["cosignatures"] {
    const wanted = this.#quorum() ?? 0;
    return wanted === 0 ? null : { wanted, found };
  }

  /** Null as long as the deployment was never heard. */
  #quorum(): number | null {
    const known = this.#deps.sql.meta(QUORUM);
    return known === null ? null : Number(known);
  }

  /** After a new checkpoint, and by alarm: asks whom it is time to ask. Never throws, and never waits. */
  begin(): void {
    this.#round ??= this.#bringToAll()
      .catch((error) => {
        this.#notBeforeMs = Date.now() + WITNESS_EVERY_MS;
        console.error(JSON.stringify({ event: "witnessing_failed", error: String(error) }));
        // What was written down is all that there is.
        this.#heard();
      })
      .finally(() => {
        this.#round = null;
        this.#deps.arm();
      });
  }

  /** The same, and waits until everyone who was asked has answered or failed. */
  async drain(): Promise<void> {
    this.begin();
    await this.#round;
  }

  async #bringToAll(): Promise<void> {
    const newest = this.#newest();
    const now = Date.now();
    if (newest === null || now < this.#notBeforeMs) return;
    // What the deployment is configured with changes seldom, and asking for it is a call to another Worker.
    if (now - this.#listedAtMs >= WITNESS_EVERY_MS) {
      this.#listedAtMs = now;
      const { witnesses } = this.#deps;
      const [listed, quorum] = await Promise.all([witnesses.list(), witnesses.quorum()]);
      this.#configure(
        listed.map(({ name }) => name),
        quorum,
      );
      this.#heard();
    }
    const due = this.#deps.sql
      .witnesses()
      .filter((row) => row.due_at <= now && cosignedSize(row, newest) < newest.checkpoint.size);
    const ended = await Promise.allSettled(due.map(({ name }) => this.#bring(name, newest)));
    // Not before all have ended: nobody is asked twice at once.
    const failed = ended.find((one) => one.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  #heard(): void {
    this.#isHeard = true;
    this.#waiters.wake(ANY);
  }

  #configure(names: readonly string[], quorum: number): void {
    const { sql, transaction } = this.#deps;
    transaction(() => {
      if (sql.meta(QUORUM) !== String(quorum)) sql.setMeta(QUORUM, String(quorum));
      const known = sql.witnesses().map(({ name }) => name);
      for (const name of known.filter((one) => !names.includes(one))) sql.deleteWitness(name);
      for (const name of names.filter((one) => !known.includes(one))) {
        sql.putWitness({
          name,
          origin: "",
          size: 0,
          cosigned_at: null,
          failures: 0,
          due_at: 0,
          conflict: null,
        });
      }
    });
  }

  /** One witness, in as many requests as it takes to find out where it stands. */
  async #bring(name: string, newest: Newest): Promise<void> {
    const { sql, witnesses, consistency } = this.#deps;
    const { size } = newest.checkpoint;
    const row = sql.witness(name);
    if (row === null) return;
    let oldSize = cosignedSize(row, newest);
    let result: CosignResult = { kind: "unreachable", reason: "The witness names another size each time." };
    try {
      for (let tries = 0; tries < WITNESS_TRIES_MAX; tries++) {
        const proof = oldSize === 0 || oldSize === size ? [] : await consistency(oldSize, size);
        result = await witnesses.addCheckpoint(name, { oldSize, proof, note: formatNote(newest.note) });
        // From the size that it names, if that is news and we have it: it may have been told by somebody else, or its answer
        // to us was lost.
        if (result.kind !== "conflict" || result.size === oldSize || result.size > size) break;
        oldSize = result.size;
      }
    } catch (error) {
      result = { kind: "unreachable", reason: String(error) };
    }
    // If we crash before this, the witness has cosigned what we do not know of: it names the size when it is asked again.
    this.#deps.transaction(() => this.#settle(name, newest, oldSize, result));
    this.#waiters.wake(ANY);
  }

  /** Inside a transaction. */
  #settle(name: string, newest: Newest, oldSize: number, result: CosignResult): void {
    const { sql } = this.#deps;
    const now = Date.now();
    const row = sql.witness(name);
    if (row === null) return;
    const { origin, size } = newest.checkpoint;
    if (result.kind === "cosigned") {
      this.#keep(newest, result.lines);
      const dueAt = now + WITNESS_EVERY_MS;
      sql.putWitness({ name, origin, size, cosigned_at: now, failures: 0, due_at: dueAt, conflict: null });
      return;
    }
    const known = row.conflict === null ? null : (JSON.parse(row.conflict) as WitnessConflict);
    const found = this.#conflictIn(name, newest, oldSize, result);
    // It is found again whenever the witness is asked, until it cosigns once more or the log goes on in another epoch.
    if (found !== null && known?.origin !== origin) this.#deps.conflict(found, now);
    const wait = WITNESS_BACKOFF_MS[Math.min(row.failures, WITNESS_BACKOFF_MS.length - 1)] as number;
    sql.putWitness({
      ...row,
      failures: row.failures + 1,
      due_at: now + wait,
      conflict: found === null ? row.conflict : JSON.stringify(found),
    });
    console.error(JSON.stringify({ event: "not_cosigned", witness: name, origin, size, result }));
  }

  #conflictIn(
    witness: string,
    { checkpoint: { origin, size, root } }: Newest,
    oldSize: number,
    result: CosignResult,
  ): WitnessConflict | null {
    const about = { witness, origin, size, root: toBase64(root) };
    if (result.kind === "refused" && result.status === 422)
      return { ...about, witnessed: oldSize, why: "proof" };
    if (result.kind !== "conflict") return null;
    const { size: witnessed } = result;
    if (witnessed > size) {
      // Meanwhile we may have gone on, and somebody else have brought it that: no conflict, and the next round tells.
      const latest = this.#newest()?.checkpoint;
      const isOurs = latest?.origin === origin && witnessed <= latest.size;
      return isOurs ? null : { ...about, witnessed, why: "ahead" };
    }
    // From its own size on, and still not: then it is the root that differs.
    return witnessed === oldSize && oldSize === size ? { ...about, witnessed, why: "root" } : null;
  }

  /** Beside those of other witnesses over the same checkpoint. */
  #keep({ note: { text, signatures }, checkpoint: { origin, size } }: Newest, lines: string): void {
    const { sql } = this.#deps;
    const stored = parseNote(sql.cosigned(origin, size)?.note ?? "")?.signatures ?? signatures;
    const added = parseNote(`${text}\n${lines}`)?.signatures ?? [];
    const isNew = (one: NoteSignature) =>
      added.some(({ name, keyId }) => name === one.name && keyId === one.keyId);
    const merged = [...stored.filter((one) => !isNew(one)), ...added];
    // The log signs under its origin, everyone else is a witness.
    const names = new Set(merged.map(({ name }) => name).filter((name) => name !== origin));
    sql.putCosigned({
      origin,
      size,
      note: formatNote({ text, signatures: merged }),
      witnesses: names.size,
    });
    sql.forgetCosigned(COSIGNED_KEPT);
  }

  #newest(): Newest | null {
    const text = this.#deps.newest();
    if (text === null) return null;
    if (this.#parsed?.text !== text) {
      const note = parseNote(text);
      const checkpoint = note && parseCheckpoint(note.text);
      if (note === null || checkpoint === null) return null;
      this.#parsed = { text, note, checkpoint };
    }
    return this.#parsed;
  }
}

/** What the witness is known to have cosigned of the newest checkpoint's epoch: a later one begins anew. */
const cosignedSize = (row: WitnessRow, { checkpoint: { origin } }: Newest): number =>
  row.origin === origin ? row.size : 0;
