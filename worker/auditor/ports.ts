/** What the auditor's page needs of the gate. It only reads. */
import type { ActionStory, LogStatus, Unsent } from "../../durable-objects/rpc-evidence.ts";
import type { SessionPorts } from "../reviewer/ports.ts";

/** The fields of the search form, as they were typed; what is left out or empty is not asked for. */
export const SEARCH_FIELDS = [
  "since",
  "until",
  "agent",
  "user",
  "rule",
  "decision",
  "status",
  "surface",
  "recipient",
] as const;
export type SearchField = (typeof SEARCH_FIELDS)[number];
export type SearchForm = Readonly<Partial<Record<SearchField | "cursor", string>>>;

export interface FoundAction {
  readonly id: string;
  readonly status: string;
  readonly decision: string;
  readonly surface: string;
  readonly target: string | null;
  readonly owner: string;
  readonly agent: string | null;
  readonly user: string | null;
  readonly rules: readonly string[];
  readonly createdAtMs: number;
  readonly erasedAtMs: number | null;
}

export type SearchResult =
  | {
      readonly kind: "found";
      /** Newest first. */
      readonly actions: readonly FoundAction[];
      /** The cursor of the next page; null where this is the last. */
      readonly next: string | null;
    }
  /** A field that cannot be searched for as it was typed. */
  | { readonly kind: "refused"; readonly message: string };

export interface LogHealth {
  readonly status: LogStatus;
  readonly unsent: Unsent;
  /** Newest first. */
  readonly alerts: readonly {
    readonly id: string;
    readonly kind: string;
    /** Null where it is about the log itself. */
    readonly actionId: string | null;
    readonly rules: readonly string[];
    readonly createdAtMs: number;
    readonly entryIndex: number;
  }[];
}

/** Something to take away. `none`: it waits, or there is no such action. `unavailable`: signer or ledger cannot be reached. */
export type Found<T> =
  | { readonly kind: "found"; readonly value: T }
  | { readonly kind: "none" | "unavailable" };

export interface AuditPorts extends SessionPorts {
  search(cookieValue: string, form: SearchForm): Promise<SearchResult>;
  story(cookieValue: string, actionId: string): Promise<ActionStory | null>;
  /** The receipt or denial proof with its proof: the text that GET /v1/receipts/{id} answers. */
  receipt(cookieValue: string, actionId: string): Promise<Found<string>>;
  /** An export of its latest decision's entry, with what that was made from: enough for a replay. */
  evidence(cookieValue: string, actionId: string): Promise<Found<ReadableStream>>;
  log(cookieValue: string): Promise<LogHealth>;
}
