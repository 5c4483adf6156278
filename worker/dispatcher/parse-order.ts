/**
 * What the gate hands over, read once into plain data. Over RPC a member may be a stub that answers differently
 * each time it is asked; everything after this works on the copy.
 */
import * as v from "valibot";
import type { SealRequest, SendOrder } from "../../core/dispatch.ts";
import { isId } from "../../core/id.ts";
import { jsonObject } from "../../core/validate.ts";

const text = v.pipe(
  v.string(),
  // A lone surrogate would be sent as another character than the one that was judged.
  v.check((value) => value.isWellFormed()),
);
const word = v.pipe(text, v.minLength(1), v.maxLength(500));

const orderSchema = v.object({
  log: word,
  // Goes out as a header, and stands before a dot in a webhook's signed text.
  actionId: v.pipe(
    v.string(),
    v.check((value) => isId("act", value) || isId("alr", value)),
  ),
  receipt: v.object({
    payloadType: v.string(),
    payload: v.string(),
    signatures: v.array(v.object({ keyid: v.string(), sig: v.string() })),
  }),
  salt: v.string(),
  target: v.object({
    name: word,
    kind: v.string(),
    config: jsonObject,
    surfaces: v.array(v.string()),
    revision: v.pipe(v.number(), v.safeInteger()),
  }),
  sealedCredentials: v.string(),
  message: v.object({
    transport: v.string(),
    endpoint: text,
    // Goes out as a header.
    mediaType: v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,200}$/)),
    body: text,
  }),
});

const sealRequestSchema = v.object({
  log: word,
  target: v.object({ name: word, kind: v.string(), config: jsonObject }),
  credentials: jsonObject,
});

export function parseOrder(order: unknown): SendOrder | null {
  const parsed = v.safeParse(orderSchema, order);
  return parsed.success ? parsed.output : null;
}

export function parseSealRequest(request: unknown): SealRequest | null {
  const parsed = v.safeParse(sealRequestSchema, request);
  return parsed.success ? parsed.output : null;
}
