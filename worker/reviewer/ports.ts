/** What the approval page needs of the gate. The page itself keeps no state and decides nothing. */
import type { ApprovalDetail, ApprovalSummary } from "../../core/approval.ts";

export interface Session {
  /** The signed-in person: the approver, never a field of a request (invariant I6). */
  readonly person: string;
  readonly tenantName: string;
  readonly expiresAtMs: number;
  /** Bound to this session; every form carries it. */
  readonly csrfToken: string;
}

/** How a decision ended. `message` is for the reviewer to read. */
export type DecideResult =
  | { readonly outcome: "approved"; readonly actionStatus: string }
  | { readonly outcome: "denied" }
  /** Approved, but judged again: a new finding holds it, or defers it, or a block refuses it. */
  | { readonly outcome: "held_again" | "blocked"; readonly message: string }
  /** Refused: own action, no longer pending, content changed, bad reason, or the gate is unavailable. */
  | { readonly outcome: "refused"; readonly status: number; readonly message: string };

export interface SignedIn {
  readonly cookieValue: string;
  readonly expiresAtMs: number;
}

/** Signing in to one of the gate's pages: each has a scope that the key must have, and is given only what that may see. */
export interface SessionPorts {
  findSession(cookieValue: string): Promise<Session | null>;
  /** With an API key typed into the form; null where it has not the page's scope. */
  signInWithKey(keyText: string): Promise<SignedIn | null>;
  /** With the code of a one-time link; null where it is used, expired or unknown. */
  signInWithCode(code: string): Promise<SignedIn | null>;
  signOut(cookieValue: string): Promise<void>;
  nowMs(): number;
}

export interface ReviewPorts extends SessionPorts {
  /** `pending`: soonest expiry first. `history`: latest decision first. */
  list(cookieValue: string, which: "pending" | "history"): Promise<readonly ApprovalSummary[]>;
  find(cookieValue: string, approvalId: string): Promise<ApprovalDetail | null>;
  decide(
    cookieValue: string,
    approvalId: string,
    decision: { readonly decision: "approve" | "deny"; readonly ifMatch: string; readonly reason: string },
  ): Promise<DecideResult>;
}
