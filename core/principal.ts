/** Who calls: what a key may claim, and what this caller claimed with it (invariant I7). */
import type { Action } from "./action.ts";
import { ok, type Result, refuse } from "./result.ts";

export const SCOPES = ["app", "evaluate", "reviewer", "facts", "auditor", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** An API key as stored and as held by each gate. `secretHash` is the hex SHA-256 of the secret part. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  /** The person for whom everything done with this key is their own (invariant I6). */
  readonly owner: string;
  readonly scopes: readonly Scope[];
  /** Each list names what may be claimed; `*` is anything, an empty list nothing. */
  readonly surfaces: readonly string[];
  readonly folders: readonly string[];
  readonly agents: readonly string[];
  readonly roles: readonly string[];
  readonly expiresAtMs: number | null;
  readonly secretHash: string;
}

export interface Principal {
  readonly key: string;
  readonly owner: string;
  readonly agent: string | null;
  readonly user: string | null;
  readonly roles: readonly string[];
  readonly folder: string | null;
}

export type Claim = "surface" | "folder" | "agent" | "role";
export interface ClaimFault {
  readonly code: "claim_not_allowed";
  readonly claim: Claim;
}

const permits = (list: readonly string[], value: string): boolean =>
  list.includes("*") || list.includes(value);

/**
 * The principal of an action, or the first claim its key may not make. A key bound to one folder or
 * agent need not name it; one bound to several must, or leaving the name out would be a way around
 * what is bound to it.
 */
export function claimPrincipal(key: ApiKey, action: Action): Result<Principal, ClaimFault> {
  const { body, context } = action;
  if (!permits(key.surfaces, body.surface)) return refuse({ code: "claim_not_allowed", claim: "surface" });
  const folder = context.folder ?? only(key.folders);
  if (folder === null ? mustName(key.folders) : !permits(key.folders, folder)) {
    return refuse({ code: "claim_not_allowed", claim: "folder" });
  }
  const agent = context.agent ?? only(key.agents);
  if (agent === null ? mustName(key.agents) : !permits(key.agents, agent)) {
    return refuse({ code: "claim_not_allowed", claim: "agent" });
  }
  const roles = context.on_behalf_of?.roles ?? [];
  if (!roles.every((role) => permits(key.roles, role)))
    return refuse({ code: "claim_not_allowed", claim: "role" });
  return ok({
    key: key.id,
    owner: key.owner,
    agent,
    user: context.on_behalf_of?.user ?? null,
    roles,
    folder,
  });
}

/** A key that may claim anything, or nothing, need not; one that is bound to several has to say which. */
const mustName = (list: readonly string[]): boolean => list.length > 0 && !list.includes("*");

function only(list: readonly string[]): string | null {
  const [first, second] = list;
  return first !== undefined && first !== "*" && second === undefined ? first : null;
}
