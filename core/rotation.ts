/**
 * Key rotations (docs/spec/keys.md): a statement that one key of a log gives way to another, signed by both. The older one is
 * good for what lies below `index` alone: entries, for a receipt key; sizes up to it, for a checkpoint key. The newer one may
 * sign anew what lies before.
 */
import * as v from "valibot";
import { canonicalJson } from "./canonical-json.ts";
import type { Json } from "./json.ts";
import { type KeyUse, type PublicJwk, publicJwk } from "./keys.ts";
import { parseCanonical, STATEMENT_VERSION, type StatementFault } from "./receipt.ts";
import { ok, type Result, refuse } from "./result.ts";

export const ROTATED_USES = ["receipt", "checkpoint"] as const satisfies readonly KeyUse[];
export type RotatedUse = (typeof ROTATED_USES)[number];

export interface RotationStatement {
  readonly kind: "rotation";
  readonly log: string;
  readonly use: RotatedUse;
  /** Entries that the log had. */
  readonly index: number;
  readonly old: PublicJwk;
  readonly new: PublicJwk;
  /** RFC 3339, UTC, milliseconds. */
  readonly time: string;
  readonly v: typeof STATEMENT_VERSION;
}

export const rotationStatement = (rotation: Omit<RotationStatement, "kind" | "v">): string =>
  canonicalJson({ ...rotation, kind: "rotation", v: STATEMENT_VERSION } as unknown as Json);

const word = v.pipe(v.string(), v.minLength(1), v.maxLength(500));
const jwk = v.looseObject({ x: v.string() });
const rotationSchema = v.strictObject({
  kind: v.literal("rotation"),
  log: word,
  use: v.picklist(ROTATED_USES),
  index: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  old: jwk,
  new: jwk,
  time: v.pipe(v.string(), v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)),
  v: v.literal(STATEMENT_VERSION),
});

/** Reads the verified bytes of a rotation: strict and canonical, with two keys that are what they say. */
export function parseRotationStatement(bytes: Uint8Array): Result<RotationStatement, StatementFault> {
  const json = parseCanonical(bytes);
  if (!json.ok) return json;
  if (!v.is(rotationSchema, json.value)) return refuse("shape");
  const statement = json.value as unknown as RotationStatement;
  const { old, new: next, use } = statement;
  const isWhole = (key: PublicJwk) =>
    canonicalJson(key as unknown as Json) === canonicalJson(publicJwk(key.x, use) as unknown as Json);
  return isWhole(old) && isWhole(next) && old.x !== next.x ? ok(statement) : refuse("shape");
}
