/**
 * From the keys that a verifier was given to those that a log has had (docs/spec/keys.md). A rotation, signed by both, hands
 * trust on from the one to the other: the older key is good for what lies below the rotation's index, and for nothing after. A key that was given as one that gave way is good for
 * nothing at all until a rotation to its successor says where it ended.
 */
import { openEnvelope, PAYLOAD_TYPES } from "../dsse.ts";
import { fromBase64 } from "../encoding.ts";
import type { Json } from "../json.ts";
import { importPublicKey, type KeyUse } from "../keys.ts";
import { ok, type Result, refuse } from "../result.ts";
import { parseRotationStatement, type RotationStatement } from "../rotation.ts";
import type { Located } from "./export-reader.ts";
import { type Fault, fault } from "./report.ts";
import { readEnvelope, type TrustedKey, trustedKey } from "./trust.ts";

/** A key for one use, as long as it was the log's. */
export interface LogKey extends TrustedKey {
  readonly use: KeyUse;
  /** Good for entries below, and for sizes up to it. */
  readonly until: number;
}

export interface LogKeys {
  readonly keys: readonly LogKey[];
  readonly faults: readonly Fault[];
  /** Rotations that trust was handed on by. */
  readonly count: number;
}

const USES: readonly KeyUse[] = ["receipt", "checkpoint", "epoch"];

/**
 * `log` is the name of the log that the rotations have to be of; null where nothing says which it is. Those given beside the keys
 * may be of any log.
 */
export async function handOn(
  given: readonly TrustedKey[],
  rotations: readonly Located<Json>[],
  log: string | null,
  beside: readonly Located<Json>[] = [],
): Promise<LogKeys> {
  const faults: Fault[] = [];
  const statements: Located<RotationStatement>[] = [];
  const add = (where: string, value: RotationStatement) => {
    // The file often has those that stand beside the keys too.
    if (!statements.some((known) => isSame(known.value, value))) statements.push({ where, value });
  };
  for (const { where, value } of [...rotations, ...beside]) {
    const rotation = await openRotation(value);
    if (!rotation.ok) faults.push(fault(rotation.fault, null, where));
    else if (rotation.value.log === log) add(where, rotation.value);
    else if (!beside.some((one) => one.value === value))
      faults.push(fault("The rotation is one of another log's keys.", null, where));
  }
  const keys = new Map<string, LogKey>();
  for (const key of given)
    for (const use of key.use === null ? USES : [key.use]) {
      const known = keys.get(`${use} ${key.id}`);
      // Of two files the one that says that the key gave way is the newer one.
      const successor = key.successor ?? known?.successor ?? null;
      keys.set(`${use} ${key.id}`, { ...key, use, successor, until: Number.POSITIVE_INFINITY });
    }
  const waiting = new Set(statements);
  // Rotations may stand in any order: each round hands trust on by those that begin, or end, at a trusted key.
  for (let before = -1; before !== waiting.size; ) {
    before = waiting.size;
    for (const statement of waiting) {
      const { use, old, new: next } = statement.value;
      if (!keys.has(`${use} ${old.kid}`) && !keys.has(`${use} ${next.kid}`)) continue;
      waiting.delete(statement);
      faults.push(...(await apply(statement, keys, statements)));
    }
  }
  // What is left begins and ends at keys that were not given: it hands on nothing, and takes nothing away.
  const ended = [...keys.values()].map((key) =>
    key.successor !== null && key.until === Number.POSITIVE_INFINITY ? { ...key, until: 0 } : key,
  );
  return { keys: ended, faults, count: statements.length - waiting.size };
}

const isSame = (one: RotationStatement, other: RotationStatement): boolean =>
  one.use === other.use &&
  one.index === other.index &&
  one.old.kid === other.old.kid &&
  one.new.kid === other.new.kid;

/** Why a key is not good for a place, or a size, beyond its end. */
export function whyEnded({ id, successor, until }: LogKey, what: string): string {
  return successor !== null && until === 0
    ? `Key ${id} gave way to ${successor}, and no rotation at hand says where: it is good for nothing without. \
GET /v1/ledger/keys answers a key file with the rotations of the log, and GET /v1/receipts/{id} a receipt with them.`
    : `Key ${id} was rotated at ${until}: for ${what} it is good no more.`;
}

async function apply(
  { where, value: { use, index, old, new: next } }: Located<RotationStatement>,
  keys: Map<string, LogKey>,
  all: readonly Located<RotationStatement>[],
): Promise<Fault[]> {
  const other = all.find(
    ({ value }) =>
      value.use === use && value.old.kid === old.kid && (value.new.kid !== next.kid || value.index !== index),
  );
  // Whoever has stolen a key can sign a rotation with it, but cannot undo the one that stands in the log.
  if (other !== undefined)
    return [
      fault(
        `Key ${old.kid} was rotated twice, differently: which one holds, nothing here says.`,
        null,
        where,
      ),
    ];
  const older = keys.get(`${use} ${old.kid}`) ?? (await logKey(old.x, use));
  // One to another key than that which followed it is signed by whoever has stolen the older one.
  if (older.successor !== null && older.successor !== next.kid)
    return [
      fault(
        `Key ${old.kid} gave way to ${older.successor}, as is said where it was given, and not to ${next.kid}.`,
        null,
        where,
      ),
    ];
  keys.set(`${use} ${old.kid}`, { ...older, until: Math.min(older.until, index) });
  if (!keys.has(`${use} ${next.kid}`))
    keys.set(`${use} ${next.kid}`, { ...(await logKey(next.x, use)), name: older.name });
  return [];
}

const logKey = async (x: string, use: KeyUse): Promise<LogKey> => ({
  ...(await trustedKey(x, use)),
  use,
  until: Number.POSITIVE_INFINITY,
});

/** The statement where both of the keys that it names signed it; that one of them is to be trusted is another question. */
async function openRotation(json: Json): Promise<Result<RotationStatement, string>> {
  const envelope = readEnvelope(json);
  if (!envelope.ok) return refuse(`The rotation is not a DSSE envelope. ${envelope.fault}`);
  if (envelope.value.payloadType !== PAYLOAD_TYPES.rotation)
    return refuse("The payloadType is not that of a rotation.");
  const payload = fromBase64(envelope.value.payload);
  const statement = payload && parseRotationStatement(payload);
  if (!statement?.ok) return refuse("The statement is not that of a rotation.");
  const { signatures } = envelope.value;
  if (signatures.length !== 2)
    return refuse("A rotation has two signatures: by the older key and by the newer one.");
  for (const { x, kid } of [statement.value.old, statement.value.new]) {
    const key = await importPublicKey({ x }).catch(() => null);
    const mine = signatures.filter(({ keyid }) => keyid === kid);
    const opened = key && (await openEnvelope("rotation", { ...envelope.value, signatures: mine }, [key]));
    if (!opened) return refuse(`It is not signed by key ${kid}, which it names.`);
  }
  return ok(statement.value);
}
