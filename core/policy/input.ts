/** What a policy is given: one canonical document, the same bytes for every policy of a decision. */
import type { Action } from "../action.ts";
import { canonicalJson } from "../canonical-json.ts";
import type { Json, JsonObject } from "../json.ts";
import { type PointedString, stringsOf, valueAt } from "../json-pointer.ts";
import type { Message } from "../message.ts";
import type { Principal } from "../principal.ts";
import { POLICY_ABI } from "./manifest.ts";

export interface PolicyInput {
  readonly document: JsonObject;
  /** Canonical JSON of `document`. */
  readonly text: string;
}

/** The strings that rendering added or moved: those of the payload itself are scanned where they stand. */
export function addedStrings(message: Message, payload: JsonObject): PointedString[] {
  const { content, payloadAt } = message;
  return [...stringsOf(content)].filter(({ pointer, text }) => {
    const within = pointer.startsWith(`${payloadAt}/`) ? pointer.slice(payloadAt.length) : null;
    return within === null || valueAt(payload, within) !== text;
  });
}

export function policyInput(action: Action, principal: Principal, message: Message | null): PolicyInput {
  const { key, owner, agent, user, roles, folder } = principal;
  const document: JsonObject = {
    abi: POLICY_ABI,
    action: action.body as JsonObject,
    context: action.context as JsonObject,
    facts: {},
    message: message && {
      media_type: message.mediaType,
      strings: addedStrings(message, action.body.payload) as unknown as Json,
    },
    principal: { key, owner, agent, user, roles, folder },
  };
  return { document, text: canonicalJson(document) };
}
