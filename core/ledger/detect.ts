/** Which kind of evidence a file holds, by its content: names and endings lie. */
import { parseIJson } from "../json.ts";
import { isObject } from "./export.ts";

export type Evidence = "ledger" | "receipt" | "checkpoint";

/** Only to look at; the verifier parses again, under limits of its own. */
const PEEK_LIMITS = { bytesMax: 64 * 1024 * 1024, depthMax: 96, valuesMax: 10_000_000 };
const RECEIPT_MEMBERS = ["payloadType", "receipt", "denial_proof"] as const;

export function detectEvidence(bytes: Uint8Array): Evidence | null {
  const json = parseIJson(bytes, PEEK_LIMITS);
  if (json.ok) {
    if (!isObject(json.value)) return null;
    const has = (name: string) => isObject(json.value) && Object.hasOwn(json.value, name);
    if (has("data") || has("export") || has("checkpoint") || (has("entry") && has("leaf"))) return "ledger";
    return RECEIPT_MEMBERS.some(has) ? "receipt" : null;
  }
  return damaged(bytes);
}

/** Whether a file that begins with these bytes is an export's lines, so that it need not be held to find out. */
export const beginsAsLines = (start: Uint8Array): boolean =>
  /^\{"export":\{"format":"countersign-ledger\//.test(
    new TextDecoder().decode(start.subarray(0, PEEK_BYTES)),
  );
const PEEK_BYTES = 64;

/** JSON Lines, or damage: what the text still looks like. The verifier then says where it is broken. */
function damaged(bytes: Uint8Array): Evidence | null {
  for (const form of [/^\s*\{"(?:export|index|leaves|data)":/m, /"entry":\{/]) {
    if (matches(bytes, form)) return "ledger";
  }
  if (matches(bytes, /^\n\u2014 \S+ \S+$/m)) return "checkpoint";
  return matches(bytes, /"(?:payloadType|payload|signatures|receipt|denial_proof)"/) ? "receipt" : null;
}

/** In the first part of a file: the lines of a ledger look alike. */
const matches = (bytes: Uint8Array, form: RegExp): boolean =>
  form.test(new TextDecoder().decode(bytes.subarray(0, 1024 * 1024)));
