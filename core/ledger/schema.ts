/** The shapes of entries and envelopes, for those who verify them; statements are read by `core/receipt.ts`. */
import * as v from "valibot";
import { type Digest, isDigest } from "../hash.ts";
import type { JsonObject } from "../json.ts";
import { jsonObject } from "../validate.ts";
import type { EntryType } from "./entry.ts";
import { ENTRY_VERSION } from "./entry.ts";

const digest = v.custom<Digest>(isDigest, "Expected sha256: and 64 lower-case hex digits.");
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const nonEmpty = v.pipe(v.string(), v.nonEmpty("Expected a text that is not empty."));

/** RFC 3339 in the one form that is written: UTC, milliseconds. Round-trips, so that 31 February is refused. */
const instant = v.pipe(v.string(), v.check(isInstant, "Expected a time such as 2026-01-31T12:00:00.000Z."));

export function isInstant(text: string): boolean {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])-[0-3]\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/.test(text)) return false;
  const day = Number(text.slice(8, 10));
  if (day >= 1 && day <= DAYS_MIN) return true;
  const ms = Date.parse(text);
  return Number.isFinite(ms) && new Date(ms).toISOString() === text;
}
/** Of every month. */
const DAYS_MIN = 28;

/** Later versions may write types that this one does not know: the form is held to, the list is not. */
const TYPE = /^[a-z]+(?:[._][a-z]+)*$/;
const entryType = v.pipe(v.string(), v.regex(TYPE, "Expected a type such as decision."));
const ACTOR_KINDS = ["key", "person", "system"] as const;

export const entrySchema = v.strictObject({
  v: v.literal(ENTRY_VERSION),
  log: nonEmpty,
  index: count,
  prev: digest,
  time: instant,
  type: entryType,
  actor: v.strictObject({ kind: v.picklist(ACTOR_KINDS), id: nonEmpty }),
  subject: nonEmpty,
  body: jsonObject,
});

/**
 * Whether the schema is met, of an entry whose members are in canonical order: some forty times as fast, and false wherever it
 * is not sure.
 */
export function isUsualEntry(entry: JsonObject): boolean {
  const { v: version, log, index, prev, time, type, actor, subject, body } = entry;
  return (
    Object.keys(entry).join() === "actor,body,index,log,prev,subject,time,type,v" &&
    version === ENTRY_VERSION &&
    isText(log) &&
    Number.isSafeInteger(index) &&
    (index as number) >= 0 &&
    isDigest(prev) &&
    isText(time) &&
    isInstant(time) &&
    isText(type) &&
    (isKnownType(type) || TYPE.test(type)) &&
    isText(subject) &&
    isPlainObject(body) &&
    isPlainObject(actor) &&
    Object.keys(actor).join() === "id,kind" &&
    isText(actor.id) &&
    (ACTOR_KINDS as readonly unknown[]).includes(actor.kind)
  );
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isPlainObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

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
export const KNOWN_TYPES: readonly string[] = Object.keys(KNOWN);
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
