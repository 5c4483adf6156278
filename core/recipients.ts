/** Whom an action would reach, as far as its payload says so in the usual members: what people search by. */
import type { Json, JsonObject } from "./json.ts";
import { RECIPIENTS_INDEXED_MAX } from "./limits.ts";

/** As mail has them, and what senders of other messages call the same. */
const MEMBERS = ["to", "cc", "bcc", "recipient", "recipients"] as const;

/** Each once, in the form that is searched for; no more than are indexed. */
export function recipientsOf(payload: JsonObject): string[] {
  const named = MEMBERS.flatMap((member): readonly Json[] => {
    const value = payload[member] ?? [];
    return Array.isArray(value) ? value : [value as Json];
  });
  const addresses = named.flatMap((value) => (typeof value === "string" ? [recipientForm(value)] : []));
  return [...new Set(addresses)].filter((text) => text !== "").slice(0, RECIPIENTS_INDEXED_MAX);
}

/** `Sam <Sam@Example.com>` and `sam@example.com` are one. Mailboxes that differ in case alone are not told apart. */
export function recipientForm(text: string): string {
  const from = text.lastIndexOf("<");
  const to = text.lastIndexOf(">");
  return (from >= 0 && to > from ? text.slice(from + 1, to) : text).trim().toLowerCase();
}
