/**
 * The relay: drains the outbox after commits and by alarm, through the dispatcher.
 *
 * Life of a delivery: queued -> sending -> delivered | queued (again, later) | failed | unknown. The row is written with the
 * decision; an attempt is written before the provider is asked and its result after. Whoever restarts finds
 * an attempt without a result, enters it as `unknown`, and sends again under the same idempotency key.
 */
import { nextAttemptAtMs } from "../core/backoff.ts";
import type { DispatcherService, SendOrder, SendResult } from "../core/dispatch.ts";
import { type Envelope, envelopeOf } from "../core/dsse.ts";
import {
  DELIVERIES_IN_FLIGHT_MAX,
  DELIVERIES_PER_TARGET_MAX,
  DELIVERY_BACKOFF_MS,
  DELIVERY_RETRY_WINDOW_MS,
} from "../core/limits.ts";
import { receiptStatement } from "../core/receipt.ts";
import type { Target } from "../core/transport/transport.ts";
import { InFlight } from "./in-flight.ts";
import { append, SYSTEM, storedEntry } from "./ledger.ts";
import { outgoing, outgoingMessage } from "./outgoing.ts";
import type { SharedSigner } from "./shared-signer.ts";
import type { DeliveryRow, Statements } from "./statements.ts";

export interface RelayDeps {
  readonly sql: Statements;
  readonly log: () => string;
  readonly transaction: <T>(body: () => T) => T;
  /** Reads what may lie in the object store. */
  readonly read: <T>(body: () => T) => Promise<T>;
  readonly signer: SharedSigner;
  readonly dispatcher: DispatcherService;
  /** Called after every change of an action's status. */
  readonly changed: (actionId: string) => void;
  /** Called when the time of the next due row may have moved. */
  readonly arm: () => void;
}

/** How a signer that cannot be reached postpones a row: nothing was attempted, so no attempt is counted. */
const SIGNER_RETRY_MS = DELIVERY_BACKOFF_MS[1];

/** Due rows looked at in one round: enough to find another target's behind those of one that hangs. */
const DUE_MAX = 500;

type DeliveryResult = SendResult["status"] | "unknown";

export class Relay {
  readonly #deps: RelayDeps;
  /** Each with its target. */
  readonly #inFlight = new InFlight<string>(() => this.#startDue());

  constructor(deps: RelayDeps) {
    this.#deps = deps;
  }

  /**
   * Enters attempts whose process died, or whose result could not be written, and queues their deliveries again.
   * Inside a transaction.
   */
  recover(nowMs: number): void {
    for (const row of this.#deps.sql.sendingDeliveries()) {
      if (this.#inFlight.has(row.id)) continue;
      this.#settle(
        row,
        { status: "retry", httpStatus: null, reason: "interrupted", retryAfterMs: null },
        nowMs,
        "unknown",
      );
    }
  }

  /** Starts what is due, up to the limit; resolves when everything under way has ended. */
  drain(): Promise<void> {
    return this.#inFlight.drain();
  }

  /** The same without waiting. */
  begin(): void {
    this.#inFlight.begin();
  }

