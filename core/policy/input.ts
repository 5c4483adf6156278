/** What a policy is given: one canonical document, the same bytes for every policy of a decision. */
import type { Action } from "../action.ts";
import { canonicalJson } from "../canonical-json.ts";
import { factMembers, NO_FACTS, type SuppliedFacts } from "../facts.ts";
import type { Json, JsonObject } from "../json.ts";
import { type PointedString, stringsOf } from "../json-pointer.ts";
import type { Message } from "../message.ts";
import type { Principal } from "../principal.ts";
import { POLICY_ABI } from "./manifest.ts";

export interface PolicyInput {
  readonly document: JsonObject;
  /** Canonical JSON of `document`. */
  readonly text: string;
}

/**
 * The strings that rendering added or moved, since those of the payload itself are scanned where they stand; and what a
 * reader sees of strings that are encoded there.
 */
export function addedStrings(message: Message, payload: JsonObject): PointedString[] {
  const { content, payloadAt, views } = message;
  const twin = payloadAt
    .split("/")
    .slice(1)
    .reduceRight<Json>((inner, name) => ({ [name]: inner }), payload);
  return [...stringsOf(content, twin), ...views];
}

export function policyInput(
  action: Action,
  principal: Principal,
  message: Message | null,
  supplied: SuppliedFacts = NO_FACTS,
): PolicyInput {
  const { key, owner, agent, user, roles, folder } = principal;
  const document: JsonObject = {
    abi: POLICY_ABI,
    action: action.body as JsonObject,
    context: action.context as JsonObject,
    ...factMembers(supplied),
    message: message && {
      media_type: message.mediaType,
      strings: addedStrings(message, action.body.payload) as unknown as Json,
    },
    principal: { key, owner, agent, user, roles, folder },
  };
  return { document, text: canonicalJson(document) };
}
