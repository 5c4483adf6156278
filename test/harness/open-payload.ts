/** What the gate sealed into a commit, where it went with it. */
import { type Payload, readPayloadParts, recordContext } from "../../core/sealed-record.ts";
import { decrypt } from "../../durable-objects/records.ts";
import type { DecisionCommit } from "../../durable-objects/rpc.ts";

export function openPayload(log: string, { actionId, sealed }: DecisionCommit): Payload {
  const { key, place, payload } = sealed;
  if (payload.kind !== "here") throw new Error("the payload lies in the store");
  return readPayloadParts(decrypt(key, recordContext(log, actionId, place, "payload"), payload.sealed));
}
