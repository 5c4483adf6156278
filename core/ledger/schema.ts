/** The shapes of entries and envelopes, for those who verify them; statements are read by `core/receipt.ts`. */
import * as v from "valibot";
import { type Digest, isDigest } from "../hash.ts";
import { jsonObject } from "../validate.ts";
import type { EntryType } from "./entry.ts";
import { ENTRY_VERSION } from "./entry.ts";

const digest = v.custom<Digest>(isDigest, "Expected sha256: and 64 lower-case hex digits.");
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const nonEmpty = v.pipe(v.string(), v.nonEmpty("Expected a text that is not empty."));

/** RFC 3339 in the one form that is written: UTC, milliseconds. Round-trips, so that 31 February is refused. */
const instant = v.pipe(v.string(), v.check(isInstant, "Expected a time such as 2026-01-31T12:00:00.000Z."));

export function isInstant(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text)) return false;
  const ms = Date.parse(text);
  return Number.isFinite(ms) && new Date(ms).toISOString() === text;
}

/** Later versions may write types that this one does not know: the form is held to, the list is not. */
const entryType = v.pipe(v.string(), v.regex(/^[a-z]+(?:[._][a-z]+)*$/, "Expected a type such as decision."));

export const entrySchema = v.strictObject({
  v: v.literal(ENTRY_VERSION),
  log: nonEmpty,
  index: count,
  prev: digest,
  time: instant,
  type: entryType,
  actor: v.strictObject({ kind: v.picklist(["key", "person", "system"]), id: nonEmpty }),
  subject: nonEmpty,
  body: jsonObject,
});

/** A record, so that the compiler asks for every type. */
const KNOWN: Readonly<Record<EntryType, true>> = {
  "tenant.created": true,
  "key.created": true,
  "key.revoked": true,
  "target.put": true,
  "target.deleted": true,
  "policy.published": true,
  "bundle.created": true,
  "binding.put": true,
  "binding.rolled_back": true,
  decision: true,
  evaluation: true,
  alert: true,
  approval: true,
  deferral: true,
  "action.cancelled": true,
  "action.outcome": true,
  delivery: true,
  "key.rotated": true,
  "epoch.opened": true,
  "payload.erased": true,
  "retention.put": true,
};
export const isKnownType = (type: string): boolean => Object.hasOwn(KNOWN, type);

/** As `core/dsse.ts` has it: room for rotations, witnesses and signatures that we do not know. */
const SIGNATURES_MAX = 16;

/** Members that are not named here are ignored, as DSSE asks; nothing of them is signed or read. */
export const envelopeSchema = v.looseObject({
  payloadType: v.string(),
  payload: v.string(),
  signatures: v.pipe(
    v.array(v.looseObject({ keyid: v.optional(v.string(), ""), sig: v.string() })),
    v.minLength(1),
    v.maxLength(SIGNATURES_MAX),
  ),
});