  #startDue(): void {
    if (this.#inFlight.size >= DELIVERIES_IN_FLIGHT_MAX) return;
    for (const row of this.#deps.sql.dueDeliveries(Date.now(), DUE_MAX)) {
      if (this.#inFlight.size >= DELIVERIES_IN_FLIGHT_MAX) return;
      if (this.#inFlight.has(row.id) || this.#underWayTo(row.target) >= DELIVERIES_PER_TARGET_MAX) continue;
      this.#inFlight.start(row.id, row.target, () => this.#deliver(row));
    }
  }

  #underWayTo(target: string): number {
    return this.#inFlight.all().filter((one) => one === target).length;
  }

  async #deliver(row: DeliveryRow): Promise<void> {
    try {
      const receipt = await this.#signed(row);
      // What is sent may have to be fetched.
      const order = await this.#deps.read(() => this.#deps.transaction(() => this.#begin(row, receipt)));
      if (order === null) return;
      // If we crash from here on, the attempt stands open in the table, and `recover` closes it. The output gate
      // holds the call to the dispatcher until that row is on disk.
      const result = await this.#deps.dispatcher.send(order).catch(unreachable);
      this.#deps.transaction(() =>
        this.#settle({ ...row, attempts: row.attempts + 1 }, result, Date.now(), result.status),
      );
    } catch (error) {
      console.error(JSON.stringify({ event: "delivery_postponed", delivery: row.id, error: String(error) }));
      this.#deps.sql.postponeDelivery(row.id, Date.now() + SIGNER_RETRY_MS);
    } finally {
      this.#deps.arm();
      this.#deps.changed(row.action_id);
    }
  }

  async #signed(row: DeliveryRow): Promise<Envelope> {
    if (row.receipt !== null) return JSON.parse(row.receipt) as Envelope;
    const { kind } = outgoing(this.#deps.sql, row.entry_idx);
    if (kind === null) throw new Error("couldn't sign: the decision lets nothing pass");
    const entry = await this.#deps.read(() => storedEntry(this.#deps.sql, row.entry_idx));
    const signature = await this.#deps.signer.sign(kind, entry);
    const envelope = envelopeOf(kind, receiptStatement(kind, entry), signature);
    this.#deps.sql.setReceipt(row.id, JSON.stringify(envelope));
    return envelope;
  }

  /** Records the attempt and gives the order for it, or settles the delivery where it may no longer be sent. */
  #begin(row: DeliveryRow, receipt: Envelope): SendOrder | null {
    const { sql } = this.#deps;
    const now = Date.now();
    const current = sql.delivery(row.id);
    if (current?.state !== "queued") return null;
    const { target: decidedFor } = outgoing(sql, row.entry_idx);
    const { message, salt } = outgoingMessage(sql, row.entry_idx);
    const stored = sql.target(row.target);
    const target = stored && (JSON.parse(stored.record) as Target);
    sql.beginAttempt(row.id, row.attempts + 1, now);
    // Planned in time, but come to late, as after a day without the signer: the provider has forgotten the key, and
    // whatever reached it before would be sent a second time.
    if (row.first_attempt_at !== null && now - row.first_attempt_at > DELIVERY_RETRY_WINDOW_MS) {
      const over = { httpStatus: row.http_status, reason: "retry_window_over", retryAfterMs: null };
      this.#settle({ ...row, attempts: row.attempts + 1 }, { status: "retry", ...over }, now, "refused");
      return null;
    }
    const refuse = (reason: string): null => {
      this.#settle({ ...row, attempts: row.attempts + 1 }, { status: "refused", reason }, now, "refused");
      return null;
    };
    // It passed provisionally, and the full evaluation would not have let it: what is not sent yet stays here.
    if (sql.evaluation(row.action_id)?.confirmed === 0) return refuse("late_block");
    // An approval is bound to the target as it was (invariant I8); a target changed since is another one.
    if (stored === null || target === null || message === null) return refuse("target_changed");
    if (target.revision !== decidedFor?.revision) return refuse("target_changed");
    return {
      log: this.#deps.log(),
      actionId: row.action_id,
      receipt,
      salt,
      target,
      sealedCredentials: stored.sealed,
      message,
    };
  }

  /** `row.attempts` counts the attempt that has just ended. Inside a transaction. */
  #settle(row: DeliveryRow, result: SendResult, nowMs: number, entered: DeliveryResult): void {
    const { sql } = this.#deps;
    const nextAt =
      result.status === "retry"
        ? nextAttemptAtMs({
            attemptCount: row.attempts,
            firstAttemptAtMs: row.first_attempt_at ?? nowMs,
            nowMs,
            // An interrupted attempt waits for nobody: the provider was not at fault.
            retryAfterMs: entered === "unknown" ? null : result.retryAfterMs,
            random: Math.random(),
          })
        : null;
    const state =
      result.status === "delivered" ? "delivered" : nextAt !== null ? "queued" : stateWhenOver(result);
    const httpStatus = "httpStatus" in result ? result.httpStatus : null;
    sql.endAttempt(row.id, row.attempts, entered, nowMs);
    sql.settleDelivery({
      id: row.id,
      state,
      due_at: entered === "unknown" && nextAt !== null ? nowMs : (nextAt ?? nowMs),
      http_status: httpStatus,
      reason: "reason" in result ? result.reason : null,
      provider_id: "providerId" in result ? result.providerId : null,
      updated_at: nowMs,
    });
    const status = { delivered: "dispatched", queued: "dispatching", failed: "failed", unknown: "unknown" }[
      state
    ];
    sql.setActionStatus(row.action_id, status, nowMs);
    if (sql.evaluation(row.action_id)?.confirmed === 0) sql.releaseRollback(row.action_id, nowMs);
    this.#enter(row, state === "failed" && result.status === "retry" ? "dead" : entered, httpStatus, nowMs);
  }

  #enter(row: DeliveryRow, result: DeliveryResult | "dead", httpStatus: number | null, nowMs: number): void {
    append(this.#deps.sql, this.#deps.log(), nowMs, {
      type: "delivery",
      actor: SYSTEM,
      subject: row.action_id,
      body: {
        action: row.action_id,
        delivery: row.id,
        attempt: row.attempts,
        result,
        http_status: httpStatus,
        target: outgoing(this.#deps.sql, row.entry_idx).target,
      },
    });
  }
}

/** Given up: `unknown` where the last attempt may have reached the provider, `failed` where it did not. */
function stateWhenOver(result: SendResult): "failed" | "unknown" {
  return result.status === "retry" && result.httpStatus === null ? "unknown" : "failed";
}

/** The dispatcher could not be asked, or died while it sent: nothing is known. */
function unreachable(error: unknown): SendResult {
  console.error(JSON.stringify({ event: "dispatcher_unreachable", error: String(error) }));
  return { status: "retry", httpStatus: null, reason: "dispatcher_unreachable", retryAfterMs: null };
}
