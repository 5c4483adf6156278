/** What passes between the tenant's object and the dispatcher. */
import type { Envelope } from "./dsse.ts";
import type { JsonObject } from "./json.ts";
import type { SentMessage } from "./message.ts";
import type { Target } from "./transport/transport.ts";

/**
 * One attempt at one delivery. The dispatcher believes none of it but the receipt: it sends only where the signer's
 * signature covers a committed decision that lets exactly this message pass to exactly this target, or a committed alert
 * that this message is.
 */
export interface SendOrder {
  /** The log's name; the receipt's entry must stand in this log. */
  readonly log: string;
  /** Or the alert's id: what the proof's entry is about. */
  readonly actionId: string;
  readonly receipt: Envelope;
  /** Base64url of the record's salt: opens the message commitment in the receipt. */
  readonly salt: string;
  readonly target: Target;
  readonly sealedCredentials: string;
  readonly message: SentMessage;
}

export type SendResult =
  /** The provider took it. */
  | { readonly status: "delivered"; readonly httpStatus: number; readonly providerId: string | null }
  /** Not taken, or not known; the same order may be sent again. */
  | {
      readonly status: "retry";
      readonly httpStatus: number | null;
      readonly reason: string;
      readonly retryAfterMs: number | null;
    }
  /** The provider refused it for good. */
  | { readonly status: "rejected"; readonly httpStatus: number; readonly reason: string }
  /** The dispatcher itself refused: no proof of a committed decision for these bytes, or a forbidden endpoint. Nothing was sent. */
  | { readonly status: "refused"; readonly reason: string };

/** Credentials belong to one tenant, target and endpoint: sealed for one, they open for no other. */
export interface SealRequest {
  readonly log: string;
  readonly target: Pick<Target, "name" | "kind" | "config">;
  readonly credentials: JsonObject;
}

/** `sealed` on success; else why the target is not acceptable (a private address, say), in words for an operator. */
export type SealResult =
  | { readonly ok: true; readonly sealed: string }
  | { readonly ok: false; readonly reason: string };

export interface DispatcherService {
  seal(request: SealRequest): Promise<SealResult>;
  send(order: SendOrder): Promise<SendResult>;
  /** Exact origins on private addresses that this deployment lets targets use; empty in production. */
  privateOrigins(): Promise<readonly string[]>;
}
